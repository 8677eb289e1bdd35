"""Where policies decide, and what a decision of each costs."""

import json
import unittest

from support import Case, rows_of

# 1 Gcycle is 1 s on the device, 0.5 s on the edge server and 0.25 s in the cloud; 1 MB takes 1 s over b1 and 0.5 s
# over b2.
SCENARIO = ("task: {work: 1 Gcycles, data: 1 MB}\ndevice: {speed: 1 GHz}\nedge: {speed: 2 GHz}\n"
            "cloud: {speed: 4 GHz}\nlinks: {b1: 1 MB/s, b2: 2 MB/s}\nworkload: {tasks: 3}\n"
            "policies: [local, greedy, greedy: {at: device}, greedy: {at: edge}, greedy: {at: cloud}]\n")


class SiteCase(Case):
    def decisions(self, *arguments):
        """The decision time of each policy: the same for every task."""
        self.scenario(SCENARIO)
        self.mecsim("run", "mine.yaml", "--out", "out", *arguments)
        times = {}
        for row in rows_of(self.folder / "out/tasks.csv"):
            times.setdefault(row["policy"], set()).add(round(float(row["decision_s"]), 12))
        self.assertEqual({len(values) for values in times.values()}, {1})
        return {policy: values.pop() for policy, values in times.items()}


class Deployment(SiteCase):
    def test_a_policy_decides_where_it_is_deployed(self):
        times = self.decisions("--set", "decision={cost: {cycles: 1e9}, request: 1 MB, answer: 500 kB}")
        self.assertEqual(times, {
            "local": 1.0, "greedy": 1.0, "greedy(at=device)": 1.0,
            "greedy(at=edge)": 1.0 + 0.5 + 0.5,              # request over b1, decision, answer over b1
            "greedy(at=cloud)": 1.5 + 0.25 + 0.5 + 0.25})  # over b1 and b2, decision, and back

    def test_where_it_is_deployed_changes_no_placement(self):
        self.decisions("--set", "decision={cost: {cycles: 1e9}}")
        placements = {}
        for row in rows_of(self.folder / "out/tasks.csv"):
            placements.setdefault(row["policy"].partition("(")[0], set()).add(row["placement"])
        self.assertEqual(len(placements["greedy"]), 1)

    def test_a_policy_without_a_site_of_its_own_decides_on_that_of_the_scenario(self):
        times = self.decisions("--set", "decision={cost: {cycles: 1e9}, site: edge}")
        self.assertEqual(times, {"local": 0.5, "greedy": 0.5, "greedy(at=device)": 1.0,
                                 "greedy(at=edge)": 0.5, "greedy(at=cloud)": 0.25})

    def test_the_command_line_deploys(self):
        times = self.decisions("--policy", "local:at=edge", "--set", "decision={cost: {cycles: 1e9}}")
        self.assertEqual(times, {"local(at=edge)": 0.5})
        done = self.mecsim("run", "mine.yaml", "--policy", "local:at=moon", code=2)
        self.assertEqual(done.stderr, 'mecsim: policy local: at "moon": expected one of scenario, device, edge, '
                                      "cloud\n")

    def test_list_names_the_parameter_of_every_policy(self):
        self.assertIn("at (default scenario): ", self.mecsim("list", "local").stdout)


class Calibration(SiteCase):
    COST = ["--set", "decision.cost={calibrated: costs.csv}"]

    def costs(self, text):
        (self.folder / "costs.csv").write_text(text)

    def test_each_policy_is_charged_its_own_cycles(self):
        self.costs("scenario,policy,single_median_ns,cycles\nx,greedy,1,2e9\nx,local,1,500000000\n")
        times = self.decisions(*self.COST)
        self.assertEqual(times, {"local": 0.5, "greedy": 2.0, "greedy(at=device)": 2.0,
                                 "greedy(at=edge)": 1.0, "greedy(at=cloud)": 0.5})
        manifest = json.loads((self.folder / "out/manifest.json").read_text())
        self.assertEqual(manifest["decision_costs"]["path"], "costs.csv")
        self.assertRegex(manifest["decision_costs"]["hash"], "^fnv1a64:[0-9a-f]{16}$")

    def test_a_row_of_the_policy_as_it_is_deployed_comes_first(self):
        self.costs("policy,cycles\nlocal,0\ngreedy,1e9\ngreedy(at=edge),4e9\n")
        times = self.decisions(*self.COST)
        self.assertEqual(times, {"local": 0.0, "greedy": 1.0, "greedy(at=device)": 1.0,
                                 "greedy(at=edge)": 2.0, "greedy(at=cloud)": 0.25})

    def test_the_file_of_a_scenario_lies_beside_it(self):
        (self.folder / "sub").mkdir()
        self.scenario(SCENARIO + "decision: {cost: {calibrated: costs.csv}}\n", "sub/mine.yaml")
        (self.folder / "sub/costs.csv").write_text("policy,cycles\nlocal,1e9\ngreedy,1e9\n")
        self.mecsim("validate", "sub/mine.yaml")
        self.mecsim("run", "sub/mine.yaml", "--out", "out")
        self.assertEqual({row["decision_s"] for row in rows_of(self.folder / "out/tasks.csv")
                          if row["policy"] == "local"}, {"1"})

    def test_a_file_that_lacks_something_is_refused(self):
        self.scenario(SCENARIO)
        cases = {
            "policy,cycles\nlocal,1\n":
                "costs.csv:1:1: no row of policy greedy; the file has local\n"
                "costs.csv:1:1: no row of policy greedy(at=cloud) or greedy; the file has local\n"
                "costs.csv:1:1: no row of policy greedy(at=device) or greedy; the file has local\n"
                "costs.csv:1:1: no row of policy greedy(at=edge) or greedy; the file has local\n",
            "policy,cycels\nlocal,1\n":
                'costs.csv:1:8: "cycels": missing column cycles; expected policy, cycles; did you mean "cycles"?\n',
            "policy,cycles\nlocal,fast\n": 'costs.csv:2:7: cycles "fast": not a number\n',
        }
        for text, message in cases.items():
            with self.subTest(text=text):
                self.costs(text)
                done = self.mecsim("run", "mine.yaml", *self.COST, "--out", "out", code=2)
                self.assertEqual(done.stderr, message)
                self.assertFalse((self.folder / "out").exists())
                self.mecsim("validate", "mine.yaml", *self.COST, code=2)
        self.costs("policy,cycles\nlocal,1\n")
        self.mecsim("run", "mine.yaml", *self.COST, "--policy", "local", "--out", "out")

    def test_a_missing_file_is_refused(self):
        self.scenario(SCENARIO)
        done = self.mecsim("run", "mine.yaml", *self.COST, code=2)
        self.assertEqual(done.stderr, "costs.csv: No such file or directory\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
