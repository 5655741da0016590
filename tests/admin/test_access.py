#!/usr/bin/env python3
"""Who may use the operator's port, and what rude clients can do to it.

A real blindsumd, real HTTP. usage: test_access.py BUILD_FOLDER
"""
import http.client
import signal
import socket
import ssl
import subprocess
import time
import unittest

from bench import BUILD, TOKEN, Place, client_context, make_client_certificates



class TokenTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD))

    def test_no_token_and_wrong_tokens(self):
        for token in (None, "", "x", TOKEN[:-1], TOKEN + "0", TOKEN.upper()):
            for path in ("/v1/tasks", "/metrics", "/no/such/page"):
                with self.subTest(token=token, path=path):
                    status, headers, content = self.place.ask("GET", path, token=token)
                    self.assertEqual((status, content), (401, {"error": "unauthorized"}))
                    self.assertEqual(headers["WWW-Authenticate"], "Bearer")

    def test_another_scheme(self):
        status, _, _ = self.place.ask("GET", "/v1/tasks", token=None,
                                      headers={"Authorization": f"Basic {TOKEN}"})
        self.assertEqual(status, 401)

    def test_health_is_for_all(self):
        for path in ("/healthz", "/readyz"):
            self.assertEqual(self.place.ask("GET", path, token=None)[0], 200)
        status, headers, content = self.place.ask("DELETE", "/healthz", token=None)
        self.assertEqual((status, content), (405, {"error": "method_not_allowed"}))
        self.assertEqual(headers["Allow"], "GET")

    def test_what_is_not_there(self):
        self.assertEqual(self.place.ask("GET", "/no/such/page")[2], {"error": "not_found"})
        self.assertEqual(self.place.ask("GET", "/healthz/")[0], 404)

    def test_targets_that_are_none(self):
        for target in ("/%zz", "/a%0ab", "*", "/%4"):
            answer = self.place.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), (target, answer))

    def test_huge_requests(self):
        answer = self.place.raw(b"GET /healthz HTTP/1.1\r\nA: " + b"x" * 20_000 + b"\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer)
        head = f"POST /v1/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        answer = self.place.raw(f"{head}Content-Length: 100000000\r\n\r\n".encode() + b"x" * 70_000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
        answer = self.place.raw(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() +
                                b"11170\r\n" + b"x" * 70_000 + b"\r\n0\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
        # Whoever has no token is told so before a body is read.
        answer = self.place.raw(b"POST /v1/tasks HTTP/1.1\r\nContent-Length: 60000\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 401 "), answer)

    def test_noise(self):
        self.assertTrue(self.place.raw(b"\x16\x03\x01" * 50 + b"\r\n\r\n")
                        .startswith(b"HTTP/1.1 400 "))

    def test_slow_clients_are_cut_and_hold_up_nobody(self):
        lines = [socket.create_connection(("127.0.0.1", self.place.admin_port), timeout=20)
                 for _ in range(10)]
        began = time.monotonic()
        for line in lines:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        self.assertEqual(self.place.ask("GET", "/healthz")[0], 200)
        self.assertLess(time.monotonic() - began, 4)
        for line in lines:  # nothing is answered, and the end comes
            try:
                self.assertEqual(line.recv(100), b"")
            except ConnectionResetError:
                pass
            line.close()
        self.assertGreater(time.monotonic() - began, 4)


class TlsTest(unittest.TestCase):
    def place(self, admin):
        place = Place(BUILD, "certificate = \"server.crt\"\nkey = \"server.key\"\n" + admin)
        make_client_certificates(place.folder)
        return place

    def test_token_over_tls(self):
        with self.place("token = \"admin.token\"\naddress = \"0.0.0.0\"") as place:
            place.context = client_context(place.folder)
            self.assertEqual(place.ask("GET", "/healthz", token=None)[0], 200)
            self.assertEqual(place.ask("GET", "/no", token=TOKEN)[0], 404)
            self.assertEqual(place.ask("GET", "/no", token="wrong")[0], 401)
            self.assertFalse(place.raw(b"GET /healthz HTTP/1.1\r\n\r\n").startswith(b"HTTP"))

    def test_client_certificates(self):
        with self.place("client_ca = \"operators.crt\"") as place:
            place.context = client_context(place.folder, "operator")
            self.assertEqual(place.ask("GET", "/no", token=None)[0], 404)
            place.context = client_context(place.folder, "stranger")
            with self.assertRaises((ssl.SSLError, ConnectionError,
                                    http.client.RemoteDisconnected)):
                place.ask("GET", "/healthz", token=None)
            place.context = client_context(place.folder)
            self.assertEqual(place.ask("GET", "/healthz", token=None)[0], 200)
            for path in ("/no", "/metrics", "/v1/tasks"):
                status, _, content = place.ask("GET", path)  # a token makes no difference
                self.assertEqual((status, content["error"]), (403, "certificate_required"))

    def test_what_other_pages_make_a_browser_ask(self):
        """The certificate goes along with it; a token would not."""
        with self.place("client_ca = \"operators.crt\"") as place:
            place.context = client_context(place.folder, "operator")
            own = f"https://localhost:{place.admin_port}"
            for origin, expected in ((own, 404), (None, 404), ("https://example.org", 403),
                                     ("null", 403), (own + "0", 403)):
                headers = {} if origin is None else {"Origin": origin}
                status, _, content = place.ask("POST", "/v1/tasks/none/pause", token=None,
                                               headers=headers)
                self.assertEqual(status, expected, (origin, content))
            status, _, content = place.ask("DELETE", "/v1/tasks/t", token=None,
                                           headers={"Origin": "https://example.org"})
            self.assertEqual(content, {"error": "other_origin"})

    def test_health_checks_from_inside(self):
        for admin in ("token = \"admin.token\"\naddress = \"0.0.0.0\"",
                      "client_ca = \"operators.crt\""):
            with self.place(admin) as place:
                self.assertEqual(place.probe("--health"), (0, '200 {"alive":true}\n'))
                self.assertEqual(place.probe("--ready"),
                                 (0, '200 {"ready":true,"reasons":[]}\n'))
                place.server.process.send_signal(signal.SIGSTOP)
                self.assertEqual(place.probe("--health")[0], 1)
                place.server.process.send_signal(signal.SIGCONT)
                place.stop()
                self.assertEqual(place.probe("--health")[0], 1)

    def test_certificate_and_token(self):
        with self.place("client_ca = \"operators.crt\"\ntoken = \"admin.token\"") as place:
            place.context = client_context(place.folder, "operator")
            self.assertEqual(place.ask("GET", "/no", token=None)[0], 401)
            self.assertEqual(place.ask("GET", "/no")[0], 404)
            place.context = client_context(place.folder)
            self.assertEqual(place.ask("GET", "/no")[0], 403)


class ConfigurationTest(unittest.TestCase):
    def check(self, admin, change=lambda place: None):
        """What --check-config says."""
        place = Place(BUILD, admin)
        change(place)
        done = subprocess.run([place.world.program("server", "blindsumd"), "--config",
                               "blindsumd.toml", "--check-config"], cwd=place.folder, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL)
        place.__exit__()
        return done.returncode, done.stderr

    def test_a_token_that_others_may_read(self):
        status, told = self.check("token = \"admin.token\"",
                                  lambda place: (place.folder / "admin.token").chmod(0o640))
        self.assertEqual(status, 2)
        self.assertIn("bad_token_file: not_private", told)

    def test_tokens_that_are_none(self):
        for text in ("", "short", "with spaces in between the characters", "x" * 600):
            status, told = self.check("token = \"admin.token\"",
                                      lambda place: place.private("admin.token", text))
            self.assertEqual(status, 2, text)
            self.assertIn("bad_token_file", told)
        status, told = self.check("token = \"none\"")
        self.assertIn("unreadable_file", told)

    def test_other_addresses_take_token_and_tls(self):
        tls = "certificate = \"server.crt\"\nkey = \"server.key\"\n"
        token = "token = \"admin.token\"\n"
        everywhere = "address = \"0.0.0.0\"\n"
        for admin in ("", tls, token):
            status, told = self.check(admin + everywhere)
            self.assertEqual(status, 2)
            self.assertIn("not_loopback", told)
        for admin in (tls + token, tls + "metrics_token = \"metrics.token\"\n",
                      "allow_exposed = true\n"):
            self.assertEqual(self.check(admin + everywhere), (0, ""))

    def test_a_token_for_metrics_is_nothing_where_certificates_open_all(self):
        files = ("certificate = \"server.crt\"\nkey = \"server.key\"\n"
                 "client_ca = \"server.crt\"\nmetrics_token = \"metrics.token\"\n")
        status, told = self.check(files)
        self.assertEqual(status, 2)
        self.assertIn("conflicting_keys", told)
        self.assertIn("add 'token'", told)
        self.assertEqual(self.check(files + "token = \"admin.token\"\n"), (0, ""))

    def test_without_any_access_only_health_is_served(self):
        with Place(BUILD, "") as place:
            self.assertEqual(place.ask("GET", "/healthz", token=None)[0], 200)
            status, _, content = place.ask("GET", "/v1/tasks")
            self.assertEqual((status, content["error"]), (403, "no_access_configured"))


if __name__ == "__main__":
    unittest.main()
