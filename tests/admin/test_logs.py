#!/usr/bin/env python3
"""Structured logs, levels at run time, the dump of SIGUSR1, and the audit.

usage: test_logs.py BUILD_FOLDER
"""
import json
import signal
import stat
import subprocess
import threading
import time
import unittest

from bench import BUILD, NAMES, TOKEN, Place

FLOOD = 100  # requests of a thread
AUDIT = "[audit]\nto = \"file\"\nfile = \"audit.log\"\n"


class JsonLogTest(unittest.TestCase):
    def test_every_line_is_an_object_that_names_round_and_session(self):
        with Place(BUILD, more="[log]\nformat = \"json\"\n") as place:
            for name in NAMES[:5]:
                place.join(name)
            place.wait_for_log("counts/1: completed")
            lines = [json.loads(line) for line in place.log().splitlines()]
        for line in lines:
            self.assertRegex(line["@timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(line["log.level"], ("info", "warning", "error"))
        closed = [line for line in lines if " closed, " in line["message"]]
        self.assertGreaterEqual(len(closed), 4)
        for line in closed:
            self.assertEqual(line["blindsum.round"], "counts/1")
            self.assertRegex(line["blindsum.session_id"], "^[0-9a-f]{64}$")
        connected = [line for line in lines if "connected from" in line["message"]]
        self.assertEqual(len({line["blindsum.session"] for line in connected}), 5)


class HumanLogTest(unittest.TestCase):
    def test_levels_at_run_time(self):
        with Place(BUILD, more="[log]\nlevel = \"debug\"\n") as place:
            self.assertEqual(place.ask("GET", "/v1/log-level")[2], {"level": "debug"})
            place.ask("PUT", "/v1/log-level", body={"level": "error"})
            before = place.log()
            self.dump(place)
            self.assertEqual(place.log(), before)
            status, _, content = place.ask("PUT", "/v1/log-level", body={"level": "info"})
            self.assertEqual((status, content), (200, {"level": "info"}))
            self.dump(place)
            place.wait_for_log("dump: task counts: gathering")

    @staticmethod
    def dump(place):
        place.server.process.send_signal(signal.SIGUSR1)
        time.sleep(0.5)

    def test_a_dump(self):
        with Place(BUILD) as place:
            for name in NAMES[:3]:
                place.join(name)
            place.wait_for(lambda: place.ask("GET", "/v1/tasks/counts")[2]["waiting"] == 3)
            place.server.process.send_signal(signal.SIGUSR1)
            place.wait_for_log("dump: 3 sessions, ")
            place.wait_for_log("dump: task counts: gathering, 3 members here, 3 wait")
            for index in range(3):
                place.wait_for_log(f": member {index}")
            self.assertTrue(place.server.alive())


class AuditTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD, more=AUDIT))
        for name in NAMES[:5]:
            cls.place.join(name)
        cls.place.wait_for_log("counts/1: completed")

    def lines(self, action):
        text = (self.place.folder / "audit.log").read_text()
        return [line for line in map(json.loads, text.splitlines())
                if line["event.action"] == action]

    def test_every_line_has_the_schema_s_fields(self):
        text = (self.place.folder / "audit.log").read_text()
        self.assertNotIn(TOKEN, text)
        for line in map(json.loads, text.splitlines()):
            for field in ("@timestamp", "ecs.version", "event.kind", "event.category",
                          "event.type", "event.action", "event.outcome", "service.name"):
                self.assertIn(field, line)
            self.assertIn(line["event.outcome"], ("success", "failure"))

    def test_members(self):
        joined = self.lines("task-joined")
        self.assertEqual({line["user.name"] for line in joined}, set(NAMES[:5]))
        for line in joined:
            self.assertEqual((line["source.ip"], line["blindsum.task"]), ("127.0.0.1", "counts"))

    def test_the_operator_s_calls(self):
        self.place.ask("GET", "/v1/tasks")
        self.place.ask("POST", "/v1/tasks/counts/pause")
        self.place.ask("GET", "/v1/roster", token="wrong")
        call = self.place.wait_for(lambda: self.lines("admin-call"))[-1]
        self.assertEqual((call["http.request.method"], call["event.category"]), ("GET", ["web"]))
        change = self.place.wait_for(lambda: self.lines("admin-change"))[-1]
        self.assertEqual((change["url.path"], change["http.response.status_code"]),
                         ("/v1/tasks/counts/pause", 202))
        self.assertEqual(change["event.category"], ["configuration"])
        refused = self.place.wait_for(lambda: self.lines("admin-refused"))[-1]
        self.assertEqual((refused["event.outcome"], refused["http.response.status_code"]),
                         ("failure", 401))

    def test_a_stranger(self):
        world = self.place.world
        world.blindsum("roster", "init", "--epoch", "1", "other.bsr")
        world.blindsum("roster", "add", "other.bsr", "--name", "stranger", "--key",
                       world.keygen("stranger"))
        world.blindsum("roster", "sign", "other.bsr", "--authority-key", "authority.key")
        child = self.place.join("stranger", roster="other.bsr")
        line = self.place.wait_for(lambda: self.lines("session-refused"))[-1]
        child.stop()
        self.assertEqual((line["event.category"], line["event.outcome"]),
                         (["authentication"], "failure"))

    def test_the_file_is_private(self):
        mode = stat.S_IMODE((self.place.folder / "audit.log").stat().st_mode)
        self.assertEqual(mode & 0o077, 0)

    def test_a_flood_of_wrong_tokens_is_counted_and_not_written(self):
        asked = 0
        while not any("blindsum.left_out" in line for line in self.lines("admin-refused")):
            threads = [threading.Thread(target=self.refused_often) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            asked += 8 * FLOOD
            self.assertLess(asked, 100 * FLOOD)
        text = self.place.ask("GET", "/metrics")[2]
        [left_out] = [line for line in text.splitlines()
                      if line.startswith("blindsum_audit_lines_total{outcome=\"left_out\"}")]
        self.assertGreater(float(left_out.split()[1]), 0)
        time.sleep(1.1)  # the other tests have their lines

    def refused_often(self):
        for _ in range(FLOOD):
            self.place.ask("GET", "/v1/roster", token="wrong")


class AuditConfigurationTest(unittest.TestCase):
    def test_a_place_that_cannot_be_written(self):
        place = Place(BUILD, more="[audit]\nto = \"file\"\nfile = \"none/audit.log\"\n")
        with self.assertRaises(RuntimeError):
            place.start()
        self.assertIn("audit: ", place.log())
        place.__exit__()

    def test_standard_output(self):
        place = Place(BUILD, more="[audit]\nto = \"stdout\"\n")
        done = subprocess.Popen(place.server.command, cwd=place.folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        line = json.loads(done.stdout.readline())
        done.terminate()
        done.wait(20)
        done.stdout.close()
        place.__exit__()
        self.assertEqual(line["event.action"], "process-started")

    def test_choices(self):
        for more, told in (("[log]\nformat = \"xml\"\n", "bad_value"),
                           ("[audit]\nto = \"file\"\n", "missing_key"),
                           ("[audit]\nfile = \"x\"\n", "conflicting_keys")):
            place = Place(BUILD, more=more)
            done = subprocess.run([place.world.program("server", "blindsumd"), "--config",
                                   "blindsumd.toml", "--check-config"], cwd=place.folder,
                                  text=True, capture_output=True)
            place.__exit__()
            self.assertEqual(done.returncode, 2)
            self.assertIn(told, done.stderr)


if __name__ == "__main__":
    unittest.main()
