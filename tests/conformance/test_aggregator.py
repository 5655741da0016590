#!/usr/bin/env python3
"""What the reference's aggregator rejects, whom it blames, and its records."""

import copy
import unittest

from blindsum_conformance.reference import (blame, field, keys, packing, protobuf, record,
                                            transcript, wire)
from blindsum_conformance.reference.answer import Answer
from blindsum_conformance.reference.items import Item
from suite import Case
from world import Round, World

WRONG = field.scalar_bytes(7)


class Rejections(Case):
    def setUp(self):
        self.some = Round(World(5))
        self.aggregator = self.some.aggregator

    def test_adverts(self):
        """[ADVERT-2, ADVERT-3]"""
        self.some = Round(World(5, delta_ppm=0))
        self.aggregator = self.some.aggregator
        offer = self.aggregator.offer()
        adverts = {member.index: member.advert(offer) for member in self.some.members}
        adverts[13], adverts[99] = adverts[10], adverts[16]
        adverts[22] = copy.copy(adverts[22])
        adverts[22].signature = bytes(64)
        self.aggregator.cohort(adverts)
        self.assertEqual(self.aggregator.rejected, {
            ("advert", 13): "wrong_item", ("advert", 99): "wrong_item",
            ("advert", 22): "bad_signature"})
        self.assertEqual([one.index for one in self.aggregator.adverts], [10, 16, 19])

    def test_the_first_to_come(self):
        """[ADVERT-2]"""
        some = Round(World(5, delta_ppm=0), n_max=4)
        offer = some.aggregator.offer()
        adverts = {member.index: member.advert(offer) for member in some.members[::-1]}
        some.aggregator.cohort(adverts)
        self.assertEqual([one.index for one in some.aggregator.adverts], [13, 16, 19, 22])
        self.assertEqual(some.aggregator.rejected, {("advert", 10): "not_in_cohort"})
        short = Round(World(5), n_min=4)
        self.refused("too_few_members", short.aggregator.cohort, {})

    def test_shares(self):
        """[SHARE-8]"""
        self.some.advertise()
        shares = self.some.share()
        member = self.some.members[0]

        def rejects(reason, change):
            spoilt = copy.copy(member)
            spoilt.items = copy.deepcopy(member.items)
            change(spoilt.items)
            self.refused(reason, self.aggregator.check_shares, 0, spoilt.make_shares())

        def to(place, value):
            return lambda items: setattr(items[place], "to", value)

        def point(place, value):
            return lambda items: setattr(items[place], "point", value)
        rejects("wrong_length", lambda items: items.pop())
        rejects("wrong_length", lambda items: items.append(items[-1]))
        rejects("bad_order", lambda items: items.reverse())
        rejects("bad_order", to(0, 0))
        rejects("bad_order", to(3, 5))
        rejects("bad_order", to(1, 1))
        rejects("bad_order", point(3, 5))
        rejects("bad_order", point(0, 2))
        forged = copy.copy(shares[0])
        forged.signature = shares[1].signature
        self.refused("bad_signature", self.aggregator.check_shares, 0, forged)
        rewritten = copy.copy(shares[0])
        rewritten.items = rewritten.items[:-1] + b"\x00"
        self.refused("bad_signature", self.aggregator.check_shares, 0, rewritten)
        # Nobody looks at boxes and tags here [SIG-2].
        spoilt = copy.copy(member)
        spoilt.items = [Item(one.to, one.point, bytes(80), b"\xff" * 32, bytes(32))
                        for one in member.items]
        self.aggregator.check_shares(0, spoilt.make_shares())

    def test_uploads(self):
        """[UPLOAD-3, RECEIPT-2]"""
        uploads = self.some.mask(self.some.until_u2())
        packed, receipt = uploads[0]

        def rejects(reason, *upload):
            self.refused(reason, self.aggregator.check_upload, 0, *upload)
        rejects("bad_signature", packed, uploads[1][1])
        rejects("wrong_length", packed + b"\0", receipt)
        rejects("bad_padding", packed[:-1] + bytes([packed[-1] | 0x80]), receipt)
        uploads[4] = packed, uploads[3][1]
        self.aggregator.survivors(uploads)
        self.assertEqual(self.aggregator.u3, [0, 1, 2, 3])

    def test_answers(self):
        """[UNMASK-4]"""
        request = self.some.until_certificate(masks=range(4))
        answers = self.some.unmask(request)
        member = self.some.members[0]

        def rejects(reason, body):
            body = body.encode() if isinstance(body, Answer) else body
            statement = transcript.unmask_statement(member.th3, 0, body)
            message = wire.Unmask(member.session_id, body, member.sign(statement))
            self.refused(reason, self.aggregator.check_answer, 0, message)
        fine = Answer.parse(answers[0].body)
        first, *rest = fine.entries
        rejects("wrong_length", answers[0].body[:-1])
        rejects("wrong_length", answers[0].body + b"\0")
        rejects("wrong_length", b"\xff" * 4 + answers[0].body[4:])
        rejects("wrong_length", b"")
        rejects("bad_order", Answer(fine.entries[::-1], []))
        rejects("bad_order", Answer([first, first, *rest[1:]], []))
        rejects("wrong_item", Answer(rest, []))
        rejects("wrong_item", Answer(fine.entries, [1]))
        rejects("wrong_item", Answer([(1, 1, first[2]), *rest], []))
        rejects("wrong_item", Answer([(1, 2, first[2]), *rest], []))
        self.aggregator.check_answer(0, answers[0])
        self.refused("not_in_u3", self.aggregator.check_answer, 4, answers[0])
        odd = Answer([(1, 0, bytes(32)), (2, 0, b"\xff" * 32), *rest[1:]], [])
        statement = transcript.unmask_statement(member.th3, 0, odd.encode())
        self.aggregator.check_answer(0, wire.Unmask(member.session_id, odd.encode(),
                                                    member.sign(statement)))

    def test_attestations(self):
        """[CERT-3, PHASE-1]"""
        requests = self.some.until_u3(masks=range(4))
        attested = self.some.attest(requests)
        attested[4] = attested[0]
        self.aggregator.certificate(attested)
        self.assertEqual(self.aggregator.rejected, {("attest", 4): "not_in_u3"})
        self.assertEqual(sorted(self.aggregator.attestations), [0, 1, 2, 3])
        self.refused("bad_signature", self.aggregator.check_attestation, 1, attested[0])


