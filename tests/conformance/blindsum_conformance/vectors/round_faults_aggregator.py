"""What the aggregator does not count in a good round: a member's message in which one thing is
wrong [ADVERT-2, SHARE-8, UPLOAD-3, RECEIPT-2, UNMASK-4]."""

from dataclasses import replace

from ..reference import packing, transcript, tree, wire
from ..reference.answer import PAIR, SELF, Answer
from ..reference.cohort import SignedAdvert
from ..reference.enc import sha256
from ..reference.errors import demand
from ..reference.group import times_base
from ..reference.items import Item
from ..reference.schema import TO_AGGREGATOR
from ..reference.wire import UploadChunk, entries
from . import played
from .case import Bad, refused


def _check_chunk(some, chunk):
    """UPLOAD-3 of a first chunk."""
    size = packing.size_bytes(some.p.vector_length, some.p.ring_bits)
    demand(chunk.offset == 0, "wrong_offset")
    demand(len(chunk.data) <= size, "wrong_length")
    packing.unpack(chunk.data, some.p.vector_length, some.p.ring_bits)


def _check_receipt(some, u, receipt):
    demand(u in some.uploads, "wrong_phase")
    packed = packing.pack(some.uploads[u], some.p.ring_bits)
    some.check_upload(u, packed, receipt)


class Sender:
    """A member of a good round, whose message of a kind is replaced."""

    def __init__(self, some, u):
        self.round, self.u = some, u
        self.aggregator, self.identity = some.aggregator, some.members[u].identity

    def sent(self, kind):
        return wire.decode(self.round.frames[kind][self.u], TO_AGGREGATOR)

    def _check(self, frame):
        message, some = wire.decode(frame, TO_AGGREGATOR), self.aggregator
        index = self.round.members[self.u].index
        {"Advert": lambda: some.check_advert(index, message),
         "Shares": lambda: some.check_shares(self.u, message),
         "UploadChunk": lambda: _check_chunk(some, message),
         "Receipt": lambda: _check_receipt(some, self.u, message),
         "Attestation": lambda: some.check_attestation(self.u, message),
         "Unmask": lambda: some.check_answer(self.u, message)}[type(message).__name__]()

    def bad(self, name, fault, rule, reason, message):
        kind = type(message).__name__
        frame = wire.encode(message)
        refused(reason, self._check, frame)
        return self.case(f"{kind.lower()}-{name}", fault, rule, reason, kind, frame)

    def case(self, name, fault, rule, reason, kind, frame):
        return Bad(name, [rule], fault, "aggregator", reason, "message",
                   {"round": self.round.name, "to": "aggregator", "member": self.u,
                    "replaces": kind, "frame": frame.hex()})


def _adverts(sender):
    good, th0 = sender.sent("adverts"), sender.aggregator.th0
    made = SignedAdvert.parse(good.advert + good.signature)

    def signed(name, fault, rule, reason, label=transcript.advert_statement, **changes):
        advert = replace(made, **changes).advert
        signature = sender.identity.sign(label(th0, advert))
        return sender.bad(name, fault, rule, reason,
                          replace(good, advert=advert, signature=signature))
    high = bytes([*made.c_point[:31], made.c_point[31] | 0x80])
    return [
        signed("another-index", "another member's index", "ADVERT-2", "wrong_item", index=13),
        signed("identity", "S is the identity", "ADVERT-2", "identity_point", s_point=bytes(32)),
        signed("bit-255", "C has bit 255 set", "ADVERT-2", "bad_point", c_point=high),
        signed("no-point", "B is no point", "ADVERT-2", "bad_point",
               b_point=b"\1" + bytes(31)),
        sender.bad("signature", "a signature of zeros", "ADVERT-2", "bad_signature",
                   replace(good, signature=bytes(64))),
        sender.bad("unsigned-key", "a key that was not signed", "ADVERT-2", "bad_signature",
                   replace(good, advert=good.advert[:68] + times_base(5))),
        signed("label", "signed without its label", "ADVERT-2", "bad_signature",
               label=lambda th0, advert: th0 + advert),
    ]


