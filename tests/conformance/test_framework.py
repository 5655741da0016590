#!/usr/bin/python3
"""The suite's framework: registry, runner, reports, command line."""
import contextlib
import io
import json
import os
import pathlib
import tempfile
import time
import types
import unittest
import xml.etree.ElementTree as xml

from blindsum_conformance import checks, cli, coverage, report, runner
from blindsum_conformance.against_server import bench

_SUITE = __package__ or "blindsum_conformance"


def passes(_bench):
    """It passes"""


def fails(_bench):
    """It fails"""
    checks.require_equal("the answer", 42, b"\1" * 50)


def breaks(_bench):
    """It breaks"""
    raise KeyError("lost")


def cannot(_bench):
    """It cannot be seen"""
    raise checks.NotApplicable("there is no such thing here")


def hangs(_bench):
    """It hangs, and catches what it can"""
    while True:
        try:
            time.sleep(5)
        except Exception:
            pass


def dies(_bench):
    """It ends the process"""
    os._exit(1)


class FakeBench:
    def __init__(self, options, lane):
        self.lane = lane

    def start(self, check):
        pass

    def finish(self, check):
        checks.require(check.name != "untidy", "it left something behind")

    def close(self):
        pass


class Framework(unittest.TestCase):
    def setUp(self):
        kept = dict(checks._registry), checks.every_check, bench.Bench
        self.addCleanup(self._restore, *kept)
        checks._registry.clear()
        checks.every_check = lambda target=None: list(checks._registry.values())
        bench.Bench = FakeBench

    def _restore(self, registry, every_check, real_bench):
        checks._registry.clear()
        checks._registry.update(registry)
        checks.every_check, bench.Bench = every_check, real_bench

    def register(self, alone=False, **functions):
        for name, function in functions.items():
            copy = types.FunctionType(function.__code__, function.__globals__, name)
            copy.__doc__ = function.__doc__
            copy.__module__ = f"{_SUITE}.against_server.made_up"
            checks.check(name, rules=["SHARE-7", "ENC-1"], alone=alone)(copy)

    def run_all(self, **options):
        options = types.SimpleNamespace(**{
            "skips": {}, "jobs": 2, "check_time": 0.5, "fail_fast": False, **options})
        told = []
        found = runner.run(checks.every_check(), options, told.append)
        self.assertCountEqual(told, found)
        return {outcome.check: outcome for outcome in found}

    def test_each_end_of_a_check_has_its_outcome(self):
        self.register(passes=passes, fails=fails, breaks=breaks, cannot=cannot, hangs=hangs,
                      untidy=passes, left=passes)
        found = self.run_all(skips={"left": "not wanted"})
        self.assertEqual({name: outcome.status for name, outcome in found.items()},
                         {"passes": "passed", "fails": "failed", "breaks": "failed",
                          "cannot": "skipped", "hangs": "failed", "untidy": "failed",
                          "left": "skipped"})
        self.assertEqual(found["left"].reason, "not wanted")
        self.assertEqual(found["cannot"].reason, "there is no such thing here")
        self.assertIn("42 is due", found["fails"].reason)
        self.assertIn("KeyError: 'lost'", found["breaks"].reason)
        self.assertIn("not done after 0.5 s", found["hangs"].reason)
        self.assertIn("left something behind", found["untidy"].reason)

    def test_a_process_that_dies_fails_its_check(self):
        self.register(dies=dies)
        self.assertEqual(self.run_all()["dies"].status, "failed")

    def test_fail_fast_begins_nothing_more(self):
        self.register(fails=fails, **{f"later{number}": passes for number in range(50)})
        found = self.run_all(fail_fast=True, jobs=1)
        self.assertEqual(found["fails"].status, "failed")
        self.assertLess(len(found), 50)

    def test_what_disturbs_others_runs_after_them(self):
        self.register(alone=True, first=passes, second=fails)
        self.register(other=passes, last=passes)
        told = []
        options = types.SimpleNamespace(skips={}, jobs=3, check_time=5, fail_fast=False)
        runner.run(checks.every_check(), options, lambda outcome: told.append(outcome.check))
        self.assertCountEqual(told[:2], ["other", "last"])
        self.assertEqual(told[2:], ["first", "second"])

    def test_names_titles_and_rules_are_due(self):
        self.register(passes=passes)
        for name, rules, function in (("passes", ["ENC-1"], fails), ("Bad name", ["ENC-1"], fails),
                                      ("other", [], fails), ("other", ["ENC-1"], lambda b: None)):
            function.__module__ = f"{_SUITE}.against_server.made_up"
            with self.assertRaises(ValueError):
                checks.check(name, rules=rules)(function)
        fails.__module__ = f"{_SUITE}.against_client.made_up"
        checks.check("passes", rules=["ENC-1"])(fails)  # a name is the target's own

    def outcomes(self):
        self.register(passes=passes, fails=fails, cannot=cannot)
        return list(self.run_all().values())

    def test_tap(self):
        lines = report.tap(self.outcomes()).splitlines()
        self.assertEqual(lines[:2], ["TAP version 13", "1..3"])
        self.assertTrue(lines[2].startswith("ok 1 - passes [SHARE-7, ENC-1] It passes"))
        self.assertTrue(lines[3].startswith("not ok 2 - fails"))
        self.assertIn("# SKIP there is no such thing here", lines[-1])

    def test_junit(self):
        suite = xml.fromstring(report.junit(self.outcomes()).encode())[0]
        self.assertEqual([suite.get(a) for a in ("tests", "failures", "skipped")], ["3", "1", "1"])
        case = suite.find("testcase[@name='fails']")
        self.assertEqual([p.get("value") for p in case.iter("property")], ["SHARE-7", "ENC-1"])
        self.assertIn("42 is due", case.find("failure").get("message"))

    def test_json_ends_with_the_counts(self):
        *ones, last = map(json.loads, report.json_lines(self.outcomes(), 1.5).splitlines())
        self.assertEqual([one["check"] for one in ones], ["passes", "fails", "cannot"])
        self.assertEqual((last["passed"], last["failed"], last["skipped"]), (1, 1, 1))

    def test_the_table_closes_with_the_counts(self):
        self.assertTrue(report.table(self.outcomes()).endswith("1 passed, 1 failed, 1 skipped\n"))

    def test_only_takes_names_patterns_and_rules(self):
        self.register(passes=passes, fails=fails)
        known = checks.every_check()
        self.assertEqual([c.name for c in cli.chosen(known, ["pass*"])], ["passes"])
        self.assertEqual(cli.chosen(known, ["ENC-1"]), known)
        self.assertEqual(cli.chosen(known, []), known)
        with self.assertRaises(cli.UsageError):
            cli.chosen(known, ["ENC-2"])

    def test_a_skip_needs_a_check_and_a_reason(self):
        self.register(passes=passes)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "skips")
            path.write_text("# some\n\npasses  not done yet  # really\n")
            self.assertEqual(cli.read_skips(path, checks.every_check()),
                             {"passes": "not done yet"})
            for text in ("passes\n", "misspelt  reason\n"):
                path.write_text(text)
                with self.assertRaises(cli.UsageError):
                    cli.read_skips(path, checks.every_check())

    def test_wrong_usage_is_told(self):
        for arguments in ([], ["--target", "server"], ["--target", "server", "--kit", "/nowhere"]):
            with contextlib.redirect_stderr(io.StringIO()) as said:
                self.assertEqual(cli.main(arguments), 2)
            self.assertIn("--help", said.getvalue())

    def test_coverage_tells_what_must_not_be(self):
        self.register(passes=passes)
        known = checks.every_check()
        every = {rule: "a reason" for rule in coverage.rules()}
        right = {rule: why for rule, why in every.items() if rule not in ("SHARE-7", "ENC-1")}
        self.assertEqual(coverage.faults_of(coverage.of(known, right)), [])
        for reasons, fault in (({**right, "ENC-1": "why"}, "ENC-1: a reason"),
                               ({**right, "NONE-1": "why"}, "NONE-1, which is no rule"),
                               ({r: w for r, w in right.items() if r != "KEY-1"}, "KEY-1: no")):
            faults = coverage.faults_of(coverage.of(known, reasons))
            self.assertEqual(len(faults), 1)
            self.assertIn(fault, faults[0])


if __name__ == "__main__":
    unittest.main()
