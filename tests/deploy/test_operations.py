#!/usr/bin/env python3
"""The procedures of docs/operations.md: its very commands, in its order, against a running server
with participants; after each a round has to complete.

What `systemctl` would do is done to the server by its unit's own means: SIGHUP, SIGTERM, a start.

  test_operations.py BUILD_FOLDER
"""
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "admin"))

from bench import BUILD, NAMES, TOKEN, Place  # noqa: E402

PAGE = (ROOT / "docs" / "operations.md").read_text()
HEADINGS = re.findall(r"^##+ (.*)$", PAGE, re.M)
MANY = 100_000


def commands_of(heading):
    """The lines of the only block of commands below this heading."""
    below = PAGE.split(f"# {heading}\n", 1)[1]
    below = re.split(r"^##+ ", below, maxsplit=1, flags=re.M)[0]
    [block] = re.findall(r"^```sh\n(.*?)^```$", below, re.M | re.S)
    return block.splitlines()


class Procedure(unittest.TestCase):
    def setUp(self):
        self.place = Place(BUILD, admin="token = \"admin.token\"", rounds=MANY)
        self.addCleanup(self.place.__exit__)
        self.place.start()
        programs = self.place.folder / "bin"
        programs.mkdir()
        for name, folder in (("blindsum", "client"), ("blindsumd", "server")):
            (programs / name).symlink_to(self.place.world.program(folder, name))
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}",
                            "task": "counts", "name": "localhost",
                            "backup": str(self.place.folder / "backup")}
        self.names = list(NAMES[:5])

    def run_commands(self, lines):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(lines)], cwd=self.place.folder, text=True,
            capture_output=True, stdin=subprocess.DEVNULL,
            env={**self.environment,
                 "BLINDSUM_ADMIN_URL": f"http://127.0.0.1:{self.place.admin_port}"})
        self.assertEqual(done.returncode, 0, f"{lines}\n{done.stdout}{done.stderr}")
        return done.stdout

    def systemctl(self, verb):
        if verb == "reload":
            self.assertNotIn("stay as", self.place.reload())
        if verb in ("stop", "restart"):
            self.place.server.stop(60)
            self.assertEqual(self.place.server.process.returncode, 0)
        if verb in ("start", "restart"):
            self.place.server.log_file.unlink()
            self.place.start()

    def follow(self, heading, **words):
        """Carries out what stands below the heading; the last output."""
        self.environment.update(words)
        said, waiting = "", []
        for line in [*commands_of(heading), "systemctl"]:
            verb = re.match(r"systemctl ?(\w*)", line)
            if not verb:
                waiting.append(line)
                continue
            if waiting:
                said = self.run_commands(waiting)
            waiting = []
            self.systemctl(verb[1])
        return said

    def join(self):
        for member in self.place.members:
            member.stop()
        self.place.members.clear()
        for name in self.names:
            self.place.join(name, always=True)

    def records(self):
        return list((self.place.folder / "results/counts").glob("round-*.json"))

    def newest(self):
        status, _, page = self.place.ask("GET", "/v1/tasks/counts/rounds?limit=1",
                                         token=self.token())
        self.assertEqual(status, 200)
        return page["rounds"][0] if page["rounds"] else None

    def token(self):
        return (self.place.folder / "admin.token").read_text().strip()

    def a_round_completes(self):
        """With those who are here now, in a round that begins after this call."""
        before = self.newest()
        passed = (before["round"] if before else 0) + 1

        def done():
            now = self.newest()
            return now and now["round"] > passed and now["outcome"] == "completed" and now
        return self.place.wait_for(done)


class BackupAndRestore(Procedure):
    def test_there_and_back(self):
        self.join()
        self.a_round_completes()
        self.assertIn(": good; counts round 1", self.follow("Backup"))
        self.assertTrue((self.place.folder / "backup/configuration/aggregator.key").exists())
        number = self.newest()["round"]
        self.a_round_completes()
        self.follow("Restore")
        self.join()
        self.assertGreater(self.a_round_completes()["round"], number + 1000)
        self.assertTrue((self.place.folder / "results.lost/counts").exists())


