#!/usr/bin/env python3
"""blindsum evidence: what is in a state folder, shown and written to files [DISK-6]."""

import json
import signal
import sqlite3
import subprocess

import case
from case import BLINDSUM, DONE, ENVIRONMENT, INTERRUPTED, USAGE, JoinCase


class Evidence(JoinCase):
    def setUp(self):
        super().setUp()
        # A state folder: that of a participant that never came to the aggregator.
        with subprocess.Popen([BLINDSUM, *self.arguments(), "--json"], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            self.assertIn("state_locked", self.ends(ENVIRONMENT, "evidence", "state"))
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        self.assertEqual(INTERRUPTED, process.returncode)

    def keep(self, message, first, second):
        with sqlite3.connect(self.folder / "state" / "participant.db") as database:
            database.execute("INSERT INTO evidence (task, round, session_id, message, found, first,"
                             " second) VALUES ('t', 7, ?, ?, 1700000000, ?, ?)",
                             (b"\x01" * 32, message, first, second))
        database.close()

    def test_none(self):
        self.assertIn("none", self.ends(DONE, "evidence", "state"))
        self.assertEqual({"evidence": []},
                         json.loads(self.ends(DONE, "evidence", "state", "--json")))

    def test_some(self):
        self.keep("Cohort", b"\x00one", b"\x00three")
        self.keep("RoundResult", b"\x00a", b"\x00b")
        self.assertIn("1  2023-11-14T22:13:20Z  t round 7: two different Cohort messages, 4 and 6 "
                      "bytes", self.ends(DONE, "evidence", "state"))
        shown = json.loads(self.ends(DONE, "evidence", "state", "--json", "--out", "out"))
        first, second = shown["evidence"]
        self.assertEqual(("t", 7, "Cohort", "01" * 32),
                         (first["task"], first["round"], first["message"], first["session_id"]))
        self.assertEqual(b"\x00one", (self.folder / first["first"]).read_bytes())
        self.assertEqual(b"\x00three", (self.folder / first["second"]).read_bytes())
        self.assertEqual(b"\x00b", (self.folder / second["second"]).read_bytes())
        self.assertEqual([1, 2], [one["number"] for one in shown["evidence"]])
        self.assertEqual(4, len(list((self.folder / "out").iterdir())))
        self.ends(ENVIRONMENT, "evidence", "state", "--out", "a.key/out")

    def test_no_state_folder(self):
        self.assertIn("No such file", self.ends(ENVIRONMENT, "evidence", "nowhere"))
        (self.folder / "empty").mkdir()
        self.assertIn("No such file", self.ends(ENVIRONMENT, "evidence", "empty"))
        self.assertEqual([], list((self.folder / "empty").iterdir()))
        self.ends(USAGE, "evidence")


if __name__ == "__main__":
    case.main()
