"""Moving bandwidth, fleets and engines as a user meets them."""

import json
import os
import pathlib
import unittest

from support import Case, rows_of, SOURCE, without_measured

BASE = """\
seed: 3
task: {work: "uniform(0 Gcycles, 1 Gcycles)", data: "uniform(0 MB, 2 MB)"}
device: {speed: 500 MHz}
edge: {speed: 3 GHz}
links:
  b1: CHANNEL
  b2: 3 MB/s
workload: {tasks: 60, arrivals: periodic(50 s)}
policies: [local, edge, greedy, optimal, forecast, clairvoyant]
"""
GILBERT = "gilbert(1 s, 2 MB/s, 200 kB/s, 3 s, 3 s)"
QUEUE = """\
task: {subtasks: 1, work: 1 Gcycles, data: 0 MB}
device: {count: 4, speed: 1 GHz}
edge: {speed: 1 GHz}
links: {b1: 1 MB/s, b2: 1 MB/s}
state: fixed
workload: {tasks: 400, arrivals: poisson(0.3 /s)}
policies: [local, edge]
"""


def numbers(path, column):
    return [float(row[column]) for row in rows_of(path)]


class Channels(Case):
    def moving(self, channel=GILBERT, name="mine.yaml"):
        return self.scenario(BASE.replace("CHANNEL", channel), name)

    def test_no_policy_beats_the_one_that_sees_the_future(self):
        self.mecsim("run", self.moving(), "--out", "out")
        rows = rows_of(self.folder / "out/tasks.csv")
        self.assertEqual(len(rows), 6 * 60)
        for row in rows:
            self.assertGreaterEqual(float(row["latency_s"]),
                                    float(row["optimal_latency_s"]) * (1 - 1e-9))
            if row["policy"] == "clairvoyant":
                self.assertAlmostEqual(float(row["latency_s"]), float(row["optimal_latency_s"]),
                                       delta=1e-9 * float(row["latency_s"]))

    def test_all_policies_meet_the_same_bandwidth(self):
        self.mecsim("run", self.moving(), "--out", "out")
        bounds = {}
        for row in rows_of(self.folder / "out/tasks.csv"):
            self.assertEqual(bounds.setdefault(row["task"], row["optimal_latency_s"]),
                             row["optimal_latency_s"])

    def test_engines_agree(self):
        self.moving()
        self.mecsim("run", "mine.yaml", "--out", "simgrid")
        self.mecsim("run", "mine.yaml", "--engine", "events", "--out", "events")
        self.assertEqual((self.folder / "simgrid/summary.csv").read_text().count("\n"), 7)
        for a, b in zip(rows_of(self.folder / "simgrid/tasks.csv"),
                        rows_of(self.folder / "events/tasks.csv"), strict=True):
            self.assertEqual((a["policy"], a["task"], a["placement"]),
                             (b["policy"], b["task"], b["placement"]))
            for column in ["latency_s", "finish_s", "transfer_s", "wait_s", "energy_j"]:
                self.assertAlmostEqual(float(a[column]), float(b[column]),
                                       delta=1e-9 * max(1.0, abs(float(a[column]))))

    def test_engines_agree_on_every_scenario_that_ships(self):
        checked = 0
        for path in sorted(pathlib.Path(SOURCE, "scenarios").rglob("*.yaml")):
            text = path.read_text()
            if ("processor-sharing" in text or "policies:" not in text
                    or path.parent.name == "sweeps"):
                continue
            for engine in ["simgrid", "events"]:
                self.mecsim("run", path, "--policy", "edge,random,optimal", "--tasks", "150", "--engine",
                            engine, "--set", "decision.cost=none", "--set", "decision.bench=no",
                            "--set", "replications=1", "--set", "workload.warmup=0", "--out", engine,
                            "--force")
            for a, b in zip(rows_of(self.folder / "simgrid/tasks.csv"),
                            rows_of(self.folder / "events/tasks.csv"), strict=True):
                self.assertEqual((a["policy"], a["task"], a["placement"]),
                                 (b["policy"], b["task"], b["placement"]), path)
                for column in ["latency_s", "finish_s", "optimal_latency_s", "energy_j"]:
                    self.assertAlmostEqual(float(a[column]), float(b[column]), msg=f"{path} {column}",
                                           delta=1e-9 * max(1.0, abs(float(a[column]))))
            checked += 1
        self.assertGreater(checked, 8)

    def test_a_bandwidth_that_ends_for_ever_names_link_date_and_tasks(self):
        (self.folder / "dead.csv").write_text("0,1\n20,0\n")
        self.moving("trace(dead.csv, MB/s, hold)")
        for engine in ["simgrid", "events"]:
            done = self.mecsim("run", "mine.yaml", "--policy", "local,edge", "--engine", engine,
                               "--out", engine, code=1)
            self.assertIn("transfers never end, because the bandwidth stays at zero for ever: "
                          "task 1 on b1-up-0 since 50 s", done.stderr)
            self.assertIn("60 released tasks hang", done.stderr)
            # What was finished is there: all of local, and the first task of edge.
            policies = [row["policy"] for row in rows_of(self.folder / engine / "tasks.csv")]
            self.assertEqual((policies.count("local"), policies.count("edge")), (60, 1))

    def test_an_outage_delays_and_loses_nothing(self):
        (self.folder / "gap.csv").write_text("0,1\n1,0\n11,1\n1000,1\n")
        self.scenario(BASE.replace("CHANNEL", "trace(gap.csv, MB/s)")
                      .replace("uniform(0 MB, 2 MB)", "2 MB"))
        self.mecsim("run", "mine.yaml", "--policy", "edge", "--tasks", "1", "--set",
                    "task.subtasks=1", "--set", "task.work=0", "--out", "out")
        # 1 MB in the first second, an outage of ten, 1 MB more; then 2 MB back.
        self.assertAlmostEqual(numbers(self.folder / "out/tasks.csv", "transfer_s")[0], 14.0)

    def test_channels_are_written_as_traces_that_replay_the_same(self):
        self.moving()
        self.mecsim("run", "mine.yaml", "--out", "model")
        done = self.mecsim("channels", "mine.yaml", "--duration", "4000 s", "--out", "traces")
        self.assertEqual(done.stdout, "1 traces: traces\n")
        self.mecsim("run", "mine.yaml", "--set", "links.b1=trace(traces/b1-0.csv, B/s, hold)",
                    "--policy", "local,edge,greedy,optimal,clairvoyant", "--out", "replay")
        model = [row for row in without_measured(self.folder / "model/tasks.csv")
                 if row[1] != "forecast"]
        self.assertEqual(model, without_measured(self.folder / "replay/tasks.csv"))

    def test_traces_are_not_replaced_without_force(self):
        self.moving()
        self.mecsim("channels", "mine.yaml", "--duration", "40 s", "--out", "traces")
        first = (self.folder / "traces/b1-0.csv").read_bytes()
        again = ["channels", "mine.yaml", "--duration", "50 s", "--out", "traces"]
        done = self.mecsim(*again, code=2)
        self.assertEqual(done.stderr, "mecsim: traces holds such files already (b1-0.csv): give another "
                                      "directory with --out, or replace them with --force\n")
        self.assertEqual((self.folder / "traces/b1-0.csv").read_bytes(), first)
        self.mecsim(*again, "--force")
        self.assertGreater(len((self.folder / "traces/b1-0.csv").read_bytes()), len(first))
        # Files of other names are no hindrance, and many are counted.
        self.mecsim(*again, "--set", "links.b1_channel=common")
        many = [*again, "--set", "device.count=8"]
        self.assertIn("(b1-0.csv)", self.mecsim(*many, code=2).stderr)
        self.mecsim(*many, "--force")
        self.assertIn("b1-4.csv and 3 more)", self.mecsim(*many, code=2).stderr)

    def test_what_does_not_move_has_no_trace(self):
        self.moving("1 MB/s")
        done = self.mecsim("channels", "mine.yaml", "--out", "traces", code=2)
        self.assertIn("no bandwidth of this scenario moves", done.stderr)
        self.moving()
        for arguments, message in [([], "expected --out DIR"),
                                   (["--out", "t", "--duration", "5"], "missing unit"),
                                   (["--out", "t", "--duration", "0 s"], "0 is no duration"),
                                   (["--out", "t", "--duration", "1e9 s"], "shorter --duration")]:
            self.assertIn(message, self.mecsim("channels", "mine.yaml", *arguments, code=2).stderr)

    def test_a_broken_trace_is_reported_where_it_breaks(self):
        for content, message in {
            "": "no rows",
            "0,1\n1,2\n1,3\n": "t.csv:3:1:",
            "0,1\n2,2\n1,3\n": "t.csv:3:1:",
            "0,1\n1,-2\n": "t.csv:2:3:",
            "0,1\n1,fast\n": "t.csv:2:3:",
            "0,0\n1,0\n": "all rates are 0",
        }.items():
            (self.folder / "t.csv").write_text(content)
            self.moving("trace(t.csv, MB/s)")
            self.assertIn(message, self.mecsim("run", "mine.yaml", code=2).stderr, repr(content))
        self.assertNotIn("results", os.listdir(self.folder))

    def test_the_future_has_to_be_latency(self):
        self.moving()
        done = self.mecsim("run", "mine.yaml", "--policy", "clairvoyant", "--set", "objective=energy",
                           code=2)
        self.assertIn("clairvoyant", done.stderr)
        self.assertIn("latency", done.stderr)


