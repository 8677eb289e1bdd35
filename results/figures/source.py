"""What a results directory holds, of a run or of a sweep, read from its CSV files and manifest.json.

A run is a sweep of one point without axes, so that figures need not tell them apart. Rows of tasks are never
read: there may be millions."""

import json
import os
import statistics

from figures import axes, tables
from figures.tables import NothingToDraw

STATISTICS = [
    "completed", "mean_latency_s", "mean_latency_lo_s", "mean_latency_hi_s",
    "ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi", "mean_of_ratios", "median_ratio", "p95_ratio",
]  # fmt: skip
DECISIONS = ["decision_mean_ns", "decision_median_ns", "decision_p99_ns"]
MANIFEST_FORMAT = 1
MOST_SHOWN = 3  # points that figures of one point are drawn for: the first, the middle and the last


class Comparison:
    """Of a policy with another at one point."""

    __slots__ = ("ratio", "low", "high", "wins", "ties", "losses", "corrected", "significant")

    def __init__(self, values, significant):
        (self.ratio, self.low, self.high, self.wins, self.ties, self.losses, self.corrected) = values
        self.significant = significant


class Results:
    """Everything that figures and tables are made from.

    points: {point: fields of the axes}, in order; policies: their labels, in order; summary: {(point,
    policy): row}; comparisons: {point: {(policy, other): Comparison}}; quantiles: {(point, policy):
    [(probability, latency, ratio)]} of the shown points; shown: some points; notes: what is missing.
    Each row of the summary knows as `recorded` how many tasks its statistics are over."""

    def __init__(self, directory):
        self.directory = directory
        self.sweep = os.path.exists(self.path("cells.csv"))
        self.manifest = read_manifest(self.path("manifest.json"))
        if self.manifest.get("kind") == "sweep":
            self.sweep = True
        self.axes, self.points, self.policies, self.rows, self.summary = [], {}, [], [], {}
        self.shown, self.comparisons, self.compared, self.quantiles = [], {}, 0, {}
        self.cells, self.failures, self.activities, self.bandwidths = [], [], [], []
        self.published, self.sources, self.notes = {}, [], []

    def path(self, name):
        return os.path.join(self.directory, name)

    def has(self, name):
        return os.path.exists(self.path(name))

    def numeric_rows(self, point):
        """The rows of the summary at this point that have something to show."""
        return [row for row in self.rows if row["point"] == point
                and (row["ratio_of_means"] is not None or row["completed"])]  # fmt: skip

    def partial(self, points=None):
        """Whether something that was asked for has not been simulated: at these points, else anywhere."""
        if points is None:
            return self.manifest.get("status") == "partial" or any(row["status"] != "complete" for row in self.rows)
        return any(row["status"] != "complete" for row in self.rows if row["point"] in points)

    def where(self, point):
        """"devices = 5, links.b1 = 1 MB/s"; nothing where there are no axes."""
        return ", ".join(f"{axis.label} = {axis.text(value)}"
                         for axis, value in zip(self.axes, self.points[point]))  # fmt: skip

    def where_of_activities(self):
        """Activities are recorded at a sweep's first point only."""
        point = next(iter(self.points))
        return f"point {point} ({self.where(point)})" if len(self.points) > 1 else ""


