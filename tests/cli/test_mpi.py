"""mecsim sweep under mpirun, three ranks on this machine: rank 0 and two that run cells. Skipped, saying so, where mpirun
or the program's other half, mecsim_toy-mpi, is not there."""

import fcntl
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from support import MECSIM
from sweep_support import BASE, SWEEP, TOY, SweepCase

MPIRUN = shutil.which("mpirun")
# mpirun waits for a second between the signals that end its ranks, which is for the interrupted to use.
AT_ONCE = {f"{name}_MCA_odls_base_sigkill_timeout": "0" for name in ("OMPI", "PRTE")}
AS_ROOT = {f"{name}_ALLOW_RUN_AS_ROOT{confirm}": "1" for name in ("OMPI", "PRTE") for confirm in ("", "_CONFIRM")}
CELLS = 12  # of the sweep below
SLOW = ["sweep", "sweep.yaml", "--policy", "local,faulty:seconds=0.3"]  # half of its cells wait before they begin


def children_of_ranks():
    """Processes of this program, cells that run under mpirun: their parents are the program, too."""
    program = TOY + "-mpi"
    parents = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(folder / "exe") == program:
                status = (folder / "stat").read_text()
                parents[int(folder.name)] = int(status.rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            pass
    return parents


class MpiCase(SweepCase):
    def setUp(self):
        super().setUp()
        self.scratch = self.folder / "scratch"
        self.scratch.mkdir()

    def need_mpi(self):
        if MPIRUN is None:
            self.skipTest("there is no mpirun (openmpi-bin)")
        if not os.path.exists(TOY + "-mpi"):
            self.skipTest("built without MPI (libboost-mpi-dev)")

    def command(self, *arguments, ranks=3):
        return [MPIRUN, "-n", str(ranks), "--oversubscribe", "--bind-to", "none", self.program, *map(str, arguments)]

    def environment(self, more=AT_ONCE):
        return {**os.environ, **AS_ROOT, **more, "TMPDIR": str(self.scratch)}

    def mpirun(self, *arguments, code=0, ranks=3):
        return self.finish(self.command(*arguments, ranks=ranks), code)

    def finish(self, command, code):
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=120,
                              env=self.environment())
        self.assertEqual(done.returncode, code, f"{command}\n{done.stdout}\n{done.stderr}")
        self.assertEqual(list(self.scratch.glob("mecsim*")), [])
        return done

    def start_ranks(self, *arguments, more=AT_ONCE):
        return subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                cwd=self.folder, env=self.environment(more), start_new_session=True)

    def wait_for(self, condition, process):
        found = []
        self.wait_until(process, lambda: found.append(condition()) or found[-1])
        return found[-1]


