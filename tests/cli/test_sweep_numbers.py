"""Every number of a sweep's CSV files, computed again from its tasks.csv by the definitions of
results/README.md in another way than the program does (recomputed.py)."""

import json
import math
import pathlib
import statistics
import unittest

from recomputed import (bca, cut, holm, mean, mser5, Outcomes, pair_units, quantile, ratio_of,
                        share_of_sums, sign_test, student_quantile, unit_name, without_copies)
from support import Case, rows_of
from sweep_support import sealed

SWEEP_FILES = ["tasks.csv", "cells.csv", "summary.csv", "comparisons.csv", "quantiles.csv"]
ALONE = """\
name: alone
task: {subtasks: 3, work: "uniform(0 Gcycles, 1 Gcycles)", data: "uniform(0 MB, 2 MB)"}
device: {speed: 500 MHz}
edge: {speed: 3 GHz}
links: {b1: "uniform(0.2 MB/s, 2 MB/s)", b2: 3 MB/s}
workload: {tasks: 40}
policies: [local, edge, greedy, optimal]
"""
FLEET = """\
name: fleet
task: {subtasks: 2, work: "uniform(0 Gcycles, 1 Gcycles)", data: "uniform(0 MB, 1 MB)"}
device: {count: 4, speed: 1 GHz}
edge: {speed: 2 GHz}
links: {b1: 2 MB/s, b2: 1 MB/s}
state: fixed
workload: {tasks: 400, warmup: 20, arrivals: poisson(0.4 /s)}
policies: [local, edge, greedy, optimal]
"""
# Policies that differ in nothing but their label, and one that always wins. The optimum, the cloud,
# takes no time: there are no ratios.
TWINS = """\
name: twins
task: {subtasks: 1, work: 1 Gcycles, data: 0 MB}
device: {speed: 500 MHz}
edge: {speed: "uniform(1 GHz, 4 GHz)"}
links: {b1: 1 MB/s, b2: 1 MB/s}
workload: {tasks: 30}
policies: [local, edge, edge: {label: "twin"}]
"""
AXES = """\
scenario: base.yaml
policies: [edge, greedy]
set: {workload.tasks: 12}
axes:
  - {key: edge.speed, values: [1 GHz, 2500 MHz]}
  - {key: links.b2, name: backhaul, range: {from: 1 MB/s, to: 3 MB/s, count: 3}}
where: ["not (edge_speed == 1 GHz and backhaul == 2 MB/s)"]
"""
CELL_NUMBERS = ["tasks", "completed", "failed", "in_flight", "warmup", "mean_latency_s",
                "ratio_of_means", "mser5_tasks"]
COMPARED = ["ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi", "mean_of_ratios",
            "mean_of_ratios_lo", "mean_of_ratios_hi"]


