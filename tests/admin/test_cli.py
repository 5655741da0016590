#!/usr/bin/env python3
"""`blindsum admin`: all that the API does, as a table and as JSON.

usage: test_cli.py BUILD_FOLDER
"""
import json
import re
import signal
import subprocess
import unittest

from bench import BUILD, NAMES, NEW_TASK, Place, make_client_certificates


def run(place, *arguments, url=None, token="admin.token"):
    command = [place.world.program("client", "blindsum"), "admin", "--url",
               url or f"http://127.0.0.1:{place.admin_port}"]
    if token:
        command += ["--token", token]
    return subprocess.run([*command, *map(str, arguments)], cwd=place.folder, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=60)


class CliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD))
        for name in NAMES[:5]:
            cls.place.join(name)
        cls.place.wait_for_log("counts/1: completed")
        cls.place.wait_for_log("counts: finished")

    def good(self, *arguments):
        done = run(self.place, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        return done.stdout

    def test_every_page_as_json_is_what_the_api_says(self):
        for words, path in (
                (["tasks"], "/v1/tasks"), (["task", "counts"], "/v1/tasks/counts"),
                (["live"], "/v1/live"), (["roster"], "/v1/roster"),
                (["openapi"], "/v1/openapi.json"),
                (["members", "--limit", 2, "--offset", 1], "/v1/members?limit=2&offset=1"),
                (["rounds", "counts", "--limit", 1], "/v1/tasks/counts/rounds?limit=1"),
                (["round", "counts", 1], "/v1/tasks/counts/rounds/1"),
                (["verify", "counts", 1], "/v1/tasks/counts/rounds/1/verification"),
                (["arrays", "counts", 1], "/v1/tasks/counts/rounds/1/arrays"),
                (["values", "counts", 1, "v"], "/v1/tasks/counts/rounds/1/arrays/v/values"),
                (["ready"], "/readyz"), (["log-level"], "/v1/log-level")):
            self.assertEqual(json.loads(self.good("--json", *words)),
                             self.place.ask("GET", path)[2], words)

    def test_a_url_that_is_none_is_wrong_usage(self):
        for url in ("nowhere", "127.0.0.1:9443", "http://127.0.0.1", "ftp://127.0.0.1:9443",
                    "http://127.0.0.1:9443/v1", "http://:9443"):
            done = run(self.place, "status", url=url)
            self.assertEqual(done.returncode, 2, url)
            self.assertIn(f"--url {url}: http://HOST:PORT", done.stderr)

    def test_tables(self):
        lines = self.good("members").splitlines()
        self.assertRegex(lines[0], r"^total +6$")
        self.assertRegex(lines[3], r"^index +name +key +connected")
        self.assertEqual(len(lines), 4 + len(NAMES))
        self.assertRegex(lines[4], r"^0 +m0 +[0-9a-f]{64} +no +1 +0 ")
        self.assertRegex(self.good("rounds", "counts"), r"counts +1 +[0-9a-f]{64} +completed +ok ")
        self.assertRegex(self.good("status"), r"ready +yes")

    def test_files(self):
        self.good("record", "counts", 1, "--out", "1.record")
        self.good("array", "counts", 1, "flat", "--out", "flat.npy")
        results = self.place.folder / "results/counts"
        self.assertEqual((self.place.folder / "1.record").read_bytes(),
                         (results / "round-000001.record").read_bytes())
        self.assertEqual((self.place.folder / "flat.npy").read_bytes(),
                         (results / "round-000001/flat.npy").read_bytes())

    def test_metrics_are_text(self):
        self.assertIn("# TYPE blindsum_rounds_total counter", self.good("metrics"))

    def test_what_changes_things(self):
        self.assertEqual(json.loads(self.good("--json", "log-level", "debug")), {"level": "debug"})
        (self.place.folder / "task.json").write_text(json.dumps(NEW_TASK))
        self.assertIn("made-here", self.good("create", "task.json"))
        self.assertIn("paused  yes", self.good("pause", "made-here"))
        self.assertIn("paused  no", self.good("resume", "made-here"))
        self.assertIn("deleted  yes", self.good("delete", "made-here"))

    def listen(self, *options):
        """The lines of two changes, the first one's before they are made."""
        with subprocess.Popen(
                [self.place.world.program("client", "blindsum"), "admin", "--url",
                 f"http://127.0.0.1:{self.place.admin_port}", "--token", "admin.token",
                 *options, "events"],
                cwd=self.place.folder, text=True, stdout=subprocess.PIPE) as listening:
            lines = [listening.stdout.readline()]
            for change in ("pause", "resume"):
                self.good(change, "counts")
                lines.append(listening.stdout.readline())
            listening.kill()
        return lines

    def test_events(self):
        first, paused, resumed = self.listen()
        self.assertEqual(first, "listening\n")
        self.assertRegex(paused, r"^task task=counts state=\S+ waiting=0 completed=1 why=\S+")
        self.assertRegex(resumed, r"^task task=counts state=")

    def test_events_as_json(self):
        first, *others = map(json.loads, self.listen("--json"))
        self.assertEqual(first, {"event": "listening", "id": 0, "data": {}})
        for line in others:
            self.assertEqual((line["event"], line["data"]["task"]), ("task", "counts"))
        self.assertEqual(others[1]["id"], others[0]["id"] + 1)

    def test_events_end_with_the_server(self):
        with Place(BUILD) as place:
            with subprocess.Popen(
                    [place.world.program("client", "blindsum"), "admin", "--url",
                     f"http://127.0.0.1:{place.admin_port}", "--token", "admin.token", "events"],
                    cwd=place.folder, text=True, stdout=subprocess.PIPE) as listening:
                self.assertEqual(listening.stdout.readline(), "listening\n")
                place.stop()
                for line in listening.stdout:
                    self.assertRegex(line, r"^task ")
            self.assertEqual(listening.returncode, 0)

    def test_a_round_under_way(self):
        """One member does not answer: the others are seen to wait in a phase."""
        with Place(BUILD) as place:
            for name in NAMES[:4]:
                member = place.join(name)
            place.wait_for(lambda: re.search(r"gathering +- +4 ", run(place, "live").stdout))
            member.process.send_signal(signal.SIGSTOP)
            place.join(NAMES[4])
            lines = place.wait_for(lambda: self.waits_for_one(place))
            member.process.send_signal(signal.SIGCONT)
            place.wait_for_log("counts/1: completed")
        self.assertRegex(lines[0], r"^task +state +why +waiting +completed +round +phase ")
        self.assertRegex(lines[1], r"^counts +running +- +5 +0 +1 +advertise +\d{4}-")
        self.assertEqual(lines[3], "counts/1:")
        self.assertRegex(lines[4], r"^index +name +answered +dropped_in +reason$")
        self.assertEqual(len(lines), 10)

    @staticmethod
    def waits_for_one(place):
        lines = run(place, "live").stdout.splitlines()
        return lines if sum(" advertise " in line for line in lines) == 5 else None

    def test_refusals_and_exit_codes(self):
        for words, code, told in ((["task", "none"], 1, "task_not_found"),
                                  (["round", "counts", 7], 1, "round_not_found"),
                                  (["delete", "counts"], 1, "configured_task"),
                                  (["create", "nowhere.json"], 3, "nowhere.json"),
                                  (["nonsense"], 2, "subcommand"), (["task"], 2, "TASK")):
            done = run(self.place, *words)
            self.assertEqual(done.returncode, code, (words, done))
            self.assertIn(told, done.stderr + done.stdout)
        self.assertEqual(run(self.place, "tasks", token=None).returncode, 1)
        self.assertIn("401: unauthorized: no token", run(self.place, "tasks", token=None).stderr)
        self.assertIn("404: task_not_found: `blindsum admin tasks` lists",
                      run(self.place, "task", "none").stderr)
        members_port = run(self.place, "tasks", url=f"http://127.0.0.1:{self.place.port}")
        self.assertIn("no HTTP there", members_port.stderr)
        without_tls = run(self.place, "tasks", url=f"https://127.0.0.1:{self.place.admin_port}")
        self.assertIn("has [admin] a certificate", without_tls.stderr)
        nobody = run(self.place, "tasks", url="http://127.0.0.1:1")
        self.assertIn("Connection refused: has [admin] a port", nobody.stderr)
        self.assertEqual(run(self.place, "tasks", url="http://127.0.0.1:1").returncode, 3)

    def test_help_has_examples(self):
        listed = run(self.place, "--help").stdout
        for name in ("status", "tasks", "create", "rounds", "verify", "members", "events"):
            self.assertIn(f"  {name} ", listed)
            self.assertIn("blindsum admin ", run(self.place, name, "--help").stdout)


class TlsCliTest(unittest.TestCase):
    def test_over_tls_with_a_certificate(self):
        place = Place(BUILD, "certificate = \"server.crt\"\nkey = \"server.key\"\n"
                      "client_ca = \"operators.crt\"\ntoken = \"admin.token\"")
        make_client_certificates(place.folder)
        with place:
            url = f"https://localhost:{place.admin_port}"
            own = ["--certificate", "operator.crt", "--key", "operator.key"]
            self.assertEqual(run(place, "--ca", "server.crt", *own, "tasks", url=url).returncode, 0)
            refused = run(place, "--ca", "server.crt", "tasks", url=url)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("certificate_required", refused.stderr)
            self.assertIn("--certificate FILE", refused.stderr)
            self.assertEqual(run(place, "--ca", "operators.crt", *own, "tasks",
                                 url=url).returncode, 3)
            # Another name than the certificate has.
            self.assertEqual(run(place, "--ca", "server.crt", *own, "tasks",
                                 url=f"https://127.0.0.1:{place.admin_port}").returncode, 3)


if __name__ == "__main__":
    unittest.main()