def read_manifest(path):
    """The manifest as a dictionary; empty where there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            manifest = json.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise NothingToDraw(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise NothingToDraw(f"{path}: not JSON: {error}; is the file cut short?") from None
    if not isinstance(manifest, dict):
        raise NothingToDraw(f"{path}: not a manifest: expected an object")
    if manifest.get("format", MANIFEST_FORMAT) != MANIFEST_FORMAT:
        raise NothingToDraw(f"{path}: written by another version of mecsim: format {manifest['format']}; this "
                            f"one reads format {MANIFEST_FORMAT}")  # fmt: skip
    return manifest


def load(directory):
    """All of a directory; None without a summary.csv, where other files may still be drawn."""
    results = Results(directory)
    if results.has("published.csv"):
        results.published, results.sources = tables.load_published(results.path("published.csv"))
    if not results.has("summary.csv"):
        if results.sweep:
            raise NothingToDraw(f"{results.path('summary.csv')}: not found; the sweep has not ended: `mecsim sweep` "
                                "goes on with it, and shards need `mecsim merge`")  # fmt: skip
        return results
    if results.sweep:
        load_cells(results)
    load_summary(results)
    load_comparisons(results)
    load_quantiles(results)
    load_activities(results)
    return results


def load_cells(results):
    path = results.path("cells.csv")
    if not results.has("cells.csv"):
        results.notes.append("cells.csv is not there: nothing is known of single cells.")
        return
    needed = ["point", "policy", "replication", "key", "status", "mser5_tasks"]
    numbers = ["mser5_tasks", "warmup"]
    results.cells = tables.load(path, [*needed, "warmup"], numbers)
    if not any(cell["status"] == "completed" for cell in results.cells):
        raise NothingToDraw(f"{path}: {count_of_cells(results.cells)}, so there is nothing to draw; failures.csv "
                            "says why")  # fmt: skip
    if results.has("failures.csv"):
        results.failures = tables.load(results.path("failures.csv"),
                                       ["point", "policy", "replication", "status", "reason", "stderr"], [])  # fmt: skip


def count_of_cells(cells):
    """"no cell has completed: 10 failed, 2 missing"."""
    if not cells:
        return "no cell in it"
    counts = {}
    for cell in cells:
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    return "no cell has completed: " + ", ".join(f"{count:,} {status}" for status, count in counts.items())


def load_summary(results):
    path = results.path("summary.csv")
    header = tables.explained(path, lambda: tables.header_of(path))
    names = header[1:header.index("scenario")] if results.sweep and "scenario" in header[1:] else []
    numbers = [*STATISTICS, *(["replications", "warmup_left_out"] if results.sweep else DECISIONS)]
    needed = ["policy", "status", *numbers] + (["point"] if results.sweep else [])

    def check(rows):
        if not rows:
            raise NothingToDraw("no policy in it")

    rows = tables.load(path, needed, numbers, check)
    several = not results.sweep and len({row.get("scenario", "") for row in rows}) > 1
    for row in rows:
        row.setdefault("point", "0")
        row["label"] = f'{row["scenario"]}: {row["policy"]}' if several else row["policy"]
        results.points.setdefault(row["point"], [row[name] for name in names])
        results.summary[row["point"], row["label"]] = row
    results.rows = rows
    results.axes = axes.describe(names, results.manifest, list(results.points.values()))
    results.policies = list(dict.fromkeys(row["label"] for row in rows))
    count_recorded(results)
    if results.sweep:
        load_timings(results)
    filled = [point for point in results.points if results.numeric_rows(point)]
    if not filled:
        raise NothingToDraw(f"{path}: no policy has finished a task, so there is nothing to draw")
    picks = {0, (len(filled) - 1) // 2, len(filled) - 1}
    results.shown = [filled[i] for i in sorted(picks)]


def count_recorded(results):
    """Tasks of a warm-up are among the completed ones, but not in the statistics."""
    warmups = {}
    for cell in results.cells:
        key = cell["point"], cell["policy"]
        warmups[key] = warmups.get(key, 0) + (cell["warmup"] or 0)
    if not results.sweep:
        warmups = {("0", name): count for name, count in run_warmups(results.manifest)}
    detected = {}  # the same number in every replication of a point, also of policies too short to detect any
    for row in results.rows:
        if row.get("warmup_left_out"):
            detected[row["point"]] = max(detected.get(row["point"], 0), row["warmup_left_out"])
    for row in results.rows:
        left_out = warmups.get((row["point"], row["policy"]), 0)
        left_out += detected.get(row["point"], 0) * (row.get("replications") or 0)
        row["recorded"] = max(0, int((row["completed"] or 0) - left_out))


def run_warmups(manifest):
    """(policy, tasks of its warm-up); a manifest from elsewhere may have anything in these places."""
    policies = manifest.get("policies")
    for policy in policies if isinstance(policies, list) else []:
        counts = policy.get("counts") if isinstance(policy, dict) else None
        warmup = counts.get("warmup") if isinstance(counts, dict) else None
        if isinstance(warmup, int) and isinstance(policy.get("name"), str):
            yield policy["name"], warmup


def load_timings(results):
    """Times of decisions, pooled over replications: the mean of the means by decisions, the median of the
    medians and of the percentiles."""
    for row in results.rows:
        row.update(dict.fromkeys(DECISIONS))
    if not results.has("timings.csv"):
        results.notes.append("timings.csv is not there: what decisions took is unknown.")
        return
    found = {}
    for row in tables.load(results.path("timings.csv"), ["point", "policy", "decisions", *DECISIONS],
                           ["decisions", *DECISIONS]):  # fmt: skip
        if row["decisions"] and None not in [row[column] for column in DECISIONS]:
            found.setdefault((row["point"], row["policy"]), []).append(row)
    for key, rows in found.items():
        if key in results.summary:
            decisions = sum(row["decisions"] for row in rows)
            mean = sum(row["decisions"] * row["decision_mean_ns"] for row in rows) / decisions
            median, high = (statistics.median(row[column] for row in rows) for column in DECISIONS[1:])
            results.summary[key].update(zip(DECISIONS, (mean, median, high)))


def keyed(results, columns):
    """A run's files have no column `point`."""
    return (["point"] if results.sweep else []) + columns