class Recomputed(Case):
    def sweep(self, scenario, text, *arguments):
        self.scenario(scenario, "base.yaml")
        self.scenario("scenario: base.yaml\n" + text, "sweep.yaml")
        self.mecsim("sweep", "sweep.yaml", "--out", "out", "--jobs", "2", *arguments)
        self.outcomes = Outcomes(self.folder / "out")

    def close(self, text, value, what, digits=11):
        if value is None:
            self.assertEqual(text, "", what)
        else:
            self.assertNotEqual(text, "", what)
            self.assertAlmostEqual(float(text), value, delta=10.0**-digits * abs(value) + 1e-300,
                                   msg=what)

    def interval(self, row, name, ends, what):
        """Two bootstraps of 2,000 resamples differ by some 3 % of the interval's width."""
        low, high = (row[name.format(end)] for end in ["_lo", "_hi"])
        if ends is None:
            self.assertEqual((low, high), ("", ""), (what, name))
            return
        low, high = float(low), float(high)
        width = max(high - low, ends[1] - ends[0])
        for got, expected in zip([low, high], ends, strict=True):
            self.assertLessEqual(abs(got - expected), 0.12 * width + 1e-12, (what, name, ends))

    def check_cells(self):
        for cell in self.outcomes.cells:
            key = cell["point"], cell["policy"], cell["replication"]
            rows = self.outcomes.rows.get(key, [])
            if cell["status"] != "completed":
                self.assertEqual(rows, [])
                self.assertEqual({cell[name] for name in CELL_NUMBERS}, {""}, key)
                continue
            ended = int(cell["completed"]) + int(cell["failed"])
            self.assertEqual(int(cell["tasks"]), ended + int(cell["in_flight"]), key)
            self.assertEqual(len(rows), ended - int(cell["warmup"]), key)
            tasks = self.outcomes.tasks[key[0], key[1]][int(key[2])]
            latencies = [task["latency"] for task in tasks]
            self.close(cell["mean_latency_s"], mean(latencies), key)
            rated = [task for task in tasks
                     if ratio_of(task["latency"], task["optimum"]) is not None]
            self.close(cell["ratio_of_means"], share_of_sums(
                [(task["latency"], task["optimum"]) for task in rated]), key)
            drop = mser5(latencies)
            self.assertEqual(cell["mser5_tasks"], "" if drop is None else str(drop), key)

    def check_summary(self, independent, warm_up):
        for row in rows_of(self.folder / "out/summary.csv"):
            point, policy = row["point"], row["policy"]
            found, longest = self.outcomes.left_out(point) if warm_up else ({policy: 0}, 0)
            self.assertEqual(row["warmup_left_out"],
                             "" if found[policy] is None else str(longest), row)
            groups = list(self.outcomes.kept(point, policy, longest).values())
            tasks = [task for group in groups for task in group]
            self.check_summary_values(row, tasks)
            cells = [cell for cell in self.outcomes.cells
                     if (cell["point"], cell["policy"]) == (point, policy)]
            for name in ["tasks", "completed", "failed", "in_flight"]:
                self.assertEqual(int(row[name]), sum(int(cell[name] or 0) for cell in cells), name)
            whole = all(cell["status"] == "completed" for cell in cells)
            self.assertEqual(row["status"], "complete" if whole else "partial")
            self.assertEqual(int(row["replications"]), len(groups))
            told = without_copies([
                [(task["task"], task["latency"], task["optimum"]) for task in group]
                for group in groups])
            unit = unit_name(len(told), independent)
            units = cut(told, unit)
            self.assertEqual((row["unit"], int(row["units"])), (unit, len(units)))
            self.check_summary_intervals(row, units)

    def check_summary_values(self, row, tasks):
        latencies = [task["latency"] for task in tasks]
        rated = [(task["latency"], task["optimum"], ratio) for task in tasks
                 if (ratio := ratio_of(task["latency"], task["optimum"])) is not None]
        ratios = [ratio for _, _, ratio in rated]
        expected = {
            "mean_latency_s": mean(latencies),
            "median_latency_s": quantile(latencies, 0.5),
            "p95_latency_s": quantile(latencies, 0.95),
            "p99_latency_s": quantile(latencies, 0.99),
            "ratio_of_means": share_of_sums([(a, b) for a, b, _ in rated]),
            "mean_of_ratios": mean(ratios),
            "median_ratio": quantile(ratios, 0.5),
            "p95_ratio": quantile(ratios, 0.95)}
        for name in ["energy_j", "exec_s", "transfer_s", "wait_s", "decision_s"]:
            expected["mean_" + name] = mean([float(task["row"][name]) for task in tasks])
        for name, value in expected.items():
            self.close(row[name], value, (row["point"], row["policy"], name))
        self.assertEqual(int(row["ratio_undefined"]), len(latencies) - len(rated))

    def check_summary_intervals(self, row, units):
        summed = []
        for unit in units:
            pairs = [task[1:] for task in unit]
            rated = [pair for pair in pairs if ratio_of(*pair) is not None]
            summed.append((sum(a for a, _ in pairs), len(pairs), sum(a for a, _ in rated),
                           sum(b for _, b in rated), sum(ratio_of(*pair) for pair in rated),
                           len(rated)))
        for name, above, below in [("mean_latency{}_s", 0, 1), ("ratio_of_means{}", 2, 3),
                                   ("mean_of_ratios{}", 4, 5)]:
            chosen = [(unit[above], unit[below]) for unit in summed]
            self.interval(row, name, bca(chosen, share_of_sums), (row["point"], row["policy"]))

    def check_comparisons(self, independent, warm_up):
        rows = rows_of(self.folder / "out/comparisons.csv")
        p_values = {}
        for row in rows:
            point, policy, other = row["point"], row["policy"], row["other"]
            what = (point, policy, other)
            longest = self.outcomes.left_out(point)[1] if warm_up else 0
            unit, units = pair_units(self.outcomes.kept(point, policy, longest),
                                     self.outcomes.kept(point, other, longest),
                                     lambda n: unit_name(n, independent))
            self.assertEqual((row["unit"], int(row["units"])), (unit, len(units)), what)
            ratios = [ratio_of(a, b) for a, b in units]
            self.close(row["ratio_of_means"], share_of_sums(units), what)
            self.close(row["mean_of_ratios"], mean(ratios), what)
            ties = sum(math.isclose(a, b, rel_tol=1e-12) for a, b in units)
            wins = sum(a < b and not math.isclose(a, b, rel_tol=1e-12) for a, b in units)
            self.assertEqual([int(row[name]) for name in ["wins", "ties", "losses"]],
                             [wins, ties, len(units) - wins - ties], what)
            p_value = sign_test(wins, int(row["losses"])) if units else None
            self.close(row["p_value"], p_value, what, digits=5)
            if units:
                p_values.setdefault(point, {})[policy, other] = p_value
            if point == "0":  # the others' would only take longer
                self.interval(row, "ratio_of_means{}", bca(units, share_of_sums), what)
                self.interval(row, "mean_of_ratios{}", bca(ratios, mean), what)
        self.check_corrected(rows, p_values)

    def check_corrected(self, rows, p_values):
        for point, values in p_values.items():
            policies = self.outcomes.policies(point)
            own = [row for row in rows if row["point"] == point]
            self.assertEqual([(row["policy"], row["other"]) for row in own],
                             [(a, b) for a in policies for b in policies if a != b])
            # A pair and its mirror image are one test.
            values = {pair: p for pair, p in values.items()
                      if policies.index(pair[0]) < policies.index(pair[1])}
            corrected = holm(values)
            for row in own:
                pair = row["policy"], row["other"]
                p = corrected.get(pair, corrected.get(pair[::-1]))
                self.close(row["p_corrected"], p, pair, digits=5)
                self.assertEqual(row["significant"], "no" if p is None or p > 0.05 else "yes", pair)

    def check_quantiles(self, warm_up):
        rows = rows_of(self.folder / "out/quantiles.csv")
        shares = [i / 200 for i in range(200)] + [0.999, 1.0]
        for point, policy in self.outcomes.tasks:
            longest = self.outcomes.left_out(point)[1] if warm_up else 0
            tasks = [task for group in self.outcomes.kept(point, policy, longest).values()
                     for task in group]
            own = [row for row in rows if (row["point"], row["policy"]) == (point, policy)]
            self.assertEqual([float(row["probability"]) for row in own], shares if tasks else [])
            for row in own:
                share = float(row["probability"])
                what = point, policy, share
                self.close(row["latency_s"], quantile([task["latency"] for task in tasks], share),
                           what)
                ratios = [ratio_of(task["latency"], task["optimum"]) for task in tasks]
                self.close(row["ratio"], quantile(
                    [ratio for ratio in ratios if ratio is not None], share), what)

    def units(self):
        return {row["unit"] for row in rows_of(self.folder / "out/summary.csv")}

    def check_all(self, independent, warm_up):
        self.check_cells()
        self.check_summary(independent, warm_up)
        self.check_comparisons(independent, warm_up)
        self.check_quantiles(warm_up)


