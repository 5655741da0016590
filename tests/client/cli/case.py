"""What the tests of the command line share: a folder, the program, and its exit codes."""

import contextlib
import json
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BLINDSUM = Path(sys.argv[1]).resolve()
DONE, FAILED, USAGE, ENVIRONMENT = 0, 1, 2, 3
INTERRUPTED, TERMINATED = 130, 143


CERTIFICATE = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", "ca.key", "-out",
               "ca.pem"]


def npy(kind, values, count):
    """A .npy file of so many numbers of this kind."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({count},), }}"
    header = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="blindsum-cli-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_blindsum(self, *arguments):
        command = [BLINDSUM, *map(str, arguments)]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60)

    def ends(self, code, *arguments):
        """Runs it, and holds its exit code against this one. What it printed, and if it is to fail
        also what it complained about."""
        done = self.run_blindsum(*arguments)
        self.assertEqual(code, done.returncode, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout if code == DONE else done.stdout + done.stderr

    def keygen(self, name):
        made = self.ends(DONE, "keygen", "--out", f"{name}.key", "--json")
        return json.loads(made)["public_key"]

    def write(self, name, content):
        (self.folder / name).write_bytes(content)


class JoinCase(Case):
    """With everything that `blindsum join` needs but a server."""

    def setUp(self):
        super().setUp()
        for name in ("authority", "aggregator", "a", "stranger"):
            self.keygen(name)
        self.ends(DONE, "roster", "init", "--epoch", 1, "r")
        self.ends(DONE, "roster", "add", "r", "--name", "a", "--key", "a.pub")
        self.ends(DONE, "roster", "sign", "r", "--authority-key", "authority.key")
        subprocess.run(CERTIFICATE, cwd=self.folder, check=True, capture_output=True)
        self.write("update.npy", npy("<i8", struct.pack("<4q", 1, 2, 3, 4), 4))
        self.good = {"server": "127.0.0.1:1", "ca": "ca.pem", "identity": "a.key", "roster": "r",
                     "authority": "authority.pub", "aggregator": "aggregator.pub", "task": "t",
                     "state": "state", "input": "update.npy"}

    @contextlib.contextmanager
    def running(self, *arguments, **options):
        """The command while it runs; it does not outlive a test that fails."""
        with subprocess.Popen([BLINDSUM, *arguments], cwd=self.folder, text=True,
                              **options) as process:
            try:
                yield process
            finally:
                process.kill()

    def arguments(self, **changes):
        given = {**self.good, **changes}
        return ["join", *(word for name, value in given.items() if value is not None
                          for word in ("--" + name.replace("_", "-"), value))]

    def join(self, code, **changes):
        return self.ends(code, *self.arguments(**changes))


def main():
    """usage: TEST BLINDSUM [unittest arguments]"""
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
