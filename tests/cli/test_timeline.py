"""What tasks go through, in files: activities.csv, bandwidths.csv, and timeline.json for trace viewers."""

import collections
import json
import os
import signal
import subprocess
import time
import unittest

from support import Case, MECSIM, QUICKSTART, rows_of, SOURCE

ACTIVITIES = ("scenario,policy,seed,replication,task,device,activity,where,subtask,begin_s,end_s,part").split(",")
PARTS = {"exec": "exec_s", "transfer": "transfer_s", "wait": "wait_s", "decision": "decision_s"}

# Four devices share an access point and two edge cores, and decide on the edge: waits everywhere.
CROWDED = """
task: {subtasks: 4, work: "uniform(0 Mcycles, 2000 Mcycles)", data: "uniform(0 MB, 2 MB)"}
device: {count: 4, speed: 1 GHz}
edge: {speed: 2 GHz, cores: 2}
links: {b1: 2 MB/s, b2: 3 MB/s, access: shared}
decision: {cost: {cycles: 200 Mcycles}, site: edge, request: 1 kB, answer: 1 kB, when: subtask}
workload: {tasks: 60}
policies: [edge, cloud, greedy, random]
"""

ONE_LINK = """
task: {subtasks: 1, work: 1 Gcycles, data: "uniform(0 MB, 4 MB)"}
device: {speed: 1 GHz}
edge: {speed: 4 GHz}
links: {b1: 2 MB/s, b2: 1 MB/s}
workload: {tasks: 30}
policies: [edge]
"""


def nanoseconds(microseconds):
    """As trace viewers read a date: times 1000, cut off."""
    return int(microseconds * 1000)


class Trace:
    def __init__(self, path):
        with open(path) as file:
            whole = json.load(file)
        self.notes = whole["otherData"]
        self.events = whole["traceEvents"]
        metadata = [event for event in self.events if event["ph"] == "M"]
        self.processes = {event["pid"]: event["args"]["name"] for event in metadata
                          if event["name"] == "process_name"}
        self.threads = {event["tid"]: event["args"]["name"] for event in metadata
                        if event["name"] == "thread_name"}

    def of(self, phase):
        return [event for event in self.events if event["ph"] == phase]

    def spans(self):
        """(policy, task, category, begin, end) of services and waits, in nanoseconds."""
        for event in self.of("X"):
            begin = nanoseconds(event["ts"])
            yield (self.processes[event["pid"]], event["args"]["task"], event["cat"], begin,
                   begin + nanoseconds(event["dur"]))
        ends = {event["id"]: event for event in self.of("e")}
        for event in self.of("b"):
            if event["cat"] == "wait":
                yield (self.processes[event["pid"]], event["args"]["task"], "wait",
                       nanoseconds(event["ts"]), nanoseconds(ends[event["id"]]["ts"]))


