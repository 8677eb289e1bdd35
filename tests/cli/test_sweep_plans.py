"""What a sweep is going to run, before and after it has: validate, --dry-run, warnings, folder and manifest."""

import unittest

from sweep_support import SWEEP, WAIT, SweepCase


class SweepPlans(SweepCase):
    def test_validate_checks_a_sweep_at_every_point(self):
        self.assertEqual(self.mecsim("validate", "sweep.yaml").stdout,
                         "sweep.yaml: valid; 3 points x 2 policies x 2 replications: 12 cells of 5 tasks\n")
        self.assertEqual(self.mecsim("validate", "sweep.yaml", "--set", "replications=3", "--set", "workload.tasks=1",
                                     "--set", "policies=[local]").stdout,
                         "sweep.yaml: valid; 3 points x 1 policy x 3 replications: 9 cells of 1 task\n")
        self.assertEqual(self.mecsim("validate", "base.yaml").stdout, "base.yaml: valid\n")
        broken = {"keys.yaml": SWEEP.replace("links.b1", "links.b3"),
                  "units.yaml": SWEEP.replace("4 MB/s", "4 MB/h"),
                  # Each value is sound; that the last one leaves no task to record, only its point knows.
                  "point.yaml": SWEEP.replace("links.b1", "workload.warmup").replace(
                      "1 MB/s, 2 MB/s, 4 MB/s", "0, 1, 5"),
                  "base.yaml": "scenario: absent.yaml\naxes: []\n",
                  "policy.yaml": SWEEP + "policies: [gredy]\n",
                  "yaml.yaml": SWEEP + "  - [\n"}
        for name, text in broken.items():
            with self.subTest(file=name):
                self.write("bad " + name, text)
                done = self.mecsim("validate", "bad " + name, code=2)
                self.assertEqual(done.stdout, "")
                planned = self.mecsim("sweep", "bad " + name, "--dry-run", code=2)
                self.assertEqual(done.stderr, planned.stderr)
                self.assertRegex(done.stderr, r"\A(bad |absent)" if name == "base.yaml" else r"\Abad ")
        self.assertEqual([path.name for path in self.folder.iterdir() if path.is_dir()], [])

    def test_validate_warns_as_a_sweep_does(self):
        self.write("still.yaml", "name: still\npolicies: [local]\ntask: {work: 1 Mcycles, data: 1 MB}\n"
                   "device: {speed: 1 GHz}\nedge: {speed: 1 GHz}\nlinks: {b1: 1 MB/s, b2: 1 MB/s}\n")
        self.write("sweep.yaml", SWEEP.replace("base", "still"))
        self.assertIn("its replications are copies of each other", self.mecsim("validate", "sweep.yaml").stderr)

    def test_a_dry_run_prints_the_plan_and_writes_nothing(self):
        before = sorted(self.folder.iterdir())
        done = self.sweep("out", "--dry-run", "--policy", "local,greedy,learner")
        self.assertIn("3 points x 3 policies x 2 replications: 18 cells of 5 tasks", done.stdout)
        self.assertIn("to learn first, where the cache has no model: learner (3 times)", done.stdout)
        self.assertIn("estimated time: about 1 s with", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^point  links_b1\S* *$")
        self.assertEqual(sorted(self.folder.iterdir()), before)
        self.sweep("out")
        before = {path: path.read_bytes() for path in (self.folder / "out").rglob("*") if path.is_file()}
        self.assertIn("finished already: 12 cells in out", self.sweep("out", "--dry-run").stdout)
        self.assertIn("shard 1/4: 3 of them", self.sweep("out", "--dry-run", "--shard", "1/4").stdout)
        after = {path: path.read_bytes() for path in (self.folder / "out").rglob("*") if path.is_file()}
        self.assertEqual(after, before)

    def test_a_dry_run_hides_no_single_point(self):
        for values, last in [(11, "   10  11"), (12, "  ... and 2 more")]:
            self.write("sweep.yaml", "scenario: base.yaml\naxes:\n  - {key: device.count, range: {from: 1, to: "
                       f"{values}, step: 1}}}}\n")
            self.assertEqual(self.sweep("out", "--dry-run").stdout.rstrip().splitlines()[-1].rstrip(), last)

    def test_a_mistake_in_a_short_option_is_said_of_that_option(self):
        for option, value in [("--precision", "0"), ("--tasks", "x"), ("--seed", "-1"), ("--replications", "0")]:
            self.assertRegex(self.sweep("out", option, value, code=2).stderr, rf"\A{option} {value}: ")
        self.assertRegex(self.sweep("out", "--set", "precision=0", code=2).stderr, r"\A--set precision=0: ")

    def test_the_pilot_of_a_slow_policy_ends_in_time(self):
        done = self.sweep("out", "--dry-run", "--policy", "local," + WAIT.format(100))
        self.assertIn("estimated time: at least", done.stdout)

    def test_a_sweep_without_a_directory_goes_where_its_name_says(self):
        self.mecsim("sweep", "sweep.yaml")
        self.assertTrue((self.folder / "results/out/sweep/tasks.csv").exists())
        self.mecsim("sweep", "sweep.yaml", "--shard", "2/3")
        self.assertTrue((self.folder / "results/out/sweep-2-of-3/manifest.json").exists())
        self.assertIn("with --shard 2/8 <sweep's name>-2-of-8",
                      " ".join(self.mecsim("sweep", "--help").stdout.split()))

    def test_warnings_are_given_once_and_not_for_every_point(self):
        self.write("base.yaml", "name: still\npolicies: [local]\ntask: {work: 1 Mcycles, data: 1 MB}\n"
                   "device: {speed: 1 GHz}\nedge: {speed: 1 GHz}\nlinks: {b1: 1 MB/s, b2: 1 MB/s}\nworkload: {tasks: 2}\n")
        done = self.sweep("out")
        self.assertEqual(done.stderr, "mecsim: warning: nothing in this scenario is random: its replications are "
                                      "copies of each other, and prove no more than one\n")
        self.assertEqual(self.sweep("one", "--replications", 1).stderr, "")

    def test_a_warning_of_some_points_names_one(self):
        # A second of work each, on a device of 1 GHz: at 0.5 tasks a second it is half busy.
        self.write("base.yaml", "name: load\npolicies: [local]\ntask: {subtasks: 1, work: 1 Gcycles, data: 1 MB}\n"
                   "device: {speed: 1 GHz}\nedge: {speed: 1 GHz}\nlinks: {b1: 1 MB/s, b2: 1 MB/s}\n"
                   "workload: {tasks: 2}\n")
        for rates, place in [("0.5, 1, 2, 4", "where workload_arrivals = poisson(1 /s), and at 2 more points"),
                             ("0.5, 1, 2", "where workload_arrivals = poisson(1 /s), and at 1 more point"),
                             ("0.5, 1", "where workload_arrivals = poisson(1 /s)"),
                             ("1, 2", "where workload_arrivals = poisson(1 /s), and at 1 more point")]:
            values = ", ".join(f'"poisson({rate} /s)"' for rate in rates.split(", "))
            self.write("sweep.yaml", f"scenario: base.yaml\naxes:\n  - {{key: workload.arrivals, values: [{values}]}}\n")
            self.assertEqual(self.mecsim("validate", "sweep.yaml").stderr,
                             "mecsim: warning: policy local: the CPU of a device is asked for 100 % of what it can do; "
                             f"its queue grows as long as tasks arrive ({place})\n")

    def test_the_manifest_says_what_was_run(self):
        self.sweep("out", "--set", "workload.tasks=6", "--seed", 3)
        manifest = self.manifest("out")
        self.assertEqual(manifest["kind"], "sweep")
        self.assertEqual(manifest["status"], "complete")
        self.assertEqual(manifest["command"][1:], ["sweep", "sweep.yaml", "--out", "out", "--set", "workload.tasks=6",
                                                   "--seed", "3"])
        self.assertEqual(manifest["sweep"]["text"], (self.folder / "sweep.yaml").read_text())
        self.assertEqual(manifest["scenario"]["text"], (self.folder / "base.yaml").read_text())
        self.assertEqual(manifest["seed"], 3)
        self.assertEqual([policy["name"] for policy in manifest["policies"]], ["local", "greedy"])
        self.assertEqual(manifest["columns"][0]["key"], "links.b1")
        self.assertEqual(len(manifest["points"]), 3)
        keys = [cell[3] for cell in manifest["cells"]]
        self.assertEqual(sorted(keys), [path.stem for path in self.cells("out")])
        self.assertEqual([cell[:3] for cell in manifest["cells"]],
                         [[p, q, r] for p in range(3) for q in range(2) for r in range(2)])


if __name__ == "__main__":
    unittest.main()
