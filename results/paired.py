"""How two policies of one run compare, task by task.

usage: paired.py DIR POLICY POLICY

Prints the ratio of their mean latencies with a 95 % interval: a percentile bootstrap over tasks, both
policies' latencies of a task drawn together, since they met the same task at the same date in the same
bandwidth. Only tasks that both have completed count. Not for fleets under load: there a policy's
tasks wait for each other, and are no independent sample.
"""

import csv
import pathlib
import sys

import numpy

RESAMPLES = 2000
SEED = 1


def latencies(path, policy):
    """Latency [s] by (replication, task)."""
    with open(path, newline="") as file:
        return {(row["replication"], row["task"]): float(row["latency_s"])
                for row in csv.DictReader(file)
                if row["policy"] == policy and row["status"] == "completed"}


def main(arguments):
    if len(arguments) != 3:
        print("usage: paired.py DIR POLICY POLICY", file=sys.stderr)
        return 2
    path = pathlib.Path(arguments[0], "tasks.csv")
    try:
        first, second = (latencies(path, policy) for policy in arguments[1:])
    except OSError as error:
        print(f"paired.py: {path}: {error.strerror}", file=sys.stderr)
        return 2
    both = sorted(first.keys() & second.keys())
    if not both:
        print(f"paired.py: {path}: no task of both policies; are their names as in the column "
              "policy?", file=sys.stderr)
        return 2
    a = numpy.array([first[key] for key in both])
    b = numpy.array([second[key] for key in both])
    random = numpy.random.default_rng(SEED)
    ratios = []
    for _ in range(RESAMPLES):
        drawn = random.integers(0, len(both), len(both))
        ratios.append(a[drawn].sum() / b[drawn].sum())
    low, high = numpy.quantile(ratios, [0.025, 0.975])
    print(f"{arguments[1]} / {arguments[2]}: {a.sum() / b.sum():.4f} [{low:.4f}, {high:.4f}], "
          f"{len(both):,} tasks")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
