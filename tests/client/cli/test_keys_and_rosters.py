#!/usr/bin/env python3
"""blindsum keygen, roster, record: exit codes, JSON, and what they refuse."""

import json
import os
import pty
import stat
import subprocess

import case
from case import BLINDSUM, DONE, ENVIRONMENT, FAILED, USAGE, Case

COMMANDS = ["keygen", "roster", "roster init", "roster add", "roster remove", "roster sign",
            "roster show", "roster verify", "join", "record", "record verify", "params", "evidence"]


class Usage(Case):
    def test_version_and_help(self):
        self.assertRegex(self.ends(DONE, "--version"), r"^blindsum \d+\.\d+\.\d+\n$")
        for command in COMMANDS:
            text = self.ends(DONE, *command.split(), "--help")
            self.assertIn("Example:\n  blindsum ", text, command)
            self.assertIn("Exit codes:", text, command)

    def test_wrong_usage(self):
        for arguments in ("", "nonsense", "keygen", "keygen --nonsense", "params 10",
                          "params ten 0 0", "roster", "record", "roster init r.bsr"):
            self.ends(USAGE, *arguments.split())


class Keygen(Case):
    def test_files(self):
        made = json.loads(self.ends(DONE, "keygen", "--out", "a.key", "--json"))
        self.assertEqual("a.key", made["file"])
        self.assertRegex(made["public_key"], "^[0-9a-f]{64}$")
        self.assertEqual(0o600, stat.S_IMODE((self.folder / "a.key").stat().st_mode))
        self.assertEqual(made["public_key"] + "\n", (self.folder / "a.pub").read_text())
        self.ends(DONE, "keygen", "--out", "odd-name")
        self.assertTrue((self.folder / "odd-name.pub").exists())

    def test_never_overwrites(self):
        self.keygen("a")
        before = (self.folder / "a.key").read_bytes()
        self.assertIn("File exists", self.ends(FAILED, "keygen", "--out", "a.key"))
        (self.folder / "a.pub").unlink()
        self.assertIn("File exists", self.ends(FAILED, "keygen", "--out", "a.key"))
        self.assertEqual(before, (self.folder / "a.key").read_bytes())

    def test_no_folder(self):
        complaint = self.ends(ENVIRONMENT, "keygen", "--out", "nowhere/a.key")
        self.assertIn("No such file", complaint)


