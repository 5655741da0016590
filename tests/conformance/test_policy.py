#!/usr/bin/env python3
"""Rosters, and what a policy says of offers and cohorts."""

import unittest

from blindsum_conformance.reference import keys, policy, protobuf, roster, transcript, wire
from blindsum_conformance.reference.state import State
from suite import Case
from world import World

KEYS = [keys.SigningKey(bytes([seed]) * 32) for seed in range(1, 5)]
MEMBERS = [(place * 2, f"m{place}", key.public) for place, key in enumerate(KEYS)]


class Rosters(Case):
    def setUp(self):
        self.authority = keys.SigningKey(bytes(32))

    def read(self, some, key=None):
        return roster.read(roster.sign(some, key or self.authority), self.authority.public)

    def test_read(self):
        """[ROSTER-1, ROSTER-2, ROSTER-4]"""
        some = self.read(roster.content(3, MEMBERS, 100, "us"))
        self.assertEqual(some.keys, {index: key for index, _, key in MEMBERS})
        self.assertEqual((some.epoch, some.names[2]), (3, "m1"))
        parsed = protobuf.decode_message(wire.SignedRoster, some.file)
        self.assertEqual(some.hash, transcript.roster_hash(parsed.roster))
        self.assertFalse(some.expired(100))
        self.assertTrue(some.expired(101))
        self.assertFalse(self.read(roster.content(3, MEMBERS)).expired(10**10))
        self.assertEqual(some.index_of(KEYS[2].public), 4)
        self.refused("bad_signature", self.read, roster.content(3, MEMBERS), KEYS[0])

    def test_ill_formed(self):
        """[ROSTER-3]"""
        first, second = MEMBERS[:2]
        for wrong in (roster.content(0, MEMBERS), roster.content(1, []),
                      roster.content(1, MEMBERS[::-1]), roster.content(1, [first, first]),
                      roster.content(1, [first, (5, "m0", second[2])]),
                      roster.content(1, [first, (5, "x", first[2])]),
                      roster.content(1, [(0, "", first[2])]),
                      roster.content(1, [(0, "x" * 65, first[2])]),
                      roster.content(1, [(0, "a\nb", first[2])]),
                      roster.content(1, [(0, "a", first[2][:31])]),
                      roster.content(1, MEMBERS, 0, "x" * 65),
                      protobuf.encode_message(roster.content(1, MEMBERS)) + b"\xf8\x07\x01",
                      b"\x12\x05\x12\x01\xff\x08\x01"):
            self.refused("bad_roster", self.read, wrong)
        for bad in (b"\x01" + bytes(31), b"\xff" * 32, bytes(32)):
            self.refused("bad_point", self.read, roster.content(1, [(0, "a", bad)]))
        self.refused("bad_roster", roster.read, b"\xff", self.authority.public)


