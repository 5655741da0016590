"""What a member refuses in a good round: a Cohort, Delivery, AttestRequest or UnmaskRequest in
which one thing is wrong [SHARE-1, SHARE-2, U2-3 to U2-8, ATTEST-2, CERT-1, UNMASK-1]."""

from copy import copy
from dataclasses import replace

from ..reference import bitmap, certificate, group, transcript, tree, wire
from ..reference.cohort import parse_cohort
from ..reference.enc import u32
from ..reference.items import Item
from ..reference.schema import TO_PARTICIPANT
from ..reference.wire import entries, inbound_items, pack_inbound
from . import played
from .case import Bad, refused

KINDS = {"Cohort": "cohort", "Delivery": "deliveries", "AttestRequest": "attest_requests",
         "UnmaskRequest": "unmask_request"}


def _check(member, frame):
    """What the member does with the frame in this phase; its answer is of no interest."""
    message, one = wire.decode(frame, TO_PARTICIPANT), copy(member)
    {"Cohort": one.check_cohort, "Delivery": one.check_delivery, "AttestRequest": one._attest,
     "UnmaskRequest": one._unmask}[type(message).__name__](message)


class Victim:
    """A member of a good round, and the good messages that it was sent there."""

    def __init__(self, some, u):
        self.round, self.u = some, u
        self.member, self.aggregator = some.members[u], some.aggregator

    def sent(self, kind):
        kept = self.round.frames[KINDS[kind]]
        frame = kept[self.u] if isinstance(kept, dict) else kept
        return wire.decode(frame, TO_PARTICIPANT)

    def bad(self, name, fault, rule, reason, message):
        kind = type(message).__name__
        frame = wire.encode(message)
        refused(reason, _check, self.member, frame)
        return Bad(f"{kind.lower()}-{name}", [rule], fault, "participant", reason, "message",
                   {"round": self.round.name, "to": "member", "member": self.u,
                    "replaces": kind, "frame": frame.hex()})

    def key(self, v):
        return self.round.members[v].identity


def _cohorts(victim):
    good = victim.sent("Cohort")
    adverts = parse_cohort(good.adverts)

    def of(name, fault, rule, reason, changed):
        data = b"".join(one.encode() for one in changed)
        return victim.bad(name, fault, rule, reason, replace(good, adverts=data))

    def with_one(v, advert):
        return adverts[:v] + [advert] + adverts[v + 1:]

    def signed(v, th0=victim.aggregator.th0, **changes):
        """Member v's advert, changed and signed anew by v."""
        made = replace(adverts[v], **changes)
        statement = transcript.advert_statement(th0, made.advert)
        return replace(made, signature=victim.key(v).sign(statement))
    own, other = victim.u, 3
    point = group.times_base(77)
    high = bytes([*point[:31], point[31] | 0x80])
    unknown = replace(adverts[4], index=23)
    return [
        of("swapped", "two members change places", "SHARE-1", "bad_order",
           [adverts[1], adverts[0], *adverts[2:]]),
        of("member-twice", "a member twice", "SHARE-1", "bad_order",
           [*adverts[:4], adverts[3], adverts[4]]),
        of("own-twice", "one's own advert twice", "SHARE-1", "bad_order",
           [adverts[0], adverts[1], *adverts[1:]]),
        of("unknown-member", "an index that the roster has not", "SHARE-1", "unknown_member",
           with_one(4, unknown)),
        of("own-absent", "one's own advert is missing", "SHARE-1", "not_in_cohort",
           adverts[:own] + adverts[own + 1:]),
        of("own-changed", "another S under one's own signature", "SHARE-1", "own_advert_changed",
           with_one(own, signed(own, s_point=point))),
        of("own-signature", "one's own advert with a changed signature", "SHARE-1",
           "own_advert_changed", with_one(own, replace(adverts[own], signature=bytes(64)))),
        of("signature", "a member's signature is wrong", "SHARE-2", "bad_signature",
           with_one(other, replace(adverts[other], signature=adverts[4].signature))),
        of("swapped-key", "a key that nobody signed", "SHARE-2", "bad_signature",
           with_one(other, replace(adverts[other], c_point=point))),
        of("other-round", "an advert of another round", "SHARE-2", "bad_signature",
           with_one(other, signed(other, th0=bytes(32)))),
        of("identity", "a member's B is the identity", "SHARE-2", "identity_point",
           with_one(other, signed(other, b_point=bytes(32)))),
        of("bit-255", "a member's S has bit 255 set", "SHARE-2", "bad_point",
           with_one(other, signed(other, s_point=high))),
        of("no-point", "a member's C is no point", "SHARE-2", "bad_point",
           with_one(other, signed(other, c_point=b"\1" + bytes(31)))),
        of("too-small", "fewer members than n_min", "POLICY-3", "cohort_too_small", adverts[:3]),
    ]


