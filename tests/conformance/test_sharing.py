#!/usr/bin/env python3
"""Trees, sharing, sealing, masks and packing of the reference, against SPEC.md, Appendix D."""

import unittest
from hashlib import sha256

import numpy
from appendix import S0, S1, S2, value
from blindsum_conformance.reference import (entropy, field, group, masks, packing, seals, shamir,
                                            tree)
from blindsum_conformance.reference.items import Item
from suite import Case

P0, P1, P2 = (group.times_base(field.scalar(s)) for s in (S0, S1, S2))
TH1, TH2 = value("th1"), value("th2")


class Trees(Case):
    def test_appendix(self):
        """[TREE-1]"""
        items = [Item(1, 1, value("box from 0 to 1"), P1, P2), Item(2, 2, b"\x22" * 80, P2, P0),
                 Item(3, 3, b"\x33" * 80, P0, P1)]
        leaves = [tree.leaf(TH1, 0, item) for item in items]
        self.assertEqual(leaves, [value(f"leaf {what}") for what in
                                  ("of that item", "from 0 to 2", "from 0 to 3")])
        self.assertEqual(leaves[0], tree.leaf(TH1, 0, items[0].encode()))
        self.assertEqual(tree.node(*leaves[:2]), value("node of the first two"))
        self.assertEqual(tree.root(leaves), value("root over the three"))
        self.assertEqual(tree.root([]), bytes(32))
        self.assertEqual(tree.root(leaves[:1]), leaves[0])
        self.assertEqual(Item.parse(items[1].encode()), items[1])
        self.refused("wrong_length", Item.parse, bytes(151))

    def test_paths(self):
        """[TREE-2]"""
        for count in (1, 2, 3, 5, 8, 13, 64, 65):
            leaves = [sha256(bytes([place])).digest() for place in range(count)]
            top = tree.root(leaves)
            for place in range(count):
                path = tree.path(leaves, place)
                self.assertEqual(tree.root_of_path(leaves[place], place, count, path), top)
                self.assertEqual(tree.path_length(place, count), len(path))
                self.refused("wrong_length", tree.root_of_path, leaves[place], place, count,
                             path + [top])
                if count > 1:
                    other = tree.root_of_path(leaves[place - 1], place, count, path)
                    self.assertNotEqual(other, top)
        self.assertEqual(max(tree.path_length(place, 4095) for place in range(4095)), 12)


class Sharing(Case):
    def test_any_t_rebuild(self):
        """[SHAMIR-1]"""
        rng = entropy.Seeded("sharing")
        for t, k in ((2, 2), (3, 5), (7, 10)):
            secret = field.scalar_bytes(field.random_scalar(rng))
            shares = list(enumerate(shamir.split(secret, t, k, rng), 1))
            for _ in range(5):
                chosen = entropy.sample(rng, shares, t)
                self.assertEqual(shamir.rebuild(chosen), secret)
                self.assertNotEqual(shamir.rebuild(chosen[1:]), secret)
                tags = [(point, shamir.tag(share)) for point, share in chosen]
                self.assertEqual(shamir.rebuild_point(tags), shamir.tag(secret))

    def test_a_zero_share_is_drawn_again(self):
        """[SHAMIR-1]: f(1) = 0 for the first coefficient drawn."""
        class Rigged(entropy.Seeded):
            first = field.scalar_bytes(field.L - 5)

            def bytes(self, n):
                out, self.first = self.first or super().bytes(n), None
                return out
        shares = shamir.split(field.scalar_bytes(5), 2, 3, Rigged("zero"))
        self.assertTrue(all(any(share) for share in shares))
        self.assertEqual(shamir.rebuild(list(enumerate(shares, 1))[:2]), field.scalar_bytes(5))


