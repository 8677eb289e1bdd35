"""`topology: {platform: FILE}`: a network from a SimGrid platform file, from the file to the results."""

import json
import unittest

from support import Case, SOURCE, rows_of

# Two phones behind one wifi, an edge server and a cloud behind a backhaul with a link each way.
PLATFORM = """<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
<zone id="city" routing="Full">
<host id="phone-1" speed="500Mf"/>
<host id="phone-2" speed="500Mf"/>
<host id="edge" speed="3Gf" core="2"/>
<host id="cloud" speed="6Gf" core="8"><prop id="tier" value="cloud"/></host>
<link id="wifi" bandwidth="2MBps" latency="0" sharing_policy="SHARED"/>
<link id="lan" bandwidth="4MBps" latency="0" sharing_policy="SPLITDUPLEX"/>
<link id="back" bandwidth="1MBps" latency="0" sharing_policy="SPLITDUPLEX"/>
<route src="phone-1" dst="edge"><link_ctn id="wifi"/><link_ctn id="lan" direction="UP"/></route>
<route src="phone-2" dst="edge"><link_ctn id="wifi"/><link_ctn id="lan" direction="UP"/></route>
<route src="phone-1" dst="cloud"><link_ctn id="wifi"/><link_ctn id="back" direction="UP"/></route>
<route src="phone-2" dst="cloud"><link_ctn id="wifi"/><link_ctn id="back" direction="UP"/></route>
<route src="edge" dst="cloud"><link_ctn id="back" direction="UP"/></route>
</zone>
</platform>
"""
# One subtask of 3 Gcycles, 2 MB in and 2 MB out.
SCENARIO = """task: {subtasks: 1, work: 3 Gcycles, data: 2 MB}
topology:
  platform: city.xml
  devices: ["phone-*"]
workload: {tasks: 1}
policies: [local, edge, cloud, optimal]
"""


