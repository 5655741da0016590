"""Phase 3 of an honest member: a delivery checked, the vector masked, uploaded (chapter 12)."""

from . import bitmap, codec, keys, masks, packing, seals, shamir, transcript, tree
from .errors import Refused, demand
from .items import Item
from .schema import MESSAGES
from .wire import UploadChunk, chunks, entries, inbound_items

PROOF_BYTES = 100


class Masking:
    """A part of member.Member."""

    def masked(self, message):
        """The packed y, of a Delivery [U2-3 to U2-9, MASK-1 to MASK-4]."""
        self.in_round(message)
        demand("cohort" in self.heard, "wrong_phase")
        return self.once("delivery", message, self._masked)

    def _masked(self, message):
        self.check_delivery(message)
        self.held = {v: self.open_item(v) for v in self.inbound}
        self.th2 = transcript.th2(self.th1, message.u2)
        self.check_input()
        self.x = codec.encode(self.p, self.input, self.rng)
        self.y = masks.masked(self.x, self.p.ring_bits, seals.self_key(self.b, self.th2, self.u),
                              self.pair_keys(), self.u)
        self.packed = packing.pack(self.y, self.p.ring_bits)
        return self.packed

    def check_delivery(self, message):
        """What can refuse the round, in the order of the rules."""
        self.u2 = bitmap.parse(self.n, message.u2)  # [U2-3]
        demand(len(self.u2) >= self.found.survivors, "too_few_survivors")
        demand(self.u in self.u2, "not_in_u2")
        picked = set(self.picks) & set(self.u2)
        demand(len(picked) >= self.found.t, "too_few_picks")  # [U2-4]
        self._check_items(inbound_items(message.items))
        self.neighbours = sorted(picked | set(self.inbound))  # [MASK-1]
        self._check_proofs(entries(message.proofs, PROOF_BYTES))
        demand(len(self.inbound) <= self.found.in_degree_cap, "in_degree_exceeded")  # [U2-7]
        if self.found.k == self.n - 1:
            self._check_complete()

    def _check_items(self, items):
        """[U2-5]; fills inbound: from -> (item, path)."""
        senders = [frm for frm, _, _ in items]
        demand(all(a < b for a, b in zip(senders, senders[1:])), "bad_order", "items")
        self.inbound = {}
        for frm, data, path in items:
            item = Item.parse(data)
            demand(frm in self.u2 and frm != self.u, "not_in_u2", f"dealer {frm}")
            demand(item.to == self.u, "wrong_item", "to")
            demand(1 <= item.point <= self.found.k, "wrong_item", "point")
            demand(len(path) == tree.path_length(item.point - 1, self.found.k), "wrong_length")
            self.inbound[frm] = (item, path)

    def _check_proofs(self, proofs):
        """[U2-6]"""
        by_member = [(int.from_bytes(one[:4], "little"), one[4:36], one[36:]) for one in proofs]
        members = [member for member, _, _ in by_member]
        demand(all(a < b for a, b in zip(members, members[1:])), "bad_order", "proofs")
        demand(set(self.neighbours) <= set(members), "missing_proof")
        demand(set(members) <= set(self.neighbours), "unexpected_proof")
        for member, root, signature in by_member:
            if member in self.inbound:
                item, path = self.inbound[member]
                leaf = tree.leaf(self.th1, member, item)
                led_to = tree.root_of_path(leaf, item.point - 1, self.found.k, path)
                demand(led_to == root, "bad_signature", f"path of {member}")
            keys.verify(self.roster.keys[self.adverts[member].index],
                        transcript.shares_statement(self.th1, member, root), signature)

    def _check_complete(self):
        """[U2-8]"""
        for v in self.u2:
            if v != self.u:
                demand(v in self.inbound, "missing_item")
                point = self.u + 1 if self.u < v else self.u
                demand(self.inbound[v][0].point == point, "wrong_item", "point")

    def open_item(self, dealer):
        """(share of s, share of b) if both are on their tags, else None [U2-9]."""
        item, _ = self.inbound[dealer]
        opened = seals.open_box(self.channel(dealer, dealer, self.u), self.th1, dealer, self.u,
                                item.point, item.box)
        if opened is None:
            return None
        try:
            tags = tuple(shamir.tag(share) for share in opened)
        except Refused:
            return None
        return opened if tags == (item.tag_s, item.tag_b) else None

    def pair_keys(self):
        """[(v, key)] of every neighbour, held or not [MASK-4]."""
        return [(v, seals.pair_key(self.s, self.adverts[v].s_point, self.th2, self.u, v))
                for v in self.neighbours]

    # Inputs.

    def check_input(self):
        """[INPUT-3, INPUT-5]"""
        spent_by = self.state.spent.get(codec.input_id(self.p, self.input))
        demand(spent_by in (None, self.session_id), "input_spent")

    def upload(self, offset=0):
        """The chunks from a grant's offset to the end [UPLOAD-1, UPLOAD-4]."""
        demand("delivery" in self.heard and self.ended is None, "wrong_phase")
        if offset > len(self.packed):
            self.refuse("bad_offset")
        return chunks(UploadChunk, self.session_id, self.packed, offset)

    def receipt(self):
        """[RECEIPT-1]; from here on the input is spent [INPUT-1]."""
        demand("delivery" in self.heard and self.ended is None, "wrong_phase")
        try:
            self.check_input()
        except Refused as refused:
            self.refuse(refused.reason)
        name = codec.input_id(self.p, self.input)
        entry = self.state.rounds[self.session_id]
        entry.input_id, entry.th2 = name, self.th2
        self.state.spent[name] = self.session_id
        self.receipt_sent = True
        signature = self.sign(transcript.masked_statement(self.th2, self.u))
        return MESSAGES["Receipt"](self.session_id, signature)