class Numbers(Recomputed):
    def test_of_independent_tasks(self):
        self.sweep(ALONE, "replications: 2\naxes:\n  - {key: edge.speed, values: [1 GHz, 5 GHz]}\n")
        self.check_all(independent=True, warm_up=False)
        self.assertEqual(self.units(), {"task"})

    def test_of_a_fleet_without_its_warm_up(self):
        self.sweep(FLEET, "replications: 4\nwarmup: mser-5\naxes:\n"
                          "  - {key: device.count, values: [3, 6]}\n")
        self.check_all(independent=False, warm_up=True)
        self.assertEqual(self.units(), {"batch"})

    def test_of_many_replications(self):
        self.sweep(FLEET, "replications: 11\nset: {workload.tasks: 60}\n")
        self.check_all(independent=False, warm_up=False)
        self.assertEqual(self.units(), {"replication"})

    def test_of_policies_that_are_equal_or_always_faster(self):
        self.sweep(TWINS, "replications: 2\n")
        self.check_all(independent=True, warm_up=False)
        rows = {(row["policy"], row["other"]): row
                for row in rows_of(self.folder / "out/comparisons.csv")}
        twins = next(row for pair, row in rows.items()
                     if pair[0] == "edge" and pair[1] != "local" and row["ties"] == "60")
        self.assertEqual([float(twins[name]) for name in COMPARED], [1.0] * 6)
        self.assertEqual((float(twins["p_value"]), twins["significant"]), (1.0, "no"))
        self.assertEqual(int(rows["edge", "local"]["wins"]), 60)
        self.assertEqual(int(rows["local", "edge"]["losses"]), 60)

    def test_where_cells_have_failed(self):
        """Pairs are compared on the replications that both have ended."""
        text = "replications: 3\naxes:\n  - {key: edge.speed, values: [1 GHz, 5 GHz]}\n"
        self.sweep(ALONE, text)
        lost = [("0", "greedy", "1"), ("0", "edge", "0"), ("1", "local", "0"), ("1", "local", "1"),
                ("1", "local", "2")]
        for cell in self.outcomes.cells:
            if (cell["point"], cell["policy"], cell["replication"]) in lost:
                self.lose(self.folder / "out/cells" / cell["key"])
        self.mecsim("sweep", "sweep.yaml", "--out", "out", "--keep-failed", code=1)
        self.outcomes = Outcomes(self.folder / "out")
        failures = rows_of(self.folder / "out/failures.csv")
        self.assertEqual(sorted((row["point"], row["policy"], row["replication"])
                                for row in failures), sorted(lost))
        self.assertEqual({(row["status"], row["reason"]) for row in failures}, {("failed", "lost")})
        self.check_all(independent=True, warm_up=False)

    def lose(self, stem):
        report = json.loads(pathlib.Path(f"{stem}.json").read_text())
        kept = {name: report[name] for name in ["format", "key", "version", "build"]}
        pathlib.Path(f"{stem}.failed.json").write_text(
            sealed(json.dumps({**kept, "status": "failed", "reason": "lost", "stderr": "", "hash": ""}, indent=1)))
        for ending in ["json", "csv"]:
            pathlib.Path(f"{stem}.{ending}").unlink()

    def test_of_a_run(self):
        """The same statistics, without point and axes."""
        self.scenario(ALONE, "base.yaml")
        self.scenario("scenario: base.yaml\n", "sweep.yaml")
        self.mecsim("sweep", "sweep.yaml", "--out", "swept")
        self.mecsim("run", "base.yaml", "--out", "run")
        for name in ["comparisons.csv", "quantiles.csv"]:
            swept = [{key: value for key, value in row.items() if key != "point"}
                     for row in rows_of(self.folder / "swept" / name)]
            self.assertEqual(rows_of(self.folder / "run" / name), swept, name)
        swept = rows_of(self.folder / "swept/tasks.csv")
        for a, b in zip(rows_of(self.folder / "run/tasks.csv"), swept, strict=True):
            del a["decision_ns"]
            self.assertEqual({"point": "0", **a}, b)


