#!/usr/bin/env python3
"""blindsum join without an aggregator: options, local files, configuration, Ctrl-C."""

import json
import os
import signal
import struct
import subprocess
import time
import unittest

import case
from case import (ENVIRONMENT, FAILED, INTERRUPTED, TERMINATED, USAGE, JoinCase, npy)

class Join(JoinCase):
    def test_options(self):
        self.join(USAGE, exec="true")
        self.join(USAGE, input=None)
        self.join(USAGE, input=None, exec="true", weight="3")
        self.join(USAGE, server=None)
        for server in ("localhost", ":8443", "localhost:0", "localhost:70000", "localhost:x",
                       "::1:8443", "https://localhost:8443", "local host:8443", "[]:8443",
                       "[::1]", "[localhost]:8443", "localhost:8443/", "x" * 254 + ":8443"):
            self.assertIn("HOST:PORT", self.join(USAGE, server=server))
        self.assertIn("missing_unit", self.join(USAGE, most_payload="5"))
        self.assertIn("wrong_unit", self.join(USAGE, most_round_time="5 fortnights"))
        self.assertIn("--least-gamma", self.join(USAGE, least_gamma="1.5"))
        self.assertIn("--input-id", self.join(USAGE, input_id="abc"))
        for task in ("", "a task", "t" * 65, "ta/sk"):
            self.assertIn("--task", self.join(USAGE, task=task))
        for weight in ("0", "4294967297", "-1", "many"):
            self.assertIn("--weight", self.join(USAGE, weight=weight))

    # What follows would wait for a server for ever if it were looked at after connecting.

    def test_input_files(self):
        self.assertIn("No such file", self.join(ENVIRONMENT, input="nowhere.npy"))
        self.assertIn("--input", self.join(ENVIRONMENT, input="."))
        floats = struct.pack("<2d", 1.0, float("nan"))
        whole = npy("<f8", floats, 2)
        for name, content in (("text", b"1,2,3"), ("empty", b""), ("cut", whole[:-1]),
                              ("strings", npy("<U4", floats, 1)), ("big", npy(">f8", floats, 2)),
                              ("huge", npy("<f8", floats, 2**60))):
            self.write(name, content)
            self.assertIn(f"--input {name}: bad_npy", self.join(FAILED, input=name))
        self.write("nan", whole)
        self.assertIn("not_finite", self.join(FAILED, input="nan"))

    @unittest.skipIf(os.geteuid() == 0, "root may read and write everything")
    def test_files_that_may_not_be_read_or_written(self):
        self.write("secret.npy", b"")
        os.chmod(self.folder / "secret.npy", 0)
        self.assertIn("Permission denied", self.join(ENVIRONMENT, input="secret.npy"))
        (self.folder / "closed").mkdir(mode=0o500)
        self.assertIn("--results", self.join(ENVIRONMENT, results="closed"))
        self.assertIn("--state closed/state", self.join(ENVIRONMENT, state="closed/state"))

    def test_programs(self):
        self.write("no-program", b"")
        (self.folder / "folder").mkdir()
        for name, why in (("no-such-program-anywhere", "No such file"),
                          ("./nowhere", "No such file"), ("./no-program", "Permission denied"),
                          ("./folder", "Is a directory")):
            self.assertIn(f"--exec {name}: {why}", self.join(ENVIRONMENT, input=None, exec=name))

    def test_result_folder(self):
        self.assertIn("--results", self.join(ENVIRONMENT, results="update.npy/results"))

    def test_local_files(self):
        for name in ("identity", "roster", "ca"):
            complaint = self.join(ENVIRONMENT, **{name: "nowhere"})
            self.assertIn(f"--{name} nowhere: No such file", complaint)
        self.assertIn("--ca r: bad_ca_file", self.join(ENVIRONMENT, ca="r"))
        self.assertIn("bad_signature", self.join(FAILED, authority="a.pub"))
        self.assertIn("--identity stranger.key: unknown_member",
                      self.join(FAILED, identity="stranger.key"))
        self.assertIn("--identity a.pub: not_private", self.join(FAILED, identity="a.pub"))
        self.assertIn("floor_too_low", self.join(FAILED, least_floor="1"))
        self.assertIn("wrong_aggregator", self.join(FAILED, aggregator="authority.pub"))
        self.assertIn("bad_hex: no public key", self.join(FAILED, aggregator="a.key"))
        self.assertIn("--authority nowhere", self.join(ENVIRONMENT, authority="nowhere"))
        self.assertIn("--identity ca.key: bad_key_file", self.join(FAILED, identity="ca.key"))

    def test_misspelt_options(self):
        for *command, misspelt in (("join", "--sever"), ("jion",), ("roster", "shwo")):
            self.assertIn(f"'{misspelt}' is no option or subcommand here",
                          self.ends(USAGE, *command, misspelt))
        self.assertIn("--server is required", self.ends(USAGE, "join"))

    def test_configuration_file(self):
        self.write("join.toml", b'[join]\nserver = "localhost"\nleast-n = 5\n')
        given = self.arguments(server=None, config="join.toml")
        self.assertIn("HOST:PORT", self.ends(USAGE, *given))  # so it was read
        self.write("join.toml", b'[join]\nserver = "localhost:1"\nleast-m = 5\n')
        self.assertIn("least-m", self.ends(USAGE, *given))
        self.join(USAGE, config="nowhere.toml")

    def interrupted(self, by=signal.SIGINT, **changes):
        """Its exit code, when it cannot connect and gets this signal."""
        given = self.arguments(**changes)
        with self.running(*given, "--json", stdout=subprocess.PIPE) as process:
            event = json.loads(process.stdout.readline())
            self.assertEqual("disconnected", event["event"])
            self.assertEqual("Connection refused", event["text"])
            self.assertIn("state_locked", self.ends(ENVIRONMENT, *given))
            process.send_signal(by)
            started = time.monotonic()
            process.communicate(timeout=30)
            self.assertLess(time.monotonic() - started, 20)
            return process.returncode

    def test_what_to_do_is_said_once(self):
        # A line, and the first of them says what to do; standard output is a file to look into.
        with open(self.folder / "log", "w+") as log:
            with self.running(*self.arguments(), stdout=log) as process:
                while len((self.folder / "log").read_text().splitlines()) < 4:
                    time.sleep(0.05)
                    self.assertIsNone(process.poll())
                process.send_signal(signal.SIGINT)
                process.wait(timeout=30)
        lines = (self.folder / "log").read_text().splitlines()
        self.assertEqual("joining t at 127.0.0.1:1", lines[0])
        self.assertEqual("disconnected: Connection refused (is --server right, and the aggregator "
                         "running?); connecting again", lines[1])
        self.assertEqual(["disconnected: Connection refused; connecting again"] * 2, lines[2:4])

    def test_nobody_there_and_ctrl_c(self):
        self.assertEqual(INTERRUPTED, self.interrupted(input=None, exec="true"))
        self.assertEqual(INTERRUPTED, self.interrupted())
        self.assertEqual(TERMINATED, self.interrupted(by=signal.SIGTERM))


if __name__ == "__main__":
    case.main()