class _Parts:
    """A Delivery in parts, to change one of them."""

    def __init__(self, victim, message):
        self.victim, self.message = victim, message
        self.items = inbound_items(message.items)
        self.proofs = entries(message.proofs, 100)

    def message_of(self, u2=None, items=None, proofs=None):
        items = self.items if items is None else items
        return replace(self.message, u2=self.message.u2 if u2 is None else u2,
                       items=b"".join(pack_inbound(*one) for one in items),
                       proofs=b"".join(self.proofs if proofs is None else proofs))

    def with_item(self, place, sender=None, path=None, **changes):
        frm, data, good_path = self.items[place]
        made = replace(Item.parse(data), **changes).encode()
        changed = (frm if sender is None else sender, made, good_path if path is None else path)
        return self.items[:place] + [changed] + self.items[place + 1:]

    def with_proof(self, place, proof):
        return self.proofs[:place] + [proof] + self.proofs[place + 1:]

    def dealt_anew(self, v, items):
        """(item to the victim as inbound, the proof), of member v, who signs these items."""
        th1 = self.victim.aggregator.th1
        leaves = [tree.leaf(th1, v, item) for item in items]
        place = next(i for i, item in enumerate(items) if item.to == self.victim.u)
        root = tree.root(leaves)
        signature = self.victim.key(v).sign(transcript.shares_statement(th1, v, root))
        return ((v, items[place].encode(), tree.path(leaves, place)),
                u32(v) + root + signature)


def _deliveries(victim):
    good, n = victim.sent("Delivery"), victim.aggregator.n
    parts = _Parts(victim, good)
    items, proofs = parts.items, parts.proofs

    def of(name, fault, rule, reason, **changes):
        return victim.bad(name, fault, rule, reason, parts.message_of(**changes))
    few = [v for v in range(n) if v not in (0, 2)]
    left = {"items": [one for one in items if one[0] in few],
            "proofs": [one for one in proofs if int.from_bytes(one[:4], "little") in few]}
    without_me = bitmap.pack(n, [v for v in range(n) if v != victim.u])
    own = victim.aggregator.dealt[victim.u]
    dealt = victim.aggregator.dealt[0].items
    exchanged = [replace(dealt[1], to=dealt[0].to, point=1), replace(dealt[0], to=dealt[1].to,
                                                                    point=2), *dealt[2:]]
    turned = [replace(dealt[0], point=2), replace(dealt[1], point=1), *dealt[2:]]
    item, proof = parts.dealt_anew(0, [turned[1], turned[0], *turned[2:]])
    foreign, _ = parts.dealt_anew(0, exchanged)
    return [
        of("u2-padding", "a padding bit of U2", "U2-3", "bad_bitmap", u2=b"\x3f"),
        of("u2-long", "a byte too many", "U2-3", "bad_bitmap", u2=b"\x1f\x00"),
        of("u2-few", "U2 is below survivors", "U2-3", "too_few_survivors",
           u2=bitmap.pack(n, few), **left),
        of("not-in-u2", "the member itself is not in U2", "U2-3", "not_in_u2", u2=without_me),
        of("items-swapped", "two items change places", "U2-5", "bad_order",
           items=[items[1], items[0], *items[2:]]),
        of("item-twice", "two items of one dealer", "U2-5", "bad_order",
           items=[items[0], items[0], *items[1:]]),
        of("from-outside", "an item of a member that there is not", "U2-5", "not_in_u2",
           items=parts.with_item(3, sender=n)),
        of("from-self", "an item of one's own", "U2-5", "not_in_u2",
           items=[items[0], (victim.u, own.items[0].encode(), []), *items[1:]]),
        of("to-another", "an item to another member", "U2-5", "wrong_item",
           items=parts.with_item(0, to=2)),
        of("point-0", "a point of 0", "U2-5", "wrong_item", items=parts.with_item(0, point=0)),
        of("point-above-k", "a point above k", "U2-5", "wrong_item",
           items=parts.with_item(0, point=5)),
        of("path-short", "a path that lacks a hash", "U2-5", "wrong_length",
           items=parts.with_item(0, path=items[0][2][:-1])),
        of("path-long", "a path with a hash too many", "U2-5", "wrong_length",
           items=parts.with_item(0, path=items[0][2] + [bytes(32)])),
        of("proofs-swapped", "two proofs change places", "U2-6", "bad_order",
           proofs=[proofs[1], proofs[0], *proofs[2:]]),
        of("proof-missing", "a pick without a proof", "U2-6", "missing_proof",
           proofs=proofs[:2] + proofs[3:]),
        of("proof-of-self", "a proof of one's own", "U2-6", "unexpected_proof",
           proofs=[proofs[0], own.proof(victim.u), *proofs[1:]]),
        of("proof-signature", "a signature of another member", "U2-6", "bad_signature",
           proofs=parts.with_proof(1, proofs[1][:36] + proofs[2][36:])),
        of("proof-root", "a root that nobody signed", "U2-6", "bad_signature",
           proofs=parts.with_proof(0, proofs[0][:4] + bytes(32) + proofs[0][36:])),
        of("path-astray", "a path that leads to another root", "U2-6", "bad_signature",
           items=parts.with_item(0, path=[bytes(32)] + items[0][2][1:])),
        of("box-changed", "a box that the dealer did not sign", "U2-6", "bad_signature",
           items=parts.with_item(0, box=bytes(80))),
        of("tag-changed", "a tag that the dealer did not sign", "U2-6", "bad_signature",
           items=parts.with_item(0, tag_b=bytes(32))),
        of("other-tree", "an item of a second tree, under the first one's root", "U2-6",
           "bad_signature", items=[foreign, *items[1:]]),
        of("item-missing", "the complete graph, and an item is missing", "U2-8", "missing_item",
           items=items[:1] + items[2:]),
        of("point-of-another", "the complete graph, and another's point, signed", "U2-8",
           "wrong_item", items=[item, *items[1:]], proofs=[proof, *proofs[1:]]),
    ]