class Blames(Case):
    """[BLAME-1 to BLAME-4, REBUILD-2, REBUILD-3]"""

    def setUp(self):
        self.some = Round(World(7, delta_ppm=150_000))
        self.aggregator = self.some.aggregator

    def finish(self, uploads):
        request = self.aggregator.certificate(
            self.some.attest(self.aggregator.survivors(uploads)))
        return self.some.unmask(request)

    def judged(self):
        """The record's blames, whose evidence an offline reader has checked."""
        result = self.aggregator.record()
        checked = record.verify(result.record, result.signature, result.proof,
                                self.some.world.roster, self.some.world.aggregator_key.public)
        record.check_blames(checked, self.some.world.roster)
        self.checked = checked
        return [(one.kind, one.accused, one.witness) for one in checked.record.blames]

    def respond(self, holder, answer):
        body = answer.encode()
        member = self.some.members[holder]
        signature = member.sign(transcript.unmask_statement(member.th3, holder, body))
        return wire.Unmask(member.session_id, body, signature)

    def test_bad_share(self):
        for share in (WRONG, bytes(32), b"\xff" * 32):
            self.setUp()
            answers = self.finish(self.some.mask(self.some.until_u2()))
            answer = Answer.parse(answers[0].body)
            answer.entries[0] = (1, 0, share)
            answers[0] = self.respond(0, answer)
            total = self.aggregator.unmask(answers)
            self.assertEqual(packing.signed(total, 21), self.some.expected())
            self.assertEqual(self.judged(), [(blame.BAD_SHARE, 0, 1)])

    def test_bad_dealing(self):
        self.some.advertise()
        dealer = self.some.members[2]
        cohort = self.aggregator.cohort_message()
        dealer.shares(cohort)
        dealer.b = WRONG
        dealer.draw_shares()
        dealer.items = [dealer.make_item(place) for place in range(6)]
        dealer.heard["cohort"] = cohort, dealer.make_shares()
        deliveries = self.aggregator.deliveries(self.some.share())
        answers = self.finish(self.some.mask(deliveries))
        self.refused("secret_not_rebuilt", self.aggregator.unmask, answers)
        self.assertEqual(self.judged(), [(blame.BAD_DEALING, 2, 2)])
        self.assertEqual(self.aggregator.reason, "secret_not_rebuilt")

    def test_not_opened(self):
        self.some.advertise()
        shares = self.some.share()
        dealer = self.some.members[2]
        for place in (0, 1):
            dealer.items[place].box = bytes(80)
        shares[2] = dealer.make_shares()
        answers = self.finish(self.some.mask(self.aggregator.deliveries(shares)))
        del answers[6]
        self.assertEqual(self.aggregator.found.t, 4)
        self.refused("too_few_shares", self.aggregator.unmask, answers)
        self.assertEqual(self.judged(), [
            (blame.NOT_OPENED_PAIR, 2, 0), (blame.NOT_OPENED_PAIR, 2, 1),
            (blame.NOT_OPENED_DEALER, 2, 2)])

    def test_evidence_that_proves_nothing(self):
        """[BLAME-6]"""
        answers = self.finish(self.some.mask(self.some.until_u2()))
        self.aggregator.unmask(answers)
        for made in (blame.bad_share(self.aggregator, 1, 0),
                     blame.bad_dealing(self.aggregator, 1, [1, 2, 3, 4])):
            self.aggregator.blames = [made]
            self.assertEqual(self.refused("record_mismatch", self.judged).reason,
                             "record_mismatch")

    def test_conflict(self):
        """[BLAME-5]"""
        self.finish(self.some.mask(self.some.until_u2()))
        first, second = (transcript.shares_statement(self.aggregator.th1, 3, bytes([place]) * 32)
                         for place in range(2))
        sign = self.some.members[3].sign

        def accused(one, two):
            self.aggregator.blames = [blame.conflicting(3, (one, sign(one)), (two, sign(two)))]
            return self.judged()
        self.aggregator.reason = "time_limit"
        self.assertEqual(accused(first, second), [(blame.CONFLICTING, 3, 3)])
        self.refused("record_mismatch", accused, first, first)
        other = transcript.shares_statement(bytes(32), 3, bytes(32))
        self.refused("record_mismatch", accused, first, other)