def _shares(sender):
    good, some, u = sender.sent("shares"), sender.aggregator, sender.u
    items = [Item.parse(data) for data in entries(good.items, 152)]

    def signed(name, fault, reason, changed, th1=some.th1):
        root = tree.root([tree.leaf(th1, u, item) for item in changed])
        signature = sender.identity.sign(transcript.shares_statement(th1, u, root))
        data = b"".join(item.encode() for item in changed)
        return sender.bad(name, fault, "SHARE-8", reason,
                          replace(good, items=data, signature=signature))

    def unsigned(name, fault, signature, data=good.items):
        return sender.bad(name, fault, "SHARE-8", "bad_signature",
                          replace(good, items=data, signature=signature))

    def with_item(place, **changes):
        return items[:place] + [replace(items[place], **changes)] + items[place + 1:]
    sign = sender.identity.sign
    last = items[-1]
    return [
        signed("few-items", "an item less than k", "wrong_length", items[:-1]),
        signed("many-items", "an item more than k", "wrong_length",
               [*items, replace(last, point=5)]),
        signed("no-items", "no items", "wrong_length", []),
        signed("to-descending", "two receivers change places", "bad_order",
               [replace(items[0], to=items[1].to), replace(items[1], to=items[0].to), *items[2:]]),
        signed("to-twice", "one receiver twice", "bad_order", with_item(1, to=items[0].to)),
        signed("to-self", "an item to oneself", "bad_order", with_item(1, to=u)),
        signed("to-outside", "a receiver that there is not", "bad_order", with_item(3, to=5)),
        signed("points-from-0", "points that begin with 0", "bad_order",
               [replace(item, point=item.point - 1) for item in items]),
        signed("point-twice", "one point twice", "bad_order", with_item(1, point=1)),
        signed("points-swapped", "two points change places", "bad_order",
               [replace(items[0], point=2), replace(items[1], point=1), *items[2:]]),
        signed("other-th1", "signed under another cohort", "bad_signature", items, bytes(32)),
        unsigned("hash-of-items", "signed over SHA-256 of the items instead of the root", sign(
            transcript.shares_statement(some.th1, u, sha256(good.items)))),
        unsigned("box-changed", "a box changed after signing", good.signature,
                 good.items[:8] + bytes(80) + good.items[88:]),
        unsigned("another-dealer", "signed as another dealer", sign(
            transcript.shares_statement(some.th1, 0, some.dealt[u].root))),
    ]


def _uploads(sender):
    good, some, u = sender.sent("uploads"), sender.aggregator, sender.u
    receipt = sender.sent("receipts")

    def signed(statement):
        return replace(receipt, signature=sender.identity.sign(statement))
    padded = good.data[:-1] + bytes([good.data[-1] | 0x80])

    def chunk(data, offset=0):
        return UploadChunk(good.session_id, offset, data)
    early = wire.encode(receipt)
    return [
        sender.bad("padding", "a free bit of the last byte is set", "UPLOAD-3", "bad_padding",
                   chunk(padded)),
        sender.bad("too-long", "a byte too many", "UPLOAD-3", "wrong_length",
                   chunk(good.data + b"\0")),
        sender.bad("offset", "the first chunk at offset 1", "UPLOAD-3", "wrong_offset",
                   chunk(good.data[1:], 1)),
        sender.case("receipt-before-upload", "a receipt before the upload", "RECEIPT-2",
                    "wrong_phase", "UploadChunk", early),
        sender.bad("other-th2", "a receipt under another U2", "RECEIPT-2", "bad_signature",
                   signed(transcript.masked_statement(bytes(32), u))),
        sender.bad("another-member", "a receipt of another member", "RECEIPT-2", "bad_signature",
                   signed(transcript.masked_statement(some.th2, 0))),
        sender.bad("as-attest", "signed with the label attest", "RECEIPT-2", "bad_signature",
                   signed(transcript.attest_statement(some.th2, u))),
    ]


