"""The statistics of results/README.md, computed from rows in another way than the program does:
plain sums, exact fractions, a bootstrap with random numbers of its own."""

import fractions
import math
import random
import statistics

from support import rows_of


def mean(values):
    """Of those that there are."""
    values = [value for value in values if value is not None]
    return math.fsum(values) / len(values) if values else None


def share_of_sums(pairs):
    above, below = (sum(column) for column in zip(*pairs)) if pairs else (0.0, 0.0)
    return above / below if below > 0 else None


def quantile(values, share):
    """Type 7 of Hyndman and Fan."""
    if not values:
        return None
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def ratio_of(latency, optimum):
    if optimum is None:
        return None
    if optimum < 1e-12:
        return 1.0 if latency < 1e-12 else None
    return latency / optimum


def mser5(series):
    """Values to drop, by the definition: every truncation tried, its error from scratch."""
    batches = [math.fsum(series[i:i + 5]) / 5 for i in range(0, len(series) - 4, 5)]
    if len(batches) < 10:
        return None
    errors = []
    for drop in range(len(batches) - 4):
        kept = batches[drop:]
        mean = math.fsum(kept) / len(kept)
        errors.append(math.fsum((z - mean) ** 2 for z in kept) / len(kept) ** 2)
    best = min(range(len(errors)), key=lambda d: (errors[d], d))
    return best * 5 if 2 * best <= len(batches) else None


def sign_test(wins, losses):
    n = wins + losses
    tail = sum(math.comb(n, k) for k in range(min(wins, losses) + 1))
    return float(min(fractions.Fraction(1), fractions.Fraction(2 * tail, 2**n)))


def holm(p_values):
    corrected, largest = {}, 0.0
    for rank, key in enumerate(sorted(p_values, key=p_values.get)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[key]))
        corrected[key] = largest
    return corrected


def bca(units, statistic):
    """Ends of the 95 % interval (Efron, Tibshirani 1993, eq. 14.9 to 14.15), and the resamples."""
    generator = random.Random(5)
    n, normal = len(units), statistics.NormalDist()
    observed = statistic(units)
    if observed is None or n < 2:
        return None
    resampled = sorted(statistic(generator.choices(units, k=n)) for _ in range(2000))
    below = sum(value < observed for value in resampled) + sum(
        value == observed for value in resampled) / 2
    without = [statistic(units[:i] + units[i + 1:]) for i in range(n)]
    deviations = [statistics.fmean(without) - value for value in without]
    squares = math.fsum(d * d for d in deviations)
    if squares == 0 or not 0 < below < 2000:
        shares = [0.025, 0.975]
    else:
        acceleration = math.fsum(d**3 for d in deviations) / (6 * squares**1.5)
        bias = normal.inv_cdf(below / 2000)
        shares = []
        for tail in [0.025, 0.975]:
            z = bias + normal.inv_cdf(tail)
            shares.append(normal.cdf(bias + z / (1 - acceleration * z)))
    return [quantile(resampled, share) for share in shares]


class Outcomes:
    """A sweep's completed tasks, by point and policy, then replication: rows by task number."""

    def __init__(self, folder):
        self.cells = rows_of(folder / "cells.csv")
        self.tasks = {}
        self.rows = {}
        for cell in self.cells:
            group = self.tasks.setdefault((cell["point"], cell["policy"]), {})
            if cell["status"] == "completed":
                group[int(cell["replication"])] = []
        for row in rows_of(folder / "tasks.csv"):
            self.rows.setdefault((row["point"], row["policy"], row["replication"]), []).append(row)
            if row["status"] == "completed":
                optimum = row["optimal_latency_s"]
                self.tasks[row["point"], row["policy"]][int(row["replication"])].append(
                    {"task": int(row["task"]), "latency": float(row["latency_s"]),
                     "optimum": float(optimum) if optimum else None, "row": row})
        for group in self.tasks.values():
            for tasks in group.values():
                tasks.sort(key=lambda task: task["task"])

    def policies(self, point):
        return [policy for at, policy in self.tasks if at == point]

    def left_out(self, point):
        """MSER-5 on each policy's mean series over replications; the longest holds for all."""
        found = {}
        for policy in self.policies(point):
            series = [[task["latency"] for task in tasks]
                      for tasks in self.tasks[point, policy].values()]
            found[policy] = mser5([math.fsum(values) / len(values)
                                   for values in zip(*series, strict=False)])
        return found, max(value or 0 for value in found.values())

    def kept(self, point, policy, left_out):
        return {replication: tasks[left_out:]
                for replication, tasks in self.tasks[point, policy].items()}


def unit_name(replications, independent):
    return "task" if independent else "replication" if replications >= 10 else "batch"


def without_copies(replications):
    """Where nothing is random they are all the same, and tell no more than one of them."""
    copies = all(tasks == replications[0] for tasks in replications)
    return replications[:1] if copies else replications


def cut(tasks_of_replications, unit):
    """The tasks of each unit."""
    units = []
    for tasks in tasks_of_replications:
        count = {"replication": 1, "task": len(tasks), "batch": max(
            1, min(64 // len(tasks_of_replications), len(tasks) // 8))}[unit]
        for i in range(count):
            units.append(tasks[len(tasks) * i // count:len(tasks) * (i + 1) // count])
    return [unit for unit in units if unit]


def pair_units(first, second, unit_of):
    """Sums of latency of the tasks that both have completed, a pair a unit."""
    common = []
    for replication in sorted(first.keys() & second.keys()):
        others = {task["task"]: task["latency"] for task in second[replication]}
        common.append([(task["task"], task["latency"], others[task["task"]])
                       for task in first[replication] if task["task"] in others])
    common = without_copies(common)
    unit = unit_of(len(common))
    return unit, [(math.fsum(a for _, a, _ in tasks), math.fsum(b for _, _, b in tasks))
                  for tasks in cut(common, unit)]


def student_quantile(freedom):
    """97.5 %: the density integrated by Simpson's rule, and bisection."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    scale /= math.sqrt(freedom * math.pi)

    def density(x):
        return scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)
    low, high, steps = 0.0, 20.0, 400
    for _ in range(50):
        middle = (low + high) / 2
        width = middle / steps
        area = density(0) + density(middle) + sum(
            (4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
        low, high = (middle, high) if area * width / 3 < 0.475 else (low, middle)
    return (low + high) / 2
