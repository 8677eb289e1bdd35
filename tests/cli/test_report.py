"""`mecsim report`: figures, tables and the page, of sweeps written by hand (sweep_fixture.py) and of real ones."""

import base64
import hashlib
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

from support import Case, MECSIM, rows_of, SOURCE
from sweep_fixture import HOSTILE, POINTS, POLICIES, ratio_at, write_sweep

PYTHON = next((python for python in ("python3", "/usr/bin/python3")
               if subprocess.run([python, "-c", "import matplotlib"], capture_output=True).returncode == 0), None)  # fmt: skip
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FIGURES = {"axis-devices", "axis-links_b1_Bps", "heat-ratio", "heat-best", "ecdf", "trade-off", "gantt", "bandwidth",
           *(f"{name}-{point}" for name in ("comparison", "pairs") for point in (0, 1, 3))}  # fmt: skip
ENDINGS = ["png", "svg", "pdf", "csv"]


def needs_matplotlib(case):
    return unittest.skipUnless(PYTHON, "no matplotlib")(case)


def failing(point, policy):
    return "failed" if (point, policy) == (2, 0) else "missing" if (point, policy) == (2, 1) else "completed"


def files_of(folder):
    """{relative name: bytes} of what a report has written."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in [*folder.glob("figures/*"), *folder.glob("tables/*"), folder / "report.html"]}  # fmt: skip


@needs_matplotlib
class Report(Case):
    """One sweep with a failed and a missing cell, drawn once and looked at from all sides."""

    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="mecsim report "))
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.sweep = cls.home / "sweep"
        write_sweep(cls.sweep, failing)
        (cls.sweep / "figures").mkdir()
        (cls.sweep / "figures/axis-old.svg").write_text("of an earlier report")
        (cls.sweep / "figures/mine.png").write_text("the user's own")
        done = subprocess.run([MECSIM, "report", str(cls.sweep)], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        cls.page = (cls.sweep / "report.html").read_text()

    def figure_rows(self, name):
        return rows_of(self.sweep / f"figures/{name}.csv")

    def test_every_figure_has_its_files_and_those_of_earlier_reports_go(self):
        expected = {f"{name}.{ending}" for name in FIGURES for ending in ENDINGS} | {"mine.png"}
        self.assertEqual(set(os.listdir(self.sweep / "figures")), expected)
        self.assertEqual(sorted(os.listdir(self.sweep / "tables")),
                         ["comparisons.md", "comparisons.tex", "summary.md", "summary.tex"])
        for name in FIGURES:
            path = self.sweep / "figures" / name
            self.assertEqual(path.with_suffix(".png").read_bytes()[1:4], b"PNG", name)
            self.assertEqual(path.with_suffix(".pdf").read_bytes()[:5], b"%PDF-", name)
            xml.etree.ElementTree.parse(path.with_suffix(".svg"))

    def test_the_data_of_an_axis_figure_are_those_of_the_summary(self):
        drawn = {(row["statistic"], row["point"], row["policy"]): row["value"]
                 for row in self.figure_rows("axis-devices")}  # fmt: skip
        self.assertEqual(len(drawn), 2 * len(POINTS) * len(POLICIES))
        for point in range(len(POINTS)):
            for policy, name in enumerate(POLICIES):
                value = drawn["ratio_of_means", str(point), name]
                if failing(point, policy) == "completed":
                    self.assertEqual(float(value), ratio_at(point, policy))
                else:
                    self.assertEqual(value, "")

    def test_the_best_policy_of_each_point_is_the_one_of_least_latency(self):
        best = {row["point"]: row["best"] for row in self.figure_rows("heat-best")}
        self.assertEqual(best, {"0": "greedy", "1": HOSTILE, "2": HOSTILE, "3": HOSTILE})

    def test_decisions_are_compared_by_their_median(self):
        # timings.csv: medians of 40, 400, 4000 ns below means of 50, 500, 5000 ns
        rows = self.figure_rows("comparison-0")
        self.assertEqual([float(row["decision_median_ns"]) for row in rows], [40, 400, 4000])
        self.assertNotIn("decision_mean_ns", rows[0])

    def test_the_gantt_chart_shows_one_task_of_every_policy(self):
        rows = self.figure_rows("gantt")
        self.assertEqual({row["task"] for row in rows}, {"0"})
        self.assertEqual({row["policy"] for row in rows}, set(POLICIES))

    def test_tables_are_escaped_and_hold_what_the_summary_says(self):
        markdown = (self.sweep / "tables/summary.md").read_text().splitlines()
        # ratio_at(0, 1) = 1.5 - 0.2
        self.assertIn("| 5 | 1 MB/s | greedy | 100 | 0.1300 [0.1182, 0.1444] | 1.300 [1.250, 1.350] | 1.300 | 1.300 | 1.300 "
                      "| 400 | complete |", markdown)  # fmt: skip
        hostile = next(line for line in markdown if "script" in line)
        self.assertIn(r"\<script\>alert(", hostile)
        self.assertIn(r"\$a\_1\$", hostile)
        latex = (self.sweep / "tables/summary.tex").read_text()
        quote = r"\textquotesingle{}\textquotesingle{}"  # \textquotedbl needs another encoding than LaTeX's own
        self.assertIn(rf"\textless{{}}script\textgreater{{}}alert({quote}x{quote})"
                      r"\textless{}/script\textgreater{} \$a\_1\$ \& 50\%", latex)  # fmt: skip
        self.assertIn(r"\toprule", latex)
        self.assertEqual(latex.count(r"\\"), 2 + len(POINTS) * len(POLICIES))

    def test_the_page_escapes_everything_and_its_links_lead_somewhere(self):
        self.assertNotIn("<script>alert", self.page)
        self.assertIn("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;", self.page)
        self.assertIn("axes: # &lt;b&gt;swept&lt;/b&gt;", self.page)
        self.assertNotIn("http://", re.sub(r'base64,[^"]*', "", self.page))
        links = [link for link in re.findall(r'href="([^"]*)"', self.page) if link != "data:,"]
        self.assertGreater(len(links), 4 * len(FIGURES))
        for link in links:
            there = f'id="{link[1:]}"' in self.page if link.startswith("#") else (self.sweep / link).is_file()
            self.assertTrue(there, link)

    def test_the_page_says_what_was_run_what_failed_and_how_to_run_it_again(self):
        self.assertIn("mecsim sweep &#x27;my sweep.yaml&#x27;", self.page)
        self.assertIn("Cells: 10 completed, 1 failed, 1 missing.", self.page)
        self.assertIn("killed by signal 11", self.page)
        self.assertIn("<pre>line one\n&lt;script&gt;", self.page)
        self.assertIn("MSER-5 finds a warm-up in 3 of 10 cells, the longest of 35 tasks", self.page)

    def test_all_elements_are_closed(self):
        open_elements = []

        class Reader(html.parser.HTMLParser):
            def handle_starttag(self, tag, attributes):
                if tag not in ("meta", "link", "img", "br"):
                    open_elements.append(tag)

            def handle_endtag(self, tag):
                assert open_elements.pop() == tag, tag

        reader = Reader()
        reader.feed(self.page)
        reader.close()
        self.assertEqual(open_elements, [])

    def test_the_same_files_give_the_same_bytes(self):
        first = files_of(self.sweep)
        other = self.folder / "other place"
        write_sweep(other, failing)
        self.mecsim("report", other)
        (other / "figures/mine.png").write_text("the user's own")
        second = files_of(other)
        self.assertEqual(first.keys(), second.keys())
        self.assertEqual([name for name in first if first[name] != second[name]], [])

    @unittest.skipUnless(CHROMIUM, "no chromium")
    def test_a_browser_shows_it_without_a_fault_and_sorts_its_tables(self):
        found = look_with_chromium(self.page, self.folder)
        self.assertEqual(found["errors"], [])
        self.assertEqual(found["images"], len(FIGURES))
        self.assertEqual(found["imagesShown"], len(FIGURES))
        self.assertEqual(found["width"], 360)
        self.assertLessEqual(found["scrollWidth"], 360)
        # Ratios of means at all points, by a click on the head: ascending, then descending, empty ones last.
        values = [ratio_at(point, policy) for point in range(len(POINTS)) for policy in range(len(POLICIES))
                  if failing(point, policy) == "completed"]  # fmt: skip
        empty = [None] * (len(POINTS) * len(POLICIES) - len(values))
        self.assertEqual(found["ascending"], sorted(values) + empty)
        self.assertEqual(found["descending"], sorted(values, reverse=True) + empty)
        self.assertEqual(found["ariaSort"], ["ascending", "descending"])
        self.assertEqual(found["words"], sorted(POLICIES * len(POINTS), key=lambda name: (name != HOSTILE, name)))


# Runs in the page, before its own script, and tells its parent what it has found.
LOOK = """
"use strict";
const errors = [];
addEventListener("error", (event) => errors.push(String(event.message)));
addEventListener("securitypolicyviolation", (event) => errors.push(event.violatedDirective + " " + event.blockedURI));
addEventListener("load", () => {
  const table = document.getElementById("table-summary");
  const heads = [...table.tHead.rows[0].cells];
  const column = (name) => heads.findIndex((head) => head.textContent === name);
  const press = (name) => heads[column(name)].querySelector("button").click();
  const cells = (name) => [...table.tBodies[0].rows].map((row) => row.cells[column(name)]);
  const numbers = () => cells("ratio of means").map((cell) => "v" in cell.dataset ? Number(cell.dataset.v) : null);
  const images = [...document.images];
  const found = {images: images.length, width: innerWidth, scrollWidth: document.documentElement.scrollWidth};
  found.imagesShown = images.filter((image) => image.naturalWidth > 100 && image.clientHeight > 100).length;
  press("ratio of means");
  found.ascending = numbers();
  found.ariaSort = [heads[column("ratio of means")].getAttribute("aria-sort")];
  press("ratio of means");
  found.descending = numbers();
  found.ariaSort.push(heads[column("ratio of means")].getAttribute("aria-sort"));
  press("policy");
  found.words = cells("policy").map((cell) => cell.textContent);
  found.errors = errors;
  parent.postMessage(JSON.stringify(found), "*");
});
"""
WRAPPER = """<!DOCTYPE html><title>looks</title><iframe src="copy.html" width="360" height="800" frameborder="0"></iframe>
<pre id="found"></pre><script>
addEventListener("message", (event) => { document.getElementById("found").textContent = btoa(event.data); });
</script>"""


def look_with_chromium(page, folder):
    """What LOOK finds in the page in a frame of 360 pixels; its policy is told to let LOOK run."""
    digest = base64.b64encode(hashlib.sha256(LOOK.encode()).digest()).decode()
    page = page.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    page = page.replace("<title>", f"<script>{LOOK}</script><title>", 1)
    (folder / "copy.html").write_text(page)
    (folder / "look.html").write_text(WRAPPER)
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000", "--enable-logging=stderr", "--dump-dom",
         (folder / "look.html").as_uri()], capture_output=True, text=True, timeout=240)  # fmt: skip
    answer = re.search(r'<pre id="found">([A-Za-z0-9+/=]+)</pre>', done.stdout)
    assert answer, done.stdout[:2000] + done.stderr[-2000:]
    found = json.loads(base64.b64decode(answer[1]))
    found["errors"] += re.findall(r".*CONSOLE.*(?:[Ee]rror|[Rr]efused|violates).*", done.stderr)
    return found


@needs_matplotlib
class FaultyReports(Case):
    """What cannot be reported on is explained, and nothing is written."""

    def setUp(self):
        super().setUp()
        self.sweep = self.folder / "sweep"
        write_sweep(self.sweep)

    def refused(self, *arguments, code=2):
        done = self.mecsim("report", "sweep", *arguments, code=code)
        self.assertNotIn("Traceback", done.stderr)
        self.assertFalse((self.sweep / "report.html").exists())
        return done.stderr

    def edit(self, name, change):
        path = self.sweep / name
        path.write_text(change(path.read_text()))

    def test_torn_files_are_named_with_the_line(self):
        for name in ["cells.csv", "summary.csv", "comparisons.csv", "quantiles.csv", "timings.csv", "activities.csv",
                     "bandwidths.csv"]:  # fmt: skip
            whole = (self.sweep / name).read_text()
            lines = whole.count("\n")
            for torn in [whole[:-1], whole[: whole.rindex(",")]]:
                (self.sweep / name).write_text(torn)
                self.assertRegex(self.refused(), rf"^report: sweep/{name}: line {lines}: .*; is the file cut short\?\n$")
            (self.sweep / name).write_text(whole)

    def test_a_missing_column_is_named(self):
        self.edit("quantiles.csv", lambda text: text.replace("probability", "p", 1))
        self.assertEqual(self.refused(), "report: sweep/quantiles.csv: line 1: no column probability; is this a "
                                         "quantiles.csv?\n")  # fmt: skip

    def test_a_word_where_a_number_belongs_is_named_with_the_line(self):
        self.edit("comparisons.csv", lambda text: text.replace(",80,", ",many,", 1))
        # Line 2 compares local with greedy, which is faster in 80 of 100 units.
        self.assertEqual(self.refused(), 'report: sweep/comparisons.csv: line 2: losses "many" is not a number\n')

    def test_a_sweep_that_has_not_ended_has_no_summary(self):
        (self.sweep / "summary.csv").unlink()
        self.assertIn("sweep/summary.csv: not found; the sweep has not ended", self.refused())

    def test_a_sweep_whose_cells_all_failed_has_nothing_to_draw(self):
        shutil.rmtree(self.sweep)
        write_sweep(self.sweep, lambda point, policy: "failed")
        self.assertEqual(self.refused(), "report: sweep/cells.csv: no cell has completed: 12 failed, so there is nothing to "
                                         "draw; failures.csv says why\n")  # fmt: skip

    def test_manifests_of_another_format_or_torn_ones_are_refused(self):
        self.edit("manifest.json", lambda text: text.replace('"format": 1', '"format": 7'))
        self.assertEqual(self.refused(), "report: sweep/manifest.json: written by another version of mecsim: format 7; this "
                                         "one reads format 1\n")  # fmt: skip
        self.edit("manifest.json", lambda text: text[: len(text) // 2])
        self.assertIn("sweep/manifest.json: not JSON", self.refused())

    def test_styles_that_are_none_are_explained(self):
        self.assertIn("report: nowhere: no such file, nor a style of matplotlib's", self.refused("--style", "nowhere"))
        (self.folder / "bad.mplstyle").write_text("font.size: 8\nfont.sise: 9\n")
        self.assertIn("report: bad.mplstyle: Bad key font.sise", self.refused("--style", "bad.mplstyle"))
        (self.folder / "bad.mplstyle").write_text("font.size: big\n")
        self.assertIn("report: bad.mplstyle: no style of matplotlib: ", self.refused("--style", "bad.mplstyle"))
        (self.folder / "bad.mplstyle").write_text("text.usetex: True\n")
        self.assertIn("text.usetex", self.refused("--style", "bad.mplstyle"))
        self.assertIn("--style", self.refused("--style", ""))

    def test_a_folder_that_cannot_be_made_or_a_full_disk_is_a_failed_write(self):
        # Of the sweep only the first point stays, so that little is drawn.
        run = self.folder / "small"
        run.mkdir()
        (run / "decisions.csv").write_text(
            "scenario,policy,tasks,repetitions,single_median_ns,single_p99_ns,batch,batched_median_ns,relative_to_greedy,"
            "cycles,machine\ns,greedy,4096,15,17.5,41,256,20.5,1,70,Some CPU\n")  # fmt: skip
        (run / "figures").write_text("in the way")
        self.assertEqual(self.mecsim("report", "small", code=1).stderr, "report: cannot write small/figures: File exists\n")
        (run / "figures").unlink()
        (run / "report.html.part").symlink_to("/dev/full")
        self.assertEqual(self.mecsim("report", "small", code=1).stderr,
                         "report: cannot write small/report.html: No space left on device\n")
        self.assertFalse((run / "report.html").exists())
        (run / "report.html.part").unlink()
        style = self.folder / "mine.mplstyle"
        style.write_text("figure.figsize: 7.25, 2\n")
        self.mecsim("report", "small", "--style", "mine.mplstyle")
        width = re.search(r'width="([\d.]+)pt"', (run / "figures/decisions.svg").read_text())
        self.assertEqual(float(width[1]), 522)  # 7.25 in of 72 pt


@needs_matplotlib
class RealReports(Case):
    """Of what `mecsim sweep` itself has written."""

    def test_a_sweep_from_its_file_to_its_page(self):
        (self.folder / "base.yaml").write_text((SOURCE / "scenarios/fluctuation/gilbert-3s.yaml").read_text())
        (self.folder / "sweep.yaml").write_text(
            "name: small\nscenario: base.yaml\nset: {workload.tasks: 30}\npolicies: [local, greedy]\nreplications: 2\n"
            "axes:\n  - {key: edge.speed, values: [1 GHz, 4 GHz]}\n")  # fmt: skip
        self.mecsim("sweep", "sweep.yaml", "--out", "out")
        self.mecsim("report", "out")
        out = self.folder / "out"
        self.assertEqual({path.stem for path in (out / "figures").iterdir()},
                         {"axis-edge_speed_Hz", "comparison-0", "comparison-1", "pairs-0", "pairs-1", "ecdf", "trade-off",
                          "gantt", "bandwidth"})  # fmt: skip
        summary = {(row["point"], row["policy"]): row["ratio_of_means"] for row in rows_of(out / "summary.csv")}
        drawn = {(row["point"], row["policy"]): row["value"] for row in rows_of(out / "figures/axis-edge_speed_Hz.csv")
                 if row["statistic"] == "ratio_of_means"}  # fmt: skip
        self.assertEqual({key: float(value) for key, value in drawn.items()},
                         {key: float(value) for key, value in summary.items()})  # fmt: skip
        page = (out / "report.html").read_text()
        self.assertIn("2 points, 2 policies, 8 cells.", page)
        self.assertIn("axes:\n  - {key: edge.speed", page)
        self.assertIn("<dd>1 GHz, 4 GHz</dd>", page)

    def test_resuming_a_sweep_removes_a_report_of_fewer_cells(self):
        self.scenario((SOURCE / "scenarios/quickstart.yaml").read_text(), "base.yaml")
        (self.folder / "sweep.yaml").write_text(
            "name: small\nscenario: base.yaml\nset: {workload.tasks: 5}\npolicies: [local]\naxes:\n"
            "  - {key: edge.speed, values: [1 GHz, 4 GHz]}\n")  # fmt: skip
        self.mecsim("sweep", "sweep.yaml", "--out", "out")
        (self.folder / "out/report.html").write_text("of an earlier state")
        (self.folder / "out/figures").mkdir()
        (self.folder / "out/figures/ecdf.svg").write_text("of an earlier state")
        self.mecsim("sweep", "sweep.yaml", "--out", "out")
        self.assertTrue((self.folder / "out/report.html").exists(), "nothing was left to run")
        self.mecsim("sweep", "sweep.yaml", "--out", "out", "--restart")
        self.assertFalse((self.folder / "out/report.html").exists())
        self.assertFalse((self.folder / "out/figures").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
