"""Boxes around a pair of shares, and boxes that do not open [SHARE-6, U2-9]."""

from ..reference import field, seals
from ..reference.entropy import Seeded
from ..reference.errors import Refused
from .case import Bad, Good, refused

NAME = "seals"
_WHERE = {"key": "hex32", "th1": "hex32", "from": "u32", "to": "u32", "point": "u32"}
_SHARES = {"f_s": "hex32", "f_b": "hex32"}
SHAPES = {
    "seal": (_WHERE | _SHARES, {"associated_data": "hex", "box": "hex80"}),
    "open": (_WHERE | {"box": "hex"}, _SHARES),
}
_RNG = Seeded("vectors/seals")
_KEY, _TH1 = _RNG.child("key").bytes(32), _RNG.child("th1").bytes(32)


def open_shares(key, th1, frm, to, point, box):
    """The two shares, or by what they are not held."""
    plain = seals.open_box(key, th1, frm, to, point, box)
    if plain is None:
        raise Refused("not_opened")
    for share in plain:
        field.scalar(share)
    return plain


def _where(frm, to, point, key=_KEY, th1=_TH1):
    return {"key": key.hex(), "th1": th1.hex(), "from": frm, "to": to, "point": point}


def _seal(name, frm, to, point, values):
    shares = [field.scalar_bytes(value) for value in values]
    return Good(name, ["SHARE-6"], "seal",
                _where(frm, to, point) | dict(zip(_SHARES, (s.hex() for s in shares))), {
                    "associated_data": seals.associated_data(_TH1, frm, to, point).hex(),
                    "box": seals.seal(_KEY, _TH1, frm, to, point, *shares).hex()})


def _bad(name, fault, box, where=(3, 5, 2), key=_KEY, th1=_TH1, reason="not_opened"):
    refused(reason, open_shares, key, th1, *where, box)
    return Bad(name, ["SHARE-6", "U2-9"], fault, "crypto", reason, "open",
               _where(*where, key, th1) | {"box": box.hex()})


def _of_values(name, fault, one, other):
    box = seals.seal(_KEY, _TH1, 3, 5, 2, one.to_bytes(32, "little"), other.to_bytes(32, "little"))
    return _bad(name, fault, box, reason="bad_scalar")


def _flip(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def cases():
    rng = _RNG.child("shares")
    values = [field.random_scalar(rng) for _ in range(2)]
    good = _seal("box-3-5", 3, 5, 2, values)
    box = bytes.fromhex(good.output["box"])
    opened = Good("open-3-5", ["SHARE-6"], "open", _where(3, 5, 2) | {"box": box.hex()},
                  {name: good.input[name] for name in _SHARES})
    return [
        good, opened,
        _seal("box-0-4095", 0, 4095, 4095, [1, 2]),
        _seal("box-4095-0", 4095, 0, 1, [field.L - 1, 1]),
        _bad("ciphertext-changed", "a bit of the ciphertext flipped", _flip(box, 0)),
        _bad("tag-changed", "a bit of the tag flipped", _flip(box, 79)),
        _bad("other-direction", "from and to change places", box, (5, 3, 2)),
        _bad("other-receiver", "another receiver", box, (3, 6, 2)),
        _bad("other-point", "another point", box, (3, 5, 1)),
        _bad("other-th1", "another cohort", box, th1=bytes(32)),
        _bad("other-key", "another channel's key", box, key=bytes(31) + b"\x01"),
        _bad("zeros", "80 zero bytes", bytes(80)),
        _of_values("share-of-s-zero", "the share of s is zero", 0, values[1]),
        _of_values("share-of-b-zero", "the share of b is zero", values[0], 0),
        _of_values("share-not-reduced", "the share of s plus the order", values[0] + field.L, 1),
        _of_values("share-high-bit", "the share of b with bit 255 set", 1, values[1] | 1 << 255),
    ]
