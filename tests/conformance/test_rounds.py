#!/usr/bin/env python3
"""Whole rounds of the reference's members and aggregator with each other."""

import copy
import unittest

from blindsum_conformance.reference import (codec, member_ending, packing, parameters, record,
                                            recovery, wire)
from blindsum_conformance.reference.enc import sha256
from suite import Case
from world import Round, World

SPARSE = {"sigma": 8, "eta": 4, "delta_ppm": 30_000, "max_corrupt": 2, "length": 40}


def verified(some, result):
    """The record of a RoundResult, checked as an offline reader does."""
    aggregator = some.aggregator
    packed = aggregator.packed_sum() if aggregator.sum is not None else None
    return record.verify(result.record, result.signature, result.proof, some.world.roster,
                         some.world.aggregator_key.public, packed)


class Complete(Case):
    def test_everybody_stays(self):
        some = Round(World(5))
        self.assertEqual(some.run(), some.expected())
        self.assertEqual(some.aggregator.u3, [0, 1, 2, 3, 4])
        self.assertEqual(some.aggregator.rejected, {})

    def test_losses_in_every_phase(self):
        """[U2-1, RECEIPT-2, PHASE-1, REBUILD-1, REBUILD-4]"""
        world = World(10, delta_ppm=300_000)
        some = Round(world)
        total = some.run(shares=range(9), masks=range(8), attests=range(8), unmasks=range(1, 8))
        self.assertEqual(some.aggregator.u2, list(range(9)))
        self.assertEqual(some.aggregator.u3, list(range(8)))
        self.assertEqual(total, some.expected())
        dropped = [target for target in recovery.needed(some.aggregator) if target.dealer == 8]
        self.assertEqual([target.kind for target in dropped], [recovery.PAIR])
        checked = verified(some, some.aggregator.record())
        self.assertEqual(checked.record.outcome, record.COMPLETED)
        self.assertEqual((checked.u2, checked.u3), (some.aggregator.u2, some.aggregator.u3))

    def test_too_few(self):
        """[PHASE-1]"""
        for reason, stop in (("too_few_survivors", {"shares": range(3)}),
                             ("too_few_survivors", {"masks": range(3)}),
                             ("certificate_short", {"attests": range(3)}),
                             ("too_few_shares", {"unmasks": range(2)})):
            some = Round(World(5, delta_ppm=200_000))
            self.refused(reason, some.run, **stop)
            checked = verified(some, some.aggregator.record())
            self.assertEqual((checked.record.outcome, checked.record.reason), (2, reason))

    def test_every_message_survives_the_wire(self):
        """[WIRE-1]"""
        some = Round(World(4, delta_ppm=0))
        sent = [some.aggregator.offer(), some.advertise()]
        answers = list(some.share().values())
        deliveries = some.aggregator.deliveries(dict(enumerate(answers)))
        uploads = some.mask(deliveries)
        requests = some.aggregator.survivors(uploads)
        attested = some.attest(requests)
        request = some.aggregator.certificate(attested)
        unmasked = some.unmask(request)
        some.aggregator.unmask(unmasked)
        sent += [*deliveries.values(), *requests.values(), request, some.aggregator.record()]
        answers += [*(receipt for _, receipt in uploads.values()), *attested.values(),
                    *unmasked.values(), *some.members[0].upload(3)]
        for message in sent:
            self.assertEqual(wire.decode(wire.encode(message), wire.TO_PARTICIPANT), message)
        for message in answers:
            self.assertEqual(wire.decode(wire.encode(message), wire.TO_AGGREGATOR), message)

    def test_means(self):
        """[CODEC-3, CODEC-6]: fixed_point, of other weights."""
        world = World(4, delta_ppm=0, codec=parameters.Codec(1, 2.0, 10_000.0, 8), ring_bits=26)
        some = Round(world, tensors=[parameters.Tensor("v", [3])], vector_length=4)
        for place, member in enumerate(some.members):
            member.input = codec.Input([([3], [0.25, -1.0, place / 4])], place + 1)
        some.run()
        mean, weight = codec.decode(some.aggregator.p, some.aggregator.sum, 4)
        self.assertEqual(weight, 10)
        for got, expected in zip(mean, (0.25, -1.0, (2 * 1 + 3 * 2 + 4 * 3) / 4 / 10)):
            self.assertAlmostEqual(got, expected, delta=1e-3)

    def test_payload(self):
        """[OFFER-1, PARAM-10]"""
        world = World(3, delta_ppm=0)
        some = Round(world, payload_hash=sha256(b"model"), payload_size=5)
        some.aggregator.payload = b"model"
        chunks = some.aggregator.payload_chunks()
        self.assertEqual(b"".join(chunk.data for chunk in chunks), b"model")
        self.refused("wrong_payload", world.member(0).advert, some.aggregator.offer(), b"moder")
        self.refused("wrong_payload", world.member(0).advert, some.aggregator.offer(), b"models")
        some.members[0].advert(some.aggregator.offer(), b"model")


