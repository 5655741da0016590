"""Each message of Appendix B as a frame, and frames that are none [WIRE-1, WIRE-2, WIRE-3]."""

import struct

from ..reference import schema, wire
from ..reference.entropy import Seeded
from ..reference.protobuf import BYTES, VARINT, put_field, put_varint
from .case import Bad, Good, refused

NAME = "frames"
_RNG = Seeded("vectors/frames")
SESSION = _RNG.child("session").bytes(32)
_UP, _DOWN = schema.TO_AGGREGATOR, schema.TO_PARTICIPANT
_TO = {_UP: "aggregator", _DOWN: "participant"}
_SHAPES = {"uint32": "u32", "uint64": "digits", "bool": "bool", "string": "text", "bytes": "hex"}
_FRAME = {"to": "text", "frame": "hex"}
_CHUNK = {"session_id": "hex32", "offset": "digits", "data": "hex"}
_CHUNKS = [wire.UploadChunk, wire.PayloadChunk, wire.SumChunk]
SHAPES = {
    schema.BODIES[number].__name__:
        (_FRAME, {f.name: _SHAPES[f.kind] for f in schema.BODIES[number].FIELDS})
    for number in sorted(schema.BODIES)
} | {kind.__name__: (_FRAME, _CHUNK) for kind in _CHUNKS} | {"frame": (_FRAME, {})}


def json_of(kind, value):
    if kind == "bytes":
        return value.hex()
    return str(value) if kind == "uint64" else value


def _good(name, direction, frame, what=None):
    message = wire.decode(frame, direction)
    fields = {f.name: json_of(f.kind, getattr(message, f.name)) for f in message.FIELDS}
    return Good(name, ["WIRE-1", "WIRE-2"], what or type(message).__name__,
                {"to": _TO[direction], "frame": frame.hex()}, fields)


def _chunk(kind, offset, size):
    data = _RNG.child(kind.__name__).bytes(size)
    return Good(f"{kind.__name__.lower()}-{size}", ["WIRE-1"], kind.__name__,
                {"to": "aggregator" if kind is wire.UploadChunk else "participant",
                 "frame": wire.encode(kind(SESSION, offset, data)).hex()},
                {"session_id": SESSION.hex(), "offset": str(offset), "data": data.hex()})


def _messages():
    """One of each that has no parts which must fit each other; rounds.py has the others."""
    data = _RNG.child("messages").bytes
    return [
        schema.Challenge(nonce=data(32), aggregator_key=data(32), protocol_version=1),
        schema.Hello(protocol_version=1, roster_index=65535, exporter_bound=True,
                     signature=data(64)),
        schema.Welcome(roster_epoch=2**64 - 1, roster_hash=data(32)),
        schema.SessionError(reason="superseded", detail="a newer session – é"),
        schema.Join(task="spam-filter_2.0"),
        schema.Joined(task="spam", waiting=4, needed=2**32 - 1),
        schema.Leave(),
        schema.UploadGrant(session_id=SESSION, offset=2**40),
        schema.Receipt(session_id=SESSION, signature=data(64)),
        schema.UploadAccepted(session_id=SESSION),
        schema.Attestation(session_id=SESSION, signature=data(64)),
        schema.AttestRequest(session_id=SESSION, th2=data(32), u3=b"\x07", receipts=data(136)),
        schema.UnmaskRequest(session_id=SESSION, th2=data(32), u3=b"\x0f", signers=b"\x07",
                             signatures=data(192)),
        schema.RoundResult(session_id=SESSION, record=data(40), signature=data(64), sum_size=9,
                           proof=data(30)),
        schema.RoundAborted(session_id=SESSION, reason="too_few_members", detail="3 of 5"),
        schema.Refusal(session_id=SESSION, reason="sigma_too_low", detail=""),
        schema.Rejected(session_id=SESSION, reason="upload_stalled", detail="é" * 128),
        schema.VoidRequest(session_id=SESSION),
        schema.Void(session_id=SESSION, signature=data(64)),
        schema.VoidCertificate(session_id=SESSION, signers=b"\x03", signatures=data(128)),
    ]


def _good_frames():
    found = []
    for message in _messages():
        name = type(message).__name__
        found.append(_good(name.lower(), schema.DIRECTIONS[name], wire.encode(message)))
    late_first = put_field(2, BYTES, b"\x01" * 64) + put_field(1, BYTES, SESSION)
    zeros = put_field(1, BYTES, SESSION) + put_field(2, VARINT, b"\0")
    found += [
        _good("receipt-descending-fields", _UP, b"\0" + put_field(13, BYTES, late_first)),
        _good("grant-explicit-zero", _DOWN, b"\0" + put_field(12, BYTES, zeros)),
        _good("hello-long-varint", _UP, b"\0" + put_field(2, BYTES, put_field(
            1, VARINT, b"\x81\x00") + put_field(4, BYTES, b"\x02" * 64))),
        _chunk(wire.UploadChunk, 0, 1), _chunk(wire.UploadChunk, 2**33, 100),
        _chunk(wire.PayloadChunk, 5, 7), _chunk(wire.SumChunk, 2**20, 9),
    ]
    return found


