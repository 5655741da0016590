#!/usr/bin/env python3
"""What the verbs of ./run share: what a verb starts ends with it, and leaves nothing behind."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT_S = 30


class Scripts(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="blindsum-scripts-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.environment = {**os.environ, "TMPDIR": str(self.folder)}

    def bash(self, text):
        return subprocess.Popen(
            ["bash", "-c", f"set -euo pipefail; . {ROOT}/scripts/common.sh\n{text}"],
            cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class Group(Scripts):
    def interrupted(self, number):
        """A child that leaves a file, and hears no TERM; returns the exit code of the verb."""
        running = self.bash("run_group_in_scratch sh -c '"
                            'trap "" TERM; mkdir "$TMPDIR/left"; echo $$; exec sleep 60'
                            "'")
        child = pathlib.Path("/proc", running.stdout.readline().strip())
        self.assertTrue(child.exists())
        running.send_signal(number)
        running.communicate(timeout=LIMIT_S)
        end = time.monotonic() + LIMIT_S
        while child.exists() and time.monotonic() < end:
            time.sleep(0.02)
        self.assertFalse(child.exists())
        return running.returncode

    def test_interrupted(self):
        self.assertEqual(self.interrupted(signal.SIGINT), 130)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_terminated(self):
        self.assertEqual(self.interrupted(signal.SIGTERM), 143)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_its_own_end(self):
        running = self.bash('run_group_in_scratch sh -c \'touch "$TMPDIR/left"; exit 7\' ||'
                            " echo code $?; ls")
        self.assertEqual(running.communicate(timeout=LIMIT_S)[0], "code 7\n")


class Lint(Scripts):
    def test_without_git_nothing_is_called_clean(self):
        for arguments in ("", "--all"):
            running = self.bash(f". {ROOT}/scripts/lint.sh\n"
                                "ensure_packages() { :; }; build() { :; }; run_group() { :; }\n"
                                f"verb_lint {arguments}")
            _, complaint = running.communicate(timeout=LIMIT_S)
            self.assertEqual(running.returncode, 1, complaint)
            self.assertIn("no git checkout", complaint)
            self.assertNotIn("clean", complaint)


if __name__ == "__main__":
    unittest.main()
