"""A member's advert of its three keys, signed under th0 [ADVERT-1, ADVERT-2, KEY-4]."""

from ..reference import field, group, keys, transcript
from ..reference.enc import u32
from ..reference.entropy import Seeded
from .case import Bad, Good, refused

NAME = "adverts"
SHAPES = {
    "make": ({"seed": "hex32", "th0": "hex32", "roster_index": "u32", "s": "hex32", "c": "hex32",
              "b": "hex32"}, {"advert": "hex100", "signature": "hex64"}),
    "check": ({"key": "hex32", "th0": "hex32", "advert": "hex100", "signature": "hex64"}, {}),
}
_RNG = Seeded("vectors/adverts")
_SEED = _RNG.child("seed").bytes(32)
_TH0 = _RNG.child("th0").bytes(32)


def check(key, th0, advert, signature):
    """What whoever reads an advert does [ADVERT-2, SHARE-2]."""
    for at in (4, 36, 68):
        group.decode(advert[at:at + 32])
    keys.verify(key, transcript.advert_statement(th0, advert), signature)


def _make(roster_index):
    rng = _RNG.child(f"make-{roster_index}")
    secrets = [field.random_scalar(rng) for _ in "scb"]
    advert = u32(roster_index) + b"".join(group.times_base(x) for x in secrets)
    signature = keys.SigningKey(_SEED).sign(transcript.advert_statement(_TH0, advert))
    given = {"seed": _SEED.hex(), "th0": _TH0.hex(), "roster_index": roster_index}
    given |= {name: field.scalar_bytes(x).hex() for name, x in zip("scb", secrets)}
    return Good(f"make-{roster_index}", ["ADVERT-1", "KEY-4"], "make", given,
                {"advert": advert.hex(), "signature": signature.hex()})


def _check_input(advert, signature, th0=_TH0, key=None):
    return {"key": (key or keys.SigningKey(_SEED).public).hex(), "th0": th0.hex(),
            "advert": advert.hex(), "signature": signature.hex()}


def _bad(name, fault, advert, rules, reason="bad_signature", signature=None, th0=_TH0):
    """With its own good signature, unless another one is the fault."""
    signer = keys.SigningKey(_SEED)
    signature = signature or signer.sign(transcript.advert_statement(_TH0, advert))
    refused(reason, check, signer.public, th0, advert, signature)
    return Bad(name, rules, fault, "crypto", reason, "check",
               _check_input(advert, signature, th0))


def _with(advert, at, part):
    return advert[:at] + part + advert[at + len(part):]


def cases():
    made = [_make(index) for index in (0, 17, 65535)]
    advert, signature = (bytes.fromhex(x) for x in made[1].output.values())
    signer = keys.SigningKey(_SEED)
    found = made + [Good("check", ["ADVERT-2"], "check", _check_input(advert, signature), {})]
    points = ["ADVERT-2", "KEY-2"]
    for at, name in ((4, "s"), (36, "c"), (68, "b")):
        high = bytes([advert[at + 31] | 0x80])
        found += [
            _bad(f"{name}-identity", "a point is the identity", _with(advert, at, bytes(32)),
                 points, "identity_point"),
            _bad(f"{name}-bit-255", "a point has bit 255 set", _with(advert, at + 31, high),
                 points, "bad_point"),
            _bad(f"{name}-no-point", "a point is none", _with(advert, at, b"\x01" + bytes(31)),
                 points, "bad_point"),
        ]
    signed = ["ADVERT-1", "SIG-1"]
    swapped = advert[:4] + advert[36:68] + advert[4:36] + advert[68:]
    unlabelled = signer.sign(_TH0 + advert)
    return found + [
        _bad("other-index", "signed with another roster index", _with(advert, 0, u32(18)), signed,
             signature=signature),
        _bad("points-swapped", "S and C change places after signing", swapped, signed,
             signature=signature),
        _bad("other-th0", "signed under other parameters", advert, signed, signature=signature,
             th0=bytes(32)),
        _bad("signed-raw", "the signature is over th0 and advert without Enc", advert, signed,
             signature=unlabelled),
        _bad("signed-as-shares", "signed with the label of phase 2", advert, signed,
             signature=signer.sign(transcript.shares_statement(_TH0, 17, advert))),
    ]
