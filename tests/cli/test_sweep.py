"""mecsim sweep: the same results however it is run, killed, interrupted and gone on with."""

import collections
import csv
import os
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from support import rows_of
from sweep_support import WAIT, SweepCase, children, sealed


class SweepBytes(SweepCase):
    def test_results_do_not_depend_on_how_many_jobs_run(self):
        self.sweep("one", "--jobs", 1)
        self.sweep("four", "--jobs", 4)
        self.assert_same("four", self.files("one"))

    def test_shards_merge_to_what_one_sweep_gives(self):
        self.sweep("whole")
        for shard in (3, 1, 2):
            self.sweep(f"part{shard}", "--shard", f"{shard}/3")
            self.assertEqual(self.manifest(f"part{shard}")["status"], "partial")
            self.assertFalse((self.folder / f"part{shard}/tasks.csv").exists())
        self.assertEqual(sum(len(self.cells(f"part{shard}")) for shard in (1, 2, 3)), 12)
        self.mecsim("merge", "part2", "part3", "part1", "--out", "merged")
        self.assert_same("merged", self.files("whole"))
        self.assertEqual(self.manifest("merged")["status"], "complete")
        self.assertEqual(self.manifest("merged")["cells"], self.manifest("whole")["cells"])
        self.mecsim("merge", "part1", "part2", "part3", "--out", "merged")  # once more
        self.assert_same("merged", self.files("whole"))

    def test_rows_are_those_of_single_runs(self):
        self.sweep("all")
        self.mecsim("run", "base.yaml", "--set", "links.b1=2 MB/s", "--set", "replications=2", "--out", "run")
        names = [name for name in rows_of(self.folder / "run/tasks.csv")[0] if name != "decision_ns"]
        expected = [[row[name] for name in names] for row in rows_of(self.folder / "run/tasks.csv")]
        rows = [row for row in rows_of(self.folder / "all/tasks.csv") if row["point"] == "1"]
        self.assertEqual([[row[name] for name in names] for row in rows], expected)

    def test_a_precision_gives_the_same_bytes_in_any_order(self):
        target = ["--precision", "8%", "--policy", "local"]
        self.sweep("one", "--jobs", 1, *target)
        counts = collections.Counter(row["point"] for row in rows_of(self.folder / "one/cells.csv"))
        self.assertGreater(min(counts.values()), 4, "more replications than the first round has")
        self.sweep("four", "--jobs", 4, *target)
        self.assert_same("four", self.files("one"))
        for shard in (1, 2):
            self.sweep(f"part{shard}", "--shard", f"{shard}/2", *target)
        self.mecsim("merge", "part1", "part2", "--out", "merged")
        self.assert_same("merged", self.files("one"))

    def test_other_replications_and_policies_go_on_from_what_is_there(self):
        self.sweep("grown", "--replications", 1, "--policy", "greedy")
        done = self.sweep("grown")
        self.assertIn("12 of 12 cells completed (3 were there)", done.stdout)
        self.sweep("whole")
        self.assert_same("grown", self.files("whole"))

    def test_the_database_has_the_rows_of_the_files(self):
        self.sweep("all", "--sqlite")
        database = sqlite3.connect(self.folder / "all/sweep.sqlite")
        (count,) = database.execute("select count(*) from tasks").fetchone()
        self.assertEqual(count, len(rows_of(self.folder / "all/tasks.csv")))
        database.close()