def _bad(name, fault, direction, frame, reason="bad_frame", rules=("WIRE-2",)):
    refused(reason, wire.decode, frame, direction)
    return Bad(name, list(rules), fault, "frame", reason, "frame",
               {"to": _TO[direction], "frame": frame.hex()})


def _envelope(number, *fields):
    return b"\0" + put_field(number, BYTES, b"".join(fields))


_ID = put_field(1, BYTES, SESSION)
_SIG = put_field(2, BYTES, bytes(64))


def _bad_types():
    chunk = SESSION + bytes(8)
    w1 = ("WIRE-1",)
    return [
        _bad("empty", "no bytes", _UP, b"", rules=w1),
        _bad("type-4", "a type that is none", _UP, b"\x04" + chunk + b"x", rules=w1),
        _bad("type-255", "a type that is none", _DOWN, b"\xff" + chunk + b"x", rules=w1),
        _bad("upload-to-participant", "a chunk in the wrong direction", _DOWN,
             b"\x01" + chunk + b"x", rules=w1),
        _bad("payload-to-aggregator", "a chunk in the wrong direction", _UP,
             b"\x02" + chunk + b"x", rules=w1),
        _bad("sum-to-aggregator", "a chunk in the wrong direction", _UP, b"\x03" + chunk + b"x",
             rules=w1),
        _bad("chunk-short-header", "the offset is cut off", _UP, b"\x01" + chunk[:-1], rules=w1),
        _bad("chunk-without-data", "a header and no byte", _UP, b"\x01" + chunk, rules=w1),
        _bad("payload-without-data", "a header and no byte", _DOWN, b"\x02" + chunk, rules=w1),
    ]


def _bad_envelopes():
    receipt = put_field(13, BYTES, _ID + _SIG)
    return [
        _bad("no-body", "an Envelope without a body", _UP, b"\0"),
        _bad("body-0", "a field with the number 0", _UP, b"\0\x02\x00"),
        _bad("body-27", "a body with a number above the last", _UP, _envelope(27, _ID)),
        _bad("two-bodies", "two different bodies", _UP,
             b"\0" + receipt + put_field(26, BYTES, b"")),
        _bad("body-twice", "the same body twice", _UP, b"\0" + receipt + receipt),
        _bad("trailing-byte", "a byte behind the body", _UP, b"\0" + receipt + b"\0"),
        _bad("cut-off", "the last byte is missing", _UP, b"\0" + receipt[:-1]),
        _bad("challenge-to-aggregator", "a body of the other direction", _UP,
             _envelope(1, put_field(1, BYTES, bytes(32)), put_field(2, BYTES, bytes(32)))),
        _bad("receipt-to-participant", "a body of the other direction", _DOWN, b"\0" + receipt),
        _bad("body-is-varint", "a body as a number", _UP, b"\0" + put_field(26, VARINT, b"\x05")),
        _bad("group", "a group, which proto3 has not", _UP, b"\0\xd3\x01\xd4\x01"),
        _bad("wire-type-7", "a wire type that is none", _UP, b"\0\xd7\x01"),
    ]


def _bad_fields():
    hello = [put_field(1, VARINT, b"\x01"), put_field(2, VARINT, b"\x07"),
             put_field(3, VARINT, b"\x01"), put_field(4, BYTES, bytes(64))]
    wide = put_field(2, VARINT, put_varint(2**32))
    long_number = put_field(2, VARINT, b"\xff" * 10 + b"\x01")
    fixed = put_field(2, 5, struct.pack("<I", 7))
    return [
        _bad("unknown-field", "a field that the message has not", _UP,
             _envelope(13, _ID, _SIG, put_field(3, VARINT, b"\x01"))),
        _bad("unknown-empty-field", "an empty field that the message has not", _UP,
             _envelope(26, put_field(1, BYTES, b""))),
        _bad("field-twice", "a field twice, with the same value", _UP,
             _envelope(13, _ID, _SIG, _SIG)),
        _bad("number-twice", "a number twice", _UP, _envelope(2, *hello, hello[1])),
        _bad("uint32-wide", "a uint32 of 2^32", _UP, _envelope(2, hello[0], wide, *hello[2:])),
        _bad("varint-11-bytes", "a number of 11 bytes", _UP,
             _envelope(2, hello[0], long_number, *hello[2:])),
        _bad("varint-cut-off", "a number without an end", _UP, _envelope(2, b"\x10\x80")),
        _bad("bool-2", "a bool of 2", _UP,
             _envelope(2, *hello[:2], put_field(3, VARINT, b"\x02"), hello[3])),
        _bad("fixed32", "a uint32 as four bytes", _UP, _envelope(2, hello[0], fixed, *hello[2:])),
        _bad("bytes-as-number", "a bytes field as a number", _UP,
             _envelope(13, _ID, put_field(2, VARINT, b"\x05"))),
        _bad("number-as-bytes", "a number as bytes", _DOWN,
             _envelope(12, _ID, put_field(2, BYTES, b"\x05"))),
        _bad("text-not-utf8", "a string that is not UTF-8", _UP,
             _envelope(5, put_field(1, BYTES, b"spam\xff"))),
        _bad("text-overlong-utf8", "a slash in two bytes", _UP,
             _envelope(5, put_field(1, BYTES, b"\xc0\xaf"))),
        _bad("text-surrogate", "a surrogate in UTF-8", _UP,
             _envelope(5, put_field(1, BYTES, b"\xed\xa0\x80"))),
        _bad("text-control", "a line feed in a string", _UP,
             _envelope(21, _ID, put_field(2, BYTES, b"time_limit"), put_field(3, BYTES, b"a\nb"))),
        _bad("text-delete", "U+007F in a string", _UP, _envelope(5, put_field(1, BYTES, b"a\x7f"))),
        _bad("text-c1-control", "U+0085 in a string", _UP,
             _envelope(5, put_field(1, BYTES, b"a\xc2\x85"))),
    ]