class Platform(Case):
    def run_city(self, *arguments, platform=PLATFORM, **options):
        (self.folder / "city.xml").write_text(platform)
        return self.mecsim("run", self.scenario(SCENARIO), "--out", "out", "--force", *arguments, **options)

    def latencies(self, policy):
        """By device."""
        return {int(row["device"]): float(row["latency_s"]) for row in rows_of(self.folder / "out/tasks.csv")
                if row["policy"] == policy}

    def test_an_uncontended_task_takes_what_its_links_and_hosts_take(self):
        done = self.run_city()
        self.assertEqual(done.stderr, "")
        # 3e9 / 500e6; wifi 2/2 s and lan 2/4 s each way, and 3e9 / 3e9; wifi 1 s and back 2/1 s each
        # way, and 3e9 / 6e9.
        for policy, seconds in [("local", 6.0), ("edge", 1 + .5 + 1 + .5 + 1), ("optimal", 4.0),
                                ("cloud", 1 + 2 + .5 + 2 + 1)]:
            self.assertAlmostEqual(self.latencies(policy)[0], seconds, places=9, msg=policy)

    def test_a_shared_link_serves_one_after_the_other_and_a_fat_pipe_all(self):
        # Both phones start at 0. wifi 0-1, lan 1-1.5, edge 1.5-2.5, lan 2.5-3, wifi 3-4; the second
        # phone waits for the wifi: 1-2, 2-2.5, 2.5-3.5, 3.5-4, and 4-5.
        self.run_city("--policy", "edge", "--tasks", "2")
        self.assertEqual({d: round(s, 9) for d, s in self.latencies("edge").items()}, {0: 4.0, 1: 5.0})
        # Nobody waits for the wifi; for the lan, whose first transfer is 1-1.5 and whose second is
        # 1.5-2, the second phone does: edge 2-3, lan 3-3.5, wifi 3.5-4.5.
        self.run_city("--policy", "edge", "--tasks", "2", platform=PLATFORM.replace("SHARED", "FATPIPE"))
        self.assertEqual({d: round(s, 9) for d, s in self.latencies("edge").items()}, {0: 4.0, 1: 4.5})

    def test_both_engines_agree_where_links_move(self):
        arguments = ["--tasks", "200", "--set", "workload.arrivals=poisson(0.1 /s)", "--set",
                     "topology.bandwidth.wifi=gilbert(100 ms, 4 MB/s, 500 kB/s, 3 s, 2 s)"]
        self.run_city(*arguments)
        by_simgrid = rows_of(self.folder / "out/tasks.csv")
        self.run_city(*arguments, "--engine", "events")
        for a, b in zip(by_simgrid, rows_of(self.folder / "out/tasks.csv"), strict=True):
            self.assertEqual((a["policy"], a["task"], a["placement"]), (b["policy"], b["task"], b["placement"]))
            self.assertAlmostEqual(float(a["latency_s"]), float(b["latency_s"]),
                                   delta=1e-9 * max(1.0, float(a["latency_s"])))
        self.assertGreater(len({row["latency_s"] for row in by_simgrid if row["policy"] == "edge"}), 100)

    def test_energy_and_the_deciding_site_work(self):
        # The device sends 1 s at 2 W over the wifi, receives 1 s at 1 W, and does nothing for 2 s at
        # 0.5 W; the edge computes 1 s at 10 W.
        self.run_city("--policy", "edge", "--set",
                      "energy={transmit: 2 W, receive: 1 W, idle: 0.5 W, edge_busy: 10 W}")
        self.assertAlmostEqual(float(rows_of(self.folder / "out/tasks.csv")[0]["energy_j"]), 14.0, places=9)
        # A decision at the edge: 4 MB go there and back again as 4 MB, 3 s each way.
        self.run_city("--policy", "edge", "--set", "decision={site: edge, request: 4 MB, answer: 4 MB}")
        self.assertAlmostEqual(self.latencies("edge")[0], 4.0 + 6.0, places=9)

    def test_the_manifest_names_the_file_and_tells_its_versions_apart(self):
        hashes = set()
        for platform in [PLATFORM, PLATFORM.replace("500Mf", "600Mf"), PLATFORM]:
            self.run_city(platform=platform)
            manifest = json.loads((self.folder / "out/manifest.json").read_text())
            self.assertTrue(manifest["platform"]["path"].endswith("city.xml"))
            hashes.add(manifest["platform"]["hash"])
        self.assertEqual(len(hashes), 2)

    def test_latencies_and_profiles_are_ignored_aloud(self):
        done = self.run_city(platform=PLATFORM.replace('"2MBps" latency="0"', '"2MBps" latency="20ms"'))
        self.assertRegex(done.stderr, r"\Amecsim: warning: .*city.xml: links have latencies, up to 0.02 s, "
                                      r"which are ignored\n\Z")
        self.assertAlmostEqual(self.latencies("edge")[0], 4.0, places=9)
        (self.folder / "w.bw").write_text("0 1e6\n")
        done = self.run_city(platform=PLATFORM.replace('"2MBps"', '"2MBps" bandwidth_file="w.bw"'))
        self.assertIn("profiles of speeds, bandwidths and states are ignored", done.stderr)

    def test_every_command_reads_it(self):
        (self.folder / "city.xml").write_text(PLATFORM)
        file = self.scenario(SCENARIO)
        moving = ["--set", "topology.bandwidth.wifi=gilbert(1 s, 2 MB/s, 1 MB/s, 3 s, 3 s)"]
        self.assertIn("valid", self.mecsim("validate", file).stdout)
        self.assertIn('"link lan"', self.mecsim("topology", file).stdout)
        self.mecsim("channels", file, "--duration", "20 s", "--out", "traces", *moving)
        self.assertEqual([path.name for path in (self.folder / "traces").iterdir()], ["wifi.csv"])
        self.assertIn("edge", self.mecsim("bench", "decisions", file, "--tasks", "8", "--repetitions", "1",
                                          "--policy", "edge").stdout)
        self.assertIn("nothing to train", self.mecsim("train", file).stdout)

    def test_a_recorded_trace_is_replayed(self):
        # 1 MB/s for a second, then 3 MB/s: 2 MB take 1 + 1/3 s; back at 3 MB/s, 2/3 s.
        (self.folder / "wifi.csv").write_text("0,1\n1,3\n1000,3\n")
        self.run_city("--policy", "edge", "--set", f"topology.bandwidth.wifi=trace({self.folder}/wifi.csv, MB/s)")
        self.assertAlmostEqual(self.latencies("edge")[0], 4 / 3 + .5 + 1 + .5 + 2 / 3, places=9)

    def test_a_faulty_platform_fails_with_its_place_and_leaves_nothing(self):
        done = self.run_city(platform=PLATFORM[:600], code=2)
        self.assertRegex(done.stderr, r"mine.yaml:3:13: topology.platform \"city.xml\": .*city.xml")
        self.assertEqual(done.stderr.count("\n"), 1)
        (self.folder / "city.xml").unlink()
        done = self.mecsim("validate", "mine.yaml", code=2)
        self.assertIn("No such file or directory", done.stderr)
        done = self.run_city("--set", "topology.devices=[tablet]", code=2)
        self.assertIn("the platform has no such host; expected phone-1, phone-2, edge or cloud", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_policies_of_three_tiers_refuse_it(self):
        message = "only knows the network of device, edge and cloud"
        self.assertIn(message, self.run_city("--policy", "dil", code=2).stderr)
        self.assertIn(message, self.mecsim("validate", "mine.yaml", "--set", "policies=[dil]", code=2).stderr)

    def test_the_example_has_the_tiers_of_its_file(self):
        self.mecsim("run", SOURCE / "scenarios/fleet/platform.yaml", "--policy", "edge,cloud", "--tasks", "40",
                    "--set", "workload.warmup=0", "--out", "out")
        placements = {(row["policy"], row["device"] == "4", row["placement"].split()[0])
                      for row in rows_of(self.folder / "out/tasks.csv")}
        # Sites: 1 west, 2 east, 3 cloud. The phones are nearer to west, the camera (device 4) to east.
        self.assertEqual(placements, {("edge", False, "1"), ("edge", True, "2"), ("cloud", False, "3"),
                                      ("cloud", True, "3")})


if __name__ == "__main__":
    unittest.main()
