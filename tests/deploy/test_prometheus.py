#!/usr/bin/env python3
"""deploy/prometheus and deploy/grafana: alerts fire when they should, and only then; whatever they
ask for is a metric that the aggregator has, with the labels and values that it gives it.

Alerts are tried by promtool: build-tools/ has one after `./run setup`. Where there is none those
tests are skipped by name. test_scrape.py has Prometheus itself ask a running aggregator.

  test_prometheus.py BLINDSUMD [NAME...]
"""
import json
import re
import shutil
import subprocess
import sys
import unittest

from promql import (OF_PROMETHEUS, ROOT, grouped, label_values, labels_in, labels_of,
                    selectors)

ALERTS = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "grafana" / "blindsum.json"
PROMTOOL = shutil.which("promtool", path=ROOT / "build-tools") or shutil.which("promtool")


def alert_names():
    return re.findall(r"- alert: (\w+)", (ALERTS / "alerts.yml").read_text())


def alert_rules():
    """[(name, expression, annotation)], without a library for YAML."""
    rules = (ALERTS / "alerts.yml").read_text().split("- alert: ")[1:]
    uncommented = [re.sub(r"(?m)^ *#.*\n", "", rule) for rule in rules]
    return [(rule.split("\n", 1)[0],
             re.search(r"expr: (.*?)\n +(?:for|labels):", rule, re.S)[1],
             re.search(r'summary: "(.*)"', rule)[1]) for rule in uncommented]


def panels():
    return json.loads(DASHBOARD.read_text())["panels"]


class Rules(unittest.TestCase):
    def promtool(self, *arguments):
        if not PROMTOOL:
            self.skipTest("promtool is missing: ./run setup fetches it")
        done = subprocess.run([PROMTOOL, *arguments], cwd=ALERTS, text=True, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_are_well_formed(self):
        self.promtool("check", "rules", "--lint-fatal", "alerts.yml")

    def test_rules_fire_when_they_should(self):
        self.promtool("test", "rules", "alerts_test.yml")

    def test_the_configuration_is_well_formed(self):
        self.promtool("check", "config", "--syntax-only", "prometheus.yml")

    def test_each_alert_is_tried_firing_and_silent(self):
        tried = (ALERTS / "alerts_test.yml").read_text()
        for name in alert_names():
            with self.subTest(name):
                self.assertRegex(tried, rf"alertname: {name}\n\s+exp_alerts:\n\s+- exp_labels")
                self.assertIn(f"eval_time: 3h, alertname: {name}}}", tried)

    def test_each_alert_is_explained_and_no_other(self):
        page = (ROOT / "docs" / "alerts.md").read_text()
        self.assertEqual(re.findall(r"(?m)^## (Blindsum\w+)$", page), alert_names())


class Metrics(unittest.TestCase):
    """Names, labels and their values are the server's own, of its table and its sources."""

    def check_selectors(self, expression):
        self.assertTrue(selectors(expression) or expression.startswith(("up{", "min(up{")))
        for metric, matchers in selectors(expression):
            known = labels_of(metric) | OF_PROMETHEUS
            for label, operator, value in matchers:
                self.assertIn(label, known, metric)
                if label in VALUES:
                    values = value.split("|") if "~" in operator else [value]
                    self.assertLessEqual(set(values), VALUES[label], f"{metric}: {label}")
        self.assertLessEqual(grouped(expression), labels_in(expression))

    def test_values_are_found_where_they_are_given(self):
        self.assertEqual(VALUES["phase"] & {"advertise", "share", "mask", "attest", "unmask"},
                         {"advertise", "share", "mask", "attest", "unmask"})
        for label, some in {"state": "paused", "kind": "bad_share", "folder": "results",
                            "result": "failed", "outcome": "too_few_survivors",
                            "reason": "connects_too_often"}.items():
            self.assertIn(some, VALUES[label])

    def test_dashboard(self):
        expressions = [target for panel in panels() for target in panel["targets"]]
        self.assertGreaterEqual(len(expressions), 20)
        for target in expressions:
            with self.subTest(target["expr"]):
                self.check_selectors(target["expr"])
                shown = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
                summed = re.search(r"^(?:sum|min|max|histogram_quantile)\b", target["expr"])
                self.assertLessEqual(shown, grouped(target["expr"]) if summed
                                     else labels_in(target["expr"]))

    def test_dashboard_s_panels_are_told_apart_and_do_not_overlap(self):
        ids = [panel["id"] for panel in panels()]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in panels():
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                     for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells

    def test_alerts(self):
        self.assertEqual([name for name, _, _ in alert_rules()], alert_names())
        for name, expression, summary in alert_rules():
            with self.subTest(name):
                self.check_selectors(expression)
                self.assertLessEqual(set(re.findall(r"\$labels\.(\w+)", summary)),
                                     labels_in(expression))

    def test_series_of_the_alerts_tests_are_as_the_server_has_them(self):
        series = re.findall(r"series: (blindsum_\w+\{[^}]*\})",
                            (ALERTS / "alerts_test.yml").read_text())
        self.assertGreaterEqual(len(series), 20)
        for one in series:
            with self.subTest(one):
                [(metric, matchers)] = selectors(one)
                self.assertEqual({label for label, _, _ in matchers},
                                 labels_of(metric) | OF_PROMETHEUS)
                self.check_selectors(one)


VALUES = label_values()

if __name__ == "__main__":
    sys.argv.pop(1)
    unittest.main()
