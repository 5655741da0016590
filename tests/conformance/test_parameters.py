#!/usr/bin/env python3
"""Parameters, codec and finder of the reference."""

import csv
import math
import unittest
from pathlib import Path

from appendix import value
from blindsum_conformance.reference import codec, entropy, finder, packing, parameters
from blindsum_conformance.reference.codec import Input
from rounds import LIMITS, fixed_point, integer, some_parameters
from suite import Case

TABLE = Path(__file__).resolve().parents[1] / "round" / "parameters.csv"
Tensor = parameters.Tensor


class Parameters(Case):
    def test_survive(self):
        """[PARAM-1]"""
        some = some_parameters()
        parameters.check(some)
        data = parameters.encode(some)
        self.assertEqual(parameters.decode(data), some)
        self.refused("bad_parameters", parameters.decode, data + b"\xf8\x07\x01")
        self.refused("bad_parameters", parameters.decode, data[:-1])
        self.refused("bad_parameters", parameters.decode,
                     parameters.encode(some_parameters(roster_hash=bytes(31))))
        self.refused("bad_parameters", parameters.decode, bytes(65537))

    def wrong(self, reason, **changes):
        self.refused(reason, parameters.check, some_parameters(**changes))

    def test_ranges(self):
        """[PARAM-2, PARAM-4, PARAM-6, LIMIT-1]"""
        self.wrong("unsupported_version", protocol_version=2)
        self.wrong("unsupported_suite", suite=0)
        for changes in ({"n_min": 2}, {"n_min": 201}, {"n_max": 4097}, {"sigma": 0}, {"sigma": 129},
                        {"eta": 0}, {"eta": 65}, {"gamma_ppm": 1_000_000, "max_corrupt": 0},
                        {"delta_ppm": 1_000_000}, {"min_survivors": 201},
                        {"payload_size": 2**33 + 1},
                        {"vector_length": 0}, {"vector_length": 2**30 + 1}, {"ring_bits": 1},
                        {"ring_bits": 65}, {"round": 0}, {"task": ""}, {"task": "a b"},
                        {"task": "x" * 65}, {"gamma_ppm": 1}, {"tensors": []},
                        {"tensors": [Tensor("w", [1])] * 257}, {"tensors": [Tensor("", [10])]},
                        {"tensors": [Tensor("w", [0])]}, {"tensors": [Tensor("w", [1] * 9)]},
                        {"time_limits": parameters.TimeLimits(0, 1, 1, 1, 1)},
                        {"time_limits": parameters.TimeLimits(1, 1, 1, 1, 86_400_001)}):
            self.wrong("bad_parameters", **changes)

    def test_ring_and_shape(self):
        """[PARAM-8, PARAM-9]"""
        self.wrong("ring_too_narrow", ring_bits=25)  # 200 * 100,000 is above 2^24
        parameters.check(some_parameters(ring_bits=26))
        self.wrong("ring_too_narrow", codec=integer(2**62 - 1), ring_bits=64, vector_length=10)
        self.wrong("wrong_shape", vector_length=10)
        self.wrong("wrong_shape", codec=integer(5))
        parameters.check(some_parameters(codec=integer(5), vector_length=10))
        parameters.check(some_parameters(tensors=[Tensor("scalar", [])], vector_length=2))

    def test_fractions(self):
        """[PARAM-5, PARAM-6]"""
        self.assertEqual(parameters.ceil_ppm(100, 10_000), 1)
        self.assertEqual(parameters.ceil_ppm(100, 10_001), 2)
        self.assertEqual(parameters.corrupt_bound(some_parameters(), 50), 1)
        gamma = some_parameters(gamma_ppm=100_000, max_corrupt=0)
        self.assertEqual(parameters.corrupt_bound(gamma, 51), 6)
        self.assertEqual(parameters.dropped_bound(gamma, 51), 11)
        self.assertEqual(sum(getattr(LIMITS, one) for one in parameters.TIME_LIMITS), 300_000)


