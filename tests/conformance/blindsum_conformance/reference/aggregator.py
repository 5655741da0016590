"""An honest aggregator in one round: what the members sent in, what it sends them out.

Everything that it holds is an attribute, so that a check can spoil any of it. Whose message one is
is the session's word: adverts come by roster index, everything later by cohort index. What it does
not count is in `rejected`: (phase, member) -> reason.
"""

from dataclasses import dataclass

import numpy

from . import (aggregator_ending, bitmap, cohort, keys, packing, parameters, policy, transcript,
               tree)
from .errors import Refused, demand
from .items import ITEM_BYTES, Item
from .schema import MESSAGES
from .wire import PayloadChunk, chunks, entries, pack_inbound


@dataclass
class Dealt:
    """What one dealer was admitted with [SHARE-8]."""

    items: list
    leaves: list
    root: bytes
    signature: bytes

    def proof(self, dealer):
        return dealer.to_bytes(4, "little") + self.root + self.signature

    def inbound(self, dealer, point):
        """The item of that point as a delivery has it [U2-2]."""
        path = tree.path(self.leaves, point - 1)
        return pack_inbound(dealer, self.items[point - 1].encode(), path)

    def point_of(self, holder):
        """Its place among the dealer's picks, from 1; None if it is none of them."""
        return next((item.point for item in self.items if item.to == holder), None)


