#!/usr/bin/env python3
"""`blindsum bench`: a small round, the parts, what is wrong usage, and Ctrl-C in the middle.

usage: test_bench.py BLINDSUM
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

BLINDSUM = Path(sys.argv.pop(1)).resolve()
SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
LIMIT_S = 120
ROUND = ["--participants", "8", "--length", "1000"]


class Bench(unittest.TestCase):
    def setUp(self):
        # Where rounds put their files; nothing may be left in it.
        folder = tempfile.TemporaryDirectory(prefix="blindsum-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.environment = {**os.environ, "TMPDIR": folder.name}

    def bench(self, *arguments, program=BLINDSUM):
        return subprocess.run([program, "bench", *arguments], capture_output=True, text=True,
                              timeout=LIMIT_S, env=self.environment, check=False)

    def measured(self, *arguments):
        done = self.bench(*arguments, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])
        return json.loads(done.stdout)

    def refused(self, words, *arguments):
        done = self.bench(*arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(words, done.stderr + done.stdout)


class Rounds(Bench):
    def check_account(self, account):
        self.assertEqual(list(account["parts"])[-1], "rest")
        explained = sum(part["cpu_s"] for part in account["parts"].values())
        self.assertAlmostEqual(explained, account["cpu_s"], places=6)
        self.assertGreater(account["cpu_s"], 0)
        self.assertGreater(account["limit_s"], 0)
        self.assertAlmostEqual(account["ratio"], account["cpu_s"] / account["limit_s"], places=6)

    def test_round(self):
        data = self.measured(*ROUND, "--dropout", "12.5%", "--gamma", "0.1")
        self.assertEqual(data["members"], {"u2": 8, "u3": 7})
        self.assertTrue(data["sum_exact"])
        self.assertEqual(data["macro"]["dropped"], 1)
        self.assertEqual(data["macro"]["bits"], 19)  # 8 * 32767 < 2^18
        self.assertEqual(data["macro"]["k"], 7)
        for side in ("aggregator", "participant"):
            self.check_account(data[side])
        # A packed vector, and the shares of seven others.
        self.assertGreater(data["bytes"]["sent"], 1000 * 19 / 8)
        self.assertGreater(data["bytes"]["received"], 7 * 144)
        self.assertEqual(data["bytes"]["raw_input"], 2000)
        # One of eight has sent no vector, so the mean is below what the other seven sent.
        stays = data["bytes"]["survivor"]
        self.assertGreater(stays["sent"] - data["bytes"]["sent"], 1000 * 19 / 8 / 8)
        self.assertAlmostEqual(stays["ratio"], (stays["sent"] + stays["received"]) / 2000)
        self.assertGreater(data["aggregator"]["peak_memory_bytes"], 1 << 20)
        self.assertLess(data["phases_ms"]["mask"], 60_000)  # nobody waited for a limit

    def test_silent_dropouts_are_waited_for(self):
        data = self.measured(*ROUND, "--dropout", "12.5%", "--silent", "--mask-limit", "2s",
                             "--bits", "32")
        self.assertEqual(data["members"], {"u2": 8, "u3": 7})
        self.assertGreaterEqual(data["phases_ms"]["mask"], 2000)
        self.assertEqual(data["macro"]["bits"], 32)

    def test_kept_folder(self):
        folder = self.folder / "kept"
        done = self.bench(*ROUND, "--keep", folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sum exact over 8 members", done.stdout)
        self.assertTrue((folder / "results/bench/round-000001.record").exists())
        again = self.bench(*ROUND, "--keep", folder)
        self.assertEqual(again.returncode, 1)
        self.assertIn("--keep wants a new folder", again.stderr)

    def test_ctrl_c(self):
        running = subprocess.Popen([BLINDSUM, "bench", *ROUND, "--dropout", "12.5%", "--silent"],
                                   env=self.environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + LIMIT_S
        while not list(self.folder.glob("*/results/bench/*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        self.assertEqual(len(children), 1)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(LIMIT_S), 130)
        while Path(f"/proc/{children[0]}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertFalse(Path(f"/proc/{children[0]}").exists())
        self.assertEqual(list(self.folder.iterdir()), [])


class Parts(Bench):
    def test_engine_beside_its_limit(self):
        data = self.measured("--micro", "--filter", "^engine", "--min-time", "0.001",
                             "--repetitions", "1")
        self.assertIn("openssl", data["engine"])
        for kernel in data["engine"].values():
            self.assertGreater(kernel["gb_s"], 0)
            self.assertAlmostEqual(kernel["ratio"], kernel["gb_s"] / kernel["limit_gb_s"], places=6)
            self.assertGreater(kernel["w16"]["gb_s"], 0)

    def test_every_part_is_told(self):
        done = self.bench("--micro", "--filter", "keys|shamir|signature|finder|pack|codec|openssl",
                          "--min-time", "0.001", "--repetitions", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("keys/agreement", "shamir/combine/of_100", "signature/verify", "finder/n_4096",
                     "unpack_add/portable/b_26", "pack/portable/b_20", "codec/encode_integer",
                     "limits/openssl_ctr"):
            self.assertIn(name, done.stdout)


def plotting_python():
    """One that has matplotlib, which only ./run bench --sweep installs."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        found = subprocess.run([candidate, "-c", "import matplotlib"], stderr=subprocess.DEVNULL,
                               check=False)
        if found.returncode == 0:
            return candidate
    return None