class Codecs(Case):
    def bad(self, **fields):
        self.refused("bad_parameters", codec.bound, parameters.Codec(**fields))

    def test_bound(self):
        """[CODEC-1, CODEC-2]"""
        self.assertEqual(codec.bound(fixed_point(1.0, 1000.0, 3)), 3000)
        self.assertEqual(codec.bound(fixed_point(0.1, 0.3, 1)), 1)
        self.assertEqual(codec.bound(fixed_point(1.0, 2.0**21, 2**32)), 2**53)
        self.assertEqual(codec.bound(integer(7)), 7)
        fine = {"kind": 1, "clip": 1.0, "scale": 1.0, "weight_bound": 1}
        self.assertEqual(codec.bound(parameters.Codec(**fine)), 1)
        for wrong in ({"bound": 1}, {"rotation": 1}, {"noise": 1}, {"clip": 0.0}, {"clip": -1.0},
                      {"clip": math.inf}, {"scale": math.nan}, {"scale": 1e300}, {"kind": 0},
                      {"kind": 4}, {"weight_bound": 0}, {"weight_bound": 2**32 + 1},
                      {"clip": 2.0**53 * 1.5}):
            self.bad(**{**fine, **wrong})
        for wrong in ({"bound": 0}, {"bound": 2**62}, {"bound": 5, "clip": 1.0},
                      {"bound": 5, "scale": 1.0}, {"bound": 5, "weight_bound": 1}):
            self.bad(kind=2, **wrong)
            self.bad(kind=3, **wrong)

    def test_fixed_point(self):
        """[CODEC-3]"""
        some = fixed_point(1.0, 1000.0, 3)
        z = codec.scaled(some, 0.12345, 3)
        self.assertEqual(z, 370.35)
        least = math.ceil((z - 370) * 2.0**53)
        self.assertEqual(codec.rounded(z, 0), 371)
        self.assertEqual(codec.rounded(z, least - 1), 371)
        self.assertEqual(codec.rounded(z, least), 370)
        self.assertEqual(codec.rounded(-0.25, 2**53 - 1), -1)
        self.assertEqual(codec.rounded(5.0, 0), 5)
        self.assertEqual(codec.scaled(some, 9.0, 3), 3000.0)
        self.assertEqual(codec.scaled(some, -9.0, 1), -1000.0)

    def test_encode(self):
        """[CODEC-3, CODEC-4, CODEC-5]"""
        some = some_parameters(tensors=[Tensor("w", [2]), Tensor("b", [1])], vector_length=4,
                               ring_bits=30)
        given = Input([([2], [0.5, -0.25]), ([1], [7.0])], 2)
        elements = codec.encode(some, given, rounding=[0, 0, 0])
        self.assertEqual(packing.signed(elements, 30), [1000, -500, 2000, 2])
        drawn = codec.encode(some, Input([([2], [0.0005] * 2), ([1], [0.0])], 1),
                             entropy.Seeded("rounding"))
        self.assertTrue(set(packing.signed(drawn, 30)) <= {0, 1})

        def refuse(reason, tensors, weight=2):
            self.refused(reason, codec.encode, some, Input(tensors, weight), entropy.Seeded(1))
        refuse("not_finite", [([2], [0.5, math.nan]), ([1], [7.0])])
        refuse("not_finite", [([2], [0.5, -math.inf]), ([1], [7.0])])
        refuse("weight_out_of_range", given.tensors, 0)
        refuse("weight_out_of_range", given.tensors, 101)
        refuse("wrong_shape", given.tensors[::-1])
        refuse("wrong_shape", given.tensors[:1])
        refuse("wrong_shape", [([2, 1], [0.5, 0.5]), ([1], [7.0])])

        whole = some_parameters(codec=integer(5), tensors=[Tensor("w", [2])], vector_length=2)
        self.assertEqual(codec.encode(whole, Input([([2], [5, -5])])).tolist(), [5, 2**32 - 5])
        self.refused("value_out_of_range", codec.encode, whole, Input([([2], [5, -6])]))
        whole.codec.kind = codec.COUNT
        self.refused("value_out_of_range", codec.encode, whole, Input([([2], [5, -5])]))

    def test_decode(self):
        """[CODEC-6]"""
        some = some_parameters(tensors=[Tensor("w", [2])], vector_length=3, ring_bits=30)
        elements = packing.to_ring([1500, -3000, 3], 30)
        self.assertEqual(codec.decode(some, elements), ([0.5, -1.0], 3))
        for wrong, members in (([1, 1, 0], None), ([1, 1, -4], None), ([1, 1, 101], 1),
                               ([100_001, 1, 1], 1)):
            self.refused("bad_sum", codec.decode, some, packing.to_ring(wrong, 30), members)
        whole = some_parameters(codec=integer(5))
        self.assertEqual(codec.decode(whole, [3, 2**32 - 3]), ([3, -3], 0))

    def test_input_id(self):
        """[INPUT-2]"""
        given = Input([([2], [1.5, -2.0])], 3)
        self.assertEqual(codec.input_id(some_parameters(), given), value("input id"))
        named = Input([([2], [1.5, -2.0])], 3, b"n" * 32)
        self.assertEqual(codec.input_id(some_parameters(), named), b"n" * 32)


class Finder(Case):
    def test_published_table(self):
        """[FINDER-1, FINDER-2, FINDER-3, FINDER-4, FINDER-5, FINDER-6, FINDER-7, FINDER-8]"""
        rows = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
        self.assertGreater(len(rows), 700)
        names = list(finder.Found.__dataclass_fields__)
        for row in rows:
            given = [int(row[name]) for name in "n c d sigma eta min_survivors".split()]
            if row["k"]:
                expected = finder.Found(*(int(row[name]) for name in names))
                self.assertEqual(finder.find(*given), expected, given)
            else:
                self.refused("infeasible_parameters", finder.find, *given)

    def test_tails_are_exact(self):
        """Against integers."""
        population, marked, drawn, t = 60, 25, 20, 14
        ways = sum(math.comb(marked, hits) * math.comb(population - marked, drawn - hits)
                   for hits in range(t, drawn + 1))
        exact = math.log2(ways) - math.log2(math.comb(population, drawn))
        self.assertAlmostEqual(float(finder.log2_at_least(population, marked, drawn, t)), exact, 9)
        rest = math.comb(population, drawn) - ways
        exact = math.log2(rest) - math.log2(math.comb(population, drawn))
        self.assertAlmostEqual(finder.log2_below(population, marked, drawn, t), exact, 9)

    def test_edges(self):
        """[FINDER-1]"""
        for wrong in ((2, 0, 0), (3, 2, 0), (4097, 0, 0), (5, 1, 5), (5, 1, 3)):
            self.refused("infeasible_parameters", finder.find, *wrong)
        self.refused("infeasible_parameters", finder.find, 5, 1, 1, 64, 30, 5)


if __name__ == "__main__":
    unittest.main()
