#!/usr/bin/env python3
"""What the reference's member refuses, phase by phase: one thing wrong at a time."""

import copy
import unittest

from blindsum_conformance.reference import bitmap, seals, shamir, transcript, tree, wire
from blindsum_conformance.reference.cohort import SignedAdvert, parse_cohort
from blindsum_conformance.reference.items import Item
from suite import Case
from world import Round, World, reason_of

SPARSE = {"sigma": 1, "eta": 1, "delta_ppm": 9_000, "length": 3}
COUNT = 101


def ascending(some):
    return some.to_bytes(4, "little")


class Once(Case):
    def test_same_again_and_different(self):
        """[ONCE-1, ONCE-2, ONCE-4]"""
        some = Round(World(5))
        member, offer = some.members[0], some.aggregator.offer()
        self.assertEqual(member.advert(offer), member.advert(copy.copy(offer)))
        cohort = some.advertise()
        self.assertEqual(member.shares(cohort), member.shares(copy.copy(cohort)))
        picks = member.picks
        other = copy.copy(cohort)
        other.adverts = other.adverts[:-164]
        self.refused("conflicting_answer", member.shares, other)
        self.assertEqual(member.picks, picks)
        self.assertEqual(member.ended, "conflicting_answer")
        self.assertEqual(member.refusal().reason, "conflicting_answer")
        deliveries = some.aggregator.deliveries(some.share(range(1, 5)))
        self.refused("wrong_phase", member.masked, deliveries[0])

    def test_of_another_round(self):
        """[WIRE-5]"""
        some = Round(World(5))
        cohort = some.advertise()
        cohort.session_id = bytes(32)
        self.refused("wrong_round", some.members[0].shares, cohort)
        self.assertIsNone(some.members[0].ended)


class Cohorts(Case):
    def setUp(self):
        self.some = Round(World(5))
        self.cohort = self.some.advertise()
        self.adverts = parse_cohort(self.cohort.adverts)

    def refuses(self, reason, adverts):
        member = copy.deepcopy(self.some.members[1])
        message = wire.Cohort(self.cohort.session_id, b"".join(one.encode() for one in adverts))
        self.refused(reason, member.shares, message)

    def resigned(self, place, **changes):
        """The adverts with one changed and signed anew by its member."""
        adverts = copy.deepcopy(self.adverts)
        for name, value in changes.items():
            setattr(adverts[place], name, value)
        statement = transcript.advert_statement(self.some.aggregator.th0, adverts[place].advert)
        adverts[place].signature = self.some.world.identities[place].sign(statement)
        return adverts

    def test_order_and_own(self):
        """[SHARE-1]"""
        fine = self.adverts
        self.refuses("bad_order", fine[::-1])
        self.refuses("bad_order", fine + fine[-1:])
        self.refuses("not_in_cohort", [fine[0], *fine[2:]])
        stranger = SignedAdvert(11, *[fine[0].s_point] * 3)
        self.refuses("unknown_member", [fine[0], stranger, *fine[1:]])
        self.refuses("own_advert_changed", self.resigned(1, b_point=fine[0].b_point))

    def test_signatures_and_points(self):
        """[SHARE-2, KEY-2]"""
        swapped = copy.deepcopy(self.adverts)
        swapped[3].s_point = swapped[2].s_point
        self.refuses("bad_signature", swapped)
        for name in ("s_point", "c_point", "b_point"):
            self.refuses("identity_point", self.resigned(3, **{name: bytes(32)}))
            self.refuses("bad_point", self.resigned(3, **{name: b"\xff" * 32}))
        twisted = self.adverts[3].s_point
        twisted = twisted[:31] + bytes([twisted[31] | 0x80])
        self.refuses("bad_point", self.resigned(3, s_point=twisted))

    def test_policy(self):
        """[SHARE-3, ADVERT-3]"""
        self.refuses("cohort_too_small", self.adverts[:2])
        self.refuses("infeasible_parameters", self.adverts[:3])

    def test_shares(self):
        """[SHARE-4, SHARE-5, SHARE-6, SHARE-7, SHAMIR-1]"""
        member, other = self.some.members[1], self.some.members[3]
        message = member.shares(self.cohort)
        other.shares(self.cohort)
        items = [Item.parse(one) for one in wire.entries(message.items, 152)]
        self.assertEqual([item.to for item in items], [0, 2, 3, 4])
        self.assertEqual([item.point for item in items], [1, 2, 3, 4])
        item = items[2]
        opened = seals.open_box(other.channel(1, 1, 3), other.th1, 1, 3, 3, item.box)
        self.assertEqual(tuple(shamir.tag(share) for share in opened), (item.tag_s, item.tag_b))
        self.assertEqual(opened, (member.shares_s[2], member.shares_b[2]))
        points = list(enumerate(member.shares_s, 1))
        self.assertEqual(shamir.rebuild(points[:3]), member.s)
        root = tree.root([tree.leaf(member.th1, 1, one) for one in items])
        statement = transcript.shares_statement(member.th1, 1, root)
        self.assertEqual(message.signature, member.identity.sign(statement))


