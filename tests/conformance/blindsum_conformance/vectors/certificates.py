"""What a quorum signs: certificates of th3 and of VOID [CERT-1, VOID-3]."""

from ..reference import bitmap, certificate
from ..reference.entropy import Seeded
from ..reference.transcript import attest_statement, void_statement
from . import samples
from .case import Bad, Good, refused

NAME = "certificates"
SHAPES = {
    "quorum": ({"label": "text", "transcript": "hex32", "keys": ["hex32"], "allowed": "hex",
                "quorum": "u32", "signers": "hex", "signatures": ["hex64"]},
               {"members": ["u32"]}),
}
N, QUORUM = 9, 6
_HASH = Seeded("vectors/certificates").bytes(32)
_STATEMENTS = {"attest": attest_statement, "void": void_statement}
_KEYS = [samples.signing_key(f"certificate-{v}") for v in range(N)]


def _signed(label, members, transcript=_HASH):
    return [_KEYS[v].sign(_STATEMENTS[label](transcript, v)) for v in members]


def _check(label, allowed, signers, signatures, quorum=QUORUM):
    return certificate.check_quorum(
        N, signers, b"".join(signatures), allowed, quorum,
        lambda v: _STATEMENTS[label](_HASH, v), [key.public for key in _KEYS])


def _input(label, allowed, signers, signatures):
    return {"label": label, "transcript": _HASH.hex(), "keys": [k.public.hex() for k in _KEYS],
            "allowed": bitmap.pack(N, allowed).hex(), "quorum": QUORUM, "signers": signers.hex(),
            "signatures": [s.hex() for s in signatures]}


def _good(name, label, allowed, members):
    signers, signatures = bitmap.pack(N, members), _signed(label, members)
    _check(label, allowed, signers, signatures)
    return Good(name, ["CERT-1" if label == "attest" else "VOID-3"], "quorum",
                _input(label, allowed, signers, signatures), {"members": list(members)})


def _bad(name, fault, reason, label, signers, signatures, allowed=range(N)):
    allowed = list(allowed)
    refused(reason, _check, label, allowed, signers, signatures)
    return Bad(f"{label}-{name}", ["CERT-1" if label == "attest" else "VOID-3"], fault, "crypto",
               reason, "quorum", _input(label, allowed, signers, signatures))


def _bad_of(label):
    members = [0, 1, 3, 4, 7, 8]
    signers, good = bitmap.pack(N, members), _signed(label, members)
    other = "void" if label == "attest" else "attest"
    flipped = bytes([good[2][0] ^ 1]) + good[2][1:]
    return [
        _bad("one-short", "a signer less than a quorum", "certificate_short", label,
             bitmap.pack(N, members[1:]), good[1:]),
        _bad("nobody", "no signers", "certificate_short", label, bytes(2), []),
        _bad("padding", "a padding bit of the signers", "bad_bitmap", label,
             bytes([signers[0], signers[1] | 2]), good),
        _bad("bitmap-short", "a byte too few", "bad_bitmap", label, signers[:1], good),
        _bad("signature-missing", "a signature less than signers", "wrong_length", label, signers,
             good[:5]),
        _bad("signature-too-much", "a signature more than signers", "wrong_length", label,
             signers, good + good[:1]),
        _bad("flipped", "a signature with a bit flipped", "bad_signature", label, signers,
             good[:2] + [flipped] + good[3:]),
        _bad("swapped", "two signatures change places", "bad_signature", label, signers,
             [good[1], good[0], *good[2:]]),
        _bad("other-label", "one signed the other label", "bad_signature", label, signers,
             good[:5] + _signed(other, [8])),
        _bad("other-transcript", "one signed another hash", "bad_signature", label, signers,
             good[:5] + _signed(label, [8], bytes(32))),
    ]


def cases():
    return [
        _good("attest-quorum", "attest", range(N), [0, 1, 3, 4, 7, 8]),
        _good("attest-all", "attest", range(N), range(N)),
        _good("attest-of-u3", "attest", [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
        _good("void-quorum", "void", range(N), [2, 3, 4, 5, 6, 8]),
    ] + _bad_of("attest") + _bad_of("void")