def _attestations(sender, dropped):
    good, some = sender.sent("attestations"), sender.aggregator

    def signed(statement):
        return replace(good, signature=sender.identity.sign(statement))
    by_dropped = replace(good, signature=dropped.identity.sign(
        transcript.attest_statement(some.th3, dropped.u)))
    return [
        sender.bad("th2", "signed over th2", "ATTEST-3", "bad_signature",
                   signed(transcript.attest_statement(some.th2, sender.u))),
        sender.bad("as-void", "signed with the label void", "ATTEST-3", "bad_signature",
                   signed(transcript.void_statement(some.th3, sender.u))),
        dropped.bad("of-dropped", "of a member outside U3", "ATTEST-3", "not_in_u3", by_dropped),
    ]


def _unmasks(sender):
    good, some, u = sender.sent("unmasks"), sender.aggregator, sender.u
    answer = Answer.parse(good.body)

    def body(name, fault, reason, data):
        signature = sender.identity.sign(transcript.unmask_statement(some.th3, u, data))
        return sender.bad(name, fault, "UNMASK-4", reason,
                          replace(good, body=data, signature=signature))

    def of(name, fault, reason, listed, not_held=()):
        return body(name, fault, reason, Answer(list(listed), list(not_held)).encode())
    listed = answer.entries
    alive = next(place for place, one in enumerate(listed) if one[1] == SELF)
    gone = next(place for place, one in enumerate(listed) if one[1] == PAIR)

    def with_kind(place, kind):
        v, _, share = listed[place]
        return listed[:place] + [(v, kind, share)] + listed[place + 1:]
    own_share = (u, SELF, bytes([7]) + bytes(31))
    return [
        body("cut-off", "the last byte is missing", "wrong_length", good.body[:-1]),
        body("trailing", "a byte too many", "wrong_length", good.body + b"\0"),
        body("empty", "no body", "wrong_length", b""),
        body("count-high", "a count above the entries", "wrong_length",
             bytes([good.body[0] + 1]) + good.body[1:]),
        of("entries-swapped", "two entries change places", "bad_order",
           [listed[1], listed[0], *listed[2:]]),
        of("entry-twice", "a member twice", "bad_order", [listed[0], *listed]),
        of("both-kinds", "both shares of a member", "bad_order",
           [listed[0], (listed[0][0], 1 - listed[0][1], listed[0][2]), *listed[1:]]),
        of("not-held-swapped", "members that are not held, descending", "bad_order", listed[2:],
           [listed[1][0], listed[0][0]]),
        of("entry-missing", "an in-neighbour is left out", "wrong_item", listed[1:]),
        of("nothing", "no entries at all", "wrong_item", []),
        of("entry-of-self", "an entry of oneself", "wrong_item", sorted([*listed, own_share])),
        of("held-and-not", "a member with a share, and not held", "wrong_item", listed,
           [listed[0][0]]),
        of("alive-as-dropped", "a share of s of a survivor", "wrong_item", with_kind(alive, PAIR)),
        of("dropped-as-alive", "a share of b of a dropped member", "wrong_item",
           with_kind(gone, SELF)),
        of("kind-2", "a kind that there is not", "wrong_item", with_kind(alive, 2)),
        sender.bad("other-th3", "signed under another th3", "UNMASK-4", "bad_signature", replace(
            good, signature=sender.identity.sign(transcript.unmask_statement(some.th2, u,
                                                                             good.body)))),
        sender.bad("share-changed", "a share changed after signing", "UNMASK-4", "bad_signature",
                   replace(good, body=good.body[:10] + b"\0\0" + good.body[12:])),
    ]


def cases():
    some = played.dropout_5()
    sender, dropped = Sender(some, 3), Sender(some, 2)
    return (_adverts(sender) + _shares(sender) + _uploads(sender)
            + _attestations(sender, dropped) + _unmasks(sender))