class Seals(Case):
    def test_keys(self):
        """[KEY-5]"""
        self.assertEqual(seals.pair_key(S0, P1, TH2, 0, 1), value("pair key"))
        self.assertEqual(seals.pair_key(S1, P0, TH2, 1, 0), value("pair key"))
        self.assertEqual(seals.self_key(S0, TH2, 0), value("self key"))
        self.assertEqual(seals.channel_key(S0, P1, TH1, 0, 1), value("channel key"))
        self.assertEqual(seals.channel_key(S1, P0, TH1, 0, 1), value("channel key"))
        self.assertNotEqual(seals.channel_key(S1, P0, TH1, 1, 0), value("channel key"))

    def test_boxes(self):
        """[SHARE-6]"""
        key, box = value("channel key"), value("box from 0 to 1")
        self.assertEqual(seals.seal(key, TH1, 0, 1, 1, S1, S2), box)
        self.assertEqual(seals.open_box(key, TH1, 0, 1, 1, box), (S1, S2))
        for wrong in ((key, TH1, 0, 1, 2, box), (key, TH1, 1, 0, 1, box), (key, TH2, 0, 1, 1, box),
                      (TH1, TH1, 0, 1, 1, box), (key, TH1, 0, 1, 1, box[:-1] + b"\0")):
            self.assertIsNone(seals.open_box(*wrong))


class Masks(Case):
    def test_stream(self):
        """[STREAM-1, STREAM-2]"""
        key = value("pair key")
        stream = value("first 32 bytes")
        self.assertEqual(masks.keystream(key, 32), stream)
        self.assertEqual(masks.keystream(key, 5), stream[:5])
        self.assertEqual([int(word) for word in masks.words(key, 4, 20)],
                         [0xb8815, 0xde31e, 0xcb163, 0x9df8b])
        self.assertEqual(packing.pack(masks.words(key, 3, 20), 20), value("elements 0..2 packed"))
        for b, width in ((2, 2), (16, 2), (17, 4), (32, 4), (33, 8), (64, 8)):
            for place, word in enumerate(masks.words(key, 3, b)):
                plain = int.from_bytes(stream[place * width:(place + 1) * width], "little")
                self.assertEqual(int(word), plain % 2**b)

    def test_masks_cancel(self):
        """[MASK-2]"""
        for b in (2, 16, 17, 48, 63, 64):
            m, keys = 100, {}
            for pair in ((0, 1), (0, 2), (1, 2)):
                keys[pair] = sha256(bytes(pair)).digest()
            rng = entropy.Seeded(b)
            x = [packing.to_ring([entropy.below(rng, 2**b) for _ in range(m)], b) for _ in range(3)]
            own = [rng.bytes(32) for _ in range(3)]
            total = numpy.zeros(m, numpy.uint64)
            for u in range(3):
                pairs = [(v, keys[min(u, v), max(u, v)]) for v in range(3) if v != u]
                y = masks.masked(x[u], b, own[u], pairs, u)
                self.assertTrue((y <= packing.low_bits(b)).all())
                total = total + y - masks.words(own[u], m, b)
            self.assertTrue((total & packing.low_bits(b) ==
                             (x[0] + x[1] + x[2]) & packing.low_bits(b)).all())


class Packing(Case):
    def test_packing(self):
        """[PACK-1, RING-1]"""
        self.assertEqual(packing.pack([1, -1, -16, 7], 5), value("1, −1, −16, 7 packed"))
        for b in (2, 5, 8, 16, 20, 33, 63, 64):
            rng = entropy.Seeded(b)
            for m in (1, 3, 7, 50):
                numbers = [entropy.below(rng, 2**b) - 2**(b - 1) for _ in range(m)]
                data = packing.pack(numbers, b)
                whole = sum((number % 2**b) << place * b for place, number in enumerate(numbers))
                self.assertEqual(data, whole.to_bytes((m * b + 7) // 8, "little"))
                self.assertEqual(packing.signed(packing.unpack(data, m, b), b), numbers)

    def test_padding(self):
        """[PACK-1]"""
        self.refused("bad_padding", packing.unpack, b"\xff\x02", 3, 3)
        self.assertEqual(packing.unpack(b"\xff\x01", 3, 3).tolist(), [7, 7, 7])
        self.refused("wrong_length", packing.unpack, b"\xff", 3, 3)


if __name__ == "__main__":
    unittest.main()