class Roster(Case):
    def setUp(self):
        super().setUp()
        self.keys = {name: self.keygen(name) for name in ("authority", "a", "b", "c")}
        self.roster("init", "--epoch", 3, "--not-after", "2999-01-31",
                    "--authority-name", "The Union", "r")
        self.roster("add", "r", "--name", "clinic ä", "--key", self.keys["a"])
        self.roster("add", "r", "--name", "b", "--key", "b.pub", "--index", 7)

    def roster(self, *arguments, code=DONE):
        return self.ends(code, "roster", *arguments)

    def sign(self, file="r"):
        return json.loads(self.roster("sign", file, "--authority-key", "authority.key", "--json"))

    def show(self):
        return json.loads(self.roster("show", "r", "--json"))

    def test_from_empty_to_verified(self):
        draft = self.show()
        self.assertFalse(draft["signed"])
        self.assertEqual([(0, "clinic ä", self.keys["a"]), (7, "b", self.keys["b"])],
                         [(one["index"], one["name"], one["key"]) for one in draft["members"]])
        signed = self.sign()
        self.assertEqual((3, 2), (signed["epoch"], signed["members"]))
        self.assertEqual(self.keys["authority"], signed["authority_key"])
        good = json.loads(self.roster("verify", "r", "--authority", "authority.pub", "--json"))
        self.assertEqual((True, signed["hash"]), (good["verified"], good["hash"]))
        self.assertEqual("The Union", good["authority"])
        self.assertIn("expires after 2999-01-31T23:59:59Z",
                      self.roster("verify", "r", "--authority", self.keys["authority"]))
        self.assertTrue(self.show()["signed"])

    def test_json_of_changes(self):
        made = json.loads(self.roster("init", "--epoch", 5, "new", "--json"))
        self.assertEqual({"file": "new", "epoch": 5, "members": 0}, made)
        added = json.loads(self.roster("add", "r", "--name", "c", "--key", "c.pub", "--json"))
        self.assertEqual({"file": "r", "epoch": 3, "members": 3, "index": 8, "name": "c"}, added)

    def test_members_are_unlike(self):
        for name, key, index, complaint in (
                ("c", "a.pub", 9, "the key is in the roster already, as 0 clinic ä"),
                ("b", "c.pub", 9, "the name is"), ("c", "c.pub", 7, "the index is"),
                ("c\nd", "c.pub", 9, "bad_roster"), ("c", "0" * 64, 9, "bad_point")):
            found = self.roster("add", "r", "--name", name, "--key", key, "--index", index,
                                code=FAILED)
            self.assertIn(complaint, found)
        self.assertEqual(2, len(self.show()["members"]))
        self.roster("add", "r", "--name", "c", "--key", "nowhere.pub", code=ENVIRONMENT)

    def test_a_change_needs_a_new_epoch(self):
        self.sign()
        add = ["add", "r", "--name", "c", "--key", "c.pub"]
        self.assertIn("--epoch 4", self.roster(*add, code=FAILED))
        self.roster(*add, "--epoch", 3, code=FAILED)
        there = ("roster", "add", "r", "--name", "clinic ä", "--key", "c.pub", "--epoch", 4)
        refused = self.run_blindsum(*there)
        self.assertEqual(FAILED, refused.returncode)
        self.assertNotIn("dropped", refused.stderr)  # the file is as it was
        done = self.run_blindsum("roster", *add, "--epoch", 4)
        self.assertEqual(DONE, done.returncode)
        self.assertIn("was dropped", done.stderr)
        changed = self.show()
        self.assertEqual((4, False), (changed["epoch"], changed["signed"]))
        self.assertEqual(8, changed["members"][-1]["index"])

    def test_a_member_is_left_out(self):
        self.sign()
        remove = ["remove", "r", "--name", "clinic ä"]
        self.assertIn("--epoch 4", self.roster(*remove, code=FAILED))
        gone = json.loads(self.roster(*remove, "--epoch", 4, "--json"))
        self.assertEqual({"file": "r", "epoch": 4, "members": 1, "index": 0, "name": "clinic ä"},
                         gone)
        self.assertEqual([7], [one["index"] for one in self.show()["members"]])
        self.assertIn("no member of the name", self.roster(*remove, code=FAILED))
        # Its key may come back under another name, and its name with another key.
        self.roster("add", "r", "--name", "clinic ä", "--key", "c.pub", "--index", 0)
        self.assertEqual(2, self.sign()["members"])
        self.roster("remove", "nowhere", "--name", "b", code=ENVIRONMENT)

    def reason(self, file, authority):
        done = self.run_blindsum("roster", "verify", file, "--authority", authority, "--json")
        self.assertEqual(FAILED, done.returncode)
        return json.loads(done.stdout)["reason"]

    def test_not_verified(self):
        self.assertEqual("bad_signature", self.reason("r", "authority.pub"))  # not signed yet
        unsigned = self.run_blindsum("roster", "verify", "r", "--authority", "authority.pub")
        self.assertIn("not signed yet", unsigned.stderr)
        self.sign()
        self.assertEqual("bad_signature", self.reason("r", "a.pub"))
        forged = self.run_blindsum("roster", "verify", "r", "--authority", "a.pub")
        self.assertNotIn("not signed yet", forged.stderr)
        self.roster("init", "--epoch", 1, "--not-after", "2020-01-01T12:00:00Z", "old")
        self.roster("add", "old", "--name", "a", "--key", "a.pub")
        self.sign("old")
        self.assertEqual("roster_expired", self.reason("old", "authority.pub"))

    def test_refused(self):
        self.assertIn("File exists", self.roster("init", "--epoch", 1, "r", code=FAILED))
        for date in ("2027-02-30", "31.01.2027", "2027-01-31T25:00:00Z", "2027-1-31", "1969-01-01"):
            self.roster("init", "--epoch", 1, "--not-after", date, "new", code=USAGE)
        self.roster("init", "--epoch", 0, "new", code=USAGE)
        self.roster("show", "nowhere", code=ENVIRONMENT)
        self.write("garbage", b"\xff" * 40)
        self.assertIn("bad_roster", self.roster("show", "garbage", code=FAILED))
        sign = ["--authority-key", "authority.key"]
        self.roster("init", "--epoch", 1, "empty")
        self.assertIn("bad_roster", self.roster("sign", "empty", *sign, code=FAILED))
        os.chmod(self.folder / "authority.key", 0o644)
        self.assertIn("not_private", self.roster("sign", "r", *sign, code=FAILED))


class Record(Case):
    def setUp(self):
        super().setUp()
        for name in ("authority", "aggregator", "a"):
            self.keygen(name)
        self.ends(DONE, "roster", "init", "--epoch", 1, "r")
        self.ends(DONE, "roster", "add", "r", "--name", "a", "--key", "a.pub")
        self.ends(DONE, "roster", "sign", "r", "--authority-key", "authority.key")
        self.verify = ["record", "verify", "--roster", "r", "--authority", "authority.pub",
                       "--aggregator", "aggregator.pub"]
        self.write("garbage", b"\xff" * 40)

    def test_not_records(self):
        verify = self.verify
        self.assertIn("record_mismatch", self.ends(FAILED, *verify, "garbage"))
        self.assertIn("is it a record?", self.ends(FAILED, *verify, "garbage"))
        self.assertNotIn("a folder is", self.ends(ENVIRONMENT, *verify, "nowhere"))
        self.assertIn("a folder is a task's", self.ends(ENVIRONMENT, *verify, "."))
        done = self.run_blindsum(*verify, "garbage", "garbage", "--json")
        found = json.loads(done.stdout)
        self.assertEqual((FAILED, False), (done.returncode, found["verified"]))
        self.assertEqual(2, len(found["records"]))
        self.ends(USAGE, *verify)

    def test_a_bar_on_a_terminal_only(self):
        command = [BLINDSUM, *self.verify, "garbage", "garbage"]
        try:
            terminal, ours = pty.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal on this machine: {error}")
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=ours,
                              timeout=60)
        os.close(ours)
        shown = os.read(terminal, 10000).decode()
        os.close(terminal)
        self.assertEqual(FAILED, done.returncode)
        for bar in ("[" + "." * 30 + "] garbage", "[" + "#" * 15 + "." * 15 + "] garbage"):
            self.assertIn("\r\033[K" + bar + "\r\033[K", shown)  # and cleared before the complaint
        self.assertNotIn("[.", self.run_blindsum(*self.verify, "garbage", "garbage").stderr)


if __name__ == "__main__":
    case.main()
