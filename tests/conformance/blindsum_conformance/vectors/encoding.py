"""Enc and H, and sets of members as bitmaps [ENC-1, ENC-2, HASH-1, BITMAP-1]."""

from ..reference import bitmap, enc
from ..reference.entropy import Seeded
from .case import Bad, Good, refused

NAME = "encoding"
SHAPES = {
    "enc": ({"label": "text", "fields": ["hex"]}, {"encoded": "hex", "hash": "hex32"}),
    "bitmap": ({"n": "u32", "bitmap": "hex"}, {"members": ["u32"]}),
}
_RNG = Seeded("vectors/encoding")


def _enc(name, label, *fields):
    return Good(name, ["ENC-1", "ENC-2", "ENC-3", "HASH-1"], "enc",
                {"label": label, "fields": [f.hex() for f in fields]},
                {"encoded": enc.enc(label, *fields).hex(), "hash": enc.h(label, *fields).hex()})


def _bitmap(n, members):
    return Good(f"bitmap-{n}-{len(members)}", ["BITMAP-1"], "bitmap",
                {"n": n, "bitmap": bitmap.pack(n, members).hex()}, {"members": members})


def _bad_bitmap(name, fault, n, data):
    refused("bad_bitmap", bitmap.parse, n, data)
    return Bad(name, ["BITMAP-1"], fault, "bitmap", "bad_bitmap", "bitmap",
               {"n": n, "bitmap": data.hex()})


def _good():
    rng = _RNG.child("enc")
    cases = [_enc(f"label-{label}", label, rng.bytes(3), enc.u32(place))
             for place, label in enumerate(sorted(enc.LABELS))]
    return cases + [
        _enc("no-field", "th0"),
        _enc("an-empty-field", "session", b"", b"\x00"),
        _enc("u64-field", "record", enc.u64(2**64 - 1)),
        _enc("a-long-field", "roster", rng.bytes(300)),
        _bitmap(3, []), _bitmap(3, [0, 1, 2]), _bitmap(8, [0, 7]), _bitmap(9, [8]),
        _bitmap(100, list(range(0, 100, 3))), _bitmap(4096, [0, 2048, 4095]),
    ]


def _bad():
    return [
        _bad_bitmap("bitmap-short", "a byte too few", 9, b"\x01"),
        _bad_bitmap("bitmap-long", "a byte too many", 8, b"\x01\x00"),
        _bad_bitmap("bitmap-empty", "no bytes", 3, b""),
        _bad_bitmap("bitmap-first-padding-bit", "bit n is set", 5, b"\x21"),
        _bad_bitmap("bitmap-last-padding-bit", "the last bit is set", 9, b"\x01\x80"),
        _bad_bitmap("bitmap-most-significant-first", "members 0 to 2 from the other end", 3,
                    b"\xe0"),
    ]


def cases():
    return _good() + _bad()