class Certificates(Procedure):
    def test_the_participants_certificate(self):
        old = (self.place.folder / "server.crt").read_bytes()
        self.join()
        self.a_round_completes()
        self.follow("The participants' certificate")
        self.assertNotEqual((self.place.folder / "server.crt").read_bytes(), old)
        self.a_round_completes()  # sessions went on
        self.join()  # and whoever connects sees the new one
        self.a_round_completes()
        left = self.place.ask("GET", "/v1/status")[2]["certificate_seconds_left"]
        self.assertGreater(left, 89 * 24 * 3600)

    def test_the_operator_s_token(self):
        self.assertIn("ready", self.follow("The operator's token"))
        self.assertEqual(self.place.ask("GET", "/v1/tasks", token=TOKEN)[0], 401)
        self.assertEqual(self.place.ask("GET", "/v1/tasks", token=self.token())[0], 200)


class Roster(Procedure):
    def members(self):
        return [one["name"] for one in self.place.ask("GET", "/v1/members")[2]["members"]]

    def test_a_member_comes_another_gets_a_key_and_one_leaves(self):
        self.join()
        self.a_round_completes()
        self.place.world.keygen("new")
        self.follow("A new member", member="new", epoch="2")
        self.assertEqual(self.members(), [*NAMES, "new"])
        self.names[0] = "new"
        self.join()
        self.a_round_completes()
        self.follow("A member's key", member="m1", epoch="3")
        self.assertNotIn("m1", self.members())
        self.names[1] = "m1.new"
        self.join()
        self.a_round_completes()
        self.follow("A member leaves", member="m0", epoch="4")
        self.assertNotIn("m0", self.members())
        self.join()
        newest = self.a_round_completes()["round"]
        # Whoever has left is refused; records of each epoch verify with its roster.
        self.place.join("m0", roster="roster.old.bsr")
        self.place.wait_for(lambda: "roster_mismatch" in
                            (self.place.folder / "m0.log").read_text() or
                            "unknown_member" in (self.place.folder / "m0.log").read_text())
        for roster, number in (("roster.bsr", newest), ("roster.old.bsr", newest)):
            record = f"results/counts/round-{number:06}.record"
            done = subprocess.run(
                [self.place.world.program("client", "blindsum"), "record", "verify", record,
                 "--roster", roster, "--authority", self.place.world.authority, "--aggregator",
                 self.place.world.aggregator], cwd=self.place.folder, capture_output=True)
            self.assertEqual(done.returncode, 0 if roster == "roster.bsr" else 1)


class AggregatorKey(Procedure):
    def test_the_chain_goes_on(self):
        self.join()
        before = self.a_round_completes()["round"]
        self.follow("The aggregator's key")
        self.place.world.aggregator = (self.place.folder / "aggregator.pub").read_text().split()[-1]
        self.join()
        after = self.a_round_completes()["round"]
        self.assertGreater(after, before)
        for key, number in (("aggregator.old.pub", before), ("aggregator.pub", after)):
            self.place.world.blindsum("record", "verify",
                                      f"results/counts/round-{number:06}.record", "--roster",
                                      "roster.bsr", "--authority", "authority.pub",
                                      "--aggregator", key)


class Whole(unittest.TestCase):
    def test_every_procedure_is_here(self):
        """A heading with commands that no test follows would be one that nobody has tried."""
        source = pathlib.Path(__file__).read_text()
        with_commands = []
        for heading in HEADINGS:
            try:
                commands_of(heading)
            except ValueError:
                continue
            with_commands.append(heading)
        self.assertGreaterEqual(len(with_commands), 8)
        for heading in with_commands:
            self.assertIn(f"self.follow(\"{heading}\"", source)


if __name__ == "__main__":
    unittest.main()
