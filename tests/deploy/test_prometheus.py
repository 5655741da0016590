#!/usr/bin/env python3
"""deploy/prometheus and deploy/grafana: alerts fire when they should, and only then; whatever they
ask for is a metric that the aggregator has.

Alerts are tried by promtool, of Debian's package prometheus; where it is missing those tests are
skipped by name.

  test_prometheus.py BLINDSUMD [NAME...]
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deploy" / "prometheus"
DASHBOARD = ROOT / "deploy" / "grafana" / "blindsum.json"
METRICS_PAGE = ROOT / "docs" / "metrics.md"
METRIC = re.compile(r"\bblindsum_[a-z_]+")


def metrics(text):
    """Names, without what Prometheus itself adds to those of histograms."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in METRIC.findall(text)}


def alert_names():
    return re.findall(r"- alert: (\w+)", (ALERTS / "alerts.yml").read_text())


class Rules(unittest.TestCase):
    def promtool(self, *arguments):
        if not shutil.which("promtool"):
            self.skipTest("promtool is missing: apt-get install prometheus")
        done = subprocess.run(["promtool", *arguments], cwd=ALERTS, text=True,
                              capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_rules_are_well_formed(self):
        self.promtool("check", "rules", "alerts.yml")

    def test_rules_fire_when_they_should(self):
        self.promtool("test", "rules", "alerts_test.yml")

    def test_each_alert_is_tried_firing(self):
        tried = (ALERTS / "alerts_test.yml").read_text()
        for name in alert_names():
            with self.subTest(name):
                self.assertRegex(tried, rf"alertname: {name}\n\s+exp_alerts:\n\s+- exp_labels")

    def test_each_alert_is_explained(self):
        page = (ROOT / "docs" / "alerts.md").read_text()
        for name in alert_names():
            self.assertIn(f"## {name}\n", page)


class Metrics(unittest.TestCase):
    def test_dashboard(self):
        dashboard = json.loads(DASHBOARD.read_text())
        expressions = [target["expr"] for panel in dashboard["panels"]
                       for target in panel["targets"]]
        self.assertGreaterEqual(len(expressions), 10)
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertLessEqual(metrics(" ".join(expressions)), self.known())

    def test_alerts(self):
        rules = (ALERTS / "alerts.yml").read_text()
        self.assertLessEqual(metrics(rules), self.known())

    def known(self):
        if not METRICS_PAGE.exists():
            self.skipTest("docs/metrics.md is not in this tree")
        return metrics(METRICS_PAGE.read_text())


if __name__ == "__main__":
    sys.argv.pop(1)
    unittest.main()
