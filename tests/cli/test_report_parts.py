"""Parts of the script behind `mecsim report` that need no matplotlib, by themselves."""

import sys
import types
import unittest

from support import SOURCE


class Axes(unittest.TestCase):
    """Which points a figure of an axis shows, in parts of the script that need no matplotlib."""

    @classmethod
    def setUpClass(cls):
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(SOURCE / "results"))
        from figures import axes, units

        cls.axes, cls.units = axes, units

    def described(self, names, points):
        return self.axes.describe(names, {}, points), dict(enumerate(points))

    def test_zipped_axes_count_once(self):
        # b goes along with a; c is free: two axes vary.
        described, points = self.described(["a", "b", "c"], [[a, b, c] for a, b in ("1x", "2y") for c in "pq"])
        self.assertEqual([axis.name for axis in self.axes.independent(described, points)], ["a", "c"])

    def test_an_axis_of_one_value_varies_nowhere(self):
        described, points = self.described(["a", "b"], [["1", "7"], ["2", "7"]])
        self.assertEqual([axis.name for axis in self.axes.independent(described, points)], ["a"])

    def test_other_axes_are_held_at_their_first_values_in_a_full_grid(self):
        described, points = self.described(["a", "b"], [[a, b] for a in "123" for b in "78"])
        chosen, held = self.axes.slices(described[:1], described, points)
        self.assertEqual(chosen, {("1",): 0, ("2",): 2, ("3",): 4})
        self.assertEqual({axis.name: value for axis, value in held.items()}, {"b": "7"})

    def test_where_points_are_left_out_other_axes_are_held_where_most_are(self):
        described, points = self.described(["a", "b"], [["1", "7"], ["1", "8"], ["2", "8"], ["3", "8"]])
        chosen, _ = self.axes.slices(described[:1], described, points)
        self.assertEqual(chosen, {("1",): 1, ("2",): 2, ("3",): 3})

    def test_numbers_have_the_units_that_people_write(self):
        for value, unit, text in [(1e6, "B/s", "1 MB/s"), (2.5e9, "Hz", "2.5 GHz"), (0.03, "s", "30 ms"), (5, "", "5"),
                                  (0, "B/s", "0 B/s"), (1e6, "bytes", "1 MB"), (2e9, "cycles", "2 Gcycles"),
                                  (0.1, "W", "100 mW"), (1.5, "1/s", "1.5 1/s")]:  # fmt: skip
            self.assertEqual(self.units.text(value, unit), text)


class Counted(unittest.TestCase):
    """What a comparison is over, in parts of the script that need no matplotlib."""

    @classmethod
    def setUpClass(cls):
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(SOURCE / "results"))
        from figures import comparison, source

        cls.comparison, cls.source = comparison, source

    def recorded(self, **contents):
        results = types.SimpleNamespace(**{"sweep": True, "cells": [], "manifest": {}, **contents})
        self.source.count_recorded(results)
        return [row["recorded"] for row in results.rows]

    def test_a_run_leaves_out_the_warm_up_of_its_manifest(self):
        policies = [{"name": "a", "counts": {"warmup": 5}}, {"name": "b", "counts": None}, "no policy", {"counts": {"warmup": 1}}]
        rows = [{"point": "0", "policy": "a", "completed": 40.0}, {"point": "0", "policy": "b", "completed": 40.0}]
        self.assertEqual(self.recorded(sweep=False, manifest={"policies": policies}, rows=rows), [35, 40])
        self.assertEqual(self.recorded(sweep=False, manifest={"policies": 3}, rows=rows), [40, 40])

    def test_a_sweep_leaves_out_the_warm_up_of_each_cell_and_the_one_that_was_detected(self):
        # point 0: two replications of 100 tasks, 10 of each the scenario's warm-up, 7 of each found by MSER-5; in b's own
        # runs none could be found, which leaves out the same.
        cells = [{"point": "0", "policy": policy, "warmup": 10.0} for policy in "aabb"]
        row = {"point": "0", "completed": 200.0, "replications": 2.0}
        rows = [{**row, "policy": "a", "warmup_left_out": 7.0}, {**row, "policy": "b", "warmup_left_out": None},
                {**row, "point": "1", "policy": "a", "warmup_left_out": 0.0},
                {"point": "2", "policy": "a", "completed": 0.0, "replications": 0.0, "warmup_left_out": None}]  # fmt: skip
        self.assertEqual(self.recorded(cells=cells, rows=rows), [166, 166, 200, 0])

    def test_all_points_have_the_same_scales(self):
        row = dict.fromkeys(["ratio_of_means_lo", "ratio_of_means_hi", *self.comparison.RATIOS, *self.comparison.TIMES])
        rows = [{**row, "policy": "a", "ratio_of_means": 1.2, "ratio_of_means_lo": 0.6, "decision_median_ns": 30.0},
                {**row, "policy": "a", "ratio_of_means": 40.0, "ratio_of_means_hi": 50.0, "decision_median_ns": 900.0}]  # fmt: skip
        scales = self.comparison.Scales(rows, {})
        self.assertTrue(scales.log)  # 40 / 1.2 > 10
        self.assertLess(scales.ratios[0], 0.6)
        self.assertGreater(scales.ratios[1], 50.0)
        self.assertLess(scales.times[0], 30.0)
        self.assertGreater(scales.times[1], 900.0)
        self.assertTrue(self.comparison.Scales(rows[:1], {"a": 20.0}).log)  # a published value counts
        self.assertFalse(self.comparison.Scales(rows[:1], {}).log)
        self.assertIsNone(self.comparison.Scales([], {}).times)


if __name__ == "__main__":
    unittest.main(verbosity=2)
