"""`mecsim topology`: the network of a scenario as a picture."""

import os
import pathlib
import shutil
import subprocess
import unittest

from support import Case, SOURCE

TWO_EDGES = SOURCE / "scenarios/network/two-edges.yaml"
KINDS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}


class Topology(Case):
    def test_without_out_it_prints_a_graphviz_text(self):
        done = self.mecsim("topology", TWO_EDGES)
        self.assertTrue(done.stdout.startswith("digraph network {\n"))
        self.assertTrue(done.stdout.endswith("}\n"))
        self.assertIn('"west" -> "cloud" [label="backhaul\\n5 MB/s"];', done.stdout)
        self.assertEqual(done.stderr, "")
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_file_ending_in_dot_holds_the_same_text(self):
        self.assertEqual(self.mecsim("topology", TWO_EDGES, "--out", "net.dot").stdout, "written: net.dot\n")
        self.assertEqual((self.folder / "net.dot").read_text(), self.mecsim("topology", TWO_EDGES).stdout)

    def test_overrides_are_drawn(self):
        done = self.mecsim("topology", TWO_EDGES, "--set", "topology.links.backhaul.bandwidth=7 MB/s")
        self.assertIn("backhaul\\n7 MB/s", done.stdout)

    @unittest.skipUnless(shutil.which("dot"), "Graphviz is not installed")
    def test_pictures_are_what_their_names_say(self):
        for kind, start in KINDS.items():
            self.mecsim("topology", TWO_EDGES, "--out", f"net.{kind}")
            self.assertEqual((self.folder / f"net.{kind}").read_bytes()[:len(start)], start)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(f"net.{kind}" for kind in KINDS))

    def test_without_graphviz_a_picture_is_refused_and_the_text_is_not(self):
        environment = {**os.environ, "PATH": str(self.folder)}
        done = self.mecsim("topology", TWO_EDGES, "--out", "net.svg", code=2, env=environment)
        self.assertIn("apt install graphviz", done.stderr)
        self.mecsim("topology", TWO_EDGES, "--out", "net.dot", env=environment)
        self.assertEqual(os.listdir(self.folder), ["net.dot"])

    def test_a_dot_that_fails_fails_the_command(self):
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        broken = bin_folder / "dot"
        broken.write_text("#!/bin/sh\nexit 3\n")
        broken.chmod(0o755)
        done = self.mecsim("topology", TWO_EDGES, "--out", "net.svg", code=1,
                           env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"})
        self.assertEqual(done.stderr, "mecsim: dot could not draw the picture (exit 3)\n")
        self.assertEqual(os.listdir(self.folder), ["bin"])

    def test_mistakes(self):
        for arguments, part in [
                ([TWO_EDGES, "--out", "net.jpg"], "expected a name that ends in .dot, .svg, .png or .pdf"),
                ([TWO_EDGES, "--out", "no/net.dot"], "cannot write no/net.dot"),
                ([TWO_EDGES, "--set", "topology.nodes.west.cores=0"], "out of range"),
                (["none.yaml"], "none.yaml: No such file or directory"),
                ([], "FILE")]:
            self.assertIn(part, self.mecsim("topology", *arguments, code=2).stderr)
        self.assertEqual(os.listdir(self.folder), [])

    @unittest.skipUnless(pathlib.Path("/dev/full").exists(), "no /dev/full")
    def test_a_full_disk_fails_the_command(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([self.program, "topology", str(TWO_EDGES)], stdout=full,
                                  stderr=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()
