#!/usr/bin/env python3
"""Encodings, hashes, scalars, points, signatures and bitmaps of the reference [KEY-6]."""

import re
import unittest

from appendix import S0, S1, S2, SPEC, appendix, value
from blindsum_conformance.reference import (bitmap, enc, entropy, errors, field, group, keys,
                                            transcript)
from blindsum_conformance.reference.errors import Refused
from suite import Case

P0, P1, P2 = (group.times_base(field.scalar(s)) for s in (S0, S1, S2))


class Names(Case):
    def test_reasons_are_those_of_appendix_a(self):
        listed = re.findall(r"^\| ([a-z_0-9]+) \| (?!who)", appendix("A"), re.MULTILINE)
        self.assertEqual(errors.REASONS, set(listed))

    def test_labels_are_the_closed_list(self):
        """[ENC-3]"""
        rule = re.search(r"\*\*ENC-3\*\* Labels are a closed list\. (.*) Another label", SPEC)
        listed = re.sub(r"\w[\w ]*:", "", rule.group(1)).replace(".", ",")
        self.assertEqual(enc.LABELS, {name.strip() for name in listed.split(",") if name.strip()})
        with self.assertRaises(ValueError):
            enc.enc("other")


class Hashes(Case):
    def test_enc(self):
        """[ENC-1, ENC-2]"""
        row = re.search(r"^\| Enc\(.void.; .*\| ([0-9a-f]+ .*) \|$", appendix("D"), re.MULTILINE)
        # The text writes u32 5 as a field: its length 4, then its bytes.
        self.assertIn("(11 × 32)", row.group(1))
        expected = bytes.fromhex(row.group(1).replace("(11 × 32)", "11" * 32))
        self.assertEqual(enc.enc("void", b"\x11" * 32, enc.u32(5)), expected)

    def test_transcript(self):
        """[HASH-1, HASH-2]"""
        self.assertEqual(enc.h("roster", b"abc"), value('H("roster"; "abc")'))
        th0 = transcript.th0(b"abc")
        self.assertEqual(th0, value("th0"))
        adverts = [enc.u32(10 * (i + 1)) + p * 3 for i, p in enumerate((P0, P1, P2))]
        th1 = transcript.th1(th0, 3, adverts)
        self.assertEqual(th1, value("th1"))
        th2 = transcript.th2(th1, bitmap.pack(3, [0, 1, 2]))
        self.assertEqual(th2, value("th2"))
        self.assertEqual(transcript.th3(th2, bitmap.pack(3, [0, 2])), value("th3"))


