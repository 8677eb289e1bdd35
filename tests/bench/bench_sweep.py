#!/usr/bin/env python3
"""What a sweep costs: jobs, cells, many cells, MPI, and the report of a large one. Prints a Markdown table.

    tests/bench/bench_sweep.py build/release/mecsim [--only jobs,mpi] [--repeat 3] [--scale 0.1]

Times are wall-clock medians of --repeat runs; what is compared is run in turns, so that what else happens on the machine
meets both. Memory is the largest resident set of any process of the command. --scale shrinks every sweep: to try the script.
"""

import argparse
import dataclasses
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BASE = """\
name: base
task: {subtasks: 6, work: "uniform(0 Mcycles, 2000 Mcycles)", data: "uniform(0 MB, 10 MB)"}
device: {speed: "uniform(100 MHz, 1000 MHz)"}
edge: {speed: "uniform(500 MHz, 5000 MHz)"}
links: {b1: "uniform(0 MB/s, 2 MB/s)", b2: "uniform(0 MB/s, 3 MB/s)"}
policies: [greedy]
"""
# Five policies that need no training, for a report like that of a study.
FIVE = "policies: [local, edge, greedy, best-constant, optimal]\n"


@dataclasses.dataclass
class Measured:
    seconds: float
    megabytes: float


class Bench:
    def __init__(self, mecsim, folder, repeat, scale):
        self.mecsim = str(pathlib.Path(mecsim).resolve())
        self.folder = pathlib.Path(folder)
        self.repeat = repeat
        self.scale = scale
        (self.folder / "base.yaml").write_text(BASE)

    def scaled(self, count):
        return max(2, round(count * self.scale))

    def write_sweep(self, name, points, settings, more=""):
        """A sweep over `points` bandwidths of the backhaul; settings: keys of the scenario."""
        lines = [f"  {key}: {value}\n" for key, value in settings.items()]
        text = (f"name: {name}\nscenario: base.yaml\n{more}set:\n{''.join(lines)}"
                f"axes:\n  - key: links.b2\n    range: {{from: 1 MB/s, to: {points} MB/s, count: {points}}}\n")
        (self.folder / f"{name}.yaml").write_text(text)
        return f"{name}.yaml"

    def run(self, *command):
        """Runs it in the folder; its time, and the memory of the largest process."""
        log = self.folder / "log.txt"
        with open(log, "wb") as output:
            start = time.perf_counter()
            process = subprocess.Popen(list(map(str, command)), cwd=self.folder, stdout=output, stderr=output,
                                       env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                                            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}\n{log.read_text()}")
        return Measured(seconds, usage.ru_maxrss / 1024)

    def sweep(self, file, *arguments, launcher=()):
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        return self.run(*launcher, self.mecsim, "sweep", file, "--out", out, *arguments)

    def medians(self, *variants):
        """The median of each of some functions that measure, called in turns."""
        series = [[] for _ in variants]
        for _ in range(self.repeat):
            for variant, measured in zip(variants, series):
                measured.append(variant())
        return [Measured(statistics.median(m.seconds for m in measured), max(m.megabytes for m in measured))
                for measured in series]


