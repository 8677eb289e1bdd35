"""The command line as a user meets it: exit codes, stdout, stderr and files.

Run by CTest with MECSIM (the program) and MECSIM_SOURCE_DIR in the environment; by hand:
    MECSIM=build/release/mecsim MECSIM_SOURCE_DIR=. python3 tests/cli/test_cli.py [Suite[.test]]
"""

import csv
import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

MECSIM = str(pathlib.Path(os.environ["MECSIM"]).resolve())
SOURCE = pathlib.Path(os.environ["MECSIM_SOURCE_DIR"]).resolve()
QUICKSTART = str(SOURCE / "scenarios/quickstart.yaml")
POLICIES = ["local", "edge", "cloud", "random", "greedy", "best-constant", "optimal"]
COLUMNS = (
    "scenario,policy,seed,replication,task,device,release_s,decided_s,finish_s,latency_s,exec_s,"
    "transfer_s,wait_s,decision_s,decision_ns,energy_j,placement,estimated_latency_s,"
    "optimal_latency_s,status"
).split(",")
RESULT_FILES = ["manifest.json", "summary.csv", "tasks.csv"]


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def without_measured(path):
    """The rows of a CSV without the columns that hold measured times (their names end in _ns)."""
    with open(path, newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        keep = [i for i, name in enumerate(header) if not name.endswith("_ns")]
        return [[row[i] for i in keep] for row in [header, *reader]]


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mecsim cli "))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def mecsim(self, *arguments, code=0, **options):
        done = subprocess.run([MECSIM, *map(str, arguments)], capture_output=True, text=True,
                              cwd=self.folder, timeout=300, **options)
        self.assertEqual(done.returncode, code,
                         f"mecsim {' '.join(map(str, arguments))}\n{done.stdout}\n{done.stderr}")
        return done

    def quickstart(self, out, *arguments, code=0):
        return self.mecsim("run", QUICKSTART, "--tasks", "40", "--out", out, *arguments, code=code)

    def scenario(self, text, name="mine.yaml"):
        path = self.folder / name
        path.write_text(text)
        return path


class Basics(Case):
    def test_help_lists_every_command(self):
        done = self.mecsim("--help")
        for command in ["run", "report", "validate", "list"]:
            self.assertRegex(done.stdout, rf"(?m)^  {command}\b")
        self.assertEqual(done.stderr, "")

    def test_every_command_has_help_with_examples(self):
        for command in ["run", "report", "validate", "list"]:
            done = self.mecsim(command, "--help")
            self.assertTrue(done.stdout.startswith(f"usage: mecsim {command}"), done.stdout)
            self.assertIn("Examples:\n  mecsim " + command, done.stdout)

    def test_version_names_the_libraries(self):
        done = self.mecsim("--version")
        self.assertRegex(done.stdout, r"^mecsim \d+\.\d+\.\d+\n")
        for name in ["simgrid", "boost", "fmt", "yaml-cpp", "compiler"]:
            self.assertRegex(done.stdout, rf"(?m)^  {name} \S+")

    def test_no_command_is_a_mistake(self):
        done = self.mecsim(code=2)
        self.assertEqual(done.stderr, "mecsim: no command given; try mecsim --help\n")
        self.assertEqual(done.stdout, "")

    def test_unknown_command_names_the_nearest(self):
        done = self.mecsim("rnu", code=2)
        self.assertEqual(
            done.stderr,
            'mecsim: unknown command "rnu"; expected one of run, report, validate, list, --help, '
            '--version; did you mean "run"?\n')

    def test_unknown_option_names_the_nearest(self):
        done = self.mecsim("run", QUICKSTART, "--polcy", "local", code=2)
        self.assertIn('unknown option --polcy; did you mean "--policy"?\nusage: mecsim run FILE',
                      done.stderr)

    def test_missing_file_argument(self):
        self.assertIn("FILE is missing\nusage: mecsim run FILE", self.mecsim("run", code=2).stderr)
        self.assertIn("DIR is missing", self.mecsim("report", code=2).stderr)

    def test_too_many_arguments(self):
        self.assertIn("too many arguments", self.mecsim("validate", "a", "b", code=2).stderr)

    def test_list_shows_policies_and_their_parameters(self):
        done = self.mecsim("list")
        for policy in POLICIES:
            self.assertRegex(done.stdout, rf"(?m)^{policy} ")
        self.assertIn("solver (default auto)", done.stdout)

    def test_a_full_standard_output_is_a_failed_run(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([MECSIM, "list"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("mecsim: ", done.stderr)


class Run(Case):
    def test_every_shipped_scenario_runs(self):
        files = sorted(SOURCE.glob("scenarios/**/*.yaml"))
        self.assertGreaterEqual(len(files), 4)
        for file in files:
            with self.subTest(file=file.name):
                self.mecsim("validate", file)
                out = self.folder / file.stem
                self.mecsim("run", file, "--tasks", "60", "--out", out)
                rows = rows_of(out / "tasks.csv")
                policies = {row["policy"] for row in rows}
                self.assertEqual(len(rows), 60 * len(policies))
                self.assertEqual({row["status"] for row in rows}, {"completed"})

    def test_prints_a_comparison_and_where_the_results_are(self):
        done = self.quickstart("out")
        for policy in POLICIES:
            self.assertRegex(done.stdout, rf"(?m)^\s*{policy}\b")
        self.assertIn("results: out\n", done.stdout)
        self.assertEqual(done.stderr, "")
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)

    def test_the_default_directory_is_named_after_the_scenario(self):
        self.mecsim("run", QUICKSTART, "--tasks", "3")
        self.assertTrue((self.folder / "results/out/quickstart/tasks.csv").is_file())

    def test_policy_chooses_and_parameterises(self):
        self.quickstart("out", "--policy", "optimal:solver=exhaustive,greedy,optimal,greedy")
        names = [row["policy"] for row in rows_of(self.folder / "out/summary.csv")]
        self.assertEqual(names, ["greedy", "optimal", "optimal(solver=exhaustive)"])
        rows = rows_of(self.folder / "out/tasks.csv")
        by_name = lambda name: [r["estimated_latency_s"] for r in rows if r["policy"] == name]
        self.assertEqual(by_name("optimal"), by_name("optimal(solver=exhaustive)"))

    def test_replications_differ_and_are_all_there(self):
        self.quickstart("out", "--set", "replications=3", "--policy", "local")
        rows = rows_of(self.folder / "out/tasks.csv")
        self.assertEqual([row["replication"] for row in rows], ["0"] * 40 + ["1"] * 40 + ["2"] * 40)
        self.assertEqual(len({row["latency_s"] for row in rows}), 120)

    def test_cycles_of_a_decision_are_charged_at_the_site(self):
        self.quickstart("out", "--policy", "local", "--set", "decision.cost={cycles: 1 Gcycles}",
                        "--set", "device.speed=500 MHz")
        for row in rows_of(self.folder / "out/tasks.csv"):
            self.assertEqual(float(row["decision_s"]), 2.0)
            self.assertAlmostEqual(
                float(row["latency_s"]), 2.0 + float(row["estimated_latency_s"]), places=9)

    def test_measured_decisions_are_charged(self):
        self.quickstart("out", "--policy", "optimal", "--set", "decision.cost=measured")
        for row in rows_of(self.folder / "out/tasks.csv"):
            self.assertGreater(float(row["decision_s"]), 0)
            self.assertAlmostEqual(float(row["decision_s"]), 1e-9 * int(row["decision_ns"]), places=12)

    def test_objective_energy_saves_energy(self):
        self.quickstart("time", "--policy", "optimal")
        self.quickstart("energy", "--policy", "optimal", "--set", "objective=energy")
        total = lambda name: sum(float(r["energy_j"]) for r in rows_of(self.folder / name / "tasks.csv"))
        self.assertLess(total("energy"), total("time"))

    def test_no_progress_bar_in_a_pipe_and_one_on_a_terminal(self):
        arguments = [MECSIM, "run", QUICKSTART, "--tasks", "2000000", "--policy", "optimal", "--out", "t"]
        try:
            master, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal here: {error}")
        process = subprocess.Popen(arguments, cwd=self.folder, stderr=terminal,
                                   stdout=subprocess.DEVNULL, start_new_session=True)
        os.close(terminal)
        seen = b""
        deadline = time.time() + 60
        while b"s left" not in seen and time.time() < deadline:
            seen += os.read(master, 4096)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)
        os.close(master)
        self.assertRegex(seen.decode(), r"\[#*\.+\] +\d+ %  \d+ s left  optimal")


    def test_a_long_run_in_a_pipe_is_quiet(self):
        done = self.mecsim("run", QUICKSTART, "--tasks", "500000", "--policy", "random", "--out", "out")
        self.assertEqual(done.stderr, "")
        wall = json.loads((self.folder / "out/manifest.json").read_text())["policies"][0]["wall_s"]
        if wall < 2.0:
            self.skipTest(f"the run took {wall} s: too short for a progress bar anyway")

    def test_memory_does_not_grow_with_the_number_of_tasks(self):
        if os.environ.get("MECSIM_SANITIZE"):
            self.skipTest("a sanitizer keeps freed memory")
        peak = {}
        for tasks in [30_000, 300_000]:
            pid = os.posix_spawn(MECSIM, [MECSIM, "run", QUICKSTART, "--tasks", str(tasks), "--policy", "greedy",
                                          "--out", str(self.folder / str(tasks))], os.environ,
                                 file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
            _, status, usage = os.wait4(pid, 0)
            self.assertEqual(status, 0)
            peak[tasks] = usage.ru_maxrss  # KiB, of the program and its simulations
        # Statistics keep at most 65,536 exact values of three kinds, and histograms beyond: 4 MB.
        self.assertLess(peak[300_000], peak[30_000] + 6 * 1024)

    def test_another_objective_is_pointed_out(self):
        done = self.quickstart("out", "--policy", "optimal", "--set", "objective=energy")
        self.assertIn("note: the policies minimised the scenario's objective, not latency alone;\n", done.stdout)

    def test_a_scenario_does_not_choose_where_it_writes(self):
        self.mecsim("run", QUICKSTART, "--tasks", "3", "--policy", "local", "--set", "name=../../evil")
        self.assertEqual(os.listdir(self.folder), ["results"])
        self.assertEqual(os.listdir(self.folder / "results/out"), ["-.-..-evil"])

    def test_force_removes_figures_of_the_old_results(self):
        self.quickstart("out", "--policy", "local")
        (self.folder / "out/comparison.svg").write_text("old")
        self.quickstart("out", "--policy", "local", "--force")
        self.assertEqual(sorted(os.listdir(self.folder / "out")), RESULT_FILES)


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
        MECSIM_REGENERATE=1 python3 tests/cli/test_cli.py Reproducibility.test_golden_rows"""
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


class Mistakes(Case):
    BASE = ("task: {work: 1 Gcycles, data: 1 MB}\ndevice: {speed: 1 GHz}\nedge: {speed: 2 GHz}\n"
            "links: {b1: 1 MB/s, b2: 1 MB/s}\npolicies: [local, greedy]\n")

    def test_a_mistake_names_file_line_and_column(self):
        file = self.scenario(self.BASE.replace("edge: {speed: 2 GHz}", "edge: {speed: 2}"))
        for command in [["validate"], ["run"]]:
            done = self.mecsim(*command, "mine.yaml", code=2)
            self.assertEqual(done.stderr, 'mine.yaml:3:15: edge.speed "2": missing unit; '
                                          "expected Hz, kHz, MHz or GHz\n")
        self.assertEqual(os.listdir(self.folder), ["mine.yaml"])

    def test_all_mistakes_are_reported_at_once(self):
        self.scenario(self.BASE.replace("2 GHz", "0 GHz").replace("b1: 1 MB/s", "b1: -1 MB/s")
                      .replace("greedy", "gredy").replace("data: 1 MB", "dat: 1 MB"))
        done = self.mecsim("validate", "mine.yaml", code=2)
        for part in ["edge.speed", "links.b1", 'did you mean "greedy"?', 'did you mean "data"?']:
            self.assertIn(part, done.stderr)

    def test_values_without_sense_are_refused(self):
        frequency = "Hz, kHz, MHz or GHz"
        cases = {
            "links.b1=0 MB/s": "0 is no value here; expected more than 0",
            "links.b1=uniform(5 MB/s, 2 MB/s)": "the low bound is above the high one; expected low <= high",
            "device.speed=0 GHz": "0 is no value here; expected more than 0",
            "device.speed=nan": f"not a finite number; expected a number and a unit: {frequency}",
            "device.speed=inf": f"not a finite number; expected a number and a unit: {frequency}",
            "device.speed=3": f"missing unit; expected {frequency}",
            "task.data=-1 MB": "negative; expected at least 0",
            "task.work=1 MB": "unit MB is not an amount of work; expected cycles, kcycles, Mcycles or Gcycles",
            "task.subtasks=0": "0 is out of range; expected whole numbers from 1 to 10000",
            "task.subtasks=1000000": "1000000 is out of range; expected whole numbers from 1 to 10000",
            "workload.tasks=0": "out of range; expected a whole number from 1 to 1000000000",
            "workload.arrivals=from-file":
                "there is no workload file; expected workload.file, or other arrivals",
            "edge.sped=1 GHz": 'edge.sped: unknown key; expected speed or cores; did you mean "speed"?',
            "policies=[]": "an empty list; expected at least one policy, such as [local, greedy]",
            "seed=-1": "out of range; expected a whole number from 0 to 18446744073709551615",
            "replications=0": "out of range; expected a whole number from 1 to 10000",
            "nonsense": 'missing "="; expected KEY=VALUE, such as edge.speed=2GHz',
        }
        self.scenario(self.BASE)
        for override, message in cases.items():
            with self.subTest(override=override):
                done = self.mecsim("run", "mine.yaml", "--set", override, "--out", "out", code=2)
                self.assertEqual(done.stderr, f"--set {override}: {message}\n")
                self.assertEqual(done.stdout, "")
                self.assertFalse((self.folder / "out").exists())

    def test_tasks_of_a_workload_file_without_sense_are_refused(self):
        self.scenario(self.BASE)
        header = "task,device,release_s,work_cycles,data_bytes,p1_hz,p2_hz,b1_Bps,b2_Bps\n"
        million = "1 " * 1_000_000
        cases = {
            "0,0,0,,1,,,,\n": '2:7: work_cycles "": 0 subtasks; expected 1 to 10000 values joined by spaces',
            f"0,0,0,{million},1,,,,\n":
                f'2:7: work_cycles "{million[:80]}...": 1000000 subtasks; expected 1 to 10000 values joined by spaces',
            "0,0,0,1 2,1,,,,\n": '2:11: data_bytes "1": 1 values for 2 subtasks; expected 3, one more',
            "0,0,0,-1,1 1,,,,\n": '2:7: work_cycles "-1": value 1, "-1": negative; expected at least 0',
            "0,0,0,nan,1 1,,,,\n": '2:7: work_cycles "nan": value 1, "nan": not a finite number',
            "0,0,0,1,1 1,0,,,\n": '2:13: p1_hz "0": 0 is no value here; expected more than 0',
            "0,0,0,1,1 1,,,0,\n": '2:15: b1_Bps "0": 0 is no value here; expected more than 0',
            "0,0,0,1,1 1,,,inf,\n": '2:15: b1_Bps "inf": not a finite number',
            "0,-1,0,1,1 1,,,,\n": '2:3: device "-1": not a whole number from 0 to 99999',
            "": "1:1: the file has no tasks; expected at least one row below the header",
        }
        for row, message in cases.items():
            with self.subTest(row=row[:40]):
                (self.folder / "w.csv").write_text(header + row)
                done = self.mecsim("validate", "mine.yaml", "--set", "workload.file=w.csv", code=2)
                self.assertEqual(done.stderr, f"w.csv:{message}\n")

    def test_unknown_policies_and_parameters(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--policy", "gredy", code=2)
        self.assertEqual(done.stderr, 'mecsim: unknown policy "gredy"; expected one of local, edge, cloud, random, '
                                      'greedy, best-constant, optimal; did you mean "greedy"?\n')
        done = self.mecsim("run", "mine.yaml", "--policy", "optimal:solver=exhaustif", code=2)
        self.assertIn('did you mean "exhaustive"?', done.stderr)
        self.assertIn("expected name:key=value", self.mecsim("run", "mine.yaml", "--policy", "optimal:dp", code=2).stderr)
        self.mecsim("run", "mine.yaml", "--policy", "", code=2)
        done = self.mecsim("run", "mine.yaml", "--policy", "optimal:solver=dp:solver=dp", code=2)
        self.assertIn("solver is given twice", done.stderr)
        self.mecsim("run", "mine.yaml", "--policy", "local, greedy", "--tasks", "2", "--out", "spaced")

    def test_outputs_that_make_no_sense_are_refused(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--out", "", code=2)
        self.assertEqual(done.stderr, "mecsim: --out: expected a directory\n")
        done = self.mecsim("run", "mine.yaml", "--out", "o", "--save-workload", "o/tasks.csv", code=2)
        self.assertEqual(done.stderr, "mecsim: --save-workload o/tasks.csv: the results of this run go there; "
                                      "name another file\n")

    def test_the_exit_code_arrives_even_where_messages_cannot(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([MECSIM, "run", "nowhere.yaml"], stderr=full)
        self.assertEqual(done.returncode, 2)
        self.scenario(self.BASE)
        script = '"$0" run mine.yaml --tasks 5 --out closed <&- >&- 2>&-'
        done = subprocess.run(["sh", "-c", script, MECSIM], cwd=self.folder)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(rows_of(self.folder / "closed/tasks.csv")), 10)

    def test_an_exhaustive_search_without_end_is_refused(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--set", "task.subtasks=40", "--policy",
                           "optimal:solver=exhaustive", "--out", "out", code=2)
        self.assertEqual(done.stderr, "mecsim: policy optimal: an exhaustive search of 3 sites ^ 40 subtasks = "
                                      "1.22e+19 placements (limit 1e+10); use dp\n")
        self.assertEqual(os.listdir(self.folder / "out"), [])

    def test_missing_files(self):
        self.assertIn("nowhere.yaml", self.mecsim("run", "nowhere.yaml", code=2).stderr)
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--set", "workload.file=nowhere.csv", code=2)
        self.assertIn("nowhere.csv", done.stderr)
        self.assertIn("nowhere", self.mecsim("report", "nowhere", code=2).stderr)

    def test_a_torn_workload_file(self):
        self.scenario(self.BASE)
        (self.folder / "torn.csv").write_text(
            "task,device,release_s,work_cycles,data_bytes\n0,0,0,1e9,1 1\n1,0,0,1e9")
        done = self.mecsim("run", "mine.yaml", "--set", "workload.file=torn.csv", code=2)
        self.assertEqual(done.stderr, "torn.csv:3:1: torn last line: 4 fields; expected a whole row that ends in "
                                      "a line break\n")

    def test_a_directory_that_cannot_be_written(self):
        self.scenario(self.BASE)
        done = self.mecsim("run", "mine.yaml", "--out", "/dev/null/out", code=2)
        self.assertEqual(done.stderr, "mecsim: cannot make the results directory /dev/null/out: Not a directory\n")
        (self.folder / "file").write_text("")
        done = self.mecsim("run", "mine.yaml", "--out", "file", code=2)
        self.assertEqual(done.stderr, "mecsim: cannot put results in file: it is not a directory\n")
        done = self.mecsim("run", "mine.yaml", "--save-workload", "no/such/x.csv", code=2)
        self.assertEqual(done.stderr, "mecsim: cannot write no/such/x.csv: No such file or directory\n")

    def test_a_full_disk(self):
        self.scenario(self.BASE)
        out = self.folder / "out"
        out.mkdir()
        (out / "tasks.csv.part").symlink_to("/dev/full")
        done = self.mecsim("run", "mine.yaml", "--out", "out", code=1)
        self.assertEqual(done.stderr, "mecsim: cannot write out/tasks.csv: No space left on device\n")
        self.assertFalse((out / "summary.csv").exists())
        for name in ["summary.csv", "manifest.json"]:
            other = self.folder / name[:3]
            other.mkdir()
            (other / (name + ".part")).symlink_to("/dev/full")
            done = self.mecsim("run", "mine.yaml", "--out", name[:3], code=1)
            self.assertEqual(done.stderr, f"mecsim: cannot write {name[:3]}/{name}: No space left on device\n")
            self.assertFalse((other / name).exists())
        done = self.mecsim("run", "mine.yaml", "--save-workload", "/dev/full", "--out", "other", code=1)
        self.assertEqual(done.stderr, "mecsim: cannot write /dev/full: No space left on device\n")

    def test_report_on_a_directory_without_results(self):
        (self.folder / "empty").mkdir()
        self.assertIn("summary.csv", self.mecsim("report", "empty", code=2).stderr)


class Interrupts(Case):
    def start(self, *arguments):
        return subprocess.Popen([MECSIM, "run", QUICKSTART, "--out", "out", *arguments], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)

    def wait_for_rows(self):
        part = self.folder / "out/tasks.csv.part"
        deadline = time.time() + 60
        while not (part.exists() and part.stat().st_size > 100_000):
            self.assertLess(time.time(), deadline, "no rows were written")
            time.sleep(0.05)

    def test_ctrl_c_keeps_finished_rows_and_marks_them_partial(self):
        process = self.start("--tasks", "50000000", "--policy", "greedy,optimal")
        self.wait_for_rows()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: parent and child
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("mecsim: interrupted by SIGINT: the results are partial\n", stderr)
        self.assertEqual(sorted(os.listdir(self.folder / "out")), RESULT_FILES)
        with open(self.folder / "out/tasks.csv", newline="") as file:
            count = sum(1 for row in csv.DictReader(file) if row["status"] == "completed")
        (summary,) = rows_of(self.folder / "out/summary.csv")
        self.assertEqual(summary["status"], "partial")
        self.assertEqual(int(summary["completed"]), count)
        manifest = json.loads((self.folder / "out/manifest.json").read_text())
        self.assertEqual(manifest["status"], "partial")
        released = int(summary["completed"]) + int(summary["failed"]) + int(summary["in_flight"])
        self.assertEqual(int(summary["tasks"]), released)

    def test_a_killed_simulation_is_a_failed_run_that_keeps_its_rows(self):
        process = self.start("--tasks", "50000000", "--policy", "optimal")
        self.wait_for_rows()
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self.assertEqual(len(children), 1)
        os.kill(int(children[0]), signal.SIGKILL)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("killed by signal 9", stderr)
        self.assertEqual(rows_of(self.folder / "out/summary.csv")[0]["status"], "partial")

    def test_a_killed_parent_leaves_no_orphan(self):
        process = self.start("--tasks", "50000000", "--policy", "optimal")
        self.wait_for_rows()
        (child,) = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        process.communicate()
        deadline = time.time() + 10
        alive = lambda: (pathlib.Path("/proc") / child / "stat").exists() and \
            (pathlib.Path("/proc") / child / "stat").read_text().split()[2] != "Z"
        while alive() and time.time() < deadline:
            time.sleep(0.05)
        self.assertFalse(alive())
        self.assertFalse((self.folder / "out/tasks.csv").exists())


class Generated(Case):
    """Files that are generated from the code: they must not drift from it."""

    def test_the_reference_page(self):
        self.assertEqual(self.mecsim("list", "--reference").stdout,
                         (SOURCE / "scenarios/REFERENCE.md").read_text())

    def test_the_schema(self):
        text = self.mecsim("list", "--schema").stdout
        self.assertEqual(text, (SOURCE / "scenarios/mecsim.schema.json").read_text())
        json.loads(text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
