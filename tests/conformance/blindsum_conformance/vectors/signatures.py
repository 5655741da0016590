"""Ed25519 over Enc, and what a strict verifier refuses [SIG-1, SIG-3, ROSTER-3]."""

from hashlib import sha512

from ..reference import enc, group, keys
from ..reference.entropy import Seeded
from ..reference.field import L
from .case import Bad, Good, refused

NAME = "signatures"
SHAPES = {
    "sign": ({"seed": "hex32", "label": "text", "fields": ["hex"]},
             {"key": "hex32", "signature": "hex64"}),
    "verify": ({"key": "hex", "label": "text", "fields": ["hex"], "signature": "hex64"}, {}),
    "identity_key": ({"key": "hex32"}, {}),
}
SIGNED = ["offer", "roster", "session", "advert", "shares", "masked", "attest", "void", "unmask",
          "record"]
_RNG = Seeded("vectors/signatures")
_SEED = bytes(range(32))
_LABEL, _FIELDS = "attest", [bytes(32), enc.u32(7)]


def edwards(point):
    """A curve point as Ed25519 writes it."""
    x, y, z, _ = point
    inverse = pow(z, -1, group.P)
    x, y = x * inverse % group.P, y * inverse % group.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _eighth():
    """A point of order 8: l times any point that has such a part."""
    for y in range(2, 100):
        square, root = group._inverse_root((group.D * y * y + 1) * pow(y * y - 1, -1, group.P)
                                           % group.P)
        if not square:
            continue
        point = group._multiple(L, (root, y, 1, root * y % group.P))
        if edwards(group._multiple(4, point)) != edwards(group.IDENTITY):
            return point
    raise AssertionError("one in two points has such a part")


def _secret(seed):
    half = bytearray(sha512(seed).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    return int.from_bytes(half, "little")


def _challenge(r, key, text):
    return int.from_bytes(sha512(r + key + text).digest(), "little") % L


def _made(r_point, r, secret, key, text):
    """R and the S that fits it for a discrete logarithm r of R's part in the group."""
    r_bytes = edwards(r_point)
    s = (r + _challenge(r_bytes, key, text) * secret) % L
    return r_bytes + s.to_bytes(32, "little")


def _signed(name, label, *fields):
    signer = keys.SigningKey(_SEED)
    return Good(name, ["SIG-1", "SIG-3"], "sign",
                {"seed": _SEED.hex(), "label": label, "fields": [f.hex() for f in fields]},
                {"key": signer.public.hex(),
                 "signature": signer.sign(enc.enc(label, *fields)).hex()})


def _verify_input(key, signature, label=_LABEL, fields=None):
    return {"key": key.hex(), "label": label,
            "fields": [f.hex() for f in (fields or _FIELDS)], "signature": signature.hex()}


def _bad_signature(name, fault, key, signature, label=_LABEL, fields=None):
    refused("bad_signature", keys.verify, key, enc.enc(label, *(fields or _FIELDS)), signature)
    return Bad(name, ["SIG-1"], fault, "crypto", "bad_signature", "verify",
               _verify_input(key, signature, label, fields))


def _bad_key(name, fault, key):
    refused("bad_point", keys.check_key, key)
    return Bad(f"key-{name}", ["ROSTER-3"], fault, "crypto", "bad_point", "identity_key",
               {"key": key.hex()})


def _flip(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _bad_signatures():
    signer = keys.SigningKey(_SEED)
    key, text, secret = signer.public, enc.enc(_LABEL, *_FIELDS), _secret(_SEED)
    good = signer.sign(text)
    s = int.from_bytes(good[32:], "little")
    torsion = _eighth()
    r = 12345
    other = keys.SigningKey(_RNG.child("other").bytes(32))
    small_key = edwards(torsion)
    return [
        _bad_signature("other-label", "signed with the label void", key, good, "void"),
        _bad_signature("other-field", "another member's index", key, good,
                       fields=[bytes(32), enc.u32(8)]),
        _bad_signature("other-key", "another key's signature", other.public, good),
        _bad_signature("r-flipped", "a bit of R flipped", key, _flip(good, 3)),
        _bad_signature("s-flipped", "a bit of S flipped", key, _flip(good, 256 + 3)),
        _bad_signature("s-plus-order", "S not reduced", key,
                       good[:32] + (s + L).to_bytes(32, "little")),
        _bad_signature("s-high-bit", "S with bit 253 set", key, _flip(good, 256 + 253)),
        _bad_signature("zeros", "64 zero bytes", key, bytes(64)),
        _bad_signature("r-small-order", "R is the identity, and the equation holds", key,
                       _made(group.IDENTITY, 0, secret, key, text)),
        _bad_signature("r-torsion", "holds only if both sides are multiplied by 8", key,
                       _made(group.add(group.base_multiple(r), torsion), r, secret, key, text)),
        _bad_signature("key-identity", "the key is the identity: whatever is signed verifies",
                       edwards(group.IDENTITY),
                       _made(group.base_multiple(r), r, 0, edwards(group.IDENTITY), text)),
        _bad_signature("key-small-order", "the key is of order 8", small_key,
                       _made(group.base_multiple(r), r, 0, small_key, text)),
    ]


def mixed_order_key():
    return edwards(group.add(group.base_multiple(_secret(_SEED)), _eighth()))


def _bad_keys():
    public = keys.SigningKey(_SEED).public
    torsion, base = _eighth(), group.BASE
    cases = [_bad_key(f"order-{8 // factor}", "of small order",
                      edwards(group._multiple(factor, torsion))) for factor in (1, 2, 4, 8)]
    assert edwards(base) == bytes([0x58] + [0x66] * 31)
    return cases + [
        _bad_key("mixed-order", "a good key plus a point of order 8", mixed_order_key()),
        _bad_key("one-plus-p", "the identity, not reduced", (group.P + 1).to_bytes(32, "little")),
        _bad_key("identity-signed", "the identity with the sign bit set",
                 (1 | 1 << 255).to_bytes(32, "little")),
        _bad_key("off-curve", "no point has this y", no_point()),
        _bad_key("zeros", "32 zero bytes: of order 4", bytes(32)),
        _bad_key("ones", "all bits set", b"\xff" * 32),
        _bad_key("reversed", "the bytes of a good key from the other end", public[::-1]),
    ]


def no_point():
    """32 bytes that are no point of the curve."""
    for y in range(2, 100):
        square, _ = group._inverse_root((group.D * y * y + 1) * pow(y * y - 1, -1, group.P)
                                        % group.P)
        if not square:
            return y.to_bytes(32, "little")
    raise AssertionError("half of all values are no y")


def cases():
    rng = _RNG.child("good")
    good = [_signed(f"sign-{label}", label, rng.bytes(32), enc.u32(3)) for label in SIGNED]
    good.append(_signed("sign-long", "roster", rng.bytes(500)))
    signer = keys.SigningKey(_SEED)
    good.append(Good("verify", ["SIG-1"], "verify",
                     _verify_input(signer.public, signer.sign(enc.enc(_LABEL, *_FIELDS))), {}))
    good.append(Good("key", ["ROSTER-3"], "identity_key", {"key": signer.public.hex()}, {}))
    return good + _bad_signatures() + _bad_keys()
