#!/usr/bin/env python3
"""blindsum join without an aggregator: options, local files, configuration, Ctrl-C."""

import json
import signal
import subprocess
import time

import case
from case import BLINDSUM, DONE, ENVIRONMENT, FAILED, USAGE, Case

CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", "ca.key", "-out",
               "ca.pem"]


class Join(Case):
    def setUp(self):
        super().setUp()
        for name in ("authority", "aggregator", "a", "stranger"):
            self.keygen(name)
        self.ends(DONE, "roster", "init", "--epoch", 1, "r")
        self.ends(DONE, "roster", "add", "r", "--name", "a", "--key", "a.pub")
        self.ends(DONE, "roster", "sign", "r", "--authority-key", "authority.key")
        subprocess.run(CERTIFICATE, cwd=self.folder, check=True, capture_output=True)
        self.good = {"server": "localhost:1", "ca": "ca.pem", "identity": "a.key", "roster": "r",
                     "authority": "authority.pub", "aggregator": "aggregator.pub", "task": "t",
                     "state": "state", "input": "update.npy"}

    def arguments(self, **changes):
        given = {**self.good, **changes}
        return ["join", *(word for name, value in given.items() if value is not None
                          for word in ("--" + name.replace("_", "-"), value))]

    def join(self, code, **changes):
        return self.ends(code, *self.arguments(**changes))

    def test_options(self):
        self.join(USAGE, exec="true")
        self.join(USAGE, input=None)
        self.join(USAGE, input=None, exec="true", weight="3")
        self.join(USAGE, server=None)
        for server in ("localhost", ":8443", "localhost:0", "localhost:70000", "localhost:x",
                       "::1:8443"):
            self.assertIn("HOST:PORT", self.join(USAGE, server=server))
        self.assertIn("missing_unit", self.join(USAGE, most_payload="5"))
        self.assertIn("wrong_unit", self.join(USAGE, most_round_time="5 fortnights"))
        self.assertIn("--least-gamma", self.join(USAGE, least_gamma="1.5"))
        self.assertIn("--input-id", self.join(USAGE, input_id="abc"))

    def test_local_files(self):
        for name in ("identity", "roster", "ca"):
            complaint = self.join(ENVIRONMENT, **{name: "nowhere"})
            self.assertIn(f"{name}_file: No such file", complaint)
        self.assertIn("ca_file: bad_ca_file", self.join(ENVIRONMENT, ca="r"))
        self.assertIn("bad_signature", self.join(FAILED, authority="a.pub"))
        self.assertIn("unknown_member", self.join(FAILED, identity="stranger.key"))
        self.assertIn("floor_too_low", self.join(FAILED, least_floor="1"))
        self.assertIn("wrong_aggregator", self.join(FAILED, aggregator="authority.pub"))

    def test_configuration_file(self):
        self.write("join.toml", b'[join]\nserver = "localhost"\nleast-n = 5\n')
        given = self.arguments(server=None, config="join.toml")
        self.assertIn("HOST:PORT", self.ends(USAGE, *given))  # so it was read
        self.write("join.toml", b'[join]\nserver = "localhost:1"\nleast-m = 5\n')
        self.assertIn("least-m", self.ends(USAGE, *given))
        self.join(USAGE, config="nowhere.toml")

    def interrupted(self, **changes):
        """Its exit code, when it cannot connect and gets a Ctrl-C."""
        given = self.arguments(**changes)
        with subprocess.Popen([BLINDSUM, *given, "--json"], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE) as process:
            event = json.loads(process.stdout.readline())
            self.assertEqual("disconnected", event["event"])
            self.assertEqual("Connection refused", event["text"])
            self.assertIn("state_locked", self.ends(ENVIRONMENT, *given))
            process.send_signal(signal.SIGINT)
            started = time.monotonic()
            process.communicate(timeout=30)
            self.assertLess(time.monotonic() - started, 20)
            return process.returncode

    def test_nobody_there_and_ctrl_c(self):
        # With --exec no number of rounds is missing; with --input one is.
        self.assertEqual(DONE, self.interrupted(input=None, exec="true"))
        self.assertEqual(FAILED, self.interrupted())


if __name__ == "__main__":
    case.main()
