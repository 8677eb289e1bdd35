"""What the tests of `mecsim sweep` share: a sweep that runs in no time, and how to compare results."""

import json
import os
import pathlib
import subprocess
import time

from support import Case

TOY = str(pathlib.Path(os.environ["MECSIM_TOY"]).resolve())

BASE = """name: tiny
policies: [local, greedy]
task: {subtasks: 6, work: "uniform(0 Mcycles, 2000 Mcycles)", data: "uniform(0 MB, 10 MB)"}
device: {speed: "uniform(100 MHz, 1000 MHz)"}
edge: {speed: "uniform(500 MHz, 5000 MHz)"}
links: {b1: "uniform(1 MB/s, 2 MB/s)", b2: "uniform(1 MB/s, 3 MB/s)"}
workload: {tasks: 5}
"""
SWEEP = """scenario: base.yaml
replications: 2
axes:
  - key: links.b1
    values: [1 MB/s, 2 MB/s, 4 MB/s]
"""
# All that depends on nothing but the sweep. timings.csv and manifest.json hold measured times.
SAME = ["tasks.csv", "cells.csv", "summary.csv", "comparisons.csv", "quantiles.csv", "failures.csv", "activities.csv",
        "bandwidths.csv"]

WAIT = "faulty:seconds={}"  # a policy of mecsim_toy: waits so long in each cell


def sealed(text):
    """The text of a cell's report with the hash of its other members as its last one (results/README.md, cells/)."""
    members = text.rpartition(',\n "hash": ')[0]
    number = 0xCBF29CE484222325
    for byte in members.encode():
        number = (number ^ byte) * 0x100000001B3 % 2**64
    return f'{members},\n "hash": "fnv1a64:{number:016x}"\n}}\n'


def children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(pid) for pid in file.read().split()]


class SweepCase(Case):
    program = TOY

    def setUp(self):
        super().setUp()
        self.write("base.yaml", BASE)
        self.write("sweep.yaml", SWEEP)

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def sweep(self, out, *arguments, code=0, file="sweep.yaml"):
        return self.mecsim("sweep", file, "--out", out, *arguments, code=code)

    def start(self, out, *arguments):
        """A sweep that is under way."""
        return subprocess.Popen([TOY, "sweep", "sweep.yaml", "--out", out, *arguments], cwd=self.folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def wait_until(self, process, condition):
        """Until the condition holds; fails if the sweep has ended before."""
        while not condition():
            self.assertIsNone(process.poll(), "it has ended")
            time.sleep(0.005)

    def files(self, out):
        return {name: (self.folder / out / name).read_bytes() for name in SAME}

    def assert_same(self, out, expected):
        found = self.files(out)
        for name in SAME:
            self.assertEqual(found[name], expected[name], f"{out}/{name}")

    def manifest(self, out):
        return json.loads((self.folder / out / "manifest.json").read_text())

    def cells(self, out):
        """The files of finished cells, by name."""
        return sorted((self.folder / out / "cells").glob("*.csv"))
