"""What a sweep says while it runs and when it ends: progress, the closing table, and the precision it has come to."""

import math
import os
import pty
import re
import statistics
import subprocess
import unittest

from recomputed import student_quantile
from support import rows_of
from sweep_support import TOY, SweepCase


class SweepWords(SweepCase):
    def widths(self, out):
        """Of each point and policy: half the 95 % interval of the mean of its replications' latencies, over the mean."""
        values = {}
        for row in rows_of(self.folder / out / "cells.csv"):
            values.setdefault((int(row["point"]), row["policy"]), []).append(float(row["mean_latency_s"]))
        return {place: student_quantile(len(found) - 1) * statistics.stdev(found) / math.sqrt(len(found)) /
                statistics.fmean(found) for place, found in values.items()}

    def test_a_precision_that_is_not_reached_is_a_warning(self):
        target = "precision: {target: 12%, least: 3, most: 5}"
        self.write("sweep.yaml", "scenario: base.yaml\n" + target + "\naxes:\n"
                   "  - {key: task.work, values: [100 Mcycles, \"uniform(0 Mcycles, 2000 Mcycles)\"]}\n")
        done = self.sweep("out")
        widths = self.widths("out")
        (point, policy), widest = max(widths.items(), key=lambda entry: entry[1])
        missed = {point for (point, _), width in widths.items() if width > 0.12}
        self.assertIn(point, missed, "the sweep is too precise for this test")
        cells = rows_of(self.folder / "out/cells.csv")
        counts = [len({row["replication"] for row in cells if row["point"] == p}) for p in "01"]
        name = self.manifest("out")["columns"][0]["name"]
        value = next(row[name] for row in cells if row["point"] == str(point))
        noun = f"{len(missed)} of 2 points"
        self.assertEqual(done.stderr, f"mecsim: warning: precision of 12 % not reached at {noun} with 5 replications: "
                                      f"widest {100 * widest:.3g} % (policy {policy}, {name} {value})\n")
        spread = f"{min(counts)} to {max(counts)}" if min(counts) < max(counts) else f"{max(counts)}"
        self.assertIn(f"\nreplications: {spread} a point\n", done.stdout)
        said = self.manifest("out")["precision"]
        self.assertAlmostEqual(said.pop("widest"), widest, places=9)
        self.assertEqual(said, {"target": 0.12, "of": "mean-latency", "least": 3, "most": 5, "points_missed": len(missed),
                                "widest_policy": policy, "widest_point": point, "replications_least": min(counts),
                                "replications_most": max(counts)})
        for shard in (1, 2):
            self.sweep(f"part{shard}", "--shard", f"{shard}/2")
        merged = self.mecsim("merge", "part1", "part2", "--out", "merged")
        self.assertEqual(merged.stderr, done.stderr)
        self.assertEqual(self.manifest("merged")["precision"], self.manifest("out")["precision"])

    def test_a_precision_that_is_reached_says_what_it_took(self):
        done = self.sweep("out", "--precision", "60%")
        self.assertEqual(done.stderr, "")
        self.assertIn("\nreplications: 5 a point\n", done.stdout)
        self.assertLess(max(self.widths("out").values()), 0.6)
        self.assertEqual(self.manifest("out")["precision"]["points_missed"], 0)
        self.assertNotIn("replications:", self.sweep("fixed").stdout)

    def on_a_terminal(self, *arguments):
        """What the sweep draws on its standard error, redraw by redraw."""
        try:
            master, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal here: {error}")
        process = subprocess.Popen([TOY, "sweep", "sweep.yaml", *arguments], cwd=self.folder, stderr=terminal,
                                   stdout=subprocess.DEVNULL, start_new_session=True)
        os.close(terminal)
        seen = b""
        try:
            while chunk := os.read(master, 4096):
                seen += chunk
        except OSError:  # the other end is closed
            pass
        os.close(master)
        self.assertEqual(process.wait(timeout=60), 0, seen)
        return seen.decode().split("\r\033[K")

    def test_the_bar_tells_what_is_being_learned(self):
        self.write("sweep.yaml", "scenario: base.yaml\naxes:\n  - {key: links.b1, values: [1 MB/s, 2 MB/s]}\n"
                   "policies: [local, learner: {seconds: 4}]\n")
        lines = self.on_a_terminal("--out", "out", "--cache", "cache", "--jobs", "1")
        learning = [line for line in lines if "learned 0 of 2 models, 0 of 4 cells" in line]
        self.assertTrue(learning, lines)
        self.assertLess(max(map(len, learning)), 80)  # it is cut at the edge of the terminal

    def test_time_left_is_reckoned_from_the_first_cell_on(self):
        self.write("sweep.yaml", "scenario: base.yaml\nreplications: 40\npolicies: [learner: {seconds: 4}, "
                   "faulty: {seconds: 0.05}]\n")
        found = None
        for line in self.on_a_terminal("--out", "out", "--cache", "cache", "--jobs", "1"):
            found = found or re.search(r" (\d+) s left  (\d+) of 80 cells", line)
        left, ended = map(int, found.groups())
        # Were the learning in it, the cells that have ended would have taken four seconds and more.
        self.assertLess(left, 4 * (80 / ended - 1))

    def test_the_closing_table_says_at_how_many_points_it_has_values(self):
        self.write("sweep.yaml", "scenario: base.yaml\nset: {task.data: 0 MB}\naxes:\n"
                   "  - {key: task.work, values: [0 Mcycles, 100 Mcycles]}\n")
        table = self.sweep("out").stdout.splitlines()
        # A task of no work and no data takes no time, and so does the optimum.
        self.assertRegex(table[1], r"^local .* to .*  \(ratio: 1 of 2 points\)$")
        self.write("sweep.yaml", "scenario: base.yaml\naxes:\n  - {key: links.b1, values: [1 MB/s, 2 MB/s]}\n"
                   "policies: [local, faulty: {how: throw, until: calm}]\n")
        self.assertRegex(self.sweep("failed", code=1).stdout.splitlines()[2], r"^faulty\(.*\) +- +-$")


if __name__ == "__main__":
    unittest.main()