class Scalars(Case):
    def test_bounds(self):
        """[KEY-1]"""
        self.refused("bad_scalar", field.scalar, bytes(32))
        self.refused("bad_scalar", field.scalar, field.scalar_bytes(field.L))
        self.refused("bad_scalar", field.scalar, field.scalar_bytes(field.L + 1))
        self.refused("wrong_length", field.scalar, bytes(31))
        self.assertEqual(field.scalar(field.scalar_bytes(field.L - 1)), field.L - 1)

    def test_drawn_without_bias(self):
        rng = entropy.Seeded("scalars")
        drawn = [field.random_scalar(rng) for _ in range(500)]
        self.assertTrue(all(0 < one < field.L for one in drawn))
        self.assertTrue(200 < sum(one > field.L // 2 for one in drawn) < 300)
        self.assertEqual(7 * field.inverse(7) % field.L, 1)

    def test_sample(self):
        rng = entropy.Seeded("sample")
        counts = [0] * 10
        for _ in range(3000):
            picks = entropy.sample(rng, range(10), 3)
            self.assertEqual(picks, sorted(set(picks)))
            for pick in picks:
                counts[pick] += 1
        self.assertTrue(all(800 < count < 1000 for count in counts), counts)


class Points(Case):
    def test_vectors(self):
        """[KEY-6]"""
        rule = re.search(r"\*\*KEY-6\*\* .* → ([0-9a-f]{64})", SPEC).group(1)
        self.assertEqual(P0.hex(), rule)
        self.assertEqual(P1, value("P_1"))
        self.assertEqual(group.times(field.scalar(S0), P1), value("z ="))
        self.assertEqual(group.times(field.scalar(S1), P0), value("z ="))

    def test_small_multiples_of_rfc_9496(self):
        """The multiples 1 to 3 and 15 of the base point, RFC 9496, A.1."""
        expected = {
            1: "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
            2: "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
            3: "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
            15: "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e"}
        for times, encoding in expected.items():
            self.assertEqual(group.times_base(times).hex(), encoding)

    def test_comb_and_windows_agree(self):
        rng = entropy.Seeded("points")
        base = group.times_base(1)
        for scalar in [1, 255, 256, field.L - 1, *(field.random_scalar(rng) for _ in range(20))]:
            self.assertEqual(group.times_base(scalar), group.times(scalar, base))
        one, two = field.random_scalar(rng), field.random_scalar(rng)
        both = group.combine([(one, base), (two, P1)])
        self.assertEqual(both, group.times_base((one + 2 * two) % field.L))

    def test_strict(self):
        """[KEY-2]"""
        self.refused("identity_point", group.decode, bytes(32))
        self.refused("bad_point", group.decode, bytes(31) + b"\x80")
        self.refused("bad_point", group.decode, P0[:31] + bytes([P0[31] | 0x80]))
        self.refused("wrong_length", group.decode, P0 + b"\0")
        # RFC 9496, A.2: not canonical, negative, no square, negative xy, s = -1.
        for bad in ("00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                    "0100000000000000000000000000000000000000000000000000000000000000",
                    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
                    "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
                    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"):
            self.refused("bad_point", group.decode, bytes.fromhex(bad))

    def test_every_encoding_survives(self):
        rng = entropy.Seeded("encodings")
        seen = 0
        for _ in range(200):
            data = rng.bytes(31) + b"\x05"
            try:
                point = group.decode(data)
            except Refused:
                continue
            seen += 1
            self.assertEqual(group.encode(point), data)
        self.assertGreater(seen, 10)


class Signatures(Case):
    def test_appendix(self):
        """[SIG-1]"""
        key = keys.SigningKey(bytes(range(32)))
        self.assertEqual(key.public, value("identity of seed"))
        th1, th2, root = value("th1"), value("th2"), value("root over the three")
        shares = transcript.shares_statement(th1, 0, root)
        self.assertEqual(key.sign(shares), value('that identity'))
        masked = transcript.masked_statement(th2, 0)
        self.assertEqual(key.sign(masked), value("its signature of Enc"))
        keys.verify(key.public, masked, key.sign(masked))
        self.refused("bad_signature", keys.verify, key.public, shares, key.sign(masked))

    def test_strict(self):
        key = keys.SigningKey(bytes(32))
        signature = key.sign(b"x")
        shifted = int.from_bytes(signature[32:], "little") + field.L
        self.refused("bad_signature", keys.verify, key.public, b"x",
                     signature[:32] + shifted.to_bytes(32, "little"))
        # A key and an R of small order (the identity), S = 0: verifies where nobody is strict.
        small = b"\x01" + bytes(31)
        self.refused("bad_signature", keys.verify, small, b"x", small + bytes(32))
        self.refused("bad_point", keys.check_key, small)
        self.refused("bad_point", keys.check_key, b"\xff" * 32)
        keys.check_key(key.public)


class Bitmaps(Case):
    def test_bitmaps(self):
        """[BITMAP-1]"""
        self.assertEqual(bitmap.pack(11, [0, 3, 8, 10]), b"\x09\x05")
        self.assertEqual(bitmap.parse(11, b"\x09\x05"), [0, 3, 8, 10])
        self.assertEqual(bitmap.parse(8, b"\xff"), list(range(8)))
        self.refused("bad_bitmap", bitmap.parse, 11, b"\x09\x0d")
        self.refused("bad_bitmap", bitmap.parse, 11, b"\x09")
        self.refused("bad_bitmap", bitmap.parse, 8, b"\x09\x00")


if __name__ == "__main__":
    unittest.main()
