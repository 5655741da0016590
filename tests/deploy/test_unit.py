#!/usr/bin/env python3
"""deploy/systemd: the unit exposes little, and the program can live with what it is denied.

  test_unit.py BLINDSUM BLINDSUMD [NAME...]
"""
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from demo import Demo

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "systemd" / "blindsumd.service"
MOST_EXPOSURE = 20  # of systemd-analyze, in tenths
BLINDSUM = BLINDSUMD = ""


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is missing")


def settings():
    """(key, value) of the unit, in order."""
    lines = UNIT.read_text().splitlines()
    return [tuple(line.split("=", 1)) for line in lines if re.match(r"[A-Za-z]+=", line)]


def members(group, seen=()):
    """The system calls of a group of systemd's, those of the groups in it included."""
    if not group.startswith("@"):
        return {group}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", group], check=True,
                            text=True, capture_output=True).stdout.splitlines()[1:]
    names = [line.strip() for line in listed if line.startswith("    ")]
    return {call for name in names if not name.startswith("#") and name not in seen
            for call in members(name, (*seen, group))}


def allowed_calls():
    """What the unit's SystemCallFilter= lines, one after another, come to."""
    allowed = set()
    for key, value in settings():
        if key != "SystemCallFilter":
            continue
        named = {call for name in value.lstrip("~").split() for call in members(name)}
        allowed = allowed - named if value.startswith("~") else allowed | named
    return allowed


class Unit(unittest.TestCase):
    @needs("systemd-analyze")
    def test_exposure(self):
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}",
             "--no-pager", str(UNIT)], text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"Overall exposure level for blindsumd.service: [01]\.\d")

    def test_a_drain_may_end(self):
        printed = subprocess.run([BLINDSUMD, "--print-default-config"], check=True, text=True,
                                 capture_output=True).stdout
        drain = int(re.search(r'^drain = "(\d+)s"', printed, re.M)[1])
        self.assertGreater(int(dict(settings())["TimeoutStopSec"].removesuffix("s")), drain)

    def test_what_it_executes_are_options_of_the_program(self):
        offered = subprocess.run([BLINDSUMD, "--help"], check=True, text=True,
                                 capture_output=True).stdout
        for key, value in settings():
            if key.startswith("ExecStart"):
                for option in re.findall(r"--[a-z-]+", value):
                    self.assertIn(option, offered)

    @needs("systemd-analyze")
    @needs("strace")
    def test_system_calls_of_a_round_are_allowed(self):
        with Demo(BLINDSUM, BLINDSUMD) as demo:
            trace = demo.folder / "trace"
            demo.prepare()
            server = demo.start_server(["strace", "-f", "-o", str(trace)])
            demo.start_members()
            demo.first_sum()
            # strace ends with what it traces, which is told by its own child's name.
            subprocess.run(["pkill", "-TERM", "-P", str(server.pid)], check=True)
            server.wait(60)
            calls = set(re.findall(r"^\d+ +([a-z_0-9]+)\(", trace.read_text(), re.M))
        self.assertLessEqual({"prctl", "fsync", "mlock"}, calls)
        # If root runs this the program keeps its capabilities, and SQLite gives files away.
        calls = (calls | {"capset"}) - {"fchown"}
        self.assertEqual(calls - allowed_calls(), set())


if __name__ == "__main__":
    BLINDSUM, BLINDSUMD = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