def load_comparisons(results):
    if not results.has("comparisons.csv"):
        results.notes.append("comparisons.csv is not there: policies are not compared pair by pair.")
        return
    columns = ["ratio_of_means", "ratio_of_means_lo", "ratio_of_means_hi", "wins", "ties", "losses", "p_corrected"]
    path = results.path("comparisons.csv")
    rows, results.compared = tables.scan(path, keyed(results, ["policy", "other", *columns, "significant"]))
    for row in rows:
        point, (policy, other, *numbers, significant, line) = (
            (row[0], row[1:]) if results.sweep else ("0", row))  # fmt: skip
        values = tables.explained(path, lambda: [tables.parse(text, column, line)
                                                 for column, text in zip(columns, numbers)])  # fmt: skip
        comparison = Comparison(values, significant == "yes")
        results.comparisons.setdefault(point, {})[policy, other] = comparison


def load_quantiles(results):
    if not results.has("quantiles.csv"):
        results.notes.append("quantiles.csv is not there: distributions of latency are not drawn.")
        return
    path, columns = results.path("quantiles.csv"), ["probability", "latency_s", "ratio"]
    rows, _ = tables.scan(path, keyed(results, ["policy", *columns]),
                          set(results.shown) if results.sweep else None)  # fmt: skip
    for row in rows:
        point, (policy, *numbers, line) = (row[0], row[1:]) if results.sweep else ("0", row)
        values = tables.explained(path, lambda: [tables.parse(text, column, line)
                                                 for column, text in zip(columns, numbers)])  # fmt: skip
        results.quantiles.setdefault((point, policy), []).append(values)


def load_activities(results):
    if results.has("activities.csv"):
        numbers = ["begin_s", "end_s"]
        columns = ["policy", "replication", "task", "device", "activity", "where", "subtask", *numbers]
        results.activities = tables.load(results.path("activities.csv"), columns, numbers)
        results.activities = [row for row in results.activities if None not in [row[name] for name in numbers]]
    else:
        results.notes.append("activities.csv is not there: no task's life is drawn.")
    if results.has("bandwidths.csv"):
        numbers = ["at_s", "bandwidth_Bps"]
        results.bandwidths = tables.load(results.path("bandwidths.csv"), ["link", "device", *numbers], numbers)
