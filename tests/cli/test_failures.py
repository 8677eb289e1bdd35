"""Mistakes, full disks, interrupts, and generated files that drift."""

import csv
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from support import (
    Case,
    MECSIM,
    QUICKSTART,
    RESULT_FILES,
    rows_of,
    SOURCE,
)


class Mistakes(Case):
    BASE = ("task: {work: 1 Gcycles, data: 1 MB}\ndevice: {speed: 1 GHz}\nedge: {speed: 2 GHz}\n"
            "links: {b1: 1 MB/s, b2: 1 MB/s}\npolicies: [local, greedy]\n")

    def test_a_mistake_names_file_line_and_column(self):
        file = self.scenario(self.BASE.replace("edge: {speed: 2 GHz}", "edge: {speed: 2}"))
        for command in [["validate"], ["run"]]:
            done = self.mecsim(*command, "mine.yaml", code=2)
            self.assertEqual(done.stderr, 'mine.yaml:3:15: edge.speed "2": missing unit; '
                                          "expected Hz, kHz, MHz or GHz\n")
        self.assertEqual(os.listdir(self.folder), ["mine.yaml"])

    def test_all_mistakes_are_reported_at_once(self):
        self.scenario(self.BASE.replace("2 GHz", "0 GHz").replace("b1: 1 MB/s", "b1: -1 MB/s")
                      .replace("greedy", "gredy").replace("data: 1 MB", "dat: 1 MB"))
        done = self.mecsim("validate", "mine.yaml", code=2)
        for part in ["edge.speed", "links.b1", 'did you mean "greedy"?', 'did you mean "data"?']:
            self.assertIn(part, done.stderr)

    def test_values_without_sense_are_refused(self):
        frequency = "Hz, kHz, MHz or GHz"
        cases = {
            "links.b1=0 MB/s": "0 is no value here; expected more than 0",
            "links.b1=uniform(5 MB/s, 2 MB/s)": "the low bound is above the high one; expected low <= high",
            "device.speed=0 GHz": "0 is no value here; expected more than 0",
            "device.speed=nan": f"not a finite number; expected a number and a unit: {frequency}",
            "device.speed=inf": f"not a finite number; expected a number and a unit: {frequency}",
            "device.speed=3": f"missing unit; expected {frequency}",
            "task.data=-1 MB": "negative; expected at least 0",
            "task.work=1 MB": "unit MB is not an amount of work; expected cycles, kcycles, Mcycles or Gcycles",
            "task.subtasks=0": "0 is out of range; expected whole numbers from 1 to 10000",
            "task.subtasks=1000000": "1000000 is out of range; expected whole numbers from 1 to 10000",
            "workload.tasks=0": "out of range; expected a whole number from 1 to 1000000000",
            "workload.arrivals=from-file":
                "there is no workload file; expected workload.file, or other arrivals",
            "edge.sped=1 GHz": 'edge.sped: unknown key; expected speed, cores or discipline; did you mean "speed"?',
            "policies=[]": "an empty list; expected at least one policy, such as [local, greedy]",
            "seed=-1": "out of range; expected a whole number from 0 to 18446744073709551615",
            "replications=0": "out of range; expected a whole number from 1 to 10000",
            "nonsense": 'missing "="; expected KEY=VALUE, such as edge.speed=2GHz',
        }
        self.scenario(self.BASE)
        for override, message in cases.items():
            with self.subTest(override=override):
                done = self.mecsim("run", "mine.yaml", "--set", override, "--out", "out", code=2)
                self.assertEqual(done.stderr, f"--set {override}: {message}\n")
                self.assertEqual(done.stdout, "")
                self.assertFalse((self.folder / "out").exists())

    def test_tasks_of_a_workload_file_without_sense_are_refused(self):
        self.scenario(self.BASE)
        header = "task,device,release_s,work_cycles,data_bytes,p1_hz,p2_hz,b1_Bps,b2_Bps\n"
        million = "1 " * 1_000_000
        cases = {
            "0,0,0,,1,,,,\n": '2:7: work_cycles "": 0 subtasks; expected 1 to 10000 values joined by spaces',
            f"0,0,0,{million},1,,,,\n":
                f'2:7: work_cycles "{million[:80]}...": 1000000 subtasks; expected 1 to 10000 values joined by spaces',
            "0,0,0,1 2,1,,,,\n": '2:11: data_bytes "1": 1 values for 2 subtasks; expected 3, one more',
            "0,0,0,-1,1 1,,,,\n": '2:7: work_cycles "-1": value 1, "-1": negative; expected at least 0',
            "0,0,0,nan,1 1,,,,\n": '2:7: work_cycles "nan": value 1, "nan": not a finite number',
            "0,0,0,1,1 1,0,,,\n": '2:13: p1_hz "0": 0 is no value here; expected more than 0',
            "0,0,0,1,1 1,,,0,\n": '2:15: b1_Bps "0": 0 is no value here; expected more than 0',
            "0,0,0,1,1 1,,,inf,\n": '2:15: b1_Bps "inf": not a finite number',
            "0,-1,0,1,1 1,,,,\n": '2:3: device "-1": not a whole number from 0 to 99999',
            "": "1:1: the file has no tasks; expected at least one row below the header",
        }
        for row, message in cases.items():
            with self.subTest(row=row[:40]):
                (self.folder / "w.csv").write_text(header + row)
                done = self.mecsim("validate", "mine.yaml", "--set", "workload.file=w.csv", code=2)
                self.assertEqual(done.stderr, f"w.csv:{message}\n")

    def test_unknown_policies_and_parameters(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--policy", "gredy", code=2)
        self.assertEqual(done.stderr, 'mecsim: unknown policy "gredy"; expected one of local, edge, cloud, random, '
                                      'greedy, best-constant, optimal, forecast, clairvoyant, drl, dil, kd-dil, '
                                      'baseline-dil, online-dil, queue-dil; did you mean "greedy"?\n')
        done = self.mecsim("run", "mine.yaml", "--policy", "optimal:solver=exhaustif", code=2)
        self.assertIn('did you mean "exhaustive"?', done.stderr)
        self.assertIn("expected name:key=value", self.mecsim("run", "mine.yaml", "--policy", "optimal:dp", code=2).stderr)
        self.mecsim("run", "mine.yaml", "--policy", "", code=2)
        done = self.mecsim("run", "mine.yaml", "--policy", "optimal:solver=dp:solver=dp", code=2)
        self.assertIn("solver is given twice", done.stderr)
        self.mecsim("run", "mine.yaml", "--policy", "local, greedy", "--tasks", "2", "--out", "spaced")

    def test_policies_of_one_name_are_refused(self):
        """Nothing could tell their rows apart."""
        self.scenario(self.BASE.replace("[local, greedy]",
                                        "[{greedy: {label: a}}, {greedy: {queues: wait, label: a}}]"))
        self.scenario("scenario: mine.yaml\n", "sweep.yaml")
        for command in [["run", "mine.yaml"], ["sweep", "sweep.yaml"]]:
            done = self.mecsim(*command, code=2)
            self.assertEqual(done.stderr, "mecsim: two policies are called greedy(a); expected a label "
                                          "of its own for each\n")
        self.assertEqual(sorted(os.listdir(self.folder)), ["mine.yaml", "sweep.yaml"])

    def test_outputs_that_make_no_sense_are_refused(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--out", "", code=2)
        self.assertEqual(done.stderr, "mecsim: --out: expected a directory\n")
        done = self.mecsim("run", "mine.yaml", "--out", "o", "--save-workload", "o/tasks.csv", code=2)
        self.assertEqual(done.stderr, "mecsim: --save-workload o/tasks.csv: the results of this run go there; "
                                      "name another file\n")

    def test_the_exit_code_arrives_even_where_messages_cannot(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([MECSIM, "run", "nowhere.yaml"], stderr=full)
        self.assertEqual(done.returncode, 2)
        self.scenario(self.BASE)
        script = '"$0" run mine.yaml --tasks 5 --out closed <&- >&- 2>&-'
        done = subprocess.run(["sh", "-c", script, MECSIM], cwd=self.folder)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(rows_of(self.folder / "closed/tasks.csv")), 10)

    def test_an_exhaustive_search_without_end_is_refused(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--set", "task.subtasks=40", "--policy",
                           "optimal:solver=exhaustive", "--out", "out", code=2)
        self.assertEqual(done.stderr, "mecsim: policy optimal: an exhaustive search of 3 sites ^ 40 subtasks = "
                                      "1.22e+19 placements (limit 1e+10); use dp\n")
        self.assertEqual(os.listdir(self.folder / "out"), [])

    def test_missing_files(self):
        self.assertIn("nowhere.yaml", self.mecsim("run", "nowhere.yaml", code=2).stderr)
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--set", "workload.file=nowhere.csv", code=2)
        self.assertIn("nowhere.csv", done.stderr)
        self.assertIn("nowhere", self.mecsim("report", "nowhere", code=2).stderr)

    def test_a_torn_workload_file(self):
        self.scenario(self.BASE)
        (self.folder / "torn.csv").write_text(
            "task,device,release_s,work_cycles,data_bytes\n0,0,0,1e9,1 1\n1,0,0,1e9")
        done = self.mecsim("run", "mine.yaml", "--set", "workload.file=torn.csv", code=2)
        self.assertEqual(done.stderr, "torn.csv:3:1: torn last line: 4 fields; expected a whole row that ends in "
                                      "a line break\n")

    def test_a_directory_that_cannot_be_written(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--out", "/dev/null/out", code=2)
        self.assertEqual(done.stderr, "mecsim: cannot make the results directory /dev/null/out: Not a directory\n")
        (self.folder / "file").write_text("")
        done = self.mecsim("run", "mine.yaml", "--out", "file", code=2)
        self.assertEqual(done.stderr, "mecsim: cannot put results in file: it is not a directory\n")
        done = self.mecsim("run", "mine.yaml", "--save-workload", "no/such/x.csv", code=2)
        self.assertEqual(done.stderr, "mecsim: cannot write no/such/x.csv: No such file or directory\n")

    def test_a_full_disk(self):
        self.scenario(self.BASE)
        out = self.folder / "out"
        out.mkdir()
        (out / "tasks.csv.part").symlink_to("/dev/full")
        done = self.mecsim("run", "mine.yaml", "--out", "out", code=1)
        self.assertEqual(done.stderr, "mecsim: cannot write out/tasks.csv: No space left on device\n")
        self.assertFalse((out / "summary.csv").exists())
        for name in ["summary.csv", "manifest.json"]:
            other = self.folder / name[:3]
            other.mkdir()
            (other / (name + ".part")).symlink_to("/dev/full")
            done = self.mecsim("run", "mine.yaml", "--out", name[:3], code=1)
            self.assertEqual(done.stderr, f"mecsim: cannot write {name[:3]}/{name}: No space left on device\n")
            self.assertFalse((other / name).exists())
        done = self.mecsim("run", "mine.yaml", "--save-workload", "/dev/full", "--out", "other", code=1)
        self.assertEqual(done.stderr, "mecsim: cannot write /dev/full: No space left on device\n")

    def test_report_on_a_directory_without_results(self):
        (self.folder / "empty").mkdir()
        self.assertIn("summary.csv", self.mecsim("report", "empty", code=2).stderr)


class Interrupts(Case):
    def start(self, *arguments):
        return subprocess.Popen([MECSIM, "run", QUICKSTART, "--out", "out", *arguments], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)

    def wait_for_rows(self):
        part = self.folder / "out/tasks.csv.part"
        deadline = time.time() + 60
        while not (part.exists() and part.stat().st_size > 100_000):
            self.assertLess(time.time(), deadline, "no rows were written")
            time.sleep(0.05)

    def test_ctrl_c_keeps_finished_rows_and_marks_them_partial(self):
        process = self.start("--tasks", "50000000", "--policy", "greedy,optimal")
        self.wait_for_rows()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: parent and child
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("mecsim: interrupted by SIGINT: the results are partial\n", stderr)
        self.assertEqual(sorted(os.listdir(self.folder / "out")), RESULT_FILES)
        with open(self.folder / "out/tasks.csv", newline="") as file:
            count = sum(1 for row in csv.DictReader(file) if row["status"] == "completed")
        (summary,) = rows_of(self.folder / "out/summary.csv")
        self.assertEqual(summary["status"], "partial")
        self.assertEqual(int(summary["completed"]), count)
        manifest = json.loads((self.folder / "out/manifest.json").read_text())
        self.assertEqual(manifest["status"], "partial")
        released = int(summary["completed"]) + int(summary["failed"]) + int(summary["in_flight"])
        self.assertEqual(int(summary["tasks"]), released)

    def test_a_killed_simulation_is_a_failed_run_that_keeps_its_rows(self):
        process = self.start("--tasks", "50000000", "--policy", "optimal")
        self.wait_for_rows()
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self.assertEqual(len(children), 1)
        os.kill(int(children[0]), signal.SIGKILL)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("killed by signal 9", stderr)
        self.assertEqual(rows_of(self.folder / "out/summary.csv")[0]["status"], "partial")

    def test_a_killed_parent_leaves_no_orphan(self):
        process = self.start("--tasks", "50000000", "--policy", "optimal")
        self.wait_for_rows()
        (child,) = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        process.communicate()
        deadline = time.time() + 10
        alive = lambda: (pathlib.Path("/proc") / child / "stat").exists() and \
            (pathlib.Path("/proc") / child / "stat").read_text().split()[2] != "Z"
        while alive() and time.time() < deadline:
            time.sleep(0.05)
        self.assertFalse(alive())
        self.assertFalse((self.folder / "out/tasks.csv").exists())


class Generated(Case):
    """Files that are generated from the code: they must not drift from it."""

    def test_the_reference_page(self):
        self.assertEqual(self.mecsim("list", "--reference").stdout,
                         (SOURCE / "scenarios/REFERENCE.md").read_text())

    def test_the_schema(self):
        text = self.mecsim("list", "--schema").stdout
        self.assertEqual(text, (SOURCE / "scenarios/mecsim.schema.json").read_text())
        json.loads(text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
