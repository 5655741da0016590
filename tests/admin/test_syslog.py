#!/usr/bin/env python3
"""The audit in syslog: a real datagram socket at /dev/log, in a mount namespace of the test's own,
which goes with it. Skipped where nobody may make one.

usage: test_syslog.py BUILD_FOLDER
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

INSIDE = "BLINDSUM_SYSLOG_INSIDE"
SKIPPED = 77
DEVICES = ("null", "zero", "random", "urandom")
AUTHPRIV_INFO = 10 * 8 + 6


def enter():
    """This program again, in a namespace where mounts are its own."""
    command = ["unshare", "--mount", "--propagation", "private"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"]).returncode != 0:
        sys.exit(SKIPPED)
    os.execvpe(command[0], [*command, sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})


if INSIDE not in os.environ:
    enter()

from bench import BUILD, Place  # noqa: E402


def private_dev():
    """A /dev that has what a program needs, and no logger."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "dev", folder], check=True)
        for name in DEVICES:
            place = pathlib.Path(folder, name)
            place.touch()
            subprocess.run(["mount", "--bind", f"/dev/{name}", place], check=True)
        subprocess.run(["mount", "--rbind", folder, "/dev"], check=True)
        subprocess.run(["umount", "-R", folder], check=True)


class SyslogTest(unittest.TestCase):
    def setUp(self):
        private_dev()
        self.logger = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.logger.bind("/dev/log")
        self.logger.settimeout(30)
        self.addCleanup(self.logger.close)

    def line(self, action):
        """The first line of this action, as syslog gets it."""
        while True:
            head, _, text = self.logger.recv(65536).partition(b": ")
            line = json.loads(text)
            if line["event.action"] == action:
                return head.decode(), line

    def test_lines_arrive_with_their_facility(self):
        with Place(BUILD, more="[audit]\nto = \"syslog\"\n") as place:
            head, line = self.line("process-started")
            self.assertTrue(head.startswith(f"<{AUTHPRIV_INFO}>"), head)
            self.assertTrue(head.endswith(f"blindsumd[{place.server.process.pid}]"), head)
            self.assertEqual(line["service.name"], "blindsumd")
            place.ask("GET", "/v1/roster", token="wrong")
            self.assertEqual(self.line("admin-refused")[1]["event.outcome"], "failure")
            place.join("m0")
            self.assertEqual(self.line("task-joined")[1]["user.name"], "m0")
        self.assertEqual(self.line("process-ended")[1]["event.outcome"], "success")

    def test_without_a_logger_it_serves_all_the_same(self):
        self.logger.close()
        os.unlink("/dev/log")
        with Place(BUILD, more="[audit]\nto = \"syslog\"\n") as place:
            self.assertEqual(place.ask("GET", "/v1/tasks")[0], 200)


if __name__ == "__main__":
    unittest.main()
