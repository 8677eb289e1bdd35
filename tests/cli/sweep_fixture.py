"""A sweep's results directory, written by hand in the columns of results/README.md: what `mecsim report` reads."""

import csv
import json

HOSTILE = '<script>alert("x")</script> $a_1$ & 50%'
COLUMNS = [{"name": "devices", "key": "device.count", "unit": "", "numeric": True},
           {"name": "links_b1_Bps", "key": "links.b1", "unit": "B/s", "numeric": True}]
POINTS = [["5", "1000000"], ["5", "2000000"], ["10", "1000000"], ["10", "2000000"]]
POLICIES = ["local", "greedy", HOSTILE]
RUN_STATISTICS = ["mean_latency_s", "median_latency_s", "p95_latency_s", "p99_latency_s"]
RATIOS = ["ratio_of_means", "mean_of_ratios", "median_ratio", "p95_ratio"]
SUMMARY = (["scenario", "policy", "tasks", "completed", "failed", "in_flight", "ratio_undefined", "status"] +
           [name for stem in RUN_STATISTICS for name in (stem, stem[:-2] + "_lo_s", stem[:-2] + "_hi_s")] +
           [name for stem in RATIOS for name in (stem, stem + "_lo", stem + "_hi")] +
           ["mean_energy_j", "mean_exec_s", "mean_transfer_s", "mean_wait_s", "mean_decision_s", "replications",
            "unit", "units", "warmup_left_out"])  # fmt: skip


def ratio_at(point, policy):
    """The third policy is best at every point but the first, where the second is."""
    return 1.5 + 0.25 * point - 0.2 * policy if (point, policy) != (0, 2) else 1.75


def write_csv(path, header, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def summary_row(point, policy, status):
    if status != "completed":
        return ["fake", POLICIES[policy], 0, 0, 0, 0, 0, "partial"] + [""] * (len(SUMMARY) - 12) + [0, "task", 0, 0]
    ratio = ratio_at(point, policy)
    values = dict.fromkeys(SUMMARY, 0.001)
    values.update(scenario="fake", policy=POLICIES[policy], tasks=100, completed=100, failed=0, in_flight=0,
                  ratio_undefined=0, status="complete", replications=1, unit="task", units=100, warmup_left_out=0)
    for stem in RUN_STATISTICS:
        values.update({stem: ratio / 10, stem[:-2] + "_lo_s": ratio / 11, stem[:-2] + "_hi_s": ratio / 9})
    for stem in RATIOS:
        values.update({stem: ratio, stem + "_lo": ratio - 0.05, stem + "_hi": ratio + 0.05})
    return [values[name] for name in SUMMARY]


def comparison_rows(point, completed):
    for policy in completed:
        for other in completed:
            if policy != other:
                ratio = ratio_at(point, policy) / ratio_at(point, other)
                wins = 80 if ratio < 1 else 20
                yield ["fake", POLICIES[policy], POLICIES[other], "task", 100, ratio, ratio - 0.02, ratio + 0.02, ratio,
                       ratio - 0.02, ratio + 0.02, wins, 0, 100 - wins, 1e-9, 3e-9, "yes"]  # fmt: skip


def activity_rows():
    for policy, name in enumerate(POLICIES):
        for task in range(3):
            begin = 0.5 * task
            for kind, where, subtask, length in [("decide", "device", "", 0.01), ("transfer", "b1", 0, 0.1),
                                                 ("wait", "edge", 0, 0.02), ("compute", "edge", 0, 0.1 + 0.05 * policy)]:
                yield ["fake", name, 1, 0, task, 0, kind, where, subtask, begin, begin + length]
                begin += length


def write_sweep(folder, fate=lambda point, policy: "completed"):
    """One replication; `fate` says the status of each cell."""
    folder.mkdir()
    axes = ["point", *(column["name"] for column in COLUMNS)]
    cells, summary, compared, quantiles, timings, failures = [], [], [], [], [], []
    for point, fields in enumerate(POINTS):
        at = [point, *fields]
        for policy, name in enumerate(POLICIES):
            status = fate(point, policy)
            key = f"{point * 16 + policy:032x}"
            counts = [100, 100, 0, 0, 0, 0.1, 1.5, 35 if policy == 1 else ""] if status == "completed" else [""] * 8
            cells.append([*at, "fake", name, 1, 0, key, status, *counts])
            summary.append([*at, *summary_row(point, policy, status)])
            if status == "completed":
                timings.append([*at, "fake", name, 0, 100, 50 * 10**policy, 40 * 10**policy, 90 * 10**policy, 10**7])
                for i in range(21):
                    quantiles.append([*at, "fake", name, i / 20, 0.05 + 0.01 * i, 1 + (ratio_at(point, policy) - 1) * i / 10])
            elif status != "missing":
                failures.append([*at, "fake", name, 1, 0, key, status, "killed by signal 11", f"line one\n{HOSTILE}\n"])
        completed = [policy for policy in range(len(POLICIES)) if fate(point, policy) == "completed"]
        compared += [[*at, *row] for row in comparison_rows(point, completed)]
    write_csv(folder / "cells.csv", axes + "scenario policy seed replication key status tasks completed failed in_flight "
              "warmup mean_latency_s ratio_of_means mser5_tasks".split(), cells)  # fmt: skip
    write_csv(folder / "summary.csv", axes + SUMMARY, summary)
    write_csv(folder / "comparisons.csv", axes + "scenario policy other unit units ratio_of_means ratio_of_means_lo "
              "ratio_of_means_hi mean_of_ratios mean_of_ratios_lo mean_of_ratios_hi wins ties losses p_value p_corrected "
              "significant".split(), compared)  # fmt: skip
    write_csv(folder / "quantiles.csv", axes + "scenario policy probability latency_s ratio".split(), quantiles)
    write_csv(folder / "timings.csv", axes + "scenario policy replication decisions decision_mean_ns decision_median_ns "
              "decision_p99_ns wall_ns".split(), timings)  # fmt: skip
    write_csv(folder / "failures.csv", axes + "scenario policy seed replication key status reason stderr".split(), failures)
    write_csv(folder / "activities.csv", "scenario policy seed replication task device activity where subtask begin_s "
              "end_s".split(), activity_rows())  # fmt: skip
    write_csv(folder / "bandwidths.csv", "link device at_s bandwidth_Bps".split(),
              [["b1", 0, 0, 1e6], ["b1", 0, 0.4, 2.5e6], ["b1", 0, 0.9, 2e5]])  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({
        "format": 1, "kind": "sweep", "status": "complete", "command": ["mecsim", "sweep", "my sweep.yaml"],
        "sweep": {"name": "fake", "path": "my sweep.yaml", "hash": "1", "text": "axes: # <b>swept</b>\n"},
        "scenario": {"name": "fake", "path": "fake.yaml", "hash": "2", "text": "name: fake\n"}, "columns": COLUMNS,
        "points": POINTS, "replications": 1, "seed": 1, "versions": {"mecsim": "0.1.0"},
    }))  # fmt: skip