class Precision(Recomputed):
    def test_replications_are_as_many_as_the_target_takes(self):
        """Law, Section 9.4.1, in rounds: each time as many as the interval so far asks for, and at
        most twice as many."""
        self.sweep(FLEET, "set: {workload.tasks: 60}\nprecision: 8%\naxes:\n"
                          "  - {key: device.count, values: [2, 6]}\npolicies: [local, greedy]\n")
        for point in ["0", "1"]:
            values = {}
            for cell in self.outcomes.cells:
                if cell["point"] == point:
                    values.setdefault(cell["policy"], []).append(float(cell["mean_latency_s"]))
            rounds = [5]
            while (excess := max(self.excess(all_[:rounds[-1]], 0.08)
                                 for all_ in values.values())) > 1:
                wanted = math.ceil(rounds[-1] * excess * excess)
                rounds.append(min(max(wanted, rounds[-1] + 1), 2 * rounds[-1]))
                self.assertLessEqual(rounds[-1], len(values["local"]), (point, rounds))
            self.assertEqual({len(all_) for all_ in values.values()}, {rounds[-1]}, (point, rounds))
            self.assertGreater(len(rounds), 1, point)  # the first was not enough
        self.check_all(independent=False, warm_up=False)

    def excess(self, values, target):
        """Half of the interval of the mean, over what is wanted."""
        half = student_quantile(len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
        return half / statistics.fmean(values) / target


class Points(Case):
    def test_rows_carry_their_points_values(self):
        """The axes' values are those that the scenario was run with: the run of a point alone."""
        self.scenario(ALONE, "base.yaml")
        self.scenario(AXES, "sweep.yaml")
        self.mecsim("sweep", "sweep.yaml", "--out", "out")
        expected = [("1000000000", "1000000"), ("1000000000", "3000000"), ("2500000000", "1000000"),
                    ("2500000000", "2000000"), ("2500000000", "3000000")]
        columns = [column["name"] for column in
                   json.loads((self.folder / "out/manifest.json").read_text())["columns"]]
        self.assertEqual(columns, ["edge_speed_Hz", "backhaul_Bps"])
        for name in [*SWEEP_FILES, "timings.csv"]:
            rows = rows_of(self.folder / "out" / name)
            self.assertEqual(list(rows[0])[:3], ["point", *columns], name)
            points = list(dict.fromkeys((row["point"], *(row[c] for c in columns)) for row in rows))
            self.assertEqual(points, [(str(i), *values) for i, values in enumerate(expected)], name)
        swept = rows_of(self.folder / "out/tasks.csv")
        for point, (speed, rate) in enumerate(expected):
            self.mecsim("run", "base.yaml", "--tasks", "12", "--policy", "edge,greedy", "--set",
                        f"edge.speed={speed} Hz", "--set", f"links.b2={rate} B/s", "--out",
                        f"run-{point}")
            run = rows_of(self.folder / f"run-{point}/tasks.csv")
            of_point = [row for row in swept if row["point"] == str(point)]
            for a, b in zip(run, of_point, strict=True):
                self.assertEqual(a["latency_s"], b["latency_s"])


if __name__ == "__main__":
    unittest.main()
