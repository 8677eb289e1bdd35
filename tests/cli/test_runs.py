"""Commands that do what they should: help, runs, progress, memory."""

import json
import os
import pty
import signal
import subprocess
import time
import unittest

from support import (
    Case,
    MECSIM,
    POLICIES,
    QUICKSTART,
    RESULT_FILES,
    rows_of,
    SOURCE,
    without_measured,
)


class Basics(Case):
    def test_help_lists_every_command(self):
        done = self.mecsim("--help")
        for command in ["run", "train", "report", "bench", "validate", "list"]:
            self.assertRegex(done.stdout, rf"(?m)^  {command}\b")
        self.assertEqual(done.stderr, "")

    def test_every_command_has_help_with_examples(self):
        for command in ["run", "train", "report", "bench", "validate", "list"]:
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
            'mecsim: unknown command "rnu"; expected one of run, sweep, merge, train, report, '
            'bench, channels, topology, validate, list, --help, --version; did you mean "run"?\n')

    def test_unknown_option_names_the_nearest(self):
        done = self.mecsim("run", QUICKSTART, "--polcy", "local", code=2)
        self.assertIn('unknown option --polcy; did you mean "--policy"?\nusage: mecsim run FILE',
                      done.stderr)

    def test_missing_file_argument(self):
        self.assertIn("FILE is missing\nusage: mecsim run FILE", self.mecsim("run", code=2).stderr)
        self.assertIn("DIR is missing", self.mecsim("report", code=2).stderr)

    def test_too_many_arguments(self):
        self.assertIn("too many arguments", self.mecsim("validate", "a", "b", code=2).stderr)

    def test_list_shows_each_policy_on_a_line(self):
        lines = self.mecsim("list").stdout.splitlines()
        policies, rest = lines[:lines.index("")], lines[lines.index("") + 1:]
        self.assertEqual([line.split()[0] for line in policies][:len(POLICIES)], POLICIES)
        self.assertEqual(policies[0], "local          every subtask on the device")
        self.assertEqual(rest, ["Their parameters: mecsim list POLICY, or mecsim list --all"])

    def test_list_shows_parameters_of_the_policies_that_are_named(self):
        done = self.mecsim("list", "optimal", "local")
        heads = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
        self.assertEqual(heads, ["optimal", "local", "(all)"])
        self.assertIn("solver (default auto)", done.stdout)
        self.assertIn("at (default scenario)", done.stdout)
        self.assertIn('did you mean "greedy"?', self.mecsim("list", "gredy", code=2).stderr)
        self.assertIn("exclude each other", self.mecsim("list", "greedy", "--schema", code=2).stderr)

    def test_list_shows_parameters_of_all(self):
        everything = self.mecsim("list", "--all").stdout
        named = [line.split()[0] for line in self.mecsim("list").stdout.partition("\n\n")[0].splitlines()]
        self.assertEqual(everything, self.mecsim("list", *named).stdout)

    def test_a_mistake_in_a_short_option_is_said_of_that_option(self):
        self.assertEqual(self.mecsim("run", QUICKSTART, "--tasks", "x", "--set", "seed=y", code=2).stderr,
                         "--set seed=y: not a whole number; expected a whole number from 0 to 18446744073709551615\n"
                         "--tasks x: not a whole number; expected a whole number from 1 to 1000000000\n")

    def test_a_full_standard_output_is_a_failed_run(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([MECSIM, "list"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("mecsim: ", done.stderr)


class Run(Case):
    def test_every_shipped_scenario_runs(self):
        files = sorted(file for file in SOURCE.glob("scenarios/**/*.yaml") if file.parent.name != "sweeps")
        self.assertGreaterEqual(len(files), 4)
        for file in files:
            with self.subTest(file=file.name):
                self.mecsim("validate", file)
                out = self.folder / file.stem
                # What learns would train for minutes; validate has read its parameters.
                self.mecsim("run", file, "--policy", "local,greedy,optimal", "--tasks", "60", "--set",
                            "workload.warmup=0", "--out", out)
                rows = rows_of(out / "tasks.csv")
                policies = {row["policy"] for row in rows}
                self.assertEqual(len(rows), 60 * len(policies))
                self.assertEqual({row["status"] for row in rows}, {"completed"})

    def test_the_learned_policies_train_run_and_are_kept(self):
        few = {"dil": "samples=300:epochs=2:hidden=8x1:plans=8",
               "kd-dil": "epochs=2:hidden=8x1:plans=8:unlabelled=200:teacher_samples=300:teacher_epochs=2",
               "baseline-dil": "samples=300:epochs=2:hidden=8x1:plans=8",
               "drl": "samples=300:steps=20:hidden=8x1"}
        chosen = ",".join(f"{name}:{parameters}" for name, parameters in few.items())
        arguments = ["run", QUICKSTART, "--tasks", "40", "--policy", chosen, "--cache", "cache"]
        self.mecsim(*arguments, "--out", "a")
        models = {file.name: file.stat().st_mtime_ns for file in (self.folder / "cache").glob("*.onnx")}
        self.assertEqual(len(models), 5)  # one each, and kd-dil's teacher
        self.mecsim(*arguments, "--out", "b")
        self.assertEqual(models, {file.name: file.stat().st_mtime_ns
                                  for file in (self.folder / "cache").glob("*.onnx")})
        self.assertEqual(without_measured(self.folder / "a/tasks.csv"),
                         without_measured(self.folder / "b/tasks.csv"))
        self.assertEqual(len(list((self.folder / "a").glob("*.curve.csv"))), 4)
        # Trained anew, elsewhere: the same files, byte for byte.
        arguments[-1] = "other"
        self.mecsim(*arguments, "--out", "c")
        for name in models:
            self.assertEqual((self.folder / "cache" / name).read_bytes(),
                             (self.folder / "other" / name).read_bytes(), name)

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

    def test_memory_grows_by_24_bytes_a_task(self):
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
        # Statistics keep at most 65,536 exact values of three kinds, and histograms beyond: 4 MB. What policies are
        # compared by is 24 bytes a task, of the first million.
        self.assertLess(peak[300_000], peak[30_000] + 6 * 1024 + 24 * 270_000 / 1024)

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