class Ranks(MpiCase):
    """Needs MPI."""

    def setUp(self):
        super().setUp()
        self.need_mpi()

    def cells_in(self, out):
        return len([f for f in (self.folder / out / "cells").glob("*.json") if f.suffixes == [".json"]])

    def child(self):
        """A cell that runs, and cannot end before it is asked about."""
        parents = children_of_ranks()
        for pid, parent in parents.items():
            if parent in parents:
                try:
                    os.kill(pid, signal.SIGSTOP)
                    time.sleep(0.02)
                    if (pathlib.Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "T":
                        return pid
                except OSError:
                    pass
        return None

    def test_the_results_are_those_of_one_process_and_models_travel(self):
        policies = ["sweep", "sweep.yaml", "--policy", "local,greedy,learner,learner:site=2"]
        self.mecsim(*policies, "--jobs", 1, "--out", "one", "--cache", "cache 1")
        self.mpirun(*policies, "--out", "ranks", "--cache", "cache 2")
        self.assert_same("ranks", self.files("one"))
        trainings = (self.folder / "cache 2/trainings.log").read_text().split("\n")[:-1]
        self.assertEqual(len(trainings), len(set(trainings)))
        self.assertEqual(len(trainings), 2)
        self.mpirun(*policies, "--out", "more", "--cache", "cache 2", "--jobs", 3)
        self.assert_same("more", self.files("one"))

    def test_lines_tell_the_progress_where_they_are_asked_for(self):
        lines = self.mpirun(*SLOW, "--progress", "50ms", "--out", "ranks").stderr.splitlines()
        told = [re.fullmatch(r"mecsim: (\d+) %  (?:\d+|\?) s left  (\d+) of 12 cells", line) for line in lines]
        counts = [int(match[2]) for match in told if match]
        self.assertEqual(counts, sorted(counts), lines)
        self.assertTrue(set(counts) & set(range(1, CELLS)), lines)
        self.assertEqual({round(100 * int(match[2]) / CELLS) for match in told if match},
                         {int(match[1]) for match in told if match})  # fmt: skip
        self.assertNotIn(" left ", self.mpirun(*SLOW, "--out", "quiet").stderr)

    def test_rows_of_many_megabytes_arrive_whole(self):
        # More than one piece a cell.
        arguments = ["sweep", "sweep.yaml", "--set", "workload.tasks=30000", "--engine", "events", "--policy", "local",
                     "--replications", 1]
        self.mecsim(*arguments, "--out", "one")
        self.mpirun(*arguments, "--out", "ranks")
        self.assertGreater(min(f.stat().st_size for f in (self.folder / "ranks/cells").glob("*.csv")), 1 << 22)
        self.assert_same("ranks", self.files("one"))
        with self.subTest("on another file system"):  # whence rows cannot be moved, and travel
            try:
                self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="mecsim cli ", dir="/dev/shm"))
            except OSError as error:
                self.skipTest(f"no other file system: {error}")
            self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
            if self.scratch.stat().st_dev == self.folder.stat().st_dev:
                self.skipTest("/dev/shm is on the same file system")
            self.mpirun(*arguments, "--out", "travelled")
            self.assert_same("travelled", self.files("one"))

    def test_failed_cells_are_recorded_and_the_others_run(self):
        arguments = ["sweep", "sweep.yaml", "--cell-timeout", "1s", "--policy",
                     "local,faulty:how=throw,faulty:how=crash,faulty:seconds=60"]
        self.mecsim(*arguments, "--replications", 1, "--out", "one", code=1)
        self.mpirun(*arguments, "--replications", 1, "--out", "ranks", "--jobs", 2, code=1)
        self.assert_same("ranks", self.files("one"))

    def test_a_killed_child_loses_no_cell(self):
        self.mecsim(*SLOW, "--out", "one", "--jobs", CELLS)
        process = self.start_ranks(*SLOW, "--out", "ranks")
        os.kill(self.wait_for(self.child, process), signal.SIGKILL)
        output = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, output)
        self.assert_same("ranks", self.files("one"))

    def test_what_is_interrupted_goes_on(self):
        slow = SLOW[:-1] + ["local,faulty:seconds=0.8"]  # mpirun takes a second before it tells its ranks
        self.mecsim(*slow, "--out", "one", "--jobs", CELLS)
        process = self.start_ranks(*slow, "--out", "ranks", more={})
        self.wait_for(lambda: self.cells_in("ranks") >= 2, process)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=120)
        self.assertNotEqual(process.returncode, 0, output)
        self.assertEqual(children_of_ranks(), {})
        self.assertEqual(list(self.scratch.glob("mecsim*")), [])
        self.assertLess(self.cells_in("ranks"), CELLS)
        self.mpirun(*slow, "--out", "ranks")
        self.assert_same("ranks", self.files("one"))

    def test_after_a_rank_has_died_the_same_command_goes_on(self):
        self.mecsim(*SLOW, "--out", "one", "--jobs", CELLS)
        process = self.start_ranks(*SLOW, "--out", "ranks")
        self.wait_for(lambda: self.cells_in("ranks") >= 1, process)
        child = self.wait_for(self.child, process)
        os.kill(children_of_ranks()[child], signal.SIGKILL)
        output = process.communicate(timeout=120)
        self.assertNotEqual(process.returncode, 0, output)
        self.assertEqual(children_of_ranks(), {})
        self.assertLess(self.cells_in("ranks"), CELLS)
        # The dead rank could not remove its files: the next one does, but of nobody who lives.
        self.assertNotEqual(list(self.scratch.glob("mecsim-rank-*/jobs")), [])
        held = self.scratch / "mecsim-rank-held"
        held.mkdir()
        with open(held / ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = self.start_ranks(*SLOW, "--out", "ranks")
            output = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, output)
            self.assertEqual(list(self.scratch.glob("mecsim*")), [held])
        self.assert_same("ranks", self.files("one"))

    def test_a_rank_that_is_told_to_end_hands_its_cells_to_the_others(self):
        self.mecsim(*SLOW, "--out", "one", "--jobs", CELLS)
        process = self.start_ranks(*SLOW, "--out", "ranks")
        child = self.wait_for(self.child, process)
        os.kill(children_of_ranks()[child], signal.SIGTERM)
        output = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, output)
        self.assert_same("ranks", self.files("one"))

    def test_a_mistake_is_reported_once(self):
        self.write("broken.yaml", SWEEP.replace("4 MB/s", "4 MB/h"))
        for arguments, message in [(["sweep", "sweep.yaml", "--jobs", "x"], "--jobs"),
                                   (["sweep", "sweep.yaml", "--politics", "local"], "--politics"),
                                   (["sweep", "sweep.yaml", "--policy", "hero"], "hero"),
                                   (["sweep", "absent.yaml"], "absent.yaml"),
                                   (["sweep", "broken.yaml"], "4 MB/h")]:
            done = self.mpirun(*arguments, code=2)
            self.assertEqual(sum(message in line for line in done.stderr.splitlines()), 1, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_help_and_plan_are_printed_once(self):
        self.assertEqual(self.mpirun("sweep", "--help").stdout.count("usage:"), 1)
        plans = [call("sweep", "sweep.yaml", "--dry-run", *jobs).stdout.splitlines()
                 for call, jobs in ((self.mpirun, []), (self.mecsim, ["--jobs", 2]))]
        ranks, one = ([line for line in plan if "estimated time" not in line] for plan in plans)
        self.assertEqual(ranks, one)
        self.assertFalse((self.folder / "results").exists())

    def test_ranks_that_load_something_else_are_named(self):
        # As if the other ranks ran on a machine whose files differ, or lack.
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        program = [self.program, "sweep", "sweep.yaml", "--out", str(self.folder / "out")]
        move = 'test "$OMPI_COMM_WORLD_RANK" = 0 || cd "$0"; exec "$@"'
        command = [MPIRUN, "-n", "3", "--oversubscribe", "--bind-to", "none", "sh", "-c", move, str(elsewhere), *program]
        done = self.finish(command, 2)
        self.assertRegex(done.stderr, r"mecsim: rank [12] \(on .*\): .*sweep\.yaml")
        self.assertEqual(done.stderr.count("mecsim: "), 1)
        (elsewhere / "sweep.yaml").write_text(SWEEP)
        (elsewhere / "base.yaml").write_text(BASE.replace("tasks: 5", "tasks: 6"))
        done = self.finish(command, 2)
        self.assertRegex(done.stderr, r"mecsim: rank [12] \(on .*\) has loaded another sweep")
        self.assertEqual(done.stderr.count("mecsim: "), 1)
        self.assertFalse((self.folder / "out").exists())
        self.mecsim("sweep", "sweep.yaml", "--out", "out")
        kept = self.files("out")
        self.finish([*command, "--restart"], 2)
        self.assert_same("out", kept)

    def test_one_rank_is_a_sweep_on_this_machine(self):
        self.mecsim("sweep", "sweep.yaml", "--out", "one")
        self.mpirun("sweep", "sweep.yaml", "--out", "ranks", ranks=1)
        self.assert_same("ranks", self.files("one"))


class Launch(MpiCase):
    """Of the program that is not linked with MPI; needs none."""

    def test_without_its_other_half_it_says_what_to_install(self):
        for environment in ({"OMPI_COMM_WORLD_SIZE": "3"}, {"PMI_SIZE": "3"},
                            {"PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "3"}):
            alone = self.folder / "alone"
            shutil.copy(TOY, alone)
            done = subprocess.run([alone, "sweep", "sweep.yaml"], capture_output=True, text=True, cwd=self.folder,
                                  timeout=60, env={**os.environ, **environment})
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("3 MPI ranks", done.stderr)
            self.assertIn("libboost-mpi-dev", done.stderr)
            self.assertFalse((self.folder / "results").exists())

    def test_tasks_of_slurm_that_do_not_talk_to_each_other_are_no_ranks(self):
        for environment in ({"SLURM_STEP_NUM_TASKS": "3"}, {"OMPI_COMM_WORLD_SIZE": "1"}, {"PMI_SIZE": "x"}):
            self.mecsim("sweep", "sweep.yaml", "--dry-run", env={**os.environ, **environment})

    def test_it_does_not_load_mpi(self):
        self.assertNotIn(b"libmpi", pathlib.Path(MECSIM).read_bytes())

    def test_the_other_half_is_for_sweeps_only(self):
        self.need_mpi()
        done = subprocess.run([TOY + "-mpi", "list"], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("mecsim sweep", done.stderr)


if __name__ == "__main__":
    unittest.main()
