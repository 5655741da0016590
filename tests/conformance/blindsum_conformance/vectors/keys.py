"""From secrets to keys: scalars, points, agreements, HKDF [KEY-1, KEY-2, KEY-5, KEY-6]."""

from ..reference import field, group, seals
from ..reference.entropy import Seeded
from .case import Bad, Good, refused

NAME = "keys"
SHAPES = {
    "public_point": ({"scalar": "hex"}, {"point": "hex32"}),
    "agree": ({"scalar": "hex", "point": "hex"}, {"shared": "hex32"}),
    "channel_key": ({"scalar": "hex32", "point": "hex32", "th1": "hex32", "from": "u32",
                     "to": "u32"}, {"key": "hex32"}),
    "pair_key": ({"scalar": "hex32", "point": "hex32", "th2": "hex32", "u": "u32", "v": "u32"},
                 {"key": "hex32"}),
    "self_key": ({"scalar": "hex32", "th2": "hex32", "u": "u32"}, {"key": "hex32"}),
}
_RNG = Seeded("vectors/keys")
_INTEROP = bytes(range(1, 32)) + b"\x0e"


def _scalars():
    rng = _RNG.child("scalars")
    named = {"one": 1, "two": 2, "interop": int.from_bytes(_INTEROP, "little"),
             "greatest": field.L - 1, "half": (field.L - 1) // 2}
    return named | {f"random-{i}": field.random_scalar(rng) for i in range(3)}


def _good():
    cases, rng = [], _RNG.child("good")
    for name, value in _scalars().items():
        cases.append(Good(f"point-{name}", ["KEY-1", "KEY-2", "KEY-6"], "public_point",
                          {"scalar": field.scalar_bytes(value).hex()},
                          {"point": group.times_base(value).hex()}))
    for i, (u, v) in enumerate([(0, 1), (1, 0), (7, 4095), (4095, 7)]):
        mine, theirs = field.random_scalar(rng), group.times_base(field.random_scalar(rng))
        th1, th2 = rng.bytes(32), rng.bytes(32)
        secret = field.scalar_bytes(mine)
        own = {"scalar": secret.hex(), "point": theirs.hex()}
        cases += [
            Good(f"agree-{i}", ["KEY-5"], "agree", own,
                 {"shared": group.times(mine, theirs).hex()}),
            Good(f"channel-{u}-{v}", ["KEY-5"], "channel_key",
                 own | {"th1": th1.hex(), "from": u, "to": v},
                 {"key": seals.channel_key(secret, theirs, th1, u, v).hex()}),
            Good(f"pair-{u}-{v}", ["KEY-5"], "pair_key",
                 own | {"th2": th2.hex(), "u": u, "v": v},
                 {"key": seals.pair_key(secret, theirs, th2, u, v).hex()}),
            Good(f"self-{i}-{u}", ["KEY-5"], "self_key",
                 {"scalar": own["scalar"], "th2": th2.hex(), "u": u},
                 {"key": seals.self_key(secret, th2, u).hex()}),
        ]
    return cases


def _bad_scalar(name, fault, value):
    data = value.to_bytes(32, "little")
    refused("bad_scalar", field.scalar, data)
    return Bad(f"scalar-{name}", ["KEY-1"], fault, "crypto", "bad_scalar", "public_point",
               {"scalar": data.hex()})


def _bad_point(name, fault, data, reason="bad_point"):
    refused(reason, group.decode, data)
    return Bad(f"point-{name}", ["KEY-2"], fault, "crypto", reason, "agree",
               {"scalar": _INTEROP.hex(), "point": data.hex()})


def _off_curve(first):
    """The first even value from `first` on that encodes no element."""
    for s in range(first, first + 1000, 2):
        try:
            group.decode(s.to_bytes(32, "little"))
        except group.Refused:
            return s.to_bytes(32, "little")
    raise AssertionError("half of all values encode an element")


def _bad():
    point = group.times_base(5)
    value = int.from_bytes(point, "little")
    high = bytes([*point[:31], point[31] | 0x80])
    small = next(s for s in range(2, 19, 2) if s.to_bytes(32, "little") != _off_curve(s))
    return [
        _bad_scalar("zero", "zero", 0),
        _bad_scalar("order", "the order of the group: zero once more", field.L),
        _bad_scalar("order-plus-one", "one once more", field.L + 1),
        _bad_scalar("twice-order", "zero a third time", 2 * field.L),
        _bad_scalar("bit-255", "one, with bit 255 set", 1 | 1 << 255),
        _bad_scalar("bit-252", "2^252 + 2^125: above the order", 2**252 + 2**125),
        _bad_scalar("all-ones", "all bits set", 2**256 - 1),
        _bad_point("identity", "the identity", bytes(32), "identity_point"),
        _bad_point("identity-bit-255", "the identity with bit 255 set", bytes(31) + b"\x80"),
        _bad_point("identity-as-p", "the identity as p", group.P.to_bytes(32, "little")),
        _bad_point("bit-255", "an element with bit 255 set", high),
        _bad_point("not-reduced", "an element plus p", (small + group.P).to_bytes(32, "little")),
        _bad_point("negative", "the negative of an element's field element",
                   (group.P - value).to_bytes(32, "little")),
        _bad_point("odd", "one: negative", (1).to_bytes(32, "little")),
        _bad_point("minus-one", "p - 1: y would be 0", (group.P - 1).to_bytes(32, "little")),
        _bad_point("off-curve-low", "even and small, and no element", _off_curve(2)),
        _bad_point("off-curve-high", "even and large, and no element", _off_curve(2**254)),
        _bad_point("all-ones", "all bits set", b"\xff" * 32),
        _bad_point("edwards-base", "the base point of Ed25519 as Ed25519 writes it",
                   bytes([0x58] + [0x66] * 31)),
    ]


def cases():
    return _good() + _bad()
