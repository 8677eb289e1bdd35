"""Policies compared: comparisons.csv and quantiles.csv against what Python makes of tasks.csv, a run against a sweep of
one point, and the database of a sweep against its CSV files."""

import csv
import sqlite3
import subprocess
import unittest

from support import Case, MECSIM, QUICKSTART, rows_of

EXACT = """name: exact
policies: [local, edge]
device: {speed: 1 GHz}
edge: {speed: 1.25 GHz}
links: {b1: 1 MB/s, b2: 1 MB/s}
workload: {file: tasks.csv}
"""
FLEET = """name: fleet
policies: [edge, optimal]
task: {subtasks: 3, work: "uniform(0 Mcycles, 2000 Mcycles)", data: "uniform(0 MB, 1 MB)"}
device: {count: 4, speed: 500 MHz}
edge: {speed: 3 GHz}
links: {b1: 4 MB/s, b2: 2 MB/s}
workload: {tasks: 200, arrivals: poisson(0.1 /s)}
"""


def latencies(rows, policy):
    return {(row["replication"], row["task"]): float(row["latency_s"])
            for row in rows if row["policy"] == policy and row["status"] == "completed"}


def as_stored(field, value):
    """A field of a CSV file as the type of `value`; an empty one is NULL, or an empty text."""
    return type(value)(field) if field != "" or value == "" else None


class Comparisons(Case):
    def write_exact(self):
        """Without data, a task on the edge takes 1 / 1.25 of its time on the device."""
        lines = [f"{i},0,0,{(i + 1) * 1e8},0 0" for i in range(50)]
        self.scenario("task,device,release_s,work_cycles,data_bytes\n" + "\n".join(lines) + "\n", "tasks.csv")
        self.scenario(EXACT, "exact.yaml")

    def test_a_known_ratio_is_found_exactly(self):
        self.write_exact()
        done = self.mecsim("run", "exact.yaml", "--out", "out")
        self.assertIn("paired, at 5 %: fastest edge; slower local\n", done.stdout)
        rows = {row["policy"]: row for row in rows_of(self.folder / "out/comparisons.csv")}
        for policy, ratio in [("local", 1.25), ("edge", 0.8)]:
            for name in ["ratio_of_means", "mean_of_ratios"]:
                for end in ["", "_lo", "_hi"]:
                    self.assertAlmostEqual(float(rows[policy][name + end]), ratio, places=12)
            self.assertEqual([rows[policy][name] for name in ["unit", "units", "ties", "significant"]],
                             ["task", "50", "0", "yes"])
            # All fifty alike, on either side: 2 / 2^50.
            self.assertAlmostEqual(float(rows[policy]["p_value"]), 2.0 ** -49, delta=1e-20)
        self.assertEqual((rows["local"]["wins"], rows["local"]["losses"]), ("0", "50"))
        self.assertEqual((rows["edge"]["wins"], rows["edge"]["losses"]), ("50", "0"))

    def test_comparisons_agree_with_the_tasks(self):
        self.quickstart("out", "--set", "replications=2")
        tasks = rows_of(self.folder / "out/tasks.csv")
        comparisons = rows_of(self.folder / "out/comparisons.csv")
        self.assertEqual(len(comparisons), 7 * 6)
        for row in comparisons:
            mine, other = latencies(tasks, row["policy"]), latencies(tasks, row["other"])
            pairs = [(mine[key], other[key]) for key in mine.keys() & other.keys()]
            tied = [abs(a - b) <= 1e-12 * max(a, b) for a, b in pairs]
            self.assertEqual(int(row["units"]), len(pairs))
            self.assertEqual(int(row["ties"]), sum(tied))
            self.assertEqual(int(row["wins"]), sum(a < b and not tie for (a, b), tie in zip(pairs, tied)))
            self.assertEqual(int(row["wins"]) + int(row["ties"]) + int(row["losses"]), len(pairs))
            self.assertAlmostEqual(float(row["ratio_of_means"]), sum(a for a, _ in pairs) / sum(b for _, b in pairs))
            self.assertAlmostEqual(float(row["mean_of_ratios"]), sum(a / b for a, b in pairs) / len(pairs))
            for name in ["ratio_of_means", "mean_of_ratios"]:
                self.assertLessEqual(float(row[name + "_lo"]), float(row[name + "_hi"]))
            self.assertGreaterEqual(float(row["p_corrected"]), float(row["p_value"]))

    def test_quantiles_agree_with_the_tasks(self):
        self.quickstart("out", "--policy", "greedy")
        values = sorted(latencies(rows_of(self.folder / "out/tasks.csv"), "greedy").values())
        rows = rows_of(self.folder / "out/quantiles.csv")
        self.assertEqual(len(rows), 202)
        for row in rows:
            position = float(row["probability"]) * (len(values) - 1)
            below = int(position)
            above = min(below + 1, len(values) - 1)
            expected = values[below] + (position - below) * (values[above] - values[below])
            self.assertAlmostEqual(float(row["latency_s"]), expected, places=9)

    def test_tasks_of_a_fleet_are_no_sample_of_their_own(self):
        self.scenario(FLEET)
        self.mecsim("run", "mine.yaml", "--out", "out", "--engine", "events")
        row = rows_of(self.folder / "out/comparisons.csv")[0]
        self.assertEqual((row["unit"], row["units"]), ("batch", "25"))  # of eight tasks
        summary = rows_of(self.folder / "out/summary.csv")[0]
        self.assertNotEqual(summary["mean_latency_lo_s"], "")
        self.assertEqual(summary["median_latency_lo_s"], "")
        done = self.mecsim("run", "mine.yaml", "--tasks", "12", "--out", "few", "--engine", "events")
        self.assertIn("paired, at 5 %: fastest optimal; too few units edge\n", done.stdout)

    def test_a_sweep_of_one_point_says_what_a_run_says(self):
        for scenario in [QUICKSTART, self.scenario(FLEET)]:
            with self.subTest(scenario=scenario):
                (self.folder / "sweep.yaml").write_text(f"scenario: {scenario}\nreplications: 2\n")
                self.mecsim("run", scenario, "--tasks", "150", "--set", "replications=2", "--force", "--out", "run")
                self.mecsim("sweep", "sweep.yaml", "--tasks", "150", "--restart", "--out", "sweep")
                for name in ["summary.csv", "comparisons.csv", "quantiles.csv"]:
                    run = rows_of(self.folder / "run" / name)
                    swept = rows_of(self.folder / "sweep" / name)
                    shared = [key for key in run[0] if key in swept[0]]
                    self.assertGreater(len(shared), 4)
                    self.assertEqual([[row[key] for key in shared] for row in run],
                                     [[row[key] for key in shared] for row in swept], name)


