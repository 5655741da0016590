#!/usr/bin/env python3
"""`blindsumd --backup` and `--restore`: made while rounds run, put back after everything is gone.

usage: test_backup.py BUILD_FOLDER
"""
import json
import shutil
import stat
import subprocess
import unittest

from bench import BUILD, NAMES, NEW_TASK, Place

SPARE = 1000  # numbers that are left out at least
MANY = 100_000


def copy(place, *options):
    """(exit code, what it says) of blindsumd with these options."""
    done = subprocess.run([place.world.program("server", "blindsumd"), "--config",
                           "blindsumd.toml", *options], cwd=place.folder, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode, (done.stdout + done.stderr).strip()


def rounds_in(folder):
    return sorted(int(path.stem.split("-")[1]) for path in folder.glob("round-*.record"))


def verify(place, folder):
    """Every record of the folder, and that they are a chain."""
    done = json.loads(place.world.blindsum("record", "verify", "--json", folder,
                                           *place.world.public_arguments()))
    assert done["verified"]
    return done["records"]


def join_all(place):
    for name in NAMES[:5]:
        place.join(name, always=True)


class UnderLoadTest(unittest.TestCase):
    """Rounds, backups meanwhile, kill -9, all gone, back, and the next round."""

    def test_the_whole_way(self):
        with Place(BUILD, rounds=MANY) as place:
            backup = place.folder / "backup"
            results = place.folder / "results"
            self.assertEqual(place.ask("POST", "/v1/tasks", body=NEW_TASK)[0], 201)
            join_all(place)
            place.wait_for_log("counts/2: completed")
            copied = []
            for _ in range(3):  # rounds go on all the while
                code, text = copy(place, "--backup", str(backup))
                self.assertEqual(code, 0, text)
                copied.append(rounds_in(backup / "results/counts"))
                self.assertEqual(copied[-1], list(range(1, len(copied[-1]) + 1)))
                verify(place, backup / "results/counts")
                seen = len(copied[-1])
                place.wait_for(lambda: len(rounds_in(results / "counts")) > seen)
            self.assertLess(len(copied[0]), len(copied[2]))
            self.assertEqual(stat.S_IMODE(backup.stat().st_mode), 0o700)
            last = copied[-1][-1]

            place.server.kill()
            for member in place.members:
                member.stop()
            place.members.clear()
            offered = max(rounds_in(results / "counts")) + 1
            lost = [results / "counts" / f"round-{n:06}.record" for n in range(last + 1, offered)]
            known = {path.name: path.read_bytes() for path in lost}
            self.assertTrue(known)
            shutil.rmtree(results)
            self.assertEqual(copy(place, "--restore", str(backup))[0], 0)
            self.assertEqual(rounds_in(results / "counts"), copied[-1])
            self.assertEqual(list((results / ".state").glob("rounds.db*")), [])
            self.assertNotEqual(copy(place, "--restore", str(backup))[0], 0)  # once is enough

            place.server.log_file.unlink()
            place.start()
            place.wait_for_log("counts: put back from a backup")
            self.assertEqual(place.ask("GET", "/v1/tasks/made-here")[0], 200)
            # The same members, with the state folders that they had: their rounds since are known.
            join_all(place)
            place.wait_for(lambda: len(rounds_in(results / "counts")) > len(copied[-1]))
            newest = max(rounds_in(results / "counts"))
            self.assertGreater(newest, offered)
            self.assertGreater(newest, last + SPARE)
            records = verify(place, results / "counts")
            self.assertEqual(records[-1]["outcome"], "completed")
            # No number of a round that is lost has a second record.
            for name in known:
                self.assertFalse((results / "counts" / name).exists())
            self.assertFalse((results / "counts/copied-at").exists())


class GivenBackTest(unittest.TestCase):
    """Records that are newer than the backup, from a member that keeps them."""

    def test_the_chain_has_no_gap(self):
        with Place(BUILD, rounds=MANY) as place:
            task = place.folder / "results/counts"
            join_all(place)
            place.wait_for_log("counts/1: completed")
            self.assertEqual(copy(place, "--backup", "backup")[0], 0)
            last = rounds_in(place.folder / "backup/results/counts")[-1]
            kept = place.folder / "m0.results"
            place.wait_for(lambda: kept.exists() and rounds_in(kept)[-1:] > [last + 1])
            place.server.kill()
            for member in place.members:
                member.stop()
            place.members.clear()
            shutil.rmtree(place.folder / "results")
            self.assertEqual(copy(place, "--restore", "backup")[0], 0)
            for path in kept.glob("round-*.record"):
                if not (task / path.name).exists():
                    shutil.copy(path, task)
            newest = rounds_in(task)[-1]
            self.assertEqual(rounds_in(task), list(range(1, newest + 1)))
            place.server.log_file.unlink()
            place.start()
            join_all(place)
            place.wait_for(lambda: rounds_in(task)[-1] > newest + SPARE)
            verify(place, task)
            # The next backup has all of them, also those of which there is a record only.
            self.assertEqual(copy(place, "--backup", "backup")[0], 0)
            self.assertLessEqual(set(range(1, newest + 1)),
                                 set(rounds_in(place.folder / "backup/results/counts")))
            verify(place, place.folder / "backup/results/counts")


class FilesTest(unittest.TestCase):
    def test_keys_only_if_asked_for(self):
        place = Place(BUILD, "token = \"admin.token\"\nmetrics_token = \"scrape.token\"")
        place.private("scrape.token", "s" * 40)
        with place:
            self.assertEqual(copy(place, "--backup", "backup")[0], 0)
            kept = place.folder / "backup/configuration"
            self.assertEqual({path.name for path in kept.iterdir()},
                             {"blindsumd.toml", "aggregator.roster", "listen.certificate"})
            self.assertEqual(copy(place, "--backup", "backup", "--with-keys")[0], 0)
            for name in ("aggregator.key", "listen.key", "admin.token", "admin.metrics_token"):
                self.assertEqual(stat.S_IMODE((kept / name).stat().st_mode), 0o600)
            self.assertEqual((kept / "aggregator.key").read_bytes(),
                             (place.folder / "aggregator.key").read_bytes())

    def test_an_offer_without_a_record_is_left_out(self):
        with Place(BUILD) as place:
            for name in NAMES[:5]:
                place.join(name)
            place.wait_for_log("counts/1: completed")
            task = place.folder / "results/counts"
            (task / "round-000002.offer").write_bytes(b"under way")
            (task / "round-000001" / "next_payload.partial").write_bytes(b"half")
            code, text = copy(place, "--backup", "backup")
            self.assertEqual((code, text), (0, "1 tasks, 1 rounds, 1 of them copied now"))
            there = place.folder / "backup/results/counts"
            self.assertEqual({path.name for path in there.iterdir()},
                             {"copied-at", "round-000001", "round-000001.json",
                              "round-000001.record"})
            self.assertEqual({path.name for path in (there / "round-000001").iterdir()},
                             {path.name for path in (task / "round-000001").iterdir()} -
                             {"next_payload.partial"})
            self.assertEqual(copy(place, "--backup", "backup")[1],
                             "1 tasks, 1 rounds, 0 of them copied now")


class RefusedTest(unittest.TestCase):
    def setUp(self):
        self.place = self.enterContext(Place(BUILD))
        self.assertEqual(copy(self.place, "--backup", "backup")[0], 0)

    def refused(self, why, folder="backup"):
        code, text = copy(self.place, "--restore", folder)
        self.assertEqual(code, 1)
        self.assertIn(why, text)

    def test_while_a_server_runs(self):
        shutil.rmtree(self.place.folder / "results/counts")
        for path in (self.place.folder / "results/.state").iterdir():
            if path.name != "lock":
                path.unlink()
        self.refused("folder_locked")

    def test_over_what_is_there(self):
        self.place.stop()
        self.refused("not_empty")

    def test_what_is_no_backup(self):
        self.place.stop()
        shutil.rmtree(self.place.folder / "results")
        self.refused("no_backup", "results-of-nobody")
        (self.place.folder / "backup/copied-at").write_text("yesterday\n")
        self.refused("bad_mark")

    def test_a_clock_that_is_behind(self):
        self.place.stop()
        shutil.rmtree(self.place.folder / "results")
        for path in (self.place.folder / "backup").rglob("copied-at"):
            path.write_text(f"{2 ** 40}\n")
        self.assertEqual(copy(self.place, "--restore", "backup")[0], 0)
        done = subprocess.run(self.place.server.command, cwd=self.place.folder, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("results/counts: clock_behind", done.stderr)

    def test_a_place_that_cannot_be_written(self):
        (self.place.folder / "file").write_text("")
        code, text = copy(self.place, "--backup", "file/backup")
        self.assertEqual(code, 1)
        self.assertIn("Not a directory", text)


class TasksTest(unittest.TestCase):
    def test_a_task_that_is_newer_than_the_backup_leaves_out_numbers_too(self):
        with Place(BUILD) as place:
            self.assertEqual(copy(place, "--backup", "backup")[0], 0)
            place.stop()
            place.server.log_file.unlink()
            shutil.rmtree(place.folder / "results")
            shutil.rmtree(place.folder / "backup/results")
            (place.folder / "backup/results").mkdir()
            self.assertEqual(copy(place, "--restore", "backup")[0], 0)
            place.start()
            place.wait_for_log("counts: put back from a backup; the next round is 1")


if __name__ == "__main__":
    unittest.main()
