#!/usr/bin/env python3
"""blindsum params: every row of the published table, and fractions that are exact."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import case
from case import DONE, FAILED, USAGE, Case

TABLE = Path(__file__).resolve().parents[2] / "round" / "parameters.csv"
BOUNDS = ["c", "d"]
GRAPH = ["k", "t", "quorum", "survivors", "in_degree_cap", "stranded", "honest_floor"]


class Params(Case):
    def params(self, *arguments):
        """(exit code, what it found or None)"""
        done = self.run_blindsum("params", *arguments, "--json")
        return done.returncode, json.loads(done.stdout) if done.stdout else None

    def is_right(self, row):
        code, found = self.params(
            row["n"], row["gamma_ppm"] + "ppm", row["delta_ppm"] + "ppm", "--sigma", row["sigma"],
            "--eta", row["eta"], "--min-survivors", row["min_survivors"])
        feasible = row["k"] != ""
        return (code == (DONE if feasible else FAILED) and found["feasible"] == feasible
                and all(found[name] == int(row[name])
                        for name in BOUNDS + (GRAPH if feasible else [])))

    def test_the_published_table(self):
        with open(TABLE, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertGreater(len(rows), 500)
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(self.is_right, rows)
        self.assertEqual([], [row for row, right in zip(rows, answers) if not right])

    def test_fractions_are_exact(self):
        for fraction in ("0.07", "7%", "70000ppm", ".07", "0.070000"):
            self.assertEqual(7, self.params(100, fraction, 0)[1]["c"], fraction)
        found = self.params(100, "0.070001", "0.0001%")[1]
        self.assertEqual((8, 1), (found["c"], found["d"]))
        self.assertEqual(10, self.params(10, 1, 0)[1]["c"])

    def test_not_fractions(self):
        for text in ("0.0000001", "0.00001%", "1.000001", "2", "101%", "five", "5 apples", "", ".",
                     "5.", "1e-3", "0,05"):
            self.assertEqual((USAGE, None), self.params(10, text, 0), text)

    def test_infeasible(self):
        code, found = self.params(10, "5%", "60%")
        self.assertEqual((FAILED, False), (code, found["feasible"]))
        self.assertEqual("too_many_dropped_for_agreement", found["why"])
        self.assertEqual((1, 6), (found["c"], found["d"]))
        self.assertIn("max_dropped", found["explanation"])
        self.assertIn("infeasible", self.ends(FAILED, "params", 10, "5%", "60%"))

    def test_a_table_for_people(self):
        self.assertRegex(self.ends(DONE, "params", 12, 0, "25%"), r"(?m)^ +7  quorum ")


if __name__ == "__main__":
    case.main()