class Spoilt(Case):
    """Deliveries and later messages to member 1, spoilt."""

    def spoil(self, reason, member, phase, message, change):
        """The phase refuses the changed copy for that reason, and would take the message."""
        wrong = copy.deepcopy(message)
        change(wrong)
        self.assertTrue(wrong != message)
        self.refused(reason, getattr(copy.deepcopy(member), phase), wrong)
        self.assertEqual(reason_of(getattr(copy.deepcopy(member), phase), message), "fine")


def items_of(delivery):
    return wire.inbound_items(delivery.items)


def with_items(change):
    """A change of a delivery: of its list of (from, item, path)."""
    def apply(delivery):
        items = items_of(delivery)
        changed = change(items)
        delivery.items = b"".join(wire.pack_inbound(*one) for one in changed or items)
    return apply


def with_entries(name, size, change):
    """A change of a concatenation of `size` bytes an entry."""
    def apply(message):
        listed = wire.entries(getattr(message, name), size)
        setattr(message, name, b"".join(change(listed)))
    return apply


def edited(frm, data, path, place, value):
    return frm, data[:place] + value + data[place + len(value):], path


class Complete(Spoilt):
    def setUp(self):
        self.some = Round(World(7, delta_ppm=150_000))
        self.some.until_u2(range(6))
        self.member = self.some.members[1]
        self.message = self.some.aggregator.delivery(1)

    def refuses(self, reason, change):
        self.spoil(reason, self.member, "masked", self.message, change)

    def test_bitmap(self):
        """[U2-3]"""
        def u2(data):
            return lambda one: setattr(one, "u2", data)
        self.refuses("bad_bitmap", u2(b"\xbf"))
        self.refuses("bad_bitmap", u2(b"\x3f\x00"))
        self.refuses("too_few_survivors", u2(b"\x0f"))
        self.refuses("not_in_u2", u2(b"\x7d"))

    def test_items(self):
        """[U2-5, U2-8]"""
        self.refuses("bad_order", with_items(lambda items: items[::-1]))
        self.refuses("bad_order", with_items(lambda items: [items[0], *items]))
        self.refuses("not_in_u2", with_items(lambda items: [*items, (6, *items[0][1:])]))
        self.refuses("not_in_u2", with_items(lambda items: [items[0], (1, *items[0][1:]),
                                                            *items[1:]]))
        self.refuses("wrong_item", with_items(
            lambda items: [edited(*items[0], 0, ascending(2)), *items[1:]]))
        for point in (0, 7):
            self.refuses("wrong_item", with_items(
                lambda items, point=point: [edited(*items[0], 4, ascending(point)), *items[1:]]))
        self.refuses("wrong_length", with_items(
            lambda items: [(*items[0][:2], items[0][2] + [bytes(32)]), *items[1:]]))
        self.refuses("missing_item", with_items(lambda items: items[1:]))

    def test_proofs(self):
        """[U2-6, TREE-2]"""
        def proofs(change):
            return with_entries("proofs", 100, change)
        self.refuses("bad_order", proofs(lambda listed: listed[::-1]))
        self.refuses("missing_proof", proofs(lambda listed: listed[1:]))
        self.refuses("unexpected_proof",
                     proofs(lambda listed: [*listed, ascending(6) + listed[0][4:]]))
        self.refuses("bad_signature",
                     proofs(lambda listed: [listed[0][:-1] + b"\xff", *listed[1:]]))
        self.refuses("bad_signature",
                     proofs(lambda listed: [listed[0][:4] + bytes(32) + listed[0][36:],
                                            *listed[1:]]))
        self.refuses("bad_signature", with_items(
            lambda items: [edited(*items[0], 8, b"\0\0\0\0"), *items[1:]]))
        self.refuses("bad_signature", with_items(
            lambda items: [(*items[0][:2], [bytes(32), *items[0][2][1:]]), *items[1:]]))

    def test_early(self):
        self.refused("wrong_phase", self.member.upload)
        self.refused("wrong_phase", self.member.receipt)

    def test_upload(self):
        """[UPLOAD-1, UPLOAD-4, ONCE-5]"""
        packed = self.member.masked(self.message)
        self.assertEqual(b"".join(one.data for one in self.member.upload(2)), packed[2:])
        self.assertEqual(self.member.upload(len(packed)), [])
        self.assertEqual(self.member.masked(copy.copy(self.message)), packed)
        self.refused("bad_offset", self.member.upload, len(packed) + 1)