class SweepKilled(SweepCase):
    def setUp(self):
        super().setUp()
        self.policies = ["--policy", "local,greedy," + WAIT.format(0.02)]
        self.sweep("whole", *self.policies)
        self.expected = self.files("whole")

    def test_a_coordinator_killed_at_any_moment_costs_nothing_that_is_finished(self):
        chance = random.Random(1)
        killed = 0
        for i in range(12):
            process = self.start("killed", "--jobs", "2", *self.policies)
            time.sleep(chance.uniform(0.0, 0.1))
            process.kill()
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
        before = {path: path.stat().st_mtime_ns for path in self.cells("killed")
                  if path.with_suffix(".json").exists()}
        self.assertGreater(killed, 0)
        self.sweep("killed", *self.policies)
        self.assert_same("killed", self.expected)
        for path, changed in before.items():
            self.assertEqual(path.stat().st_mtime_ns, changed, "run again although it was finished")

    def test_a_killed_child_loses_no_cell(self):
        process = self.start("child", "--jobs", "2", "--policy", WAIT.format(0.3))
        self.wait_until(process, lambda: children(process))
        os.kill(children(process)[0], signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, stderr)
        self.assertIn("6 of 6 cells completed", stdout)

    def test_a_cell_that_is_killed_every_time_has_failed(self):
        done = self.sweep("dead", "--policy", "local,faulty:how=die:until=/dev/null/nowhere", code=1)
        self.assertIn("6 of 12 cells completed, 6 failed", done.stdout)

    def test_a_cell_that_is_killed_once_is_run_again(self):
        until = self.folder / "died"
        done = self.sweep("again", "--jobs", 1, "--policy", f"faulty:how=die:until={until}")
        self.assertTrue(until.exists())
        self.assertIn("6 of 6 cells completed", done.stdout)

    def test_an_interrupted_sweep_keeps_what_is_finished_and_goes_on(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number):
                out = f"stopped{int(number)}"
                process = self.start(out, "--jobs", "1", *self.policies)
                self.wait_until(process, lambda: len(self.cells(out)) >= 2)
                process.send_signal(number)
                stdout, stderr = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 1)
                self.assertIn(f"interrupted by {number.name}: the same command goes on from here", stderr)
                manifest = self.manifest(out)
                self.assertEqual((manifest["status"], manifest["interrupted_by"]), ("partial", number.name))
                status = collections.Counter(row["status"] for row in rows_of(self.folder / out / "cells.csv"))
                self.assertEqual(status["completed"] + status["missing"], 18)
                self.assertEqual(status["completed"], len(self.cells(out)))
                self.assertGreater(status["missing"], 0)
                self.sweep(out, *self.policies)
                self.assert_same(out, self.expected)
                self.assertEqual(self.manifest(out)["status"], "complete")

    def test_torn_cells_are_run_again_with_a_warning(self):
        self.sweep("torn", *self.policies)
        first, second, third = self.cells("torn")[:3]
        first.write_bytes(first.read_bytes()[:-3])
        second.write_bytes(second.read_bytes().replace(b"completed", b"completes", 1))
        report = third.with_suffix(".json")
        report.write_bytes(report.read_bytes()[:40])
        for path in (self.folder / "torn").glob("*.csv"):
            path.unlink()
        done = self.sweep("torn", *self.policies)
        self.assertEqual(len([line for line in done.stderr.splitlines() if "it is run again" in line]), 3, done.stderr)
        self.assertIn("(15 were there)", done.stdout)
        self.assert_same("torn", self.expected)


    def test_a_report_that_is_damaged_on_disk_is_not_believed(self):
        self.sweep("out", *self.policies)
        for cell in self.cells("out")[:4]:
            report = cell.with_suffix(".json")
            text = report.read_text()
            self.assertEqual(sealed(text), text)
            place = text.index(".", text.index('"mean_latency_s"')) + 1
            report.write_text(text[:place] + ("2" if text[place] == "1" else "1") + text[place + 1:])
        done = self.sweep("out", *self.policies)
        self.assertEqual(done.stderr.count("its report is not the one that was written; it is run again"), 4)
        self.assertIn("(14 were there)", done.stdout)
        self.assert_same("out", self.expected)


