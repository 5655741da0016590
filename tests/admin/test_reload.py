#!/usr/bin/env python3
"""SIGHUP on the operator's port: token, certificate and key are read again; and health checks of
the program itself, over TLS and with client certificates.

usage: test_reload.py BUILD_FOLDER
"""
import json
import re
import select
import signal
import socket
import ssl
import time
import unittest

from bench import BUILD, NAMES, NEW_TASK, TOKEN, Place, client_context, make_client_certificates

NEW_TOKEN = "another-token-of-the-tests-0123456789"
AUDIT = "[audit]\nto = \"file\"\nfile = \"audit.log\"\n"
TLS = "certificate = \"admin.crt\"\nkey = \"admin.key\"\ntoken = \"admin.token\"\n"


def make_certificate(place, name):
    """name.crt and name.key, for localhost, signed by itself."""
    kept = {file: (place.folder / file).read_bytes() for file in ("server.crt", "server.key")}
    place.world.make_certificate()
    for file, was in kept.items():
        (place.folder / file).rename(place.folder / file.replace("server", name))
        (place.folder / file).write_bytes(was)
        (place.folder / file).chmod(0o600)


def trusting(place, name):
    return ssl.create_default_context(cafile=place.folder / f"{name}.crt")


class TokenTest(unittest.TestCase):
    def read_again(self, place):
        lines = [json.loads(line) for line in (place.folder / "audit.log").read_text().splitlines()]
        return [line["event.outcome"] for line in lines
                if line["event.action"] == "certificates-read"]

    def test_a_new_token_takes_the_old_one_s_place_and_a_wrong_one_does_not(self):
        with Place(BUILD, more=AUDIT) as place:
            place.private("admin.token", NEW_TOKEN + "\n")
            self.assertEqual(place.ask("GET", "/v1/tasks", token=NEW_TOKEN)[0], 401)
            self.assertIn("were read again", place.reload())
            self.assertEqual(place.ask("GET", "/v1/tasks", token=NEW_TOKEN)[0], 200)
            self.assertEqual(place.ask("GET", "/v1/tasks", token=TOKEN)[0], 401)
            self.assertEqual(self.read_again(place), ["success"])
            place.private("admin.token", "short\n")
            self.assertRegex(place.reload(), "stay as they were: .*bad_token_file")
            (place.folder / "admin.token").unlink()
            self.assertRegex(place.reload(), "stay as they were: .*unreadable_file")
            self.assertEqual(place.ask("GET", "/v1/tasks", token=NEW_TOKEN)[0], 200)
            self.assertEqual(self.read_again(place), ["success", "failure", "failure"])

    def test_the_token_for_metrics_alone(self):
        place = Place(BUILD, "token = \"admin.token\"\nmetrics_token = \"scrape.token\"")
        first, second = "f" * 40, "s" * 40
        place.private("scrape.token", first)
        with place:
            place.private("scrape.token", second)
            place.reload()
            for token, status in ((first, 401), (second, 200), (TOKEN, 200)):
                self.assertEqual(place.ask("GET", "/metrics", token=token)[0], status)
            self.assertEqual(place.ask("GET", "/v1/tasks", token=second)[0], 401)

    def test_who_listens_to_events_has_to_come_back(self):
        with Place(BUILD) as place, socket.create_connection(
                ("127.0.0.1", place.admin_port), timeout=20) as line:
            line.sendall(f"GET /v1/events HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
                         .encode())
            heard = b""
            while b": blindsum\n\n" not in heard:
                heard += line.recv(4096)
            place.private("admin.token", "short\n")
            place.reload()  # to no effect
            self.assertEqual(select.select([line], [], [], 0.5)[0], [])
            place.private("admin.token", NEW_TOKEN + "\n")
            place.reload()
            while heard := line.recv(4096):
                self.assertEqual(heard, b": nothing new\n\n")

    def test_the_participants_certificate_is_told_of_too(self):
        with Place(BUILD, more=AUDIT) as place:
            (place.folder / "server.crt").write_text("none\n")
            self.assertIn("the certificate stays as it was", place.reload())
            self.assertEqual(self.read_again(place), ["failure"])