def _bad_lengths():
    def short(name, fault, direction, number, *fields, reason="wrong_length"):
        return _bad(name, fault, direction, _envelope(number, *fields), reason, ("WIRE-3",))

    def of(number, size):
        return put_field(number, BYTES, b"\x07" * size)
    item = bytes(4) + bytes(152)
    return [
        short("nonce-31", "a nonce of 31 bytes, and no round", _DOWN, 1, of(1, 31), of(2, 32),
              reason="bad_frame"),
        short("hello-signature-absent", "no signature, and no round", _UP, 2,
              put_field(1, VARINT, b"\x01"), reason="bad_frame"),
        short("session-id-31", "a session id of 31 bytes", _UP, 13, of(1, 31), of(2, 64),
              reason="bad_frame"),
        short("session-id-absent", "no session id", _UP, 13, of(2, 64), reason="bad_frame"),
        short("receipt-signature-63", "a signature of 63 bytes", _UP, 13, _ID, of(2, 63)),
        short("receipt-signature-absent", "no signature", _UP, 13, _ID),
        short("attestation-signature-65", "a signature of 65 bytes", _UP, 16, _ID, of(2, 65)),
        short("void-signature-32", "half a signature", _UP, 24, _ID, of(2, 32)),
        short("advert-99", "an advert of 99 bytes", _UP, 8, _ID, of(2, 99), of(3, 64)),
        short("advert-101", "an advert of 101 bytes", _UP, 8, _ID, of(2, 101), of(3, 64)),
        short("cohort-163", "adverts of 163 bytes", _DOWN, 9, _ID, of(2, 163)),
        short("shares-153", "items of 153 bytes", _UP, 10, _ID, of(2, 153), of(3, 64)),
        short("delivery-proofs-99", "a proof of 99 bytes", _DOWN, 11, _ID, of(2, 1), of(4, 99)),
        short("delivery-item-cut-off", "an item of 156 bytes", _DOWN, 11, _ID, of(2, 1),
              put_field(3, BYTES, item)),
        short("delivery-path-cut-off", "a path of one hash that has 31 bytes", _DOWN, 11, _ID,
              of(2, 1), put_field(3, BYTES, item + b"\x01" + bytes(31))),
        short("delivery-path-13", "a path of 13 hashes", _DOWN, 11, _ID, of(2, 1),
              put_field(3, BYTES, item + b"\x0d" + bytes(13 * 32))),
        short("receipts-67", "a receipt of 67 bytes", _DOWN, 15, _ID, of(2, 32), of(3, 1),
              of(4, 67)),
        short("attest-request-th2-31", "th2 of 31 bytes", _DOWN, 15, _ID, of(2, 31), of(3, 1)),
        short("unmask-request-signatures-65", "signatures of 65 bytes", _DOWN, 17, _ID, of(2, 32),
              of(3, 1), of(4, 1), of(5, 65)),
        short("refusal-reason-65", "a reason of 65 bytes", _UP, 21, _ID,
              put_field(2, BYTES, b"r" * 65)),
        short("rejected-reason-65", "a reason of 65 bytes", _DOWN, 22, _ID,
              put_field(2, BYTES, b"r" * 65)),
        short("refusal-detail-257", "a detail of 257 bytes", _UP, 21, _ID,
              put_field(2, BYTES, b"time_limit"), put_field(3, BYTES, b"d" * 257)),
        short("session-error-reason-65", "a reason of 65 bytes, and no round", _DOWN, 4,
              put_field(1, BYTES, b"r" * 65), reason="bad_frame"),
        short("join-task-65", "a task of 65 bytes, and no round", _UP, 5,
              put_field(1, BYTES, b"t" * 65), reason="bad_frame"),
        short("delivery-u2-513", "a bitmap above the largest cohort", _DOWN, 11, _ID,
              of(2, 513), reason="bad_bitmap"),
        short("result-signature-63", "a signature of 63 bytes", _DOWN, 19, _ID, of(2, 9),
              of(3, 63)),
    ]


def cases():
    return (_good_frames() + _bad_types() + _bad_envelopes() + _bad_fields() + _bad_lengths())
