"""What the tests of the command line share: the program, its files, and how to call it.

MECSIM (the program), MECSIM_TOY (the same with a toy policy that learns, see toy_registry.cpp) and
MECSIM_SOURCE_DIR come with the environment; CTest sets them.
"""

import csv
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

MECSIM = str(pathlib.Path(os.environ["MECSIM"]).resolve())
SOURCE = pathlib.Path(os.environ["MECSIM_SOURCE_DIR"]).resolve()
QUICKSTART = str(SOURCE / "scenarios/quickstart.yaml")
POLICIES = ["local", "edge", "cloud", "random", "greedy", "best-constant", "optimal"]  # need no training
COLUMNS = (
    "scenario,policy,seed,replication,task,device,release_s,decided_s,finish_s,latency_s,exec_s,"
    "transfer_s,wait_s,decision_s,decision_ns,energy_j,placement,estimated_latency_s,"
    "optimal_latency_s,status"
).split(",")
RESULT_FILES = ["manifest.json", "summary.csv", "tasks.csv"]


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
        """Without the policies that learn, unless the arguments say which ones to run."""
        if not any("polic" in str(argument) for argument in arguments):
            arguments = ("--policy", ",".join(POLICIES), *arguments)
        return self.mecsim("run", QUICKSTART, "--tasks", "40", "--out", out, *arguments, code=code)

    def scenario(self, text, name="mine.yaml"):
        path = self.folder / name
        path.write_text(text)
        return path