class Fleets(Case):
    def test_a_run_can_end_in_simulated_time(self):
        self.scenario(QUEUE)
        self.mecsim("run", "mine.yaml", "--set", "workload.until=100 s", "--out", "out")
        counts = {policy["name"]: policy["counts"] for policy in
                  json.loads((self.folder / "out/manifest.json").read_text())["policies"]}
        self.assertEqual(json.loads((self.folder / "out/manifest.json").read_text())["status"],
                         "complete")
        for name, count in counts.items():
            self.assertEqual(count["released"],
                             count["completed"] + count["failed"] + count["in_flight"], name)
            self.assertGreater(count["completed"], 50)
        self.assertGreater(counts["edge"]["in_flight"], 0)  # 1.2 tasks a second, one core of 1 /s
        self.assertLessEqual(max(numbers(self.folder / "out/tasks.csv", "finish_s")), 100.0)

    def test_the_warm_up_is_run_and_not_recorded(self):
        self.scenario(QUEUE)
        self.mecsim("run", "mine.yaml", "--policy", "local", "--out", "all")
        self.mecsim("run", "mine.yaml", "--policy", "local", "--set", "workload.warmup=100", "--out",
                    "tasks")
        self.mecsim("run", "mine.yaml", "--policy", "local", "--set", "workload.warmup=50 s", "--out",
                    "time")
        whole = without_measured(self.folder / "all/tasks.csv")
        late = without_measured(self.folder / "tasks/tasks.csv")
        self.assertEqual(len(late), 1 + 300)
        for row in late[1:]:
            self.assertIn(row, whole)
        self.assertGreater(min(numbers(self.folder / "time/tasks.csv", "release_s")), 50.0)

    def test_an_overloaded_server_is_named_before_the_run(self):
        self.scenario(QUEUE)
        done = self.mecsim("run", "mine.yaml", "--out", "out")
        self.assertEqual(done.stderr, "mecsim: warning: policy edge: edge is asked for 120 % of what it "
                                      "can do; its queue grows as long as tasks arrive\n")
        self.assertEqual(self.mecsim("run", "mine.yaml", "--policy", "local", "--out", "quiet").stderr,
                         "")

    def test_processor_sharing_needs_simgrid(self):
        self.scenario(QUEUE.replace("edge: {speed: 1 GHz}",
                                    "edge: {speed: 1 GHz, discipline: processor-sharing}"))
        done = self.mecsim("run", "mine.yaml", "--engine", "events", code=2)
        self.assertIn("expected --engine simgrid", done.stderr)
        self.assertEqual(os.listdir(self.folder), ["mine.yaml"])
        self.mecsim("run", "mine.yaml", "--out", "out")

    def test_an_engine_that_is_not_there(self):
        self.scenario(QUEUE)
        done = self.mecsim("run", "mine.yaml", "--engine", "event", code=2)
        self.assertEqual(done.stderr, 'mecsim: --engine "event": expected simgrid or events; did you '
                                      'mean "events"?\n')

    def test_policies_that_cannot_are_refused_before_anything_runs(self):
        self.scenario(QUEUE)
        done = self.mecsim("run", "mine.yaml", "--policy", "dil", "--set", "decision.when=subtask",
                           code=2)
        self.assertIn("policy dil places whole tasks, and decision.when is subtask", done.stderr)
        self.assertEqual(os.listdir(self.folder), ["mine.yaml"])


if __name__ == "__main__":
    unittest.main()
