#!/usr/bin/python3
"""Ctrl-C in the middle of a run: nothing that was started lives on, no temporary folder is left.

usage: test_ending.py BUILD     BUILD: the build folder
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_S = 60
BUILD = None


class Interrupted(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="blindsum-ending-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.session = None

    def processes(self):
        """Those of the session that interrupted() began, and those whose command line has our
        folder: pid -> words. Of programs that nobody may look into this can be read, too."""
        found = {}
        for place in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
                session = int((place / "stat").read_text().rsplit(")", 1)[1].split()[3])
            except OSError:
                continue  # it has ended
            if words != [""] and (session == self.session or str(self.folder) in " ".join(words)):
                found[int(place.name)] = words
        return found

    def until(self, condition):
        end = time.monotonic() + LIMIT_S
        while not condition():
            self.assertLess(time.monotonic(), end, f"not in time: {self.processes()}")
            time.sleep(0.05)

    def interrupted(self, script, arguments, started, number=signal.SIGTERM, group=True):
        """Signals it once a process with the words `started` runs; returns its exit code."""
        running = subprocess.Popen(
            [sys.executable, HERE / script, *arguments], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.folder)})
        self.session = running.pid
        self.addCleanup(self.kill_all)
        self.until(lambda: any(all(word in words for word in started)
                               for words in self.processes().values()))
        (os.killpg if group else os.kill)(running.pid, number)
        return running.wait(LIMIT_S)

    def kill_all(self):
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def nothing_is_left(self):
        self.until(lambda: not self.processes())
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_attacks_on_participants(self):
        code = self.interrupted("attacks.py", ["--build", BUILD],
                                [str(BUILD / "client/blindsum"), "join"])
        self.assertEqual(code, 143)
        self.nothing_is_left()

    def test_the_suite_against_participants(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                code = self.interrupted("run_against_client.py", [str(BUILD / "client/blindsum")],
                                        [str(BUILD / "client/blindsum"), "join"], number)
                self.assertEqual(code, 128 + number)
                self.nothing_is_left()

    def test_only_who_started_the_suite_is_told(self):
        code = self.interrupted("run_against_client.py", [str(BUILD / "client/blindsum")],
                                [str(BUILD / "client/blindsum"), "join"], group=False)
        self.assertEqual(code, 143)
        self.nothing_is_left()

    def test_the_suite_against_servers(self):
        code = self.interrupted("run_against_server.py", [str(BUILD / "server/blindsumd")],
                                [str(BUILD / "server/blindsumd"), "--port-file"])
        self.assertEqual(code, 143)
        self.nothing_is_left()

    def test_killed_it_takes_participants_with_it(self):
        self.interrupted("attacks.py", ["--build", BUILD],
                         [str(BUILD / "client/blindsum"), "join"], signal.SIGKILL)
        self.until(lambda: not self.processes())


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
