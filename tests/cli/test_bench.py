"""Measured decisions (`mecsim bench decisions`, `decision.bench`), published values, and their figures. No
test here asserts a time: machines differ."""

import os
import signal
import subprocess
import time
import unittest

from support import (
    Case,
    MECSIM,
    POLICIES,
    QUICKSTART,
    RESULT_FILES,
    rows_of,
)

COLUMNS = ("scenario,policy,tasks,repetitions,single_median_ns,single_p99_ns,batch,batched_median_ns,"
           "relative_to_greedy,cycles,machine").split(",")
QUICK = ["--tasks", "50", "--repetitions", "3"]
PUBLISHED = ("published={source: 'A paper, 2020', latency: {greedy: 1.36, optimal: 1}, "
             "decision_time: {optimal: 122.54}}")


class Bench(Case):
    def bench(self, *arguments, code=0):
        return self.mecsim("bench", "decisions", QUICKSTART, *QUICK, *arguments, code=code)

    def measured(self, *arguments):
        self.bench("--out", "times.csv", *arguments)
        rows = rows_of(self.folder / "times.csv")
        self.assertEqual(list(rows[0]), COLUMNS)
        return rows

    def wait_until_it_catches(self, pid, number):
        deadline = time.time() + 60
        caught = 0
        while not caught & 1 << (number - 1):
            self.assertLess(time.time(), deadline, "the signal is never caught")
            time.sleep(0.02)
            with open(f"/proc/{pid}/status") as file:
                caught = int(next(line for line in file if line.startswith("SigCgt:")).split()[1], 16)

    def test_every_policy_is_measured(self):
        rows = self.measured("--batch", "16")
        self.assertEqual([row["policy"] for row in rows], POLICIES)
        for row in rows:
            self.assertEqual((row["scenario"], row["tasks"], row["repetitions"], row["batch"]),
                             ("quickstart", "50", "3", "16"))
            for column in ["single_median_ns", "batched_median_ns", "relative_to_greedy"]:
                self.assertGreater(float(row[column]), 0)
            self.assertGreaterEqual(float(row["single_p99_ns"]), 0)
            self.assertRegex(row["cycles"], r"^\d+$")
        (greedy,) = [row for row in rows if row["policy"] == "greedy"]
        self.assertEqual(float(greedy["relative_to_greedy"]), 1)

    def test_the_table_is_on_the_terminal_and_no_file_anywhere(self):
        done = self.bench("--policy", "greedy,optimal")
        lines = done.stdout.splitlines()
        self.assertEqual(lines[1].split(), ["policy", "median", "p99", "median", "Greedy's", "cycles"])
        self.assertEqual([line.split()[0] for line in lines[2:4]], ["greedy", "optimal"])
        self.assertTrue(lines[4].startswith("50 tasks; batches of up to 50; "), lines[4])
        self.assertEqual(done.stderr, "")
        self.assertEqual(os.listdir(self.folder), [])

    def test_where_a_policy_is_deployed_makes_no_difference(self):
        rows = self.measured("--policy", "optimal:at=edge,optimal,optimal:at=cloud:solver=dp")
        self.assertEqual([row["policy"] for row in rows], ["optimal", "optimal(solver=dp)"])
        self.assertEqual([row["relative_to_greedy"] for row in rows], ["", ""])  # no Greedy

    def test_a_workload_file_gives_the_tasks(self):
        (self.folder / "w.csv").write_text("task,device,release_s,work_cycles,data_bytes\n"
                                           "0,0,0,1e9,1 1\n1,0,0,1e9 2e9,1 1 1\n")
        rows = self.measured("--policy", "local", "--set", "workload.file=w.csv")
        self.assertEqual(rows[0]["tasks"], "2")

    def test_a_run_can_be_charged_what_was_measured(self):
        cycles = {row["policy"]: float(row["cycles"]) for row in self.measured()}
        self.quickstart("out", "--set", f"decision.cost.calibrated={self.folder / 'times.csv'}",
                        "--set", "device.speed=1 GHz")
        for row in rows_of(self.folder / "out/tasks.csv"):
            self.assertAlmostEqual(float(row["decision_s"]), cycles[row["policy"]] / 1e9, delta=1e-15)

    def test_mistakes_are_explained(self):
        usage = "\nusage: mecsim bench decisions FILE"
        cases = [
            (["bench"], "mecsim: bench: nothing to measure was named; expected decisions" + usage),
            (["bench", "decision", QUICKSTART],
             'mecsim: bench: cannot measure "decision"; expected decisions; did you mean "decisions"?' + usage),
            (["bench", "decisions"], "mecsim: FILE is missing" + usage),
            (["bench", "decisions", QUICKSTART, "--tasks", "0"],
             'mecsim: --tasks "0": expected a whole number from 1 to 1000000\n'),
            (["bench", "decisions", QUICKSTART, "--batch", "many"],
             'mecsim: --batch "many": expected a whole number from 1 to 1000000\n'),
            (["bench", "decisions", QUICKSTART, "--repetitions", "1.5"],
             'mecsim: --repetitions "1.5": expected a whole number from 1 to 1000000\n'),
            (["bench", "decisions", QUICKSTART, "--policy", ""], "mecsim: --policy: expected a value\n"),
            (["bench", "decisions", QUICKSTART, "--policy", "gredy"], 'mecsim: unknown policy "gredy"'),
            (["bench", "decisions", QUICKSTART, "--out", "none/times.csv"],
             "mecsim: cannot write none/times.csv: No such file or directory\n"),
            (["bench", "decisions", "none.yaml"], "none.yaml"),
        ]
        for arguments, message in cases:
            with self.subTest(arguments=arguments):
                done = self.mecsim(*arguments, code=2)
                self.assertTrue(done.stderr.startswith(message), done.stderr)
                self.assertEqual(done.stdout, "")
        self.assertEqual(os.listdir(self.folder), [])

    def test_ctrl_c_leaves_no_file(self):
        process = subprocess.Popen(
            [MECSIM, "bench", "decisions", QUICKSTART, "--repetitions", "1000000", "--out", "times.csv"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.wait_until_it_catches(process.pid, signal.SIGINT)
        time.sleep(0.2)
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual((process.returncode, stdout), (1, ""))
        self.assertEqual(stderr, "mecsim: interrupted by SIGINT: nothing was written\n")
        self.assertEqual(os.listdir(self.folder), [])


class Published(Case):
    def files(self):
        return sorted(os.listdir(self.folder / "out"))

    def test_a_run_measures_decisions_when_it_is_told_to(self):
        done = self.quickstart("out", "--set", "decision.bench=yes", "--policy", "local,greedy")
        self.assertEqual(self.files(), sorted([*RESULT_FILES, "decisions.csv"]))
        rows = rows_of(self.folder / "out/decisions.csv")
        self.assertEqual([row["policy"] for row in rows], ["local", "greedy"])
        self.assertEqual({row["tasks"] for row in rows}, {"4096"})  # however many the run has
        self.assertIn("batches of up to 256", done.stdout)

    def test_published_values_are_kept_with_the_results(self):
        self.quickstart("out", "--set", PUBLISHED)
        self.assertEqual(self.files(), sorted([*RESULT_FILES, "published.csv"]))
        self.assertEqual((self.folder / "out/published.csv").read_text(),
                         "quantity,policy,value,source\n"
                         'latency,greedy,1.36,"A paper, 2020"\n'
                         'latency,optimal,1,"A paper, 2020"\n'
                         'decision_time,optimal,122.54,"A paper, 2020"\n')

    def test_what_earlier_results_had_does_not_stay(self):
        self.quickstart("out", "--set", PUBLISHED, "--set", "decision.bench=yes", "--policy", "greedy")
        for folder in ["figures", "tables"]:
            (self.folder / "out" / folder).mkdir()
        for name in ["comparison.png", "figures/decisions.svg", "figures/comparison.csv", "tables/summary.tex",
                     "report.html", "mine.txt"]:  # fmt: skip
            (self.folder / "out" / name).write_text("old")
        self.quickstart("out", "--force", "--policy", "greedy")
        self.assertEqual(self.files(), sorted([*RESULT_FILES, "mine.txt"]))

    def test_a_report_draws_what_a_run_has_left(self):
        python = "/usr/bin/python3"
        if subprocess.run([python, "-c", "import matplotlib"], capture_output=True).returncode != 0:
            self.skipTest("no matplotlib")
        self.quickstart("out", "--set", PUBLISHED, "--set", "decision.bench=yes", "--policy", "greedy,optimal")
        self.mecsim("report", "out")
        self.assertEqual(set(self.files()), {*RESULT_FILES, "decisions.csv", "published.csv", "figures", "tables",
                                             "report.html"})  # fmt: skip
        drawn = {path.stem for path in (self.folder / "out/figures").iterdir()}
        self.assertLessEqual({"comparison", "decisions", "ecdf", "trade-off", "pairs", "gantt"}, drawn)


if __name__ == "__main__":
    unittest.main(verbosity=2)
