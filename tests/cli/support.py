"""What the tests of the command line share: the program, its files, and how to call it.

MECSIM (the program), MECSIM_TOY (the same with a toy policy that learns, see toy_registry.cpp) and
MECSIM_SOURCE_DIR come with the environment; CTest sets them.
"""

import atexit
import csv
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

MECSIM = str(pathlib.Path(os.environ["MECSIM"]).resolve())
SOURCE = pathlib.Path(os.environ["MECSIM_SOURCE_DIR"]).resolve()
POLICIES = ["local", "edge", "cloud", "random", "greedy", "best-constant", "optimal"]  # need no training
COLUMNS = (
    "scenario,policy,seed,replication,task,device,release_s,decided_s,finish_s,latency_s,exec_s,"
    "transfer_s,wait_s,decision_s,decision_ns,energy_j,placement,estimated_latency_s,"
    "optimal_latency_s,status"
).split(",")
RESULT_FILES = ["activities.csv", "bandwidths.csv", "comparisons.csv", "manifest.json", "quantiles.csv", "summary.csv", "tasks.csv"]


def untrained_quickstart():
    """scenarios/quickstart.yaml without the policies that learn: they would train for minutes."""
    folder = tempfile.mkdtemp(prefix="mecsim cli ")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    text = (SOURCE / "scenarios/quickstart.yaml").read_text()
    head, separator, _ = text.partition("  # These learn first.")
    assert separator, "the comment before the policies that learn has changed"
    path = pathlib.Path(folder, "quickstart.yaml")
    path.write_text(head)
    return str(path)


QUICKSTART = untrained_quickstart()


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def without_measured(path):
    """The rows of a CSV without the columns that hold measured times (their names end in _ns)."""
    with open(path, newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        keep = [i for i, name in enumerate(header) if not name.endswith("_ns")]
        return [[row[i] for i in keep] for row in [header, *reader]]


class Case(unittest.TestCase):
    program = MECSIM

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mecsim cli "))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def mecsim(self, *arguments, code=0, **options):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True,
                              cwd=self.folder, timeout=300, **options)
        self.assertEqual(done.returncode, code,
                         f"mecsim {' '.join(map(str, arguments))}\n{done.stdout}\n{done.stderr}")
        return done

    def quickstart(self, out, *arguments, code=0):
        return self.mecsim("run", QUICKSTART, "--tasks", "40", "--out", out, *arguments, code=code)

    def scenario(self, text, name="mine.yaml"):
        path = self.folder / name
        path.write_text(text)
        return path
