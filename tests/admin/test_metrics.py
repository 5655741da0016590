#!/usr/bin/env python3
"""/metrics: what a round leaves there, its format, and that docs/metrics.md is about the same.

usage: test_metrics.py BUILD_FOLDER; or test_metrics.py --write, which makes the page's table anew
from server/admin/metric_table.h.
"""
import sys
import unittest

from bench import BUILD, METRICS_TOKEN, NAMES, NEW_TASK, ROOT, Place
from metric_table import documented, labels_of, parse

PAGE = ROOT / "docs/metrics.md"
HEADER = "| metric | type | labels | what it is |\n|---|---|---|---|\n"


def page_table():
    rows = [f"| `{name}` | {kind} | {labels or '–'} | {text} |\n"
            for name, (kind, labels, text) in documented().items()]
    return HEADER + "".join(rows)


def with_table(page):
    before, _, rest = page.partition(HEADER)
    after = "".join(line for line in rest.splitlines(True) if not line.startswith("|"))
    return before + page_table() + after


class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(Place(BUILD))
        cls.place.join(NAMES[0])
        cls.place.wait_for(lambda: cls.scrape().get(("blindsum_waiting_members", "counts")) == 1)
        for series in (("blindsum_rounds_total", "completed", "counts"),
                       ("blindsum_rounds_over_budget_total", "counts")):
            assert cls.scrape()[series] == 0
        for name in NAMES[1:5]:
            cls.place.join(name)
        cls.place.wait_for_log("counts/1: completed")
        cls.place.wait_for_log("counts: finished")

    @classmethod
    def scrape(cls):
        """(name, label values…) → value"""
        status, headers, text = cls.place.ask("GET", "/metrics")
        assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
        cls.samples, cls.types = parse(text)
        return {(name, *labels.values()): value for name, labels, value in cls.samples}

    def test_a_round(self):
        values = self.scrape()
        self.assertEqual(values["blindsum_rounds_total", "completed", "counts"], 1)
        for phase in ("advertise", "share", "mask", "attest", "unmask"):
            self.assertEqual(values["blindsum_phase_seconds_count", phase, "counts"], 1)
        self.assertEqual(values["blindsum_round_seconds_count", "counts"], 1)
        self.assertGreaterEqual(values["blindsum_sessions_opened_total",], 5)
        self.assertGreaterEqual(values["blindsum_tls_handshakes_total", "ok"], 5)
        self.assertGreater(values["blindsum_received_bytes_total",], 5 * 1000)
        self.assertGreater(values["blindsum_sent_bytes_total",], 5 * 1000)
        self.assertEqual(values["blindsum_unmasked_elements_total",], 4)
        self.assertGreater(values["blindsum_accumulated_bytes_total",], 0)
        self.assertEqual(values["blindsum_task_state", "finished", "counts"], 1)
        self.assertEqual(values["blindsum_task_state", "running", "counts"], 0)
        self.assertEqual(values["blindsum_rounds_over_budget_total", "counts"], 0)
        self.assertEqual(values["blindsum_ready",], 1)
        self.assertEqual(values["blindsum_roster_members",], len(NAMES))
        self.assertGreater(values["blindsum_disk_free_bytes", "state"], 0)
        self.assertTrue(86_400 < values["blindsum_certificate_expiry_seconds",] <= 2 * 86_400)

    def test_a_handshake_that_fails(self):
        before = self.scrape().get(("blindsum_tls_handshakes_total", "failed"), 0)
        import socket
        with socket.create_connection(("127.0.0.1", self.place.port)) as line:
            line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            line.recv(100)
        self.place.wait_for(lambda: self.scrape().get(
            ("blindsum_tls_handshakes_total", "failed"), 0) == before + 1)

    def test_names_types_and_labels_are_those_of_the_table(self):
        self.scrape()
        self.assertGreater(len(documented()), 25)
        for name, kind in self.types.items():
            self.assertEqual(documented()[name][0], kind)
        for name, labels, _ in self.samples:
            self.assertEqual(set(labels), labels_of(name), name)

    def test_names_are_as_prometheus_wants_them(self):
        for name, (kind, _, text) in documented().items():
            self.assertRegex(name, r"^blindsum_[a-z_]+$")
            self.assertEqual(name.endswith("_total"), kind == "counter", name)
            self.assertTrue(text)
            if kind == "histogram":
                self.assertTrue(name.endswith("_seconds"), name)

    def test_the_page_is_about_the_same(self):
        page = PAGE.read_text()
        self.assertEqual(page, with_table(page), "run tests/admin/test_metrics.py --write")

    def test_open_metrics(self):
        with Place(BUILD, "token = \"admin.token\"\nopen_metrics = true") as place:
            self.assertEqual(place.ask("GET", "/metrics", token=None)[0], 200)
            self.assertEqual(place.ask("GET", "/v1/tasks", token=None)[0], 401)

    def test_a_task_that_was_deleted_has_no_gauges(self):
        def gauges():
            samples, types = parse(self.place.ask("GET", "/metrics")[2])
            return [name for name, labels, _ in samples
                    if types.get(name) == "gauge" and labels.get("task") == NEW_TASK["name"]]
        self.assertEqual(self.place.ask("POST", "/v1/tasks", body=NEW_TASK)[0], 201)
        self.place.wait_for(gauges)
        self.place.ask("DELETE", f"/v1/tasks/{NEW_TASK['name']}")
        self.place.wait_for_log(f"{NEW_TASK['name']}: taken away by the operator")
        self.place.wait_for(lambda: not gauges())

    def test_a_round_that_loses_more_than_delta(self):
        def over_budget():
            samples, _ = parse(place.ask("GET", "/metrics")[2])
            if ("blindsum_rounds_over_budget_total", {"task": "counts"}, 1) in samples:
                return samples
            return None
        with Place(BUILD) as place:
            for name in NAMES[:3]:
                place.join(name)
            for name in NAMES[3:5]:
                place.join(name, source=["--exec", "false"])
            place.wait_for_log("counts/1: aborted")
            samples = place.wait_for(over_budget)
        lost = [(labels, value) for name, labels, value in samples
                if name == "blindsum_dropouts_total"]
        self.assertGreaterEqual(sum(value for _, value in lost), 2)
        self.assertEqual({labels["task"] for labels, _ in lost}, {"counts"})

    def test_a_token_for_metrics_alone(self):
        admin = "metrics_token = \"metrics.token\"\n"
        for more in ("token = \"admin.token\"\n", ""):
            with Place(BUILD, admin + more) as place:
                self.assertEqual(place.ask("GET", "/metrics", token=METRICS_TOKEN)[0], 200)
                self.assertEqual(place.ask("GET", "/metrics")[0], 200 if more else 401)
                for token in (None, METRICS_TOKEN[:-1], METRICS_TOKEN + "0"):
                    self.assertEqual(place.ask("GET", "/metrics", token=token)[0], 401)
                for method, path in (("GET", "/v1/tasks"), ("DELETE", "/v1/tasks/counts"),
                                     ("GET", "/no/such/page"), ("POST", "/metrics")):
                    self.assertEqual(place.ask(method, path, token=METRICS_TOKEN)[0], 401, path)


if __name__ == "__main__":
    if BUILD == "--write":
        PAGE.write_text(with_table(PAGE.read_text()))
        sys.exit()
    unittest.main()