def _attest_requests(victim):
    good, some = victim.sent("AttestRequest"), victim.aggregator
    receipts = entries(good.receipts, 68)

    def of(name, fault, reason, **changes):
        return victim.bad(name, fault, "ATTEST-2", reason, replace(good, **changes))

    def pack(members):
        return bitmap.pack(some.n, members)

    def receipt_of(v, th2=some.th2):
        return u32(v) + victim.key(v).sign(transcript.masked_statement(th2, v))
    few = [v for v in some.u3 if v != 4]
    return [
        of("th2", "another th2", "transcript_mismatch", th2=bytes(32)),
        of("u3-padding", "a padding bit of U3", "bad_bitmap", u3=bytes([good.u3[0] | 0x80])),
        of("u3-long", "a byte too many", "bad_bitmap", u3=good.u3 + b"\0"),
        of("not-in-u3", "the member itself is not in U3", "not_in_u3",
           u3=pack([v for v in range(5) if v != victim.u]), receipts=b"".join(
               receipt_of(v) for v in (0, 2, 3, 4))),
        of("u3-few", "U3 is below survivors", "too_few_survivors", u3=pack(few),
           receipts=b"".join(receipts[:2])),
        of("receipts-swapped", "two receipts change places", "bad_order",
           receipts=receipts[1] + receipts[0] + receipts[2]),
        of("receipt-twice", "a receipt twice", "bad_order", receipts=receipts[0] + good.receipts),
        of("receipt-missing", "an in-neighbour's receipt is missing", "missing_receipt",
           receipts=receipts[0] + receipts[1]),
        of("receipts-absent", "no receipts", "missing_receipt", receipts=b""),
        of("receipt-of-dropped", "a receipt of a member outside U3", "unexpected_receipt",
           receipts=receipts[0] + receipt_of(2) + receipts[1] + receipts[2]),
        of("receipt-of-self", "a receipt of one's own", "unexpected_receipt",
           receipts=receipts[0] + receipt_of(victim.u) + receipts[1] + receipts[2]),
        of("receipt-forged", "a receipt that the member did not sign", "bad_signature",
           receipts=receipts[0][:4] + receipts[1][4:] + receipts[1] + receipts[2]),
        of("receipt-of-other-u2", "a receipt under another U2", "bad_signature",
           receipts=receipt_of(0, bytes(32)) + receipts[1] + receipts[2]),
        of("dropped-as-alive", "U3 has a member that never masked, without a receipt",
           "missing_receipt", u3=pack(range(5))),
    ]