@unittest.skipUnless(plotting_python(), "python3-matplotlib is not installed")
class Page(Bench):
    def page(self, rows):
        out = Path(tempfile.mkdtemp(dir=self.folder))
        for name in ("members", "others", "length", "dropout"):
            lines = [json.dumps({"command": name, **row}) + "\n" for row in rows]
            (out / f"{name}.json").write_text("".join(lines))
        subprocess.run([plotting_python(), SCRIPTS / "bench_report.py", out], check=True)
        return {file.name: file.read_bytes() for file in out.iterdir()}

    def test_same_figures_make_the_same_page(self):
        row = self.measured(*ROUND, "--dropout", "12.5%")
        larger = {**row, "macro": {**row["macro"], "participants": 1000, "length": 100_000,
                                   "dropped": 100}}
        first, second = self.page([row, larger]), self.page([row, larger])
        self.assertEqual(first, second)
        self.assertEqual({name for name in first if name.endswith(".svg")},
                         {"members.svg", "length.svg", "dropout.svg"})
        self.assertIn(b"fcp/secagg (C++) | 1,000 | 100,000 | 100", first["README.md"])


class WrongUsage(Bench):
    def test_arguments(self):
        self.refused("--micro, or --participants")
        self.refused("3 to 4096", "--participants", "2", "--length", "9")
        self.refused("Could not convert", "--participants", "8", "--length", "0x")
        self.refused("does not fit", *ROUND, "--bits", "3")
        self.refused("--dropout x", *ROUND, "--dropout", "x")
        self.refused("no graph serves", *ROUND, "--dropout", "60%")
        self.refused("at least 1s", *ROUND, "--mask-limit", "5")
        self.refused("no benchmark has that name", "--micro", "--filter", "nosuch")

    def test_help_has_examples(self):
        done = self.bench("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("blindsum bench --participants", done.stdout)

    def test_without_the_program(self):
        alone = shutil.copy(BLINDSUM, self.folder / "blindsum")
        done = self.bench("--micro", program=alone)
        self.assertEqual(done.returncode, 3)
        self.assertIn("./run bench", done.stderr)

    def test_a_server_that_does_not_start(self):
        done = self.bench(*ROUND, "--blindsumd", "/bin/false")
        self.assertEqual(done.returncode, 1)
        self.assertIn("blindsumd has ended", done.stderr)


if __name__ == "__main__":
    unittest.main()
