"""What figures, tables and the page of `mecsim report` say: labels, legends, notes."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import types
import unittest
import xml.etree.ElementTree

from support import Case, MECSIM, QUICKSTART, rows_of, SOURCE
from sweep_fixture import write_csv, write_sweep
from test_report import needs_matplotlib

CURVE = ["epoch", "train_loss", "validation_loss", "validation_ratio"]


def six_subtasks_at_the_edge():
    """Each too short for its name, all together not: 6 of 30 times 0.05 s."""
    for policy in ("local", "greedy"):
        yield ["fake", policy, 1, 0, 0, 0, "transfer", "b1", 0, 0.0, 1.2]
        for i in range(6):
            yield ["fake", policy, 1, 0, 0, 0, "compute", "edge", i, 1.2 + 0.05 * i, 1.2 + 0.05 * (i + 1)]


@needs_matplotlib
class ReportWords(Case):
    """A sweep whose last point is partial, drawn with text as text."""

    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="mecsim report "))
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.sweep = cls.home / "sweep"
        write_sweep(cls.sweep, lambda point, policy: "missing" if (point, policy) == (3, 1) else "completed")
        header = "scenario policy seed replication task device activity where subtask begin_s end_s".split()
        write_csv(cls.sweep / "activities.csv", header, six_subtasks_at_the_edge())
        write_csv(cls.sweep / "greedy.curve.csv", CURVE, [[0, 0, 8.4, 1.05], [1, 0.03, 8.0, 1.0], [2, 0.02, 8.8, 1.1]])
        timings = rows_of(cls.sweep / "timings.csv")
        write_csv(cls.sweep / "timings.csv", timings[0].keys(),
                  [{**row, "decision_median_ns": 52 + i % 3}.values() for i, row in enumerate(timings)])  # fmt: skip
        (cls.home / "text.mplstyle").write_text("svg.fonttype: none\n")
        done = subprocess.run([MECSIM, "report", str(cls.sweep), "--style", str(cls.home / "text.mplstyle")],
                              capture_output=True, text=True, timeout=300)  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        cls.page = (cls.sweep / "report.html").read_text()

    def texts(self, figure):
        tree = xml.etree.ElementTree.parse(self.sweep / f"figures/{figure}.svg")
        return ["".join(each.itertext()).strip() for each in tree.iter("{http://www.w3.org/2000/svg}text")]

    def test_figures_with_a_partial_point_say_so_and_others_do_not(self):
        partial = {name for name in ("axis-devices", "axis-links_b1_Bps", "heat-ratio", "heat-best", "ecdf", "trade-off",
                                     "pairs-0", "pairs-1", "pairs-3") if "partial results" in self.texts(name)}  # fmt: skip
        self.assertEqual(partial, {"axis-devices", "axis-links_b1_Bps", "heat-ratio", "heat-best", "ecdf", "trade-off",
                                   "pairs-3"})  # fmt: skip

    def test_an_axis_of_times_that_hardly_differ_has_two_labels_or_more_a_panel(self):
        labels = [text for text in self.texts("trade-off") if text.endswith(" ns")]
        self.assertGreaterEqual(len(labels), 2 * 3, labels)

    def test_subtasks_too_short_for_a_label_share_one(self):
        texts = self.texts("gantt")
        self.assertEqual(texts.count("edge"), 2)  # once a policy
        self.assertEqual(texts.count("b1"), 2)
        self.assertIn("point 0 (devices = 5, links.b1 = 1 MB/s)", texts)
        for figure in ("gantt", "bandwidth"):
            caption = re.search(f'id="figure-{figure}".*?<figcaption>(.*?)</figcaption>', self.page, re.DOTALL)[1]
            self.assertIn("Drawn for point 0 (devices = 5, links.b1 = 1 MB/s).", caption)

    def test_a_learning_curve_has_the_name_and_the_colour_of_its_policy(self):
        self.assertIn("greedy", self.texts("curves"))
        drawing = (self.sweep / "figures/curves.svg").read_text().lower()
        self.assertIn("#e69f00", drawing)  # orange, of the second policy
        self.assertNotIn("#0072b2", drawing)

    def test_a_mean_cost_in_place_of_a_loss_is_not_drawn_as_one(self):
        # greedy.curve.csv: 8 s over a ratio of 1 in every row, so validation has no loss
        self.assertNotIn("validation", self.texts("curves"))
        self.assertIn("training", self.texts("curves"))
        self.assertIn("Validation of greedy measures that cost and no loss.", self.page)


@needs_matplotlib
class RunWords(Case):
    def test_the_page_of_a_run_has_its_scenario_and_its_warm_up(self):
        self.mecsim("run", QUICKSTART, "--tasks", 10, "--set", "workload.warmup=2", "--set", "replications=3",
                    "--policy", "local", "--out", "out")  # fmt: skip
        self.mecsim("report", "out")
        page = (self.folder / "out/report.html").read_text()
        self.assertIn("<h2>Scenario</h2>", page)
        self.assertIn("<dt>workload.warmup</dt><dd>the first 2 of 10 tasks of a replication</dd>", page)

    def test_nobody_has_to_read_what_it_prints(self):
        self.mecsim("run", QUICKSTART, "--tasks", 10, "--policy", "local", "--out", "out")
        with subprocess.Popen([MECSIM, "report", "out"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=self.folder) as report:  # fmt: skip
            report.stdout.close()  # as `| head` does, long before the first line
            self.assertEqual(report.stderr.read(), b"")
        self.assertEqual(report.returncode, 0)
        self.assertTrue((self.folder / "out/report.html").exists())


class ReportParts(unittest.TestCase):
    """Parts of the script that need no matplotlib, by themselves."""

    @classmethod
    def setUpClass(cls):
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(SOURCE / "results"))
        from figures import curves, page_parts, style, written_tables

        cls.curves, cls.page, cls.style, cls.tables = curves, page_parts, style, written_tables

    def results(self, **contents):
        known = {"sweep": True, "manifest": {}, "cells": [], "points": {"0": ["5"], "1": ["10"]}, "shown": [], "notes": [],
                 "bandwidths": [], "activities": [], "where": lambda point: f"devices = {[5, 10][int(point)]}"}  # fmt: skip
        return types.SimpleNamespace(**{**known, **contents})

    def test_a_precision_that_is_missed_is_noted_with_the_widest_interval(self):
        precision = {"target": 0.005, "of": "mean-latency", "least": 5, "most": 8, "points_missed": 1, "widest": 0.108,
                     "widest_policy": "local", "widest_point": 1, "replications_least": 5, "replications_most": 8}  # fmt: skip
        self.assertIn("The precision of 0.5 % is not reached at 1 of 2 points, with 5 to 8 replications a point: half of the "
                      "widest interval is 10.8 % of the mean (local, point 1: devices = 10).",
                      self.page.notes(self.results(manifest={"precision": precision})))  # fmt: skip
        reached = {**precision, "points_missed": 0, "replications_most": 5}
        self.assertIn("The precision of 0.5 % is reached at all points, with 5 replications a point.",
                      self.page.notes(self.results(manifest={"precision": reached})))  # fmt: skip
        del precision["points_missed"]  # of a sweep that has not ended
        self.assertNotIn("precision", self.page.notes(self.results(manifest={"precision": precision})))

    def test_the_warm_up_of_the_scenario_is_told_from_its_detection(self):
        cells = [{"status": "completed", "warmup": 40.0, "tasks": "2000"}, {"status": "missing", "warmup": None, "tasks": ""}]
        facts = self.page.facts(self.results(manifest={"warmup": "none"}, cells=cells, axes=[], policies=[]))
        self.assertIn("<dt>warm-up detection</dt><dd>none</dd>", facts)
        self.assertIn("<dt>workload.warmup</dt><dd>the first 40 of 2,000 tasks of a cell</dd>", facts)
        manifest = {"policies": [{"name": "a", "counts": {"warmup": 5, "released": 40}}]}
        self.assertIn("<dt>workload.warmup</dt><dd>the first 5 of 40 tasks</dd>",
                      self.page.facts(self.results(sweep=False, manifest=manifest, axes=[], policies=[])))  # fmt: skip
        cells[0]["warmup"] = 0.0
        facts = self.page.facts(self.results(manifest={"warmup": "none"}, cells=cells, axes=[], policies=[]))
        self.assertNotIn("workload.warmup", facts)

    def test_merged_results_are_reproduced_from_their_shards_on(self):
        shards = [{"command": ["mecsim", "sweep", "s.yaml", "--shard", f"{i}/2"], "shard": f"{i}/2"} for i in (1, 2)]
        manifest = {"command": ["mecsim", "merge", "a", "b"], "shards": shards}
        self.assertIn("mecsim sweep s.yaml --shard 1/2\nmecsim sweep s.yaml --shard 2/2\nmecsim merge a b\nmecsim report",
                      self.page.reproduce(self.results(manifest=manifest)))  # fmt: skip

    def table(self, *rows):
        names = ["devices", "policy", "completed", "mean of ratios", "median decision [ns]"]
        return self.tables.Table("summary", "Summary", "Means.", "summary.csv", names,
                                 [[self.tables.Cell(text) for text in row] for row in rows], len(rows))  # fmt: skip

    def test_columns_that_are_the_same_in_all_rows_are_said_once(self):
        shown = self.tables.without_constants(self.table(["5", "a", "9", "1", ""], ["5", "b", "9", "1", ""]), 1)
        self.assertEqual(shown.header, ["policy", "mean of ratios"])  # equal ratios are a result
        self.assertEqual([[cell.text for cell in row] for row in shown.rows], [["a", "1"], ["b", "1"]])
        self.assertEqual(shown.caption, "Means. In all rows: devices 5, completed 9. Unknown: median decision [ns].")
        for rows in ([["5", "a", "9", "1", "2"]], [["5", "a", "9", "1", "2"], ["6", "b", "8", "1", "2"]]):
            self.assertEqual(self.tables.without_constants(self.table(*rows), 1).header, self.table(*rows).header)

    def test_long_headings_of_a_latex_table_take_two_lines(self):
        latex = self.tables.latex(self.table(["5", "a", "9", "1", "2"]))
        self.assertIn(" &  &  & mean of & median \\\\\ndevices & policy & completed & ratios & decision [ns] \\\\\n\\midrule\n"
                      "5 & a & 9 & 1 & 2 \\\\\n\\bottomrule\n", latex)  # fmt: skip
        self.assertIn(r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}", latex)

    def test_numbers_of_more_digits_than_are_shown_are_whole(self):
        for value, text in [(1031.4, "1031"), (12.34, "12.3"), (123456.0, "1.23e+05")]:
            self.assertEqual(self.tables.number(value, 3).text, text)

    def test_curves_are_found_by_the_names_that_a_run_gives_their_files(self):
        for policy, stem in [("dil(six nets)", "dil-six-nets"), ("dil(at=edge)", "dil"),
                             ("dil(at=cloud head=plan)", "dil-head-plan"), ("dil(six nets at=edge)", "dil-six-nets"),
                             ("\u00e9(x)", "---x")]:  # fmt: skip
            self.assertIn(stem, self.curves.stems(policy), policy)

    def test_a_loss_is_told_from_a_cost(self):
        def curve(*pairs):
            return [{"epoch": i, "train_loss": 1.0, "validation_loss": loss, "validation_ratio": ratio}
                    for i, (loss, ratio) in enumerate(pairs)]  # fmt: skip

        self.assertTrue(self.curves.is_cost(curve((8.4, 1.05), (8.0, 1.0), (None, None))))
        self.assertFalse(self.curves.is_cost(curve((8.4, 1.05), (7.0, 1.0))))
        self.assertFalse(self.curves.is_cost(curve((8.4, 1.05))), "one row says nothing")
        self.assertEqual([row["train_loss"] for row in self.curves.losses_of(curve((1, 1), (2, 3)))], [None, 1.0])

    def test_two_labels_remain_on_a_log_scale(self):
        # 25 to 95 holds one of 1, 2, 5, 10... but 30, 40... 90
        self.assertEqual(self.style.log_ticks(25, 95, 4), [30, 50, 70, 90])
        self.assertEqual(self.style.log_ticks(4, 6, 8), [4, 5, 6])
        self.assertEqual(self.style.log_ticks(1, 1000, 5), [1, 10, 100, 1000])
        self.assertEqual(self.style.log_ticks(40, 460, 5), [50, 100, 200])
        # nothing but every second one is apart enough
        self.assertEqual(self.style.log_ticks(1, 1e4, 8, lambda ticks: ticks[1] >= 100 * ticks[0]), [1, 100, 10000])


if __name__ == "__main__":
    unittest.main(verbosity=2)
