"""What the tests of the command line share: a folder, the program, and its exit codes."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BLINDSUM = Path(sys.argv[1]).resolve()
DONE, FAILED, USAGE, ENVIRONMENT = 0, 1, 2, 3


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


def main():
    """usage: TEST BLINDSUM [unittest arguments]"""
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