def second_long_cells(bench):
    """16 cells of about a second on SimGrid; most of their tasks are warm-up, so that rows are few."""
    tasks = bench.scaled(130_000)
    settings = {"workload.tasks": tasks, "workload.warmup": tasks - min(2_000, tasks // 2)}
    return bench.write_sweep("long", 16, settings)


def jobs(bench):
    file = second_long_cells(bench)
    one, two = bench.medians(lambda: bench.sweep(file, "--jobs", 1), lambda: bench.sweep(file, "--jobs", 2))
    yield (f"16 cells of {one.seconds / 16:.1f} s: `--jobs 2` against `--jobs 1`", "≥ 1.85 times as fast",
           f"{one.seconds / two.seconds:.2f} times ({one.seconds:.1f} s, {two.seconds:.1f} s)")


def mpi(bench):
    if shutil.which("mpirun") is None or not os.path.exists(bench.mecsim + "-mpi"):
        yield "MPI with two workers against `--jobs 2`", "within 10 %", "not measured: no mpirun, or built without MPI"
        return
    rows = bench.scaled(150_000)
    launcher = ["mpirun", "-n", "3", "--oversubscribe", "--bind-to", "none"]
    for file, cells in ((second_long_cells(bench), "16 cells of a second"),
                        (bench.write_sweep("rows", 16, {"workload.tasks": rows}), f"16 cells of {rows:,} rows")):
        local, ranks = bench.medians(lambda: bench.sweep(file, "--jobs", 2), lambda: bench.sweep(file, launcher=launcher))
        yield (f"{cells}: MPI with two workers against `--jobs 2`", "within 10 %",
               f"{100 * (ranks.seconds / local.seconds - 1):+.1f} % ({ranks.seconds:.1f} s, {local.seconds:.1f} s)")


def cell(bench):
    few, many = 10, bench.scaled(1_000)
    files = [bench.write_sweep(f"cells-{count}", count, {"workload.tasks": 1}) for count in (few, many)]
    small, large = bench.medians(*(lambda file=file: bench.sweep(file, "--jobs", 1, "--engine", "events")
                                   for file in files))
    cost = (large.seconds - small.seconds) / (many - few)
    yield (f"fixed cost of a cell: {many:,} cells of one task, less {few}, one job", "≤ 10 ms", f"{1e3 * cost:.1f} ms")


def many(bench):
    count = bench.scaled(10_000)
    file = bench.write_sweep("many", count, {"workload.tasks": 10})
    for engine in ("simgrid", "events"):
        (measured,) = bench.medians(lambda: bench.sweep(file, "--jobs", 2, "--engine", engine))
        yield (f"{count:,} cells of 10 tasks, `--jobs 2`, {engine}", "< 180 s, < 200 MB",
               f"{measured.seconds:.1f} s, {measured.megabytes:.0f} MB")


def report(bench):
    points, tasks = bench.scaled(20), bench.scaled(5_000)
    file = bench.write_sweep("report", points, {"workload.tasks": tasks}, FIVE + "replications: 2\n")
    (swept,) = bench.medians(lambda: bench.sweep(file, "--engine", "events"))
    rows = 10 * points * tasks
    yield (f"sweep of {10 * points} cells and {rows:,} rows, its CSV files", "",
           f"{swept.seconds:.1f} s, {swept.megabytes:.0f} MB")
    (drawn,) = bench.medians(lambda: bench.run(bench.mecsim, "report", bench.folder / "out"))
    size = (bench.folder / "out/report.html").stat().st_size
    yield ("`mecsim report` of it, and the size of report.html", "< 30 s, < 5 MB",
           f"{drawn.seconds:.1f} s, {size / 1e6:.2f} MB (memory {drawn.megabytes:.0f} MB)")


PARTS = {part.__name__: part for part in (jobs, cell, many, mpi, report)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mecsim", help="the program, of a release build")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, joined by commas; default: {','.join(PARTS)}")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each; default: 3")
    parser.add_argument("--scale", type=float, default=1.0, help="shrinks the sweeps; default: 1")
    arguments = parser.parse_args()
    parts = arguments.only.split(",")
    if unknown := [name for name in parts if name not in PARTS]:
        parser.error(f"--only: there is no {', '.join(unknown)}; expected some of {', '.join(PARTS)}")
    if arguments.repeat < 1 or not 0 < arguments.scale <= 1:
        parser.error("expected --repeat from 1 on, and --scale above 0 and at most 1")
    print("| what | aim | measured |\n| --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory(prefix="mecsim bench ") as folder:
        bench = Bench(arguments.mecsim, folder, arguments.repeat, arguments.scale)
        for name in parts:
            for what, aim, measured in PARTS[name](bench):
                print(f"| {what} | {aim} | {measured} |", flush=True)


if __name__ == "__main__":
    main()