class SweepFailures(SweepCase):
    def test_a_cell_that_throws_crashes_or_hangs_does_not_stop_the_others(self):
        self.sweep("fine", "--policy", "local,greedy")
        cases = {"throw": ("failed", 'faulty: it was told to, "so"'),
                 "crash": ("failed", "killed by signal 11 (Segmentation fault)"),
                 "wait:seconds=60": ("timed-out", "did not end within 300 ms")}
        for how, (status, reason) in cases.items():
            with self.subTest(how=how):
                out = how.partition(":")[0]
                until = self.folder / f"{out}.now"
                policies = ["--policy", f"local,greedy,faulty:how={how}:until={until}"]
                limited = ["--cell-timeout", "300ms", "--jobs", 6, *policies]
                done = self.sweep(out, *limited, code=1)
                self.assertIn("12 of 18 cells completed, 6 " + status.replace("-", " "), done.stdout)
                self.assertIn(reason, done.stderr)
                failures = rows_of(self.folder / out / "failures.csv")
                self.assertEqual(len(failures), 6)
                self.assertEqual({(row["status"], row["reason"]) for row in failures}, {(status, reason)})
                self.assertIn("faulty: about to", failures[0]["stderr"])
                tasks = (self.folder / out / "tasks.csv").read_bytes()
                self.assertEqual(tasks, (self.folder / "fine/tasks.csv").read_bytes())
                self.assertEqual(self.manifest(out)["status"], "partial")

                until.touch()
                done = self.sweep(out, *limited, "--keep-failed", code=1)
                self.assertIn("12 of 18 cells completed (12 were there)", done.stdout.replace(
                    ", 6 " + status.replace("-", " "), ""))
                self.sweep(out, *limited)  # the same command runs failed cells again
                self.assertEqual(rows_of(self.folder / out / "failures.csv"), [])
                self.assertEqual(len(rows_of(self.folder / out / "tasks.csv")), 90)

    def test_what_a_policy_cannot_learn_fails_its_cells_only(self):
        done = self.sweep("out", "--policy", "local,learner:site=0", code=1)
        self.assertIn("6 of 12 cells completed, 6 failed", done.stdout)
        self.assertIn("it could not learn: policy learner: nothing is to be learned of the device", done.stderr)

    def test_policies_learn_once_and_their_models_are_shared(self):
        arguments = ["--policy", "local,learner,learner:at=edge", "--cache", "models"]
        self.sweep("one", "--jobs", 4, *arguments)
        trained = (self.folder / "models/trainings.log").read_text().splitlines()
        self.assertEqual(set(trained), {"models/learner-1.model"})
        model = {"path": "models/learner-1.model", "hash": "fnv1a64:"}
        for policy in self.manifest("one")["policies"][1:]:
            self.assertEqual(policy["models"][0]["path"], model["path"])
        done = self.sweep("one", *arguments)
        self.assertIn("(18 were there)", done.stdout)
        (self.folder / model["path"]).write_bytes(b"\x002")  # another model: other cells
        done = self.sweep("one", *arguments)
        self.assertIn("(6 were there)", done.stdout)

    def test_two_sweeps_at_once_in_one_directory_are_refused(self):
        process = self.start("shared", "--policy", WAIT.format(60))
        self.wait_until(process, lambda: children(process))
        done = self.sweep("shared", code=2)
        self.assertIn(f"shared is in use by another mecsim (process {process.pid} on ", done.stderr)
        process.terminate()
        process.communicate()

    def test_a_directory_of_something_else_is_refused(self):
        self.mecsim("run", "base.yaml", "--out", "run")
        before = (self.folder / "run/tasks.csv").read_bytes()
        done = self.sweep("run", code=2)
        self.assertIn("run holds results already", done.stderr)
        self.assertEqual((self.folder / "run/tasks.csv").read_bytes(), before)

        self.sweep("mine")
        self.write("sweep.yaml", (self.folder / "sweep.yaml").read_text().replace("4 MB/s]", "3 MB/s, 4 MB/s]"))
        done = self.sweep("mine", code=2)
        self.assertIn("mine holds results of another sweep (sweep), or of this one before it was changed", done.stderr)
        done = self.sweep("mine", "--force")
        self.assertIn("16 of 16 cells completed (12 were there)", done.stdout)
        self.sweep("anew")
        self.assert_same("mine", self.files("anew"))
        done = self.sweep("mine", "--restart")
        self.assertIn("16 of 16 cells completed\n", done.stdout)
        self.assert_same("mine", self.files("anew"))

    def test_starting_anew_removes_nothing_that_is_not_a_sweeps(self):
        own = self.folder / "cells"
        own.mkdir()
        for name in ("precious.csv", "0123456789abcdef.csv"):
            (own / name).write_text("mine")
        self.mecsim("sweep", "sweep.yaml", "--out", ".", "--restart")
        finished = {path: path.stat().st_mtime_ns for path in self.cells(".")}
        self.mecsim("sweep", "sweep.yaml", "--out", ".", "--restart")
        self.assertEqual([(own / name).read_text() for name in ("precious.csv", "0123456789abcdef.csv")],
                         ["mine", "mine"])
        changed = [path for path in self.cells(".") if path.stat().st_mtime_ns != finished[path]]
        self.assertEqual(len(changed), 12)

    def test_a_run_keeps_out_of_a_directory_where_a_sweep_runs(self):
        process = self.start("shared", "--policy", WAIT.format(60))
        self.wait_until(process, lambda: children(process))
        done = self.mecsim("run", "base.yaml", "--out", "shared", "--force", code=2)
        self.assertIn("shared is in use by another mecsim", done.stderr)
        process.terminate()
        process.communicate()

    def test_results_of_another_version_or_build_are_refused(self):
        self.sweep("out")
        expected = self.files("out")
        manifest = self.folder / "out/manifest.json"
        whole = manifest.read_text()
        build = self.manifest("out")["build"]
        manifest.write_text(whole.replace(build, "0123abcd"))
        done = self.sweep("out", code=2)
        self.assertIn(f"(0123abcd; this one is {build})", done.stderr)
        done = self.sweep("out", "--keep-builds")
        self.assertIn("(12 were there)", done.stdout)
        version = self.manifest("out")["versions"]["mecsim"]
        manifest.write_text(whole.replace(f'"mecsim": "{version}"', '"mecsim": "0.0.9"'))
        for option in ("--keep-builds", "--force"):
            done = self.sweep("out", option, code=2)
            self.assertIn(f"holds results of mecsim 0.0.9, and this is mecsim {version}", done.stderr)
        self.sweep("out", "--restart")
        self.assert_same("out", expected)
        cell = self.cells("out")[0].with_suffix(".json")
        cell.write_text(sealed(cell.read_text().replace(build, "0123abcd")))
        self.assertIn("another build", self.sweep("out", code=2).stderr)
        manifest.write_text(whole[:100])
        self.assertIn("not a manifest of a sweep", self.sweep("out", code=2).stderr)

    def test_mistakes_are_told_before_anything_is_written(self):
        (self.folder / "file").write_text("")
        cases = [(["--jobs", "0"], '--jobs "0": expected a whole number from 1 to 4096'),
                 (["--shard", "5/4"], '--shard "5/4": expected I/N with I from 1 to N'),
                 (["--cell-timeout", "0"], '--cell-timeout "0"'),
                 (["--progress", "often"], '--progress "often"'),
                 (["--policy", "gredy"], 'did you mean "greedy"?'),
                 (["--set", "links.b3=1 MB/s"], "links.b3"),
                 (["--restart", "--force"], "exclude each other"),
                 (["--replications", "2000000"], "2")]
        for arguments, message in cases:
            with self.subTest(arguments=arguments):
                self.assertIn(message, self.sweep("new", *arguments, code=2).stderr)
                self.assertFalse((self.folder / "new").exists())
        self.assertIn("it is not a directory", self.sweep("file", code=2).stderr)
        self.assertIn("cannot make", self.sweep("file/below", code=2).stderr)
        self.assertIn("nowhere.yaml", self.sweep("new", code=2, file="nowhere.yaml").stderr)

    def test_a_failure_that_cannot_be_written_down_is_not_taken_for_an_earlier_one(self):
        until = self.folder / "now"
        policies = ["--jobs", 1, "--policy", f"faulty:how=throw:until={until}"]
        self.sweep("out", *policies, code=1)
        records = sorted((self.folder / "out/cells").glob("*.failed.json"))
        self.assertEqual(len(records), 6)
        for record in records:
            record.with_name(record.name + ".part").symlink_to("/dev/full")
        done = self.sweep("out", *policies, code=1)
        self.assertIn("No space left on device", done.stderr)
        self.assertEqual(len(list((self.folder / "out/cells").glob("*.failed.json"))), 5)
        until.touch()
        done = self.sweep("out", *policies, "--keep-failed", code=1)
        self.assertIn("1 of 6 cells completed, 5 failed", done.stdout)
        self.sweep("out", *policies)

    def test_a_disk_without_room_for_another_file_is_no_mistake_of_the_user(self):
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "nr_inodes=38", "none", small], capture_output=True).returncode:
            self.skipTest("a small file system can be mounted by root only")
        try:
            done = self.sweep("small", "--jobs", 1, code=1)  # there is room for all cells, and for some tables
            self.assertRegex(done.stderr, r"cannot write small/\w+\.csv: No space left on device")
        finally:
            subprocess.run(["umount", small], check=True)

    def test_a_full_disk_ends_the_sweep_with_an_error_and_nothing_torn(self):
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], capture_output=True).returncode:
            self.skipTest("a small file system can be mounted by root only")
        try:
            done = self.sweep("small", "--tasks", "200", code=1)
            self.assertIn("No space left on device", done.stderr)
            # What little has found room is whole, or not there at all.
            for table in small.glob("*.csv"):
                with open(table, newline="") as file:
                    self.assertEqual(len({len(row) for row in csv.reader(file)}), 1, table)
                self.assertEqual(table.read_bytes()[-1:], b"\n", table)
        finally:
            subprocess.run(["umount", small], check=True)

    def test_an_unwritable_directory_is_refused(self):
        if os.geteuid() == 0:
            self.skipTest("root may write anywhere")
        locked = self.folder / "locked"
        locked.mkdir(mode=0o555)
        self.assertIn("cannot put results in locked", self.sweep("locked", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