def _unmask_requests(victim):
    good, some = victim.sent("UnmaskRequest"), victim.aggregator
    signatures = entries(good.signatures, 64)

    def of(name, fault, rule, reason, **changes):
        return victim.bad(name, fault, rule, reason, replace(good, **changes))

    def certified(u3, signers, th2=some.th2):
        """A certificate of another U3, signed all the same."""
        data = bitmap.pack(some.n, u3)
        th3 = transcript.th3(th2, data)
        made = {v: victim.key(v).sign(transcript.attest_statement(th3, v)) for v in signers}
        packed, joined = certificate.collect(some.n, made)
        return {"u3": data, "signers": packed, "signatures": joined}
    flipped = bytes([signatures[1][0] ^ 1]) + signatures[1][1:]
    return [
        of("th2", "another th2", "UNMASK-1", "transcript_mismatch", th2=bytes(32)),
        of("second-u3", "a valid certificate of a second U3", "UNMASK-1", "transcript_mismatch",
           **certified(range(5), range(5))),
        of("one-short", "one signer less than a quorum", "CERT-1", "certificate_short",
           signers=bitmap.pack(some.n, some.u3[:3]), signatures=b"".join(signatures[:3])),
        of("no-signers", "no signers", "CERT-1", "certificate_short", signers=b"\0",
           signatures=b""),
        of("signers-padding", "a padding bit of the signers", "CERT-1", "bad_bitmap",
           signers=bytes([good.signers[0] | 0x40])),
        of("signers-long", "a byte too many", "CERT-1", "bad_bitmap",
           signers=good.signers + b"\0"),
        of("signatures-few", "a signature less than signers", "CERT-1", "wrong_length",
           signatures=b"".join(signatures[:3])),
        of("signatures-many", "a signature more than signers", "CERT-1", "wrong_length",
           signatures=good.signatures + signatures[0]),
        of("forged", "a signature with a bit flipped", "CERT-1", "bad_signature",
           signatures=signatures[0] + flipped + signatures[2] + signatures[3]),
        of("swapped", "two signatures change places", "CERT-1", "bad_signature",
           signatures=signatures[1] + signatures[0] + signatures[2] + signatures[3]),
        of("one-signs-twice", "a signature under another's name", "CERT-1", "bad_signature",
           signatures=signatures[0] * 2 + signatures[2] + signatures[3]),
        of("void-as-attest", "VOID signatures in their place", "CERT-1", "bad_signature",
           signatures=b"".join(victim.key(v).sign(transcript.void_statement(some.th1, v))
                               for v in some.u3)),
    ]


def _sparse(victim):
    """What the complete graph has not: picks that are lost, and a degree that is too high."""
    good, some = victim.sent("Delivery"), victim.aggregator
    parts = _Parts(victim, good)
    lost = set(victim.member.picks[:4])
    u2 = [v for v in some.u2 if v not in lost]
    left = {"items": [one for one in parts.items if one[0] not in lost],
            "proofs": [one for one in parts.proofs if int.from_bytes(one[:4], "little") in u2]}
    request = victim.sent("AttestRequest")
    outside = bitmap.pack(some.n, [*some.u3, 100])
    crowd = [v for v in some.u2 if v != victim.u][:some.found.in_degree_cap + 1]
    dealt = {v: parts.dealt_anew(v, [replace(some.dealt[v].items[0], to=victim.u),
                                     *some.dealt[v].items[1:]]) for v in crowd}
    proofs = {int.from_bytes(one[:4], "little"): one for one in parts.proofs
              if int.from_bytes(one[:4], "little") in victim.member.picks}
    proofs |= {v: proof for v, (_, proof) in dealt.items()}
    return [
        victim.bad("few-picks", "fewer than t picks in U2", "U2-4", "too_few_picks",
                   parts.message_of(u2=bitmap.pack(some.n, u2), **left)),
        victim.bad("crowd", "one in-neighbour more than the cap", "U2-7", "in_degree_exceeded",
                   parts.message_of(items=[item for item, _ in dealt.values()],
                                    proofs=[proofs[v] for v in sorted(proofs)])),
        victim.bad("item-without-proof", "an in-neighbour that is no pick, without a proof",
                   "U2-6", "missing_proof", parts.message_of(proofs=_without_one(victim, parts))),
        victim.bad("u3-outside-u2", "U3 has a member outside U2", "ATTEST-2", "not_in_u2",
                   replace(request, u3=outside)),
    ]


def _without_one(victim, parts):
    """The proofs but for one of a member that picked the victim and is not picked by it."""
    only_in = next(frm for frm, _, _ in parts.items if frm not in victim.member.picks)
    return [one for one in parts.proofs if int.from_bytes(one[:4], "little") != only_in]


def cases():
    victim = Victim(played.dropout_5(), 1)
    found = _cohorts(victim) + _deliveries(victim) + _attest_requests(victim)
    return found + _unmask_requests(victim) + _sparse(Victim(played.sparse_101(), 20))