class Offers(Case):
    def setUp(self):
        self.world = World(3, delta_ppm=0)
        self.state = State()

    def ask(self, some_policy=None, now=0, **changes):
        p = self.world.parameters(**changes)
        data = protobuf.encode_message(p)
        signature = self.world.aggregator_key.sign(transcript.offer_statement(data))
        return policy.check_offer(some_policy or self.world.policy(), wire.Offer(data, signature),
                                  self.world.roster, self.state, now)

    def test_fine(self):
        self.assertEqual(self.ask().task, "task-1")

    def test_parameters_come_first(self):
        """[POLICY-2, OFFER-2]"""
        self.refused("unsupported_version", self.ask, protocol_version=2, task="other")
        self.refused("bad_parameters", self.ask, sigma=0, aggregator_key=bytes(32))
        self.refused("ring_too_narrow", self.ask, ring_bits=18)
        self.refused("wrong_aggregator", self.ask, aggregator_key=bytes(32))
        self.refused("wrong_aggregator", self.ask, policy.Policy(b"", ("task-1",)))
        data = protobuf.encode_message(self.world.parameters())
        forged = wire.Offer(data, self.world.authority.sign(transcript.offer_statement(data)))
        self.refused("bad_signature", policy.check_offer, self.world.policy(), forged,
                     self.world.roster, self.state, 0)

    def test_policy(self):
        """[POLICY-1, POLICY-2, POLICY-4, POLICY-8, PARAM-7]"""
        ours = self.world.policy
        for reason, wants, offers in (
                ("task_not_served", {}, {"task": "other"}),
                ("cohort_selection_not_trusted", {}, {"gamma_ppm": 1000, "max_corrupt": 0}),
                ("sigma_too_low", {"least_sigma": 65}, {}),
                ("cohort_too_small", {"least_n": 4}, {}),
                ("corruption_bound_too_low", {"least_c": 2}, {}),
                ("corruption_bound_too_low", {"least_gamma_ppm": 400_000}, {}),
                ("vector_too_long", {"greatest_length": 4}, {}),
                ("payload_too_large", {"greatest_payload": 4}, {"payload_size": 5}),
                ("time_limits_too_long", {"greatest_time_ms": 299_999}, {}),
                ("too_many_rounds_today", {"rounds_per_day": 0}, {})):
            self.refused(reason, self.ask, ours(**wants), **offers)
        self.ask(ours(trust_cohort_selection=True), gamma_ppm=1000, max_corrupt=0)
        self.ask(ours(least_sigma=64, least_n=3, greatest_length=5, greatest_time_ms=300_000))
        self.refused("task_not_served", self.ask, policy.Policy(self.world.aggregator_key.public))
        with self.assertRaises(ValueError):
            policy.Policy(least_floor=1)  # [POLICY-5]

    def test_history(self):
        """[POLICY-6, POLICY-7, PARAM-3, PARAM-11, ROSTER-5]"""
        p = self.ask(round=4)
        self.state.advert(p, b"", 1000)
        self.refused("round_not_newer", self.ask, round=4)
        self.refused("round_not_newer", self.ask, round=5, session_id=p.session_id)
        daily = self.world.policy(rounds_per_day=1)
        self.refused("too_many_rounds_today", self.ask, daily, 1000 + 86_399, round=5)
        self.refused("too_many_rounds_today", self.ask, daily, 500, round=5)
        self.ask(daily, 1000 + 86_400, round=5)
        self.state.records["task-1"] = 4, b"record"
        self.refused("wrong_previous_record", self.ask, round=5)
        self.ask(round=5, previous_record_hash=transcript.record_hash(b"record"))
        self.ask(round=6)
        self.state.highest_epoch = 2
        self.refused("roster_older", self.ask, round=7)
        self.refused("roster_mismatch", self.ask, round=7, roster_epoch=2)

    def test_roster(self):
        """[ROSTER-4, ROSTER-5, ROSTER-6]"""
        self.refused("roster_mismatch", self.ask, roster_hash=bytes(32))
        self.state.highest_epoch, self.state.epoch_hash = 1, b"another"
        self.refused("roster_mismatch", self.ask)
        self.state = State()
        self.world.roster.not_after = 10
        self.refused("roster_expired", self.ask, None, 11)
        self.world.roster.authority_key = self.world.aggregator_key.public
        self.refused("wrong_aggregator", self.ask)


class Cohorts(Case):
    def ask(self, n, wants=None, **changes):
        world = World(3)
        return policy.check_cohort(world.policy(**(wants or {})), world.parameters(**changes), n)

    def test_cohorts(self):
        """[POLICY-3, POLICY-4, FINDER-9]"""
        self.assertEqual(self.ask(5).k, 4)
        self.refused("cohort_too_small", self.ask, 5, n_min=6)
        self.refused("cohort_too_small", self.ask, 5, {"least_n": 6})
        self.refused("cohort_too_large", self.ask, 5, n_max=4)
        self.refused("corruption_bound_too_low", self.ask, 5, {"least_c": 2})
        self.refused("infeasible_parameters", self.ask, 5, delta_ppm=500_000)
        self.refused("survivors_too_few", self.ask, 5, {"least_survivors": 5})
        self.refused("floor_too_low", self.ask, 5, {"least_floor": 4})


if __name__ == "__main__":
    unittest.main()