class CertificateTest(unittest.TestCase):
    def test_a_new_certificate_and_one_that_is_wrong(self):
        place = Place(BUILD, TLS)
        make_certificate(place, "admin")
        with place:
            place.context = old = trusting(place, "admin")
            self.assertEqual(place.ask("GET", "/v1/tasks")[0], 200)
            make_certificate(place, "admin")
            place.reload()
            with self.assertRaises(ssl.SSLError):
                place.ask("GET", "/v1/tasks")
            place.context = new = trusting(place, "admin")
            self.assertEqual(place.ask("GET", "/v1/tasks")[0], 200)
            self.assertEqual(place.probe("--health")[0], 0)
            # The key of another: nothing of it is used, not even a token that is right.
            make_certificate(place, "other")
            (place.folder / "admin.key").write_bytes((place.folder / "other.key").read_bytes())
            place.private("admin.token", NEW_TOKEN + "\n")
            self.assertRegex(place.reload(), "stay as they were: .*bad_certificate")
            self.assertEqual(place.ask("GET", "/v1/tasks")[0], 200)
            self.assertNotEqual(old, new)

    def test_what_is_under_way_goes_on(self):
        place = Place(BUILD, TLS)
        make_certificate(place, "admin")
        with place:
            place.context = trusting(place, "admin")
            line = place.connect()
            line.connect()
            make_certificate(place, "admin")
            place.reload()
            line.request("GET", "/healthz")
            self.assertEqual(line.getresponse().status, 200)
            line.close()


class ProbeTest(unittest.TestCase):
    def check(self, admin):
        place = Place(BUILD, admin)
        make_client_certificates(place.folder)
        with place:
            self.assertEqual(place.probe("--health"), (0, '200 {"alive":true}\n'))
            self.assertEqual(place.probe("--ready"), (0, '200 {"ready":true,"reasons":[]}\n'))
            place.stop()
            status, text = place.probe("--health")
            self.assertEqual((status, text), (1, "Connection refused\n"))

    def test_plain(self):
        self.check("token = \"admin.token\"")

    def test_tls(self):
        self.check("token = \"admin.token\"\ncertificate = \"server.crt\"\nkey = \"server.key\"\n"
                   "address = \"0.0.0.0\"")

    def test_client_certificates(self):
        self.check("certificate = \"server.crt\"\nkey = \"server.key\"\n"
                   "client_ca = \"operators.crt\"")

    def test_who_answers_nothing_is_not_alive(self):
        with Place(BUILD, "token = \"admin.token\"") as place:
            with socket.create_server(("127.0.0.1", 0)) as silent:
                place.admin_port = silent.getsockname()[1]
                status, text = place.probe("--health")
                self.assertEqual((status, text), (1, "Connection timed out\n"))


class DrainTest(unittest.TestCase):
    def stalled(self, place):
        """Whether a round runs, and stands still."""
        def seen():
            return place.ask("GET", "/v1/live")[2]["tasks"][0]["round"]
        before = seen()
        time.sleep(0.5)
        return before and before == seen()

    def test_not_ready_and_nothing_new_while_a_round_finishes(self):
        with Place(BUILD, rounds=100_000) as place:
            members = [place.join(name, always=True) for name in NAMES[:5]]
            place.wait_for_log("counts/1: completed")
            members[0].process.send_signal(signal.SIGSTOP)
            try:
                place.wait_for(lambda: self.stalled(place))
                place.server.process.send_signal(signal.SIGTERM)
                place.wait_for_log("draining: no new rounds")
                self.assertEqual(place.probe("--ready"), (
                    1, '503 {"ready":false,"reasons":["server_draining"]}\n'))
                self.assertEqual(place.probe("--health")[0], 0)
                status, _, content = place.ask("POST", "/v1/tasks", body=NEW_TASK)
                self.assertEqual((status, content["error"]), (409, "server_draining"))
            finally:
                members[0].process.send_signal(signal.SIGCONT)
            self.assertEqual(place.server.process.wait(60), 0)
            last = max(map(int, re.findall(r"counts/(\d+): started", place.log())))
            self.assertIn(f"counts/{last}: completed", place.log())


class ClientCertificateTest(unittest.TestCase):
    def test_another_authority_is_read_too(self):
        place = Place(BUILD, "certificate = \"server.crt\"\nkey = \"server.key\"\n"
                      "client_ca = \"operators.crt\"")
        make_client_certificates(place.folder)
        with place:
            place.context = client_context(place.folder, "operator")
            self.assertEqual(place.ask("GET", "/v1/tasks", token=None)[0], 200)
            make_client_certificates(place.folder)
            place.reload()
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                place.ask("GET", "/v1/tasks", token=None)
            place.context = client_context(place.folder, "operator")
            self.assertEqual(place.ask("GET", "/v1/tasks", token=None)[0], 200)


if __name__ == "__main__":
    unittest.main()