class TimelineFile(Case):
    def run_with_timeline(self, text, *arguments, out="out"):
        self.scenario(text)
        self.mecsim("run", "mine.yaml", "--out", out, "--timeline", *arguments)
        return Trace(self.folder / out / "timeline.json")

    def test_the_activities_of_a_task_add_up_to_its_latency(self):
        trace = self.run_with_timeline(CROWDED)
        spans = collections.defaultdict(list)
        for policy, task, _, begin, end in trace.spans():
            spans[policy, task].append((begin, end))
        rows = rows_of(self.folder / "out/tasks.csv")
        self.assertEqual(len(spans), len(rows))
        self.assertEqual(len(rows), 4 * 60)
        for row in rows:
            own = sorted(spans[row["policy"], int(row["task"])])
            # Without a gap; so that rounding to whole nanoseconds is made twice, not at each of them.
            self.assertTrue(all(a[1] == b[0] for a, b in zip(own, own[1:])))
            total = sum(end - begin for begin, end in own) * 1e-9
            self.assertLessEqual(abs(total - float(row["latency_s"])), 1e-9 + 1e-12)
        self.assertGreater(sum(event["cat"] == "wait" for event in trace.of("b")), 100)

    def test_events_of_a_thread_do_not_overlap(self):
        trace = self.run_with_timeline(CROWDED)
        threads = collections.defaultdict(list)
        for event in trace.of("X"):
            begin = nanoseconds(event["ts"])
            threads[event["pid"], event["tid"]].append((begin, begin + nanoseconds(event["dur"])))
        for spans in threads.values():
            spans.sort()
            for before, after in zip(spans, spans[1:]):
                self.assertLessEqual(before[1], after[0])
        names = {trace.threads[tid] for _, tid in threads}
        # A thread for each of the two cores, and one for what serves one at a time.
        self.assertIn("server edge #2", names)
        self.assertNotIn("server edge #3", names)
        self.assertNotIn("link b1-up #2", names)
        self.assertLessEqual({f"CPU of device-{d}" for d in range(4)}, names)

    def test_every_flow_and_async_event_is_complete(self):
        trace = self.run_with_timeline(CROWDED)
        for first, last in ["sf", "be"]:
            begun = sorted(event["id"] for event in trace.of(first))
            self.assertEqual(begun, sorted(event["id"] for event in trace.of(last)))
            self.assertEqual(len(begun), len(set(begun)))
        slices = collections.defaultdict(list)
        for event in trace.of("X"):
            slices[event["tid"]].append((event["ts"], event["ts"] + event["dur"], event["args"]["task"]))
        tasks = collections.defaultdict(set)
        for event in [*trace.of("s"), *trace.of("t"), *trace.of("f")]:
            (at,) = [task for begin, end, task in slices[event["tid"]] if begin <= event["ts"] < end]
            tasks[event["id"]].add(at)
        self.assertTrue(all(len(own) == 1 for own in tasks.values()))
        self.assertEqual(len(tasks), 4 * 60)

    def test_a_constant_link_is_busy_for_bytes_over_bandwidth(self):
        trace = self.run_with_timeline(ONE_LINK)
        for direction in ["up", "down"]:
            transfers = [event for event in trace.of("X")
                         if trace.threads[event["tid"]] == f"link b1-{direction} of device-0"]
            self.assertEqual(len(transfers), 30)
            for event in transfers:
                self.assertAlmostEqual(event["dur"] * 1e-6, event["args"]["bytes"] / 2e6, delta=1.001e-9)
        up = sum(event["args"]["bytes"] for event in trace.of("X") if event["args"].get("link") == "b1-up")
        busy = sum(float(row["end_s"]) - float(row["begin_s"])
                   for row in rows_of(self.folder / "out/activities.csv") if row["where"] == "b1-up")
        self.assertLess(busy, up / 2e6)  # of ten tasks

    def test_counters_follow_the_trace_file(self):
        rates = [500_000, 1_250_000, 0, 3_000_000, 750_000]
        trace_file = "seconds,bytes_per_second\n" + "".join(f"{t},{rate}\n" for t, rate in enumerate(rates))
        (self.folder / "rates.csv").write_text(trace_file)
        text = ONE_LINK.replace("b1: 2 MB/s", "b1: 'trace(rates.csv, B/s, repeat)'")
        trace = self.run_with_timeline(text)
        counters = collections.defaultdict(dict)
        for event in trace.of("C"):
            counters[event["name"]][event["ts"] / 1e6] = event["args"]["bytes per second"]
        self.assertEqual(set(counters), {"b1-up of device-0", "b1-down of device-0"})
        for series in counters.values():
            self.assertGreater(len(series), 20)
            for at, rate in series.items():
                self.assertEqual(at, int(at))
                self.assertEqual(rate, rates[int(at) % 5])
            self.assertEqual(sorted(series), list(range(len(series))))
        # The same in bandwidths.csv, as far as its ten tasks go.
        rows = rows_of(self.folder / "out/bandwidths.csv")
        self.assertGreater(len(rows), 10)
        for row in rows:
            self.assertEqual(counters[f"{row['link']} of device-{row['device']}"][float(row["at_s"])],
                             float(row["bandwidth_Bps"]))

    def test_the_file_holds_the_tasks_that_are_asked_for(self):
        for value, expected in [(["7"], 7), (["all"], 60), ([], 60)]:
            trace = self.run_with_timeline(CROWDED, *value, "--force")
            tasks = collections.defaultdict(set)
            for policy, task, *_ in trace.spans():
                tasks[policy].add(task)
            self.assertEqual({policy: len(own) for policy, own in tasks.items()},
                             dict.fromkeys(["edge", "cloud", "greedy", "random"], expected))
        self.assertTrue(trace.notes["all bandwidth changes shown"])
        # An option in front of the file takes nothing from it.
        done = self.mecsim("run", "--timeline", "mine.yaml", "--out", "out", "--force")
        self.assertTrue(done.stdout.endswith("results: out\nwritten: out/timeline.json\n"), done.stdout)
        self.assertIn("absent.yaml: No such file", self.mecsim("run", "--timeline", "absent.yaml", code=2).stderr)
        for wrong in ["0", "99999999999999999999", "ten", "1.5"]:
            done = self.mecsim("run", "mine.yaml", "--timeline", wrong, code=2)
            self.assertIn(f'--timeline "{wrong}": expected all, or a number of tasks from 1 on', done.stderr)

    def test_decisions_tell_where_they_were_taken_and_what_came_of_them(self):
        trace = self.run_with_timeline(CROWDED)
        decisions = [event["args"] for event in trace.of("i")]
        self.assertEqual({decision["decided_at"] for decision in decisions}, {"edge"})  # decision.site
        self.assertTrue(all("placement" in decision and "site" not in decision for decision in decisions))

    def test_only_replication_0_is_shown(self):
        trace = self.run_with_timeline(CROWDED + "replications: 3\n", "5")
        self.assertEqual(sorted(trace.processes.values()), ["cloud", "edge", "greedy", "random"])
        rows = rows_of(self.folder / "out/activities.csv")
        self.assertEqual({row["replication"] for row in rows}, {"0"})

    def test_the_same_command_gives_the_same_bytes(self):
        for out in ["one", "two"]:
            self.run_with_timeline(CROWDED.replace("b1: 2 MB/s", "b1: 'gilbert(1 s, 2 MB/s, 200 kB/s, 3 s, 3 s)'"),
                                   out=out)
        for name in ["timeline.json", "activities.csv", "bandwidths.csv"]:
            self.assertEqual((self.folder / "one" / name).read_bytes(), (self.folder / "two" / name).read_bytes())

    def test_an_old_timeline_does_not_outlive_a_run_without_one(self):
        self.run_with_timeline(ONE_LINK)
        self.mecsim("run", "mine.yaml", "--out", "out", "--force")
        self.assertFalse((self.folder / "out/timeline.json").exists())

    def test_an_interrupted_run_leaves_a_valid_timeline(self):
        process = subprocess.Popen(
            [MECSIM, "run", QUICKSTART, "--out", "out", "--policy", "greedy", "--tasks", "50000000", "--timeline",
             "20"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        part = self.folder / "out/tasks.csv.part"
        deadline = time.time() + 60
        while not (part.exists() and part.stat().st_size > 100_000):
            self.assertLess(time.time(), deadline, "no rows were written")
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertEqual(len({task for _, task, *_ in Trace(self.folder / "out/timeline.json").spans()}), 20)


class ActivityFiles(Case):
    def test_activities_of_ten_tasks_add_up_to_the_parts_of_their_latency(self):
        self.scenario(CROWDED)
        self.mecsim("run", "mine.yaml", "--out", "out", "--set", "workload.warmup=5")
        rows = rows_of(self.folder / "out/activities.csv")
        self.assertEqual(list(rows[0]), ACTIVITIES)
        sums = collections.defaultdict(lambda: dict.fromkeys(PARTS, 0.0))
        for row in rows:
            sums[row["policy"], row["task"]][row["part"]] += float(row["end_s"]) - float(row["begin_s"])
        tasks = {(row["policy"], row["task"]): row for row in rows_of(self.folder / "out/tasks.csv")}
        self.assertEqual(len(sums), 4 * 10)
        for key, parts in sums.items():
            for part, column in PARTS.items():
                self.assertAlmostEqual(parts[part], float(tasks[key][column]), delta=1e-9)
        first_release = {policy: min(float(r["release_s"]) for r in tasks.values() if r["policy"] == policy)
                         for policy in {policy for policy, _ in tasks}}
        for policy, release in first_release.items():
            self.assertEqual(release, min(float(r["begin_s"]) for r in rows if r["policy"] == policy))

    def test_places_have_the_names_of_the_network(self):
        self.mecsim("run", SOURCE / "scenarios/fleet/platform.yaml", "--out", "out", "--policy", "greedy", "--tasks",
                    "600")
        rows = rows_of(self.folder / "out/activities.csv")
        places = {row["where"] for row in rows}
        self.assertIn("fibre_UP", places)
        self.assertEqual({row["activity"] for row in rows} - {"wait"}, {"compute", "transfer", "decide"})

    def test_what_does_not_move_has_no_bandwidths(self):
        self.quickstart("out", "--policy", "greedy")
        self.assertEqual((self.folder / "out/bandwidths.csv").read_text(), "link,device,at_s,bandwidth_Bps\n")


if __name__ == "__main__":
    unittest.main()