class Aggregator(aggregator_ending.Ending):
    """`p`: RoundParameters, checked here [PARAM-13]; `key`: its SigningKey."""

    def __init__(self, p, key, roster, payload=b""):
        parameters.check(p)
        demand(p.aggregator_key == key.public, "wrong_aggregator")
        self.p, self.key, self.roster, self.payload = p, key, roster, payload
        self.session_id = p.session_id
        self.parameter_bytes = parameters.encode(p)
        self.offer_signature = key.sign(transcript.offer_statement(self.parameter_bytes))
        self.th0 = transcript.th0(self.parameter_bytes)
        self.th1 = self.th2 = self.th3 = None
        self.adverts, self.n, self.found = [], 0, None
        self.dealt, self.u2, self.u3 = {}, [], []
        self.uploads, self.receipts = {}, {}
        self.attestations, self.answers, self.answer_signatures = {}, {}, {}
        self.chosen = None  # the certificate
        self.blames, self.sum, self.reason = [], None, ""
        self.rejected = {}

    def admit(self, phase, member, check, *arguments):
        """The check's result, or None and the reason in `rejected` [PHASE-3]."""
        try:
            return check(member, *arguments)
        except Refused as refused:
            self.rejected[phase, member] = refused.reason
            return None

    def abort(self, reason, detail=""):
        self.reason = reason
        raise Refused(reason, detail)

    # Phase 1.

    def offer(self):
        return MESSAGES["Offer"](self.parameter_bytes, self.offer_signature)

    def payload_chunks(self):
        return chunks(PayloadChunk, self.session_id, self.payload)

    def check_advert(self, index, message):
        """[ADVERT-2]"""
        advert = cohort.SignedAdvert.parse(message.advert + message.signature)
        demand(advert.index == index, "wrong_item", "another member's advert")
        demand(index in self.roster.keys, "unknown_member")
        advert.verify(self.th0, self.roster.keys[index])
        return advert

    def cohort(self, messages):
        """The Cohort of roster index -> Advert, in the order of arrival [ADVERT-2, ADVERT-3]."""
        accepted = [self.admit("advert", index, self.check_advert, message)
                    for index, message in messages.items()]
        accepted = [advert for advert in accepted if advert is not None]
        for advert in accepted[self.p.n_max:]:
            self.rejected["advert", advert.index] = "not_in_cohort"
        self.adverts = sorted(accepted[:self.p.n_max], key=lambda advert: advert.index)
        self.n = len(self.adverts)
        if self.n < self.p.n_min:
            self.abort("too_few_members", f"{self.n} of {self.p.n_min}")
        try:
            self.found = policy.graph_of(self.p, self.n)
        except Refused as refused:
            self.abort(refused.reason)
        self.th1 = transcript.th1(self.th0, self.n, [one.advert for one in self.adverts])
        return self.cohort_message()

    def cohort_message(self):
        data = b"".join(advert.encode() for advert in self.adverts)
        return MESSAGES["Cohort"](self.session_id, data)

    def keys(self):
        """The cohort's identity keys, by cohort index."""
        return [self.roster.keys[advert.index] for advert in self.adverts]

    def key_of(self, member):
        return self.roster.keys[self.adverts[member].index]

    def corrupt_bound(self):
        return parameters.corrupt_bound(self.p, self.n)

    # Phase 2.

    def check_shares(self, member, message):
        """[SHARE-8]"""
        demand(len(message.items) == ITEM_BYTES * self.found.k, "wrong_length", "items")
        items = [Item.parse(data) for data in entries(message.items, ITEM_BYTES)]
        holders = [item.to for item in items]
        demand(all(a < b for a, b in zip(holders, holders[1:])), "bad_order", "to")
        demand(all(to < self.n and to != member for to in holders), "bad_order", "to")
        points = [item.point for item in items]
        demand(points == list(range(1, self.found.k + 1)), "bad_order", "points")
        leaves = [tree.leaf(self.th1, member, item) for item in items]
        root = tree.root(leaves)
        keys.verify(self.key_of(member), transcript.shares_statement(self.th1, member, root),
                    message.signature)
        return Dealt(items, leaves, root, message.signature)

    def deliveries(self, messages):
        """Cohort index -> Delivery, of cohort index -> Shares [U2-1, U2-2]."""
        for member, message in messages.items():
            dealt = self.admit("shares", member, self.check_shares, message)
            if dealt is not None:
                self.dealt[member] = dealt
        self.fix_u2(sorted(self.dealt))
        return {member: self.delivery(member) for member in range(self.n)}

    def fix_u2(self, members):
        self.u2 = members
        if len(members) < self.found.survivors:
            self.abort("too_few_survivors", f"{len(members)} in U2")
        self.th2 = transcript.th2(self.th1, bitmap.pack(self.n, members))

    def picks(self, member):
        return [item.to for item in self.dealt[member].items]

    def in_neighbours(self, member):
        """The dealers in U2 that picked the member, ascending."""
        return [v for v in self.u2 if self.dealt[v].point_of(member)]

    def neighbours(self, member):
        """M of MASK-1."""
        picked = set(self.picks(member)) & set(self.u2)
        return sorted(picked | set(self.in_neighbours(member)))

    def delivery(self, member):
        u2 = bitmap.pack(self.n, self.u2)
        if member not in self.u2:
            return MESSAGES["Delivery"](self.session_id, u2, b"", b"")
        items = b"".join(self.dealt[v].inbound(v, self.dealt[v].point_of(member))
                         for v in self.in_neighbours(member))
        proofs = b"".join(self.dealt[v].proof(v) for v in self.neighbours(member))
        return MESSAGES["Delivery"](self.session_id, u2, items, proofs)

    # Phase 3.

    def check_upload(self, member, packed, receipt):
        """[UPLOAD-3, RECEIPT-2]: the elements of a whole upload with its receipt."""
        demand(member in self.u2, "not_in_u2")
        elements = packing.unpack(packed, self.p.vector_length, self.p.ring_bits)
        statement = transcript.masked_statement(self.th2, member)
        keys.verify(self.key_of(member), statement, receipt.signature)
        return elements

    def survivors(self, uploads):
        """Cohort index -> AttestRequest of U3, of cohort index -> (packed y, Receipt)."""
        for member, (packed, receipt) in uploads.items():
            elements = self.admit("upload", member, self.check_upload, packed, receipt)
            if elements is not None:
                self.uploads[member] = elements
                self.receipts[member] = receipt.signature
        self.fix_u3(sorted(self.uploads))
        return {member: self.attest_request(member) for member in self.u3}

    def fix_u3(self, members):
        self.u3 = members
        if len(members) < self.found.survivors:
            self.abort("too_few_survivors", f"{len(members)} in U3")
        self.th3 = transcript.th3(self.th2, bitmap.pack(self.n, members))

    def attest_request(self, member):
        """[ATTEST-1]"""
        receipts = b"".join(v.to_bytes(4, "little") + self.receipts[v]
                            for v in self.in_neighbours(member) if v in self.u3)
        u3 = bitmap.pack(self.n, self.u3)
        return MESSAGES["AttestRequest"](self.session_id, self.th2, u3, receipts)

    def masked_sum(self):
        """The sum of the uploads of U3, masks and all."""
        total = numpy.zeros(self.p.vector_length, numpy.uint64)
        for member in self.u3:
            total = total + self.uploads[member]
        return total & packing.low_bits(self.p.ring_bits)
