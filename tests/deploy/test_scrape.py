#!/usr/bin/env python3
"""Prometheus itself, with deploy/prometheus, scrapes a running aggregator that has had two rounds:
whatever alerts and dashboard ask for is there, and an alert fires that should.

Without Prometheus (`./run setup` fetches it into build-tools/) there is nothing to see: skipped.

  test_scrape.py BUILD_FOLDER [NAME...]
"""
import json
import pathlib
import shutil
import socket
import sys
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

from promql import ROOT, selectors

from bench import BUILD, METRICS_TOKEN, NAMES, Place
from testbed.processes import Child

try:
    import yaml
except ImportError:
    print("skipped: python3-yaml is missing")
    sys.exit(77)

PROMETHEUS = shutil.which("prometheus", path=ROOT / "build-tools") or shutil.which("prometheus")
DEPLOY = ROOT / "deploy"
# Of what did not happen in these rounds there is no series, by right.
NOT_HERE = {"blindsum_blame_total", "blindsum_connections_refused_total",
            "blindsum_rejections_total"}
# A rate of the last minute wants two scrapes a while apart, and so much time no test has.
RATE = "10s"


class Prometheus(Child):
    """deploy/prometheus/prometheus.yml, in a hurry, with another target and a token."""

    def __init__(self, folder, target, token):
        super().__init__(folder / "prometheus.log")
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "token").write_text(token)
        settings = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
        settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        settings["rule_files"] = [str(DEPLOY / "prometheus" / "alerts.yml")]
        [job] = settings["scrape_configs"]
        job["static_configs"][0]["targets"] = [target]
        job["authorization"] = {"credentials_file": str(folder / "token")}
        (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))

    def start(self):
        self.spawn([PROMETHEUS, f"--config.file={self.folder}/prometheus.yml",
                    f"--storage.tsdb.path={self.folder}/data",
                    f"--web.listen-address=127.0.0.1:{self.port}"], cwd=self.folder)

    def ask(self, path, **parameters):
        """`data` of an answer; nothing until it answers."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            if error.code == 503:  # it is starting
                return None
            raise AssertionError(f"{parameters}: {error.read().decode()}") from error
        except OSError:
            return None

    def values(self, expression):
        found = self.ask("query", query=expression)
        return [float(one["value"][1]) for one in found["result"]] if found else []


def asked(expression):
    """As Grafana sends it."""
    return (expression.replace("$__rate_interval", RATE).replace("$job", "blindsum")
            .replace("$instance", ".*"))


@unittest.skipUnless(PROMETHEUS, "prometheus is missing: ./run setup fetches it")
class Scrape(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = cls.enterClassContext(
            Place(BUILD, "metrics_token = \"metrics.token\"", rounds=2))
        cls.prometheus = cls.started(METRICS_TOKEN)
        cls.place.wait_for(lambda: cls.prometheus.values("up") == [1])
        cls.round(1, "completed", losing=0)
        cls.round(2, "aborted", losing=2)
        cls.place.wait_for(
            lambda: cls.prometheus.values("blindsum_rounds_over_budget_total") == [1])

    @classmethod
    def started(cls, token):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        prometheus = Prometheus(folder, f"127.0.0.1:{cls.place.admin_port}", token)
        cls.addClassCleanup(prometheus.stop)
        prometheus.start()
        return prometheus

    @classmethod
    def round(cls, number, outcome, losing):
        for member in cls.place.members:  # of the round before: its state is its own until then
            member.process.wait(60)
        for name in NAMES[:5 - losing]:
            cls.place.join(name, value=number)
        for name in NAMES[5 - losing:5]:
            cls.place.join(name, source=["--exec", "false"])
        cls.place.wait_for_log(f"counts/{number}: {outcome}")

    def test_every_series_that_is_asked_for_is_there(self):
        dashboard = json.loads((DEPLOY / "grafana" / "blindsum.json").read_text())
        rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
        expressions = [target["expr"] for panel in dashboard["panels"]
                       for target in panel["targets"]]
        expressions += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
        names = {name for one in expressions for name, _ in selectors(one)}
        self.assertGreaterEqual(len(names - NOT_HERE), 15)
        for name in names - NOT_HERE:
            self.assertTrue(self.prometheus.values(f'{name}{{job="blindsum"}}'), name)

    def test_every_panel_is_understood_and_has_something_to_show(self):
        dashboard = json.loads((DEPLOY / "grafana" / "blindsum.json").read_text())
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                with self.subTest(panel["title"], expression=target["expr"]):
                    expression = asked(target["expr"])
                    found = self.prometheus.values(expression)  # raises for what it cannot read
                    absent = {name for name, _ in selectors(expression)} & NOT_HERE
                    failed = 'result="failed"' in expression  # no handshake has
                    if not found and not absent and not failed:
                        # A rate wants a second sample.
                        self.place.wait_for(lambda: self.prometheus.values(expression), 10)

    def test_rules_are_evaluated_and_the_right_alert_fires(self):
        def states():
            groups = self.prometheus.ask("rules")["groups"]
            rules = {rule["name"]: rule for group in groups for rule in group["rules"]}
            if any(rule["health"] == "unknown" for rule in rules.values()):
                return None
            return rules if rules["BlindsumDropoutsAboveBudget"]["state"] == "firing" else None
        rules = self.place.wait_for(states)
        self.assertEqual({rule["health"] for rule in rules.values()}, {"ok"})
        firing = {name for name, rule in rules.items() if rule["state"] != "inactive"}
        # The certificate of the tests is for two days.
        self.assertEqual(firing - {"BlindsumDiskNearlyFull"},
                         {"BlindsumDropoutsAboveBudget", "BlindsumCertificateExpiring"})

    def test_without_the_token_it_is_down(self):
        stranger = self.started("no-token-of-this-aggregator-at-all-0")
        self.place.wait_for(lambda: stranger.values("up") == [0])


if __name__ == "__main__":
    unittest.main()
