"""Mask streams for every width of words, and masked vectors [STREAM-1, STREAM-2, MASK-2, PACK-1].

A ring of one bit does not exist [PARAM-4]: b = 1 is among the bad ones.
"""

from ..reference import masks, packing
from ..reference.enc import sha256
from ..reference.entropy import Seeded
from ..reference.errors import Refused
from .case import Bad, Good, digits, refused

NAME = "masks"
SHAPES = {
    "stream": ({"key": "hex32", "m": "u32", "b": "u32"},
               {"word_bits": "u32", "elements": ["digits"], "packed": "hex"}),
    "long_stream": ({"key": "hex32", "m": "u32", "b": "u32"}, {"packed_sha256": "hex32"}),
    "masked": ({"u": "u32", "b": "u32", "elements": ["digits"], "self_key": "hex32",
                "pairs": [{"v": "u32", "key": "hex32"}]}, {"packed": "hex"}),
}
WIDTHS = [2, 8, 15, 16, 17, 20, 26, 31, 32, 33, 48, 63, 64]
_RNG = Seeded("vectors/masks")


def check_ring(b):
    """[PARAM-4]"""
    if not 2 <= b <= 64:
        raise Refused("bad_parameters", "ring_bits")


def _stream(b, m=21):
    key = _RNG.child(f"stream-{b}").bytes(32)
    elements = masks.words(key, m, b)
    return Good(f"stream-{b}", ["STREAM-1", "STREAM-2"], "stream",
                {"key": key.hex(), "m": m, "b": b}, {
                    "word_bits": masks.word_bits(b), "elements": [digits(x) for x in elements],
                    "packed": packing.pack(elements, b).hex()})


def _long(b, m):
    """Longer than a block, a cache or a chunk is likely to be."""
    key = _RNG.child(f"long-{b}").bytes(32)
    packed = packing.pack(masks.words(key, m, b), b)
    return Good(f"long-stream-{b}", ["STREAM-1", "STREAM-2", "PACK-1"], "long_stream",
                {"key": key.hex(), "m": m, "b": b}, {"packed_sha256": sha256(packed).hex()})


def _masked(b, u, others, m=11):
    rng = _RNG.child(f"masked-{b}-{u}")
    keys = [rng.bytes(32) for _ in others]
    self_key = rng.bytes(32)
    x = packing.to_ring([int.from_bytes(rng.bytes(8), "little") for _ in range(m)], b)
    y = masks.masked(x, b, self_key, list(zip(others, keys)), u)
    return Good(f"masked-{b}-{u}", ["MASK-1", "MASK-2", "PACK-1"], "masked", {
        "u": u, "b": b, "elements": [digits(e) for e in x], "self_key": self_key.hex(),
        "pairs": [{"v": v, "key": key.hex()} for v, key in zip(others, keys)],
    }, {"packed": packing.pack(y, b).hex()})


def _bad(b):
    refused("bad_parameters", check_ring, b)
    key = _RNG.child("bad").bytes(32)
    return [
        Bad(f"stream-of-{b}-bits", ["PARAM-4", "STREAM-2"], f"a ring of {b} bits", "parameters",
            "bad_parameters", "stream", {"key": key.hex(), "m": 4, "b": b}),
        Bad(f"masked-in-{b}-bits", ["PARAM-4", "STREAM-2"], f"a ring of {b} bits", "parameters",
            "bad_parameters", "masked",
            {"u": 0, "b": b, "elements": ["0", "1"], "self_key": key.hex(), "pairs": []}),
    ]


def cases():
    found = [_stream(b) for b in WIDTHS]
    found += [_long(b, m) for b, m in ((16, 70_000), (20, 50_000), (33, 30_000))]
    found += [_masked(b, 3, [0, 2, 4, 9]) for b in (2, 8, 16, 17, 20, 26, 32, 33, 48, 63, 64)]
    found += [_masked(20, 0, [1, 2]), _masked(20, 9, [1, 2]), _masked(20, 5, [])]
    return found + [bad for b in (0, 1, 65) for bad in _bad(b)]
