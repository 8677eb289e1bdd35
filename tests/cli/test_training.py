"""Policies that learn: prepared before a run, once, and by `mecsim train`. On the toy of toy_registry.cpp."""

import json
import os
import pty
import signal
import subprocess
import time
import unittest

from support import Case, rows_of

TOY = os.path.realpath(os.environ["MECSIM_TOY"])
SCENARIO = ("task: {work: 1 Gcycles, data: 1 MB}\ndevice: {speed: 1 GHz}\nedge: {speed: 2 GHz}\n"
            "links: {b1: 1 MB/s, b2: 1 MB/s}\nworkload: {tasks: 5}\nreplications: 2\n"
            "policies: [local, learner, learner: {at: edge}]\n")


def fnv1a64(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return f"fnv1a64:{value:016x}"


class LearnerCase(Case):
    program = TOY

    def setUp(self):
        super().setUp()
        self.scenario(SCENARIO)
        self.environment = {k: v for k, v in os.environ.items() if k != "MECSIM_CACHE"}

    def mecsim(self, *arguments, **options):
        return super().mecsim(*arguments, **{"env": self.environment, **options})

    def trainings(self, cache="results/cache"):
        log = self.folder / cache / "trainings.log"
        return log.read_text().splitlines() if log.exists() else []

    def interrupt_training(self, *arguments):
        """Starts, waits until it trains, and interrupts as a terminal does."""
        process = subprocess.Popen([TOY, *arguments], cwd=self.folder, env=self.environment, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        deadline = time.time() + 60
        while not self.trainings():
            self.assertLess(time.time(), deadline, "no training started")
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, stderr)
        self.assertEqual(stdout, "")
        self.assertEqual(stderr, "mecsim: learner: interrupted; what it has learned is in "
                                 "results/cache/learner-1.model.checkpoint, and the same command goes on from there\n")


class Preparation(LearnerCase):
    def test_a_run_trains_once_and_runs_what_was_learned(self):
        done = self.mecsim("run", "mine.yaml", "--out", "out")
        self.assertEqual(done.stderr, "")
        self.assertEqual(self.trainings(), ["results/cache/learner-1.model"])
        names = [row["policy"] for row in rows_of(self.folder / "out/summary.csv")]
        self.assertEqual(names, ["local", "learner", "learner(at=edge)"])
        for row in rows_of(self.folder / "out/tasks.csv"):
            site = "0" if row["policy"] == "local" else "1"
            self.assertEqual(set(row["placement"].split()), {site})

    def test_the_manifest_names_the_model_and_the_parameters_as_run(self):
        self.mecsim("run", "mine.yaml", "--out", "out", "--cache", "models")
        manifest = json.loads((self.folder / "out/manifest.json").read_text())
        local, learner, at_edge = manifest["policies"]
        self.assertEqual(local["parameters"], {"at": "scenario", "label": ""})
        self.assertNotIn("model", local)
        path = "models/learner-1.model"
        self.assertEqual(learner["parameters"],
                         {"at": "scenario", "label": "", "model": path, "seconds": "0", "site": "1"})
        self.assertEqual(at_edge["parameters"], {**learner["parameters"], "at": "edge"})
        model = {"path": path, "hash": fnv1a64((self.folder / path).read_bytes())}
        self.assertEqual([learner["model"], at_edge["model"]], [model, model])

    def test_a_model_in_the_cache_is_used_again(self):
        self.mecsim("run", "mine.yaml", "--out", "first")
        done = self.mecsim("run", "mine.yaml", "--out", "second")
        self.assertEqual(done.stderr, "mecsim: learner: found results/cache/learner-1.model\n")
        self.assertEqual(len(self.trainings()), 1)

    def test_the_cache_is_chosen_by_option_or_environment(self):
        self.environment["MECSIM_CACHE"] = "elsewhere"
        self.mecsim("run", "mine.yaml", "--out", "a")
        self.mecsim("run", "mine.yaml", "--out", "b", "--cache", "here")
        self.environment["MECSIM_CACHE"] = ""
        self.mecsim("run", "mine.yaml", "--out", "c")
        for cache in ["elsewhere", "here", "results/cache"]:
            self.assertEqual(self.trainings(cache), [f"{cache}/learner-1.model"])
        done = self.mecsim("run", "mine.yaml", "--out", "d", "--cache", "", code=2)
        self.assertEqual(done.stderr, "mecsim: --cache: expected a directory\n")

    def test_warnings_go_to_standard_error(self):
        done = self.mecsim("run", "mine.yaml", "--out", "out", "--policy", "local,learner:site=2")
        self.assertEqual(done.stderr, "mecsim: warning: learner: the cloud is far away\n")
        self.assertNotIn("far away", done.stdout)

    def test_a_policy_that_cannot_be_prepared_writes_no_results(self):
        done = self.mecsim("run", "mine.yaml", "--out", "out", "--policy", "local,learner:site=0", code=2)
        self.assertEqual(done.stderr, "mecsim: policy learner: nothing is to be learned of the device\n")
        self.assertEqual(os.listdir(self.folder / "out"), [])

    def test_a_mistake_elsewhere_is_found_before_the_training(self):
        self.mecsim("run", "mine.yaml", "--set", "decision.cost.calibrated=none.csv", code=2)
        self.mecsim("run", "mine.yaml", "--out", "/dev/null/out", code=2)
        self.assertEqual(self.trainings(), [])

    def test_ctrl_c_while_training_leaves_old_results_alone(self):
        self.mecsim("run", "mine.yaml", "--out", "out", "--policy", "local")
        before = {file.name: file.read_bytes() for file in (self.folder / "out").iterdir()}
        self.interrupt_training("run", "mine.yaml", "--out", "out", "--force", "--policy",
                                "local,learner:seconds=60")
        after = {file.name: file.read_bytes() for file in (self.folder / "out").iterdir()}
        self.assertEqual(after, before)

    def test_ctrl_c_while_training_leaves_no_results(self):
        self.interrupt_training("run", "mine.yaml", "--out", "out", "--policy", "local,learner:seconds=60")
        self.assertEqual(os.listdir(self.folder / "out"), [])

    def test_a_training_in_a_pipe_is_quiet(self):
        done = self.mecsim("run", "mine.yaml", "--policy", "learner:seconds=2.2", "--out", "out")
        self.assertEqual(done.stderr, "")

    def test_a_training_on_a_terminal_has_a_progress_bar(self):
        try:
            master, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal here: {error}")
        process = subprocess.Popen([TOY, "train", "mine.yaml", "--policy", "learner:seconds=60"],
                                   cwd=self.folder, env=self.environment, stderr=terminal,
                                   stdout=subprocess.DEVNULL, start_new_session=True)
        os.close(terminal)
        seen = b""
        deadline = time.time() + 60
        while b"loss" not in seen and time.time() < deadline:
            seen += os.read(master, 4096)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)
        os.close(master)
        self.assertRegex(seen.decode(),
                         r"\[#*\.+\] +\d+ %  \d+ s left  learner: epoch \d+  loss [0-9.e-]+")


