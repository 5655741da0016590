#!/usr/bin/env python3
"""What strangers do at the operator's port is seen, in the audit and in the metrics, also where it
came to no request; and it neither passes for an operator's deed nor keeps health checks out.

usage: test_refusals.py BUILD_FOLDER
"""
import http.client
import json
import socket
import ssl
import unittest

from bench import BUILD, TOKEN, Place, client_context, make_client_certificates
from metric_table import parse

AUDIT = "[audit]\nto = \"file\"\nfile = \"audit.log\"\n"
CERTIFICATE = "certificate = \"server.crt\"\nkey = \"server.key\"\n"


def lines(place, action=None):
    found = map(json.loads, (place.folder / "audit.log").read_text().splitlines())
    return [line for line in found if action in (None, line["event.action"])]


def requests(place):
    """status → how many"""
    samples, _ = parse(place.ask("GET", "/metrics")[2])
    return {labels["status"]: value for name, labels, value in samples
            if name == "blindsum_admin_requests_total"}


class PlainTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD, more=AUDIT))

    def refused(self, reason):
        return [line for line in lines(self.place, "admin-refused")
                if line.get("event.reason") == reason]

    def test_what_is_for_all_leaves_no_line_of_strangers(self):
        before = len(lines(self.place))
        for path in ("/healthz", "/readyz", "/"):
            self.assertEqual(self.place.ask("GET", path, token=None)[0], 200)
        self.place.ask("GET", "/healthz")
        new = lines(self.place)[before:]
        self.assertEqual([(line["event.action"], line["url.path"]) for line in new],
                         [("admin-call", "/healthz")])

    def test_a_stranger_changes_nothing(self):
        for method in ("POST", "DELETE", "PUT"):
            self.assertEqual(self.place.ask(method, "/healthz", token=None)[0], 405)
        self.assertEqual([line["http.request.method"]
                          for line in self.refused("method_not_allowed")],
                         ["POST", "DELETE", "PUT"])
        for line in lines(self.place, "admin-change"):
            self.assertNotEqual(line["url.path"], "/healthz")

    def test_a_flood_of_what_is_for_all(self):
        before = len(lines(self.place))
        for _ in range(300):
            self.place.raw(b"GET /healthz HTTP/1.1\r\n\r\n")
        self.assertLess(len(lines(self.place)) - before, 10)

    def test_what_came_to_no_request(self):
        head = f"POST /v1/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        before = requests(self.place)
        for data, status, reason in (
                (b"GET /%zz HTTP/1.1\r\n\r\n", "400", "bad_target"),
                (b"GET /\x01 HTTP/1.1\r\n\r\n", "400", "bad_request"),
                (b"GET / HTTP/1.1\r\nA: " + b"x" * 20_000 + b"\r\n\r\n", "431",
                 "header_too_large")):
            self.assertTrue(self.place.raw(data).startswith(b"HTTP/1.1 " + status.encode()), data)
            [line] = self.refused(reason)
            self.assertEqual((line["http.response.status_code"], line["source.ip"]),
                             (int(status), "127.0.0.1"))
        large = f"{head}Content-Length: 100000000\r\n\r\n".encode()
        self.assertTrue(self.place.raw(large).startswith(b"HTTP/1.1 413 "))
        line = lines(self.place, "admin-change")[-1]  # an operator's
        self.assertEqual((line["event.reason"], line["event.outcome"], line["url.path"]),
                         ("body_too_large", "failure", "/v1/tasks"))
        after = requests(self.place)
        for status, more in (("400", 2), ("413", 1), ("431", 1)):
            self.assertEqual(after[status] - before.get(status, 0), more, status)


class TlsTest(unittest.TestCase):
    def test_a_certificate_of_another_authority(self):
        place = Place(BUILD, CERTIFICATE + "client_ca = \"operators.crt\"", AUDIT)
        make_client_certificates(place.folder)
        with place:
            socket.create_connection(("127.0.0.1", place.admin_port)).close()  # no attempt at TLS
            place.context = client_context(place.folder, "stranger")
            with self.assertRaises((ssl.SSLError, ConnectionError,
                                    http.client.RemoteDisconnected)):
                place.ask("GET", "/healthz", token=None)
            [line] = place.wait_for(lambda: lines(place, "admin-refused"))
            self.assertEqual((line["event.reason"], line["source.ip"]),
                             ("tls_failed", "127.0.0.1"))
            place.context = client_context(place.folder, "operator")
            self.assertEqual(requests(place)["none"], 1)


class PlacesTest(unittest.TestCase):
    def test_silent_connections_of_one_address_keep_no_others_out(self):
        with Place(BUILD, more=AUDIT) as place:
            held = [socket.create_connection(("127.0.0.1", place.admin_port),
                                             source_address=("127.0.0.2", 0)) for _ in range(40)]
            self.assertEqual(place.probe("--health")[0], 0)
            self.assertEqual(place.ask("GET", "/v1/tasks")[0], 200)
            for line in held:
                line.close()
            refused = lines(place, "admin-refused")
            self.assertEqual({(line["event.reason"], line["source.ip"]) for line in refused},
                             {("too_many_connections", "127.0.0.2")})


if __name__ == "__main__":
    unittest.main()