class Database(Case):
    def test_the_database_holds_the_rows_of_the_csv_files(self):
        (self.folder / "sweep.yaml").write_text(
            f"scenario: {QUICKSTART}\nreplications: 2\naxes:\n  - key: edge.speed\n    values: [1 GHz, 2 GHz]\n")
        command = [MECSIM, "sweep", "sweep.yaml", "--tasks", "20", "--policy", "local,greedy", "--sqlite", "--out", "out"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=300)
        if done.returncode == 2 and "libsqlite3-dev" in done.stderr:
            self.skipTest("built without SQLite")
        self.assertEqual(done.returncode, 0, done.stderr)
        database = sqlite3.connect(self.folder / "out/sweep.sqlite")
        self.addCleanup(database.close)
        database.row_factory = sqlite3.Row
        self.assertEqual(database.execute("PRAGMA foreign_key_check").fetchall(), [])
        self.assertEqual(database.execute("SELECT count(*) FROM points").fetchone()[0], 2)
        for table in ["tasks", "cells", "summary", "comparisons", "quantiles", "timings", "failures"]:
            with open(self.folder / "out" / f"{table}.csv", newline="") as file:
                expected = list(csv.DictReader(file))
            view = database.execute(f"SELECT * FROM {table}_by_axes").fetchall()
            self.assertEqual(len(view), len(expected), table)
            if expected:
                self.assertEqual(set(expected[0]) - set(view[0].keys()), {"scenario", "seed"} & set(expected[0]))
            key = [name for name in ["point", "policy", "other", "replication", "task", "probability"]
                   if expected and name in expected[0]]
            found = {tuple(str(row[name]) for name in key): row for row in view}
            for row in expected:
                mine = found[tuple(str(float(row[name])) if name == "probability" else row[name] for name in key)]
                for name in mine.keys():
                    self.assertEqual(mine[name], as_stored(row[name], mine[name]), (table, name))


if __name__ == "__main__":
    unittest.main(verbosity=2)
