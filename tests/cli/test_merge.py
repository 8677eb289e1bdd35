"""mecsim merge: shards of a sweep become the whole, and nothing else does."""

import json
import unittest

from sweep_support import WAIT, SweepCase, children


class Merge(SweepCase):
    def setUp(self):
        super().setUp()
        for shard in (1, 2):
            self.sweep(f"part{shard}", "--shard", f"{shard}/3")

    def test_missing_shards_are_named_and_the_rest_is_merged(self):
        done = self.mecsim("merge", "part1", "part2", "--out", "merged", code=1)
        self.assertIn("8 of 12 cells completed, 4 missing", done.stdout)
        self.assertEqual(len([line for line in done.stderr.splitlines() if line.startswith("mecsim: missing: ")]), 4)
        self.assertIn("shard 3/3 is not among them: run mecsim sweep sweep.yaml --shard 3/3", done.stderr)
        self.assertEqual(self.manifest("merged")["status"], "partial")
        self.sweep("part3", "--shard", "3/3")
        self.mecsim("merge", "part1", "part2", "part3", "--out", "merged")
        self.sweep("whole")
        self.assert_same("merged", self.files("whole"))

    def test_the_manifest_says_how_the_shards_were_run(self):
        self.mecsim("merge", "part2", "part1", "--out", "merged", code=1)
        shards = self.manifest("merged")["shards"]
        self.assertEqual([part["shard"] for part in shards], ["1/3", "2/3"])
        self.assertEqual([part["command"][1:] for part in shards],
                         [["sweep", "sweep.yaml", "--out", f"part{n}", "--shard", f"{n}/3"] for n in (1, 2)])
        self.assertEqual(self.manifest("merged")["command"][1], "merge")
        self.assertNotIn("shards", self.manifest("part1"))

    def test_a_merged_directory_can_be_gone_on_with(self):
        self.mecsim("merge", "part1", "part2", "--out", "merged", code=1)
        self.assertIn("(8 were there)", self.sweep("merged").stdout)
        self.sweep("whole")
        self.assert_same("merged", self.files("whole"))

    def test_a_torn_cell_of_a_shard_is_missing(self):
        cell = self.cells("part1")[0]
        cell.write_bytes(cell.read_bytes()[:-1])
        done = self.mecsim("merge", "part1", "part2", "--out", "merged", code=1)
        self.assertIn("7 of 12 cells completed, 5 missing", done.stdout)
        self.assertIn("mecsim: warning: part1/cells/" + cell.stem, done.stderr)

    def test_a_damaged_report_of_a_shard_is_missing(self):
        report = self.cells("part1")[0].with_suffix(".json")
        report.write_text(report.read_text().replace('"released": 5', '"released": 6'))
        done = self.mecsim("merge", "part1", "part2", "--out", "merged", code=1)
        self.assertIn("7 of 12 cells completed, 5 missing", done.stdout)
        self.assertIn(f"part1/cells/{report.name}: its report is not the one that was written", done.stderr)

    def test_a_shard_that_has_not_come_to_its_end_is_named(self):
        # Of a precision, what a shard still lacks is known to itself only.
        manifest = self.folder / "part2/manifest.json"
        self.sweep("part3", "--shard", "3/3")
        whole = manifest.read_text()
        manifest.write_text(whole.replace('"ended": true', '"ended": false'))
        done = self.mecsim("merge", "part1", "part2", "part3", "--out", "merged", code=1)
        self.assertIn("shard 2/3 has not come to its end (part2): run mecsim sweep", done.stderr)
        self.assertEqual(self.manifest("merged")["status"], "partial")
        process = self.start("killed", "--shard", "1/3", "--policy", WAIT.format(60))
        self.wait_until(process, lambda: children(process))
        process.kill()
        process.communicate()
        self.assertFalse(self.manifest("killed")["ended"])

    def test_what_cannot_be_merged_is_refused(self):
        self.sweep("whole")
        self.sweep("seed", "--shard", "3/3", "--seed", 2)
        self.sweep("more", "--shard", "3/3", "--replications", 3)
        self.sweep("local", "--shard", "3/3", "--policy", "local")
        self.sweep("half", "--shard", "2/2")
        self.sweep("events", "--shard", "3/3", "--engine", "events")
        self.sweep("twin", "--shard", "1/3")
        (self.folder / "empty").mkdir()
        cases = [(["part1", "part1"], "part1 is given twice"),
                 (["part1", "./part1/"], "./part1/ is given twice"),
                 (["part1", "twin"], "they are the same shard"),
                 (["part1", "seed"], "they are of different sweeps"),
                 (["part1", "more"], "they have different replications"),
                 (["part1", "local"], "they have different policies"),
                 (["part1", "half"], "they are shards of different numbers of shards"),
                 (["part1", "events"], "they were run on different engines"),
                 (["part1", "whole"], "whole: holds the whole of a sweep, and no shard of one"),
                 (["part1", "empty"], "empty: holds no results of a sweep"),
                 (["part1", "nowhere"], "nowhere: not a directory")]
        for directories, message in cases:
            with self.subTest(directories=directories):
                done = self.mecsim("merge", *directories, "--out", "merged", code=2)
                self.assertIn(message, done.stderr)
                self.assertFalse((self.folder / "merged").exists())
        self.assertIn("a shard lies there", self.mecsim("merge", "part1", "part2", "--out", "part2", code=2).stderr)
        self.assertIn("--out: expected a directory", self.mecsim("merge", "part1", code=2).stderr)
        self.assertIn("DIR is missing", self.mecsim("merge", "--out", "merged", code=2).stderr)

    def test_a_shard_is_not_mixed_with_other_results(self):
        self.assertIn("part1 holds the results of shard 1/3 of this sweep",
                      self.sweep("part1", "--shard", "2/3", code=2).stderr)
        manifest = self.folder / "part2/manifest.json"
        text = manifest.read_text()
        manifest.write_text(text.replace(json.loads(text)["build"], "0123abcd"))
        done = self.mecsim("merge", "part1", "part2", "--out", "merged", code=2)
        self.assertIn("another build", done.stderr)


if __name__ == "__main__":
    unittest.main()
