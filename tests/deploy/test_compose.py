#!/usr/bin/env python3
"""deploy/compose.yaml hangs together, and its demo's scripts make a world in which participants and
aggregator have a round: run here without containers.

  test_compose.py BLINDSUM BLINDSUMD [NAME...]
"""
import pathlib
import socket
import subprocess
import sys
import unittest
import urllib.error

try:
    import yaml
except ImportError:
    print("skipped: python3-yaml is missing")
    sys.exit(77)

from demo import DEPLOY, Demo

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
BLINDSUM = BLINDSUMD = ""


class Compose(unittest.TestCase):
    def test_the_demo_has_ten_participants(self):
        numbers = sorted(int(service["command"][0]) for name, service in SERVICES.items()
                         if name.startswith("member-"))
        self.assertEqual(numbers, list(range(1, 11)))
        self.assertEqual(SERVICES["prepare"]["entrypoint"][-1], "10")
        for name, service in SERVICES.items():
            demo = name == "prepare" or name.startswith("member-")
            self.assertEqual(service.get("profiles"), ["demo"] if demo else None, name)

    def test_files_and_volumes_are_there(self):
        for name, service in SERVICES.items():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("./") and source != "./demo/files":
                    self.assertTrue((DEPLOY / source).exists(), f"{name}: {source}")
                elif not source.startswith((".", "$")):
                    self.assertIn(source, COMPOSE["volumes"], name)

    def test_what_runs_blindsum_is_confined(self):
        for name, service in SERVICES.items():
            if "BLINDSUM_IMAGE" in service["image"] and name != "prepare":
                self.assertTrue(service["read_only"], name)
                self.assertEqual(service["cap_drop"], ["ALL"], name)

    def test_the_operator_s_port_is_not_published(self):
        for name, service in SERVICES.items():
            self.assertNotIn("9443", " ".join(service.get("ports", [])), name)
        self.assertEqual(SERVICES["prometheus"]["network_mode"], "service:aggregator")

    def test_a_drain_may_end(self):
        printed = subprocess.run([BLINDSUMD, "--print-default-config"], check=True, text=True,
                                 capture_output=True).stdout
        drain = next(line for line in printed.splitlines() if line.startswith("drain = "))
        grace = int(SERVICES["aggregator"]["stop_grace_period"].removesuffix("s"))
        self.assertGreater(grace, int(drain.split('"')[1].removesuffix("s")))


class Round(unittest.TestCase):
    def test_the_demo_s_scripts_make_one(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with Demo(BLINDSUM, BLINDSUMD, members=10) as demo:
            demo.environment |= {"BLINDSUM_ADMIN_PORT": str(port),
                                 **SERVICES["aggregator"]["environment"]}
            demo.prepare()
            written = (demo.files / "aggregator.key").read_bytes()
            demo.prepare()  # once is enough
            self.assertEqual((demo.files / "aggregator.key").read_bytes(), written)
            demo.start_server()
            demo.start_members()
            sums = demo.first_sum().read_bytes()
            scraped = demo.wait_for_page(
                port, "/metrics",
                r'blindsum_rounds_total{outcome="completed",task="demo"} [1-9]')
            self.assertIn("blindsum_roster_members 10\n", scraped)
            with self.assertRaises(urllib.error.HTTPError) as refused:
                demo.page(port, "/v1/tasks")
            self.assertEqual(refused.exception.code, 403)
        self.assertEqual(sums[:6], b"\x93NUMPY")
        values = [int.from_bytes(sums[at:at + 8], "little") for at in range(128, len(sums), 8)]
        self.assertEqual(len(values), 1000)
        # Ten uniform numbers of 0 to 255: 1275 in the mean.
        self.assertLess(abs(sum(values) / 1000 - 1275), 60)


if __name__ == "__main__":
    BLINDSUM, BLINDSUMD = (str(pathlib.Path(sys.argv.pop(1)).resolve()) for _ in range(2))
    unittest.main()