class Sparse(Spoilt):
    @classmethod
    def setUpClass(cls):
        cls.some = Round(World(COUNT, **SPARSE))
        cls.some.advertise()
        cls.shares = cls.some.share()

    def test_too_few_picks(self):
        """[U2-4]"""
        aggregator = copy.deepcopy(self.some.aggregator)
        gone = self.some.members[0].picks[:self.some.aggregator.found.k - 3]
        left = {u: one for u, one in self.shares.items() if u not in gone}
        message = aggregator.deliveries(left)[0]
        self.assertLess(aggregator.found.k - len(gone), aggregator.found.t)
        self.refused("too_few_picks", copy.deepcopy(self.some.members[0]).masked, message)

    def test_in_degree(self):
        """[U2-7]"""
        aggregator = copy.deepcopy(self.some.aggregator)
        cap, k = aggregator.found.in_degree_cap, aggregator.found.k
        self.assertLess(cap, COUNT - 2)
        # Enough others pick member 0 as their first, whom they had not picked.
        for u in range(1, cap + 2):
            member = self.some.members[u]
            items = [Item(place, place + 1, bytes(80), b"t" * 32, b"t" * 32) for place in range(k)]
            for item in items[1:]:
                item.to += 0 if item.to < u else 1
            items[0].to = 0
            items.sort(key=lambda item: item.to)
            spoilt = copy.copy(member)
            spoilt.items = items
            self.shares = {**self.shares, u: spoilt.make_shares()}
        message = aggregator.deliveries(self.shares)[0]
        self.assertGreater(len(items_of(message)), cap)
        self.refused("in_degree_exceeded", copy.deepcopy(self.some.members[0]).masked, message)


class Held(Case):
    """What a dealer spoils ends nothing [U2-9]."""

    def check(self, spoil):
        some = Round(World(5))
        some.advertise()
        shares = some.share()
        dealer = some.members[0]
        spoil(dealer)
        shares[0] = dealer.make_shares()
        deliveries = some.aggregator.deliveries(shares)
        uploads = some.mask(deliveries)
        self.assertIsNone(some.members[1].held[0])
        self.assertIsNotNone(some.members[2].held[0])
        self.assertIn(0, some.members[1].neighbours)
        answers = some.unmask(some.aggregator.certificate(
            some.attest(some.aggregator.survivors(uploads))))
        total = some.aggregator.unmask(answers)
        self.assertEqual(some.aggregator.answers[1].not_held, [0])
        self.assertEqual([int(value) for value in total],
                         [value % 2**21 for value in some.expected()])

    def test_held(self):
        def box(dealer):
            dealer.items[0].box = bytes(80)

        def tag(dealer):
            dealer.items[0].tag_b = dealer.items[1].tag_b

        def no_point(dealer):
            dealer.items[0].tag_s = b"\xff" * 32

        def zero(dealer):
            item = dealer.items[0]
            item.box = seals.seal(dealer.channel(1, 0, 1), dealer.th1, 0, 1, 1, bytes(32),
                                  dealer.shares_b[0])
            item.tag_s = bytes(32)

        for spoil in (box, tag, no_point, zero):
            self.check(spoil)


