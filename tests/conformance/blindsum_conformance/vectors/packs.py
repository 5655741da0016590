"""Elements of b bits as bytes, and bytes that are no elements [RING-1, PACK-1, RECORD-4]."""

from ..reference import packing
from ..reference.enc import sha256
from ..reference.entropy import Seeded
from .case import Bad, Good, digits, refused

NAME = "packing"
SHAPES = {
    "pack": ({"b": "u32", "elements": ["digits"]}, {"packed": "hex", "sum_hash": "hex32"}),
    "unpack": ({"b": "u32", "m": "u32", "packed": "hex"},
               {"elements": ["digits"], "signed": ["digits"]}),
}
_RNG = Seeded("vectors/packing")
_WIDTHS = [2, 3, 5, 8, 13, 16, 17, 20, 26, 31, 32, 33, 48, 63, 64]


def _elements(b, m):
    rng = _RNG.child(f"{b}-{m}")
    return [int.from_bytes(rng.bytes(8), "little") % (1 << b) for _ in range(m)]


def _edges(b):
    """Zero, one, the greatest, both sides of the middle."""
    return [0, 1, (1 << b) - 1, (1 << b - 1) - 1, 1 << b - 1, 0, (1 << b) - 2]


def _pack(name, b, elements):
    packed = packing.pack(packing.to_ring(elements, b), b)
    return Good(f"pack-{name}", ["PACK-1", "RECORD-4"], "pack",
                {"b": b, "elements": [digits(e) for e in elements]},
                {"packed": packed.hex(), "sum_hash": sha256(packed).hex()})


def _unpack(name, b, elements):
    packed = packing.pack(packing.to_ring(elements, b), b)
    return Good(f"unpack-{name}", ["RING-1", "PACK-1"], "unpack",
                {"b": b, "m": len(elements), "packed": packed.hex()}, {
                    "elements": [digits(e) for e in elements],
                    "signed": [digits(s) for s in packing.signed(elements, b)]})


def _bad(name, fault, b, m, packed, reason):
    refused(reason, packing.unpack, packed, m, b)
    return Bad(name, ["PACK-1"], fault, "vector", reason, "unpack",
               {"b": b, "m": m, "packed": packed.hex()})


def _bad_padding(b, m, bit):
    """The bit of the last byte, counted from its least significant one."""
    packed = bytearray(packing.pack(packing.to_ring(_elements(b, m), b), b))
    packed[-1] |= 1 << bit
    return _bad(f"padding-{b}-{m}-bit-{bit}", "a free bit of the last byte is set", b, m,
                bytes(packed), "bad_padding")


def _bad_length(b, m, change):
    packed = packing.pack(packing.to_ring(_elements(b, m), b), b)
    packed = packed + bytes(change) if change > 0 else packed[:change]
    words = "too many" if change > 0 else "too few"
    return _bad(f"length-{b}-{m}-{words.replace(' ', '-')}", f"a byte {words}", b, m, packed,
                "wrong_length")


def cases():
    found = [_pack("appendix", 5, [1, 31, 16, 7])]
    for b in _WIDTHS:
        found += [_pack(f"{b}-edges", b, _edges(b)), _unpack(f"{b}-random", b, _elements(b, 13))]
    found += [_unpack("20-one", 20, [0xb8815]), _pack("17-nine", 17, _elements(17, 9))]
    for b, m, bits in ((2, 1, (2, 7)), (5, 4, (4, 7)), (17, 3, (3, 7)), (20, 3, (4, 7)),
                       (26, 1, (2,)), (33, 7, (7,)), (63, 1, (7,)), (63, 5, (3, 7))):
        found += [_bad_padding(b, m, bit) for bit in bits]
    for b, m in ((2, 4), (8, 3), (16, 5), (17, 3), (20, 2), (32, 2), (33, 3), (64, 2)):
        found += [_bad_length(b, m, change) for change in (-1, 1)]
    found.append(_bad("nothing", "no bytes for one element", 8, 1, b"", "wrong_length"))
    return found
