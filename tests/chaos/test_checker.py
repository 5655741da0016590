#!/usr/bin/env python3
"""The judge of the chaos run can say no: it is shown an honest run, and the same forged."""
import copy
import hashlib
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))

from checker import Checker, Testimony
from faults import AGGREGATOR, plan
from records import Published, Round
from testbed.sums import add, packed
from vectors import vector

MEMBERS, LENGTH, BITS = 4, 20, 37
NAMES = [f"m{index}" for index in range(MEMBERS)]


def contribution(index, number):
    return vector(MEMBERS, LENGTH, index, number)


def completed(number, survivors, inputs=None):
    """inputs: (member, round) of what is really in the sum, if not what is due."""
    inputs = [(index, number) for index in survivors] if inputs is None else inputs
    total = add([contribution(*one) for one in inputs], LENGTH)
    names = frozenset(NAMES[index] for index in survivors)
    stream = packed(total, BITS)
    digest = hashlib.sha256(stream).hexdigest()
    return Round(number, "completed", "ok", names, digest, f"record {number}",
                 published=Published(total, total[:], stream, BITS),
                 told=("completed", "ok", names, digest))


def aborted(number, reason="too_few_survivors"):
    digest = 64 * "0"
    return Round(number, "aborted", reason, frozenset(), digest, f"record {number}",
                 told=("aborted", reason, frozenset(), digest))


def honest():
    """Three rounds, the second aborted; m3 was acknowledged in the last, and told no more."""
    rounds = [completed(1, [0, 1, 2]), aborted(2), completed(3, [1, 2, 3])]
    heard = [Testimony("m0", 0, {1, 2}, {1}, [(1, "record 1"), (3, "record 3")]),
             Testimony("m1", 1, {1, 2, 3}, {1, 3}, [(1, "record 1"), (2, "record 2")]),
             Testimony("m2", 2, {1, 3}, {1, 3}, [(3, "record 3")]),
             Testimony("m3", 3, {3}, set(), [])]
    return rounds, heard


def judge(rounds, heard, only_offered=()):
    return Checker(heard, LENGTH, contribution).judge(rounds, only_offered)


class Judge(unittest.TestCase):
    def setUp(self):
        self.rounds, self.heard = copy.deepcopy(honest())

    def verdict(self, only_offered=()):
        return judge(self.rounds, self.heard, only_offered)

    def assert_wrong(self, *pieces):
        found = self.verdict().wrong
        for piece in pieces:
            self.assertTrue(any(piece in text for text in found), f"{piece} is not in {found}")

    def test_honest(self):
        verdict = self.verdict()
        self.assertEqual([], verdict.wrong)
        self.assertEqual({"started": 3, "completed": 2, "aborted": {"too_few_survivors": 1},
                          "acknowledged": 8, "lost": 0}, verdict.summary())
        self.assertEqual(2, verdict.in_aborted)

    def test_acknowledged_and_not_in_the_record(self):
        self.rounds[2] = completed(3, [1, 2])
        verdict = self.verdict()
        self.assertEqual(["round 3: m3"], verdict.lost)
        self.assertEqual(1, verdict.summary()["lost"])
        self.assertEqual([], verdict.wrong)

    def test_in_the_record_and_not_in_the_sum(self):
        self.rounds[2].published = completed(3, [1, 2, 3], [(1, 3), (2, 3)]).published
        self.assertEqual(["round 3: m3"], self.verdict().lost)
        self.assert_wrong("the sum has 0 where m3", "not that of its members", "the record names")

    def test_counted_twice(self):
        self.rounds[0] = completed(1, [0, 1, 2], [(0, 1), (1, 1), (2, 1), (2, 1)])
        self.assert_wrong("round 1: the sum has 2 where m2")

    def test_input_of_another_round(self):
        self.rounds[2] = completed(3, [1, 2, 3], [(1, 3), (2, 1), (3, 3)])
        self.assertEqual(["round 3: m2"], self.verdict().lost)

    def test_not_in_the_record_and_in_the_sum(self):
        self.rounds[2] = completed(3, [1, 2, 3], [(index, 3) for index in range(4)])
        self.assert_wrong("m0, who is not in it,")

    def test_one_element_off(self):
        self.rounds[0].published.flat[-1] += 1
        self.assert_wrong("not that of its members", "two arrays differ")

    def test_packed_sum_off(self):
        forged = self.rounds[0].published
        forged.packed = bytes([forged.packed[0] ^ 1]) + forged.packed[1:]
        self.assert_wrong("the packed sum is not that of its members", "the record names")

    def test_sum_of_an_aborted_round(self):
        self.rounds[1].published = self.rounds[0].published
        self.assert_wrong("round 2: was aborted, and has a published sum")

    def test_completed_without_a_sum(self):
        self.rounds[0].published = None
        self.assert_wrong("its sum is not there")
        self.assertEqual(3, self.verdict().summary()["lost"])

    def test_records(self):
        self.rounds[0].trouble = "bad_signature"
        self.rounds[2].told = ("aborted", *self.rounds[2].told[1:])
        self.heard[1].records.append((3, "another record 3"))
        self.assert_wrong("does not verify: bad_signature", "JSON is not its record's",
                          "round 3: m1 got another record")

    def test_numbers(self):
        self.rounds.append(self.rounds[2])
        self.rounds.append(completed(5, [0, 1, 2]))
        self.assert_wrong("round 3: is there twice", "round 4: left nothing")

    def test_only_offered(self):
        verdict = self.verdict(only_offered=[4])
        self.assertEqual(4, verdict.started)
        self.assertIn("round 4: was offered, and has no record", verdict.wrong)

    def test_acknowledged_in_a_round_of_which_nothing_is_left(self):
        self.heard[0].accepted.add(9)
        self.assert_wrong("round 9: acknowledged to m0, and there is no record")

    def test_told_to_be_in_a_sum(self):
        self.heard[0].included.add(3)
        self.assert_wrong("round 3: m0 was told to be in a sum that is not there")

    def test_told_two_things(self):
        self.heard[2].contradictions.append("round 3: Cohort")
        self.assert_wrong("m2 was told two things: round 3: Cohort")


class Plan(unittest.TestCase):
    def test_the_seed_decides(self):
        self.assertEqual(plan(7, 40, 300), plan(7, 40, 300))
        self.assertNotEqual(plan(7, 40, 300), plan(8, 40, 300))

    def test_all_kinds_in_order_and_within_the_time(self):
        faults = plan(1, 40, 1200)
        self.assertEqual(faults, sorted(faults, key=lambda one: (one.at_s, one.target)))
        self.assertTrue(all(one.at_s + one.duration_s <= 1200 for one in faults))
        self.assertEqual({"kill", "stop", "cut", "slow"},
                         {one.kind for one in faults if one.target != AGGREGATOR})
        self.assertEqual({"kill", "stop", "cut", "slow", "full disk"},
                         {one.kind for one in faults if one.target == AGGREGATOR})
        self.assertEqual(set(range(41)), {one.target for one in faults})


if __name__ == "__main__":
    unittest.main()