class Endings(Spoilt):
    def setUp(self):
        self.some = Round(World(5))

    def test_attest(self):
        """[ATTEST-2, ATTEST-3]"""
        requests = self.some.until_u3(masks=range(4))
        member, message = self.some.members[1], requests[1]

        def refuses(reason, change):
            self.spoil(reason, member, "attest", message, change)

        def receipts(change):
            return with_entries("receipts", 68, change)

        def u3(members):
            return lambda one: setattr(one, "u3", bitmap.pack(5, members))
        refuses("transcript_mismatch", lambda one: setattr(one, "th2", bytes(32)))
        refuses("bad_bitmap", lambda one: setattr(one, "u3", b"\x2f"))
        refuses("not_in_u3", u3([0, 2, 3, 4]))
        refuses("too_few_survivors", u3([0, 1, 2]))
        refuses("bad_order", receipts(lambda listed: listed[::-1]))
        refuses("missing_receipt", receipts(lambda listed: listed[1:]))
        refuses("missing_receipt", u3(range(5)))
        refuses("unexpected_receipt",
                receipts(lambda listed: [*listed, ascending(4) + listed[0][4:]]))
        refuses("bad_signature",
                receipts(lambda listed: [listed[0][:-1] + b"\xff", *listed[1:]]))
        silent = copy.deepcopy(member)
        silent.receipt_sent = False
        self.refused("wrong_phase", silent.attest, message)
        self.assertEqual(silent.ended, "wrong_phase")

    def test_u3_outside_u2(self):
        """[ATTEST-2]"""
        requests = self.some.until_u3(shares=range(4))
        self.spoil("not_in_u2", self.some.members[1], "attest", requests[1],
                   lambda one: setattr(one, "u3", b"\x1f"))

    def test_unmask(self):
        """[UNMASK-1, UNMASK-2, UNMASK-3, CERT-1]"""
        request = self.some.until_certificate(masks=range(4))
        member = self.some.members[1]

        def refuses(reason, change):
            self.spoil(reason, member, "unmask", request, change)
        refuses("transcript_mismatch", lambda one: setattr(one, "th2", bytes(32)))
        refuses("transcript_mismatch", lambda one: setattr(one, "u3", b"\x1f"))
        refuses("bad_bitmap", lambda one: setattr(one, "u3", b"\x2f"))
        refuses("bad_bitmap", lambda one: setattr(one, "signers", b"\x1f"))
        refuses("wrong_length", lambda one: setattr(one, "signatures", one.signatures[:-64]))
        refuses("bad_signature", lambda one: setattr(one, "signatures", bytes(256)))

        def short(one):
            one.signers, one.signatures = b"\x07", one.signatures[:192]
        refuses("certificate_short", short)
        early = copy.deepcopy(member)
        del early.heard["attest"]
        self.refused("wrong_phase", early.unmask, request)
        self.assertIsNone(early.ended)

        answer = member.make_answer()
        self.assertEqual([(v, kind) for v, kind, _ in answer.entries],
                         [(0, 0), (2, 0), (3, 0), (4, 1)])
        message = member.unmask(request)
        self.assertEqual(message.body, answer.encode())
        statement = transcript.unmask_statement(member.th3, 1, message.body)
        self.assertEqual(message.signature, member.identity.sign(statement))
        self.assertTrue(self.some.world.states[1].rounds[member.session_id].unmasked)


if __name__ == "__main__":
    unittest.main()