class Train(LearnerCase):
    def test_prints_where_the_models_are(self):
        done = self.mecsim("train", "mine.yaml")
        self.assertEqual(done.stdout, "learner: results/cache/learner-1.model\n"
                                      "learner(at=edge): results/cache/learner-1.model\n")
        self.assertEqual(len(self.trainings()), 1)
        self.mecsim("run", "mine.yaml", "--out", "out")
        self.assertEqual(len(self.trainings()), 1)

    def test_policies_are_chosen_as_for_a_run(self):
        done = self.mecsim("train", "mine.yaml", "--policy", "greedy,learner:site=2", "--cache", "c")
        self.assertEqual(done.stdout, "learner(site=2): c/learner-2.model\n")
        self.assertEqual(done.stderr, "mecsim: warning: learner: the cloud is far away\n")

    def test_out_copies_the_model(self):
        done = self.mecsim("train", "mine.yaml", "--policy", "local,learner:site=1", "--out", "my.model")
        self.assertEqual(done.stdout, "learner(site=1): results/cache/learner-1.model\ncopied to my.model\n")
        self.assertEqual((self.folder / "my.model").read_bytes(), b"\x001")
        self.assertEqual(sorted(os.listdir(self.folder)), ["mine.yaml", "my.model", "results"])

    def test_out_takes_one_model_and_a_path_that_can_be_written(self):
        cases = {
            ("--out", "m"): "--out: 2 policies learn (learner, learner(at=edge)); expected one, chosen with --policy",
            ("--out", "m", "--policy", "greedy"): "--out: none of the policies learns; expected one that does",
            ("--out", "no/m", "--policy", "learner:site=1"): "cannot write no/m: No such file or directory",
            ("--out", ".", "--policy", "learner:site=1"): "cannot write .: Is a directory",
            ("--out", ""): "--out: expected a file",
            ("--cache", ""): "--cache: expected a directory",
            ("--policy", ""): "--policy: expected at least one policy",
        }
        for arguments, message in cases.items():
            with self.subTest(arguments=arguments):
                done = self.mecsim("train", "mine.yaml", *arguments, code=2)
                self.assertEqual(done.stderr, f"mecsim: {message}\n")
        self.assertEqual(os.listdir(self.folder), ["mine.yaml"])

    def test_nothing_to_train_is_no_failure(self):
        done = self.mecsim("train", "mine.yaml", "--policy", "local,greedy")
        self.assertEqual(done.stdout, "nothing to train: none of local, greedy learns\n")

    def test_ctrl_c_says_where_the_checkpoint_is(self):
        self.interrupt_training("train", "mine.yaml", "--policy", "learner:seconds=60")
        self.assertTrue((self.folder / "results/cache/learner-1.model.checkpoint").is_file())


if __name__ == "__main__":
    unittest.main(verbosity=2)
