"""What a run leaves behind: files, columns, bytes that come out again, expected results."""

import csv
import json
import os
import pathlib
import unittest

from support import (
    Case,
    COLUMNS,
    POLICIES,
    QUICKSTART,
    RESULT_FILES,
    rows_of,
    SOURCE,
    without_measured,
)


class Results(Case):
    def test_tasks_csv_has_the_documented_columns(self):
        self.quickstart("out")
        with open(self.folder / "out/tasks.csv", newline="") as file:
            self.assertEqual(next(csv.reader(file)), COLUMNS)
        self.assertEqual(sorted(os.listdir(self.folder / "out")), RESULT_FILES)

    def test_latency_is_the_sum_of_its_parts_and_never_beats_the_optimum(self):
        self.quickstart("out")
        rows = rows_of(self.folder / "out/tasks.csv")
        self.assertEqual(len(rows), 40 * 7)
        for row in rows:
            v = {name: float(row[name]) for name in COLUMNS if name.endswith("_s")}
            parts = v["decision_s"] + v["exec_s"] + v["transfer_s"] + v["wait_s"]
            self.assertAlmostEqual(v["latency_s"], parts, delta=1e-12 * parts)
            self.assertAlmostEqual(v["latency_s"], v["finish_s"] - v["release_s"], delta=1e-13 * v["finish_s"])
            self.assertAlmostEqual(v["latency_s"], v["estimated_latency_s"], delta=1e-9 * v["latency_s"])
            self.assertGreaterEqual(v["latency_s"], v["optimal_latency_s"] * (1 - 1e-12))

    def test_every_policy_meets_the_same_tasks(self):
        self.quickstart("out")
        optima = {}
        for row in rows_of(self.folder / "out/tasks.csv"):
            optima.setdefault(row["task"], set()).add(row["optimal_latency_s"])
        self.assertEqual(len(optima), 40)
        self.assertTrue(all(len(values) == 1 for values in optima.values()))

    def test_summary_agrees_with_the_tasks(self):
        self.quickstart("out")
        rows = rows_of(self.folder / "out/tasks.csv")
        for summary in rows_of(self.folder / "out/summary.csv"):
            mine = [r for r in rows if r["policy"] == summary["policy"]]
            latency = [float(r["latency_s"]) for r in mine]
            optimum = [float(r["optimal_latency_s"]) for r in mine]
            self.assertAlmostEqual(float(summary["mean_latency_s"]), sum(latency) / 40, places=9)
            self.assertAlmostEqual(float(summary["ratio_of_means"]), sum(latency) / sum(optimum), places=9)
            ratios = [a / b for a, b in zip(latency, optimum)]
            self.assertAlmostEqual(float(summary["mean_of_ratios"]), sum(ratios) / 40, places=9)
            self.assertEqual(summary["status"], "complete")

    def test_manifest_says_how_the_results_were_made(self):
        self.quickstart("out", "--set", "links.b1=1 MB/s")
        manifest = json.loads((self.folder / "out/manifest.json").read_text())
        text = json.dumps(manifest)
        self.assertEqual(manifest["status"], "complete")
        for part in ["1 MB/s", "links.b1", "simgrid", "fnv1a64:", "quickstart"]:
            self.assertIn(part, text)
        self.assertIn(pathlib.Path(QUICKSTART).read_text(), [manifest["scenario"]["text"]])

    def test_the_manifest_identifies_a_workload_file(self):
        (self.folder / "w.csv").write_text("task,device,release_s,work_cycles,data_bytes\n0,0,0,1e9,1 1\n")
        self.quickstart("out", "--set", "workload.file=w.csv", "--policy", "local")
        manifest = json.loads((self.folder / "out/manifest.json").read_text())
        # 64-bit FNV-1a, by the book.
        value = 0xCBF29CE484222325
        for byte in (self.folder / "w.csv").read_bytes():
            value = (value ^ byte) * 0x100000001B3 % 2**64
        self.assertEqual(manifest["workload"], {"path": "w.csv", "hash": f"fnv1a64:{value:016x}"})

    def test_existing_results_are_refused_without_force(self):
        self.quickstart("out")
        before = (self.folder / "out/tasks.csv").read_bytes()
        done = self.quickstart("out", "--seed", "9", code=2)
        self.assertEqual(done.stderr, "mecsim: out holds results already (tasks.csv, summary.csv, manifest.json): give "
                                      "another directory with --out, or replace them with --force\n")
        self.assertEqual((self.folder / "out/tasks.csv").read_bytes(), before)
        self.quickstart("out", "--seed", "9", "--force")
        self.assertNotEqual((self.folder / "out/tasks.csv").read_bytes(), before)

    def test_a_zero_optimum_makes_no_nan(self):
        workload = self.folder / "zero.csv"
        workload.write_text("task,device,release_s,work_cycles,data_bytes\n"
                            "0,0,0,0 0,0 0 0\n1,0,0,0,0 5e6\n2,0,0,1e9,1e6 1e6\n")
        self.mecsim("run", QUICKSTART, "--set", f"workload.file={workload}", "--out", "out")
        text = (self.folder / "out/summary.csv").read_text().lower()
        self.assertNotIn("nan", text)
        self.assertNotIn("inf", text)
        undefined = {r["policy"]: int(r["ratio_undefined"]) for r in rows_of(self.folder / "out/summary.csv")}
        self.assertEqual(undefined["optimal"], 0)  # 0 s of 0 s counts as 1