class Results(Case):
    def setUp(self):
        self.some = Round(World(5, delta_ppm=200_000))
        self.some.run(masks=range(4))
        self.message = self.some.aggregator.record()
        self.bare = copy.copy(self.message)
        self.bare.proof = b""

    def test_with_and_without_proof(self):
        """[RECORD-5, RECORD-9, RECORD-10]"""
        packed = self.some.aggregator.packed_sum()
        for message in (self.message, self.bare):
            checked = self.some.members[0].result(message, packed)
            self.assertEqual(checked.u3, [0, 1, 2, 3])
        self.assertEqual(self.some.members[0].state.records["task-1"], (1, self.message.record))
        self.some.members[4].result(self.message, packed)
        self.refused("missing_proof", self.some.members[4].result, self.bare)
        self.refused("record_mismatch", self.some.members[0].result, self.bare, packed + b"\0")

    def test_own_transcript(self):
        """[RECORD-5]"""
        for name in ("th1", "th2", "th3"):
            member = copy.copy(self.some.members[0])
            setattr(member, name, bytes(32))
            self.refused("record_mismatch", member.result, self.message)

    def test_aborted(self):
        """[RECORD-8, RECORD-10]"""
        early = Round(World(3), n_min=4)
        self.refused("too_few_members", early.advertise)
        message = early.aggregator.record()
        self.assertEqual(message.proof, b"")
        self.assertEqual(early.members[0].result(message).record.outcome, record.ABORTED)
        late = Round(World(5, delta_ppm=200_000))
        self.refused("certificate_short", late.run, attests=range(3))
        message = late.aggregator.record()
        self.assertFalse(late.members[0].result(message).record.certified)
        message.proof = b""
        self.refused("missing_proof", late.members[0].result, message)


class Sparse(Case):
    def test_hundred_and_one(self):
        """[FINDER-3, SHARE-4, MASK-1]: k below n - 1, with losses."""
        some = Round(World(101, **SPARSE))
        dropped = {7, 50, 100}
        total = some.run(shares=[u for u in range(101) if u != 33],
                         masks=[u for u in range(101) if u not in dropped | {33}])
        self.assertLess(some.aggregator.found.k, 20)
        self.assertEqual(len(some.aggregator.u3), 97)
        self.assertEqual(total, some.expected())
        self.assertEqual(verified(some, some.aggregator.record()).u3, some.aggregator.u3)
        degrees = {len(some.aggregator.in_neighbours(u)) for u in some.aggregator.u2}
        self.assertGreater(len(degrees), 3)


class Void(Case):
    def test_void_releases(self):
        """[VOID-1, VOID-3, INPUT-3]"""
        world = World(5)
        some = Round(world)
        some.until_u3()
        self.assertEqual(len(world.states[0].spent), 1)
        fresh = world.member(0)
        fresh.now = 10
        again = world.aggregator(round=2)
        fresh.advert(again.offer())
        voids = {u: some.members[u].void(some.aggregator.void_request()) for u in range(5)}
        message = some.aggregator.void_certificate(voids)
        self.assertEqual(wire.decode(wire.encode(message), wire.TO_PARTICIPANT), message)
        some.members[0].void_certificate(message)
        self.assertEqual(world.states[0].spent, {})
        del voids[0], voids[1]
        self.refused("certificate_short", some.aggregator.void_certificate, voids)

    def test_left_out_releases(self):
        """[UNMASK-5, INPUT-3]"""
        world = World(5, delta_ppm=200_000)
        some = Round(world)
        uploads = some.mask(some.until_u2())
        del uploads[4]
        request = some.aggregator.certificate(some.attest(some.aggregator.survivors(uploads)))
        self.assertEqual(len(world.states[4].spent), 1)
        self.assertIsNone(some.members[4].unmask(request))
        self.assertEqual(world.states[4].spent, {})
        self.assertEqual(len(world.states[0].spent), 1)
        chosen = some.aggregator.chosen
        member_ending.release_by_certificate(world.states[0], some.aggregator.session_id,
                                             some.aggregator.th2, chosen, world.identities[0])
        self.assertEqual(len(world.states[0].spent), 1)

    def test_void_and_unmask_exclude_each_other(self):
        """[VOID-2, UNMASK-1]"""
        some = Round(World(5))
        request = some.until_certificate()
        void = some.aggregator.void_request()
        some.members[0].unmask(request)
        self.refused("already_unmasked", some.members[0].void, void)
        some.members[1].void(void)
        self.refused("wrong_phase", some.members[1].unmask, request)
        some.members[1].ended = None
        self.refused("already_void", some.members[1].unmask, request)
        void.session_id = bytes(32)
        self.refused("unknown_round", some.members[2].void, void)

    def test_spent(self):
        """[INPUT-1, INPUT-3, INPUT-5]"""
        world = World(3, delta_ppm=0)
        Round(world).run()
        some = Round(world, round=2)
        deliveries = some.until_u2()
        self.refused("input_spent", some.members[0].masked, deliveries[0])
        some.members[1].input.tensors[0][1][0] ^= 1
        packed = some.members[1].masked(deliveries[1])
        self.assertEqual(len(packing.unpack(packed, 5, 21)), 5)
        world.states[1].spent[codec.input_id(some.aggregator.p, some.members[1].input)] = b"other"
        self.refused("input_spent", some.members[1].receipt)


if __name__ == "__main__":
    unittest.main()