class Records(Case):
    def setUp(self):
        self.world = World(5, delta_ppm=200_000)
        self.some = Round(self.world)
        self.some.run(masks=range(4))
        self.aggregator = self.some.aggregator
        self.result = self.aggregator.record()
        self.record = protobuf.decode_message(wire.Record, self.result.record)
        self.proof = protobuf.decode_message(wire.RecordProof, self.result.proof)

    def verify(self, some=None, proof=None, key=None, **more):
        """Of the record and its proof, signed anew by the aggregator."""
        data = protobuf.encode_message(some or self.record)
        signature = (key or self.world.aggregator_key).sign(transcript.record_statement(data))
        return record.verify(data, signature, protobuf.encode_message(proof or self.proof),
                             self.world.roster, self.world.aggregator_key.public, **more)

    def refuses(self, reason, /, **changes):
        spoilt = copy.deepcopy(self.record)
        for name, value in changes.items():
            setattr(spoilt, name, value)
        self.refused(reason, self.verify, spoilt)

    def refuses_proof(self, reason, **changes):
        spoilt = copy.deepcopy(self.proof)
        for name, value in changes.items():
            setattr(spoilt, name, value)
        self.refused(reason, self.verify, None, spoilt)

    def test_fine(self):
        """[RECORD-3, RECORD-4, RECORD-7]"""
        file = wire.RecordFile(self.result.record, self.result.signature, self.result.proof)
        packed = self.aggregator.packed_sum()
        checked = record.verify_file(protobuf.encode_message(file), self.world.roster,
                                     self.world.aggregator_key.public, packed)
        self.assertEqual(checked.record, self.record)
        self.refused("record_mismatch", self.verify, packed_sum=packed[:-1] + b"\x7f")
        self.refused("wrong_previous_record", self.verify, previous=self.result.record)
        self.refused("bad_signature", self.verify, key=self.world.authority)

    def test_agreement(self):
        """[RECORD-6]"""
        for changes in ({"protocol_version": 2}, {"session_id": bytes(32)}, {"task": "task-2"},
                        {"round": 2}, {"previous_record_hash": b"x" * 32}, {"th0": bytes(32)},
                        {"th1": bytes(32)}, {"th2": bytes(32)}, {"th3": bytes(32)}, {"th2": b""},
                        {"u2": b""}, {"u3": b""}, {"certified": False}, {"outcome": 3},
                        {"outcome": 2}, {"sum_hash": b""}, {"reason": "time_limit"},
                        {"blames": [wire.Blame(1, 5, 0)]}, {"blames": [wire.Blame(6, 0, 0)]}):
            self.refuses("record_mismatch", **changes)
        self.refuses("bad_order", blames=[wire.Blame(2, 1, 1), wire.Blame(1, 1, 1)])
        self.refuses("bad_bitmap", u3=b"\x2f")
        self.refuses("bad_signature", offer_signature=bytes(64))
        self.refuses("bad_parameters", parameters=b"\xff")
        self.refuses("too_few_survivors", u2=b"\x07")

    def test_another_roster(self):
        """[RECORD-3]"""
        self.world.roster.hash = bytes(32)
        self.refused("roster_mismatch", self.verify)

    def test_proof(self):
        """[RECORD-8]"""
        adverts = self.proof.adverts
        self.refuses_proof("missing_proof", adverts=b"")
        self.refuses_proof("missing_proof", signers=b"", signatures=b"")
        self.refuses_proof("bad_signature", adverts=adverts[:-1] + b"\xff")
        self.refuses_proof("record_mismatch", adverts=adverts[:-164])
        self.refuses_proof("wrong_length", adverts=adverts[:-1])
        self.refuses_proof("bad_order", adverts=adverts[164:] + adverts[:164])
        self.refuses_proof("cohort_too_small", adverts=adverts[:328])
        self.refuses_proof("certificate_short", signers=b"\x07",
                           signatures=self.proof.signatures[:192])
        self.refuses_proof("bad_bitmap", signers=b"\x17")
        self.refuses_proof("wrong_length", signatures=self.proof.signatures[:192])
        self.refuses_proof("bad_signature", signatures=bytes(256))

    def test_what_is_too_much(self):
        """[RECORD-6, RECORD-8]: an aborted round that got no further than phase 1."""
        some = Round(World(5), n_min=4)
        some.members = some.members[:3]
        self.refused("too_few_members", some.advertise)
        result = some.aggregator.record()
        world = some.world

        def verify(proof):
            return record.verify(result.record, result.signature, proof, world.roster,
                                 world.aggregator_key.public)
        self.assertEqual(verify(result.proof).record.reason, "too_few_members")
        self.refused("record_mismatch", verify, self.result.proof)

    def test_evidence_is_left_out_from_behind(self):
        """Appendix C: the record fits its limit."""
        spoilt = copy.deepcopy(self.record)
        spoilt.blames = [wire.Blame(1, 0, place, bytes(1 << 20)) for place in range(4)]
        sizes = [len(one.evidence) for one in record.fit(spoilt).blames]
        self.assertEqual([size > 0 for size in sizes], [True, True, False, False])


class Keys(Case):
    def test_an_offer_is_its_own(self):
        """[OFFER-2]"""
        world = World(3, delta_ppm=0)
        self.refused("wrong_aggregator", world.aggregator,
                     aggregator_key=keys.SigningKey(bytes(32)).public)
        self.refused("bad_parameters", world.aggregator, sigma=0)


if __name__ == "__main__":
    unittest.main()