class Reproducibility(Case):
    def test_same_seed_same_bytes(self):
        self.quickstart("a")
        self.quickstart("b")
        self.assertEqual(without_measured(self.folder / "a/tasks.csv"), without_measured(self.folder / "b/tasks.csv"))
        self.assertEqual(without_measured(self.folder / "a/summary.csv"), without_measured(self.folder / "b/summary.csv"))

    def test_the_order_of_policies_does_not_matter(self):
        self.quickstart("a", "--policy", ",".join(POLICIES))
        self.quickstart("b", "--policy", ",".join(reversed(POLICIES)))
        self.assertEqual(without_measured(self.folder / "a/tasks.csv"), without_measured(self.folder / "b/tasks.csv"))

    def test_a_policy_alone_does_what_it_does_in_company(self):
        self.quickstart("a")
        self.quickstart("b", "--policy", "random")
        in_company = [r for r in without_measured(self.folder / "a/tasks.csv") if r[1] in ("policy", "random")]
        self.assertEqual(in_company, without_measured(self.folder / "b/tasks.csv"))

    def test_another_seed_is_another_workload(self):
        self.quickstart("a", "--policy", "local")
        self.quickstart("b", "--policy", "local", "--seed", "2")
        self.assertNotEqual(without_measured(self.folder / "a/tasks.csv")[1][9], without_measured(self.folder / "b/tasks.csv")[1][9])

    def test_a_saved_workload_replays_to_the_same_bytes(self):
        for arrivals in ["closed-loop", "poisson(0.01 /s)"]:
            with self.subTest(arrivals=arrivals):
                tag = arrivals[0]
                self.quickstart(tag + "a", "--save-workload", tag + ".csv", "--set", f"workload.arrivals={arrivals}")
                replay = "closed-loop" if tag == "c" else "from-file"
                self.quickstart(tag + "b", "--set", f"workload.file={tag}.csv", "--set", f"workload.arrivals={replay}")
                self.assertEqual(without_measured(self.folder / (tag + "a") / "tasks.csv"),
                                 without_measured(self.folder / (tag + "b") / "tasks.csv"))

    def test_golden_rows(self):
        """Pins behaviour across machines and library versions. Regenerate on purpose only:
        MECSIM_REGENERATE=1 python3 tests/cli/test_results.py Reproducibility.test_golden_rows"""
        golden = SOURCE / "tests/golden/quickstart-3-tasks.csv"
        self.mecsim("run", QUICKSTART, "--tasks", "3", "--out", "out")
        rows = without_measured(self.folder / "out/tasks.csv")
        if os.environ.get("MECSIM_REGENERATE"):
            with open(golden, "w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        with open(golden, newline="") as file:
            self.assertEqual(rows, list(csv.reader(file)))


class Vectors(Case):
    """Expected results computed independently of this project; see tests/README.md."""

    def test_policies_match_the_expected_seconds(self):
        path = os.environ.get("MECSIM_VECTORS", SOURCE / "../shared/vectors/chain.csv")
        if not os.path.exists(path):
            self.skipTest(f"{path} is not there")
        self.mecsim("run", QUICKSTART, "--set", f"workload.file={path}", "--policy",
                    "local,edge,cloud,greedy,optimal", "--out", "out")
        expected = {row["task"]: row for row in rows_of(path)}
        checked = 0
        for row in rows_of(self.folder / "out/tasks.csv"):
            want = float(expected[row["task"]][row["policy"] + "_s"])
            for column in ["latency_s", "estimated_latency_s"]:
                self.assertAlmostEqual(float(row[column]), want, delta=1e-9 * want)
            if row["policy"] == "greedy":
                self.assertEqual(row["placement"], expected[row["task"]]["greedy_placement"])
            checked += 1
        self.assertEqual(checked, 5 * len(expected))


if __name__ == "__main__":
    unittest.main(verbosity=2)
