#!/usr/bin/python3
"""Every rule of SPEC.md is checked, or coverage.toml says why it is not; nothing else is said."""
import unittest

from blindsum_conformance import checks, coverage


class Coverage(unittest.TestCase):
    def test_every_rule_has_a_check_or_a_reason(self):
        found = coverage.of(checks.every_check())
        self.assertEqual(coverage.faults_of(found), [])
        self.assertGreater(len(found.checks_of), 190)

    def test_a_rule_that_loses_its_last_check_is_told(self):
        """KEY-1 stands for all: what is left of the checks without its own."""
        left = [c for c in checks.every_check() if "KEY-1" not in c.rules]
        faults = coverage.faults_of(coverage.of(left))
        self.assertIn("KEY-1: no check, and no reason in coverage.toml", faults)


if __name__ == "__main__":
    unittest.main()
