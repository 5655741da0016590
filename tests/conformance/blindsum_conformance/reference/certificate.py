"""What a quorum signs: certificates of a th3 [CERT-1], and of VOID [VOID-3]."""

from dataclasses import dataclass

from . import bitmap, keys
from .errors import demand
from .transcript import attest_statement, th3, void_statement
from .wire import entries


@dataclass
class Certificate:
    """U3 and signers as bitmaps; the signers' signatures, ascending, one after another."""

    u3: bytes
    signers: bytes
    signatures: bytes


def check_quorum(n, signers, signatures, allowed, quorum, statement_of, public_keys):
    """That a quorum of `allowed` signed; `statement_of(member)`, keys by cohort index."""
    members = bitmap.parse(n, signers)
    demand(set(members) <= set(allowed), "bad_bitmap", "a signer outside the set")
    demand(len(members) >= quorum, "certificate_short", f"{len(members)} of {quorum}")
    demand(len(signatures) == 64 * len(members), "wrong_length", "signatures")
    for member, signature in zip(members, entries(signatures, 64)):
        keys.verify(public_keys[member], statement_of(member), signature)
    return members


def check(certificate, n, th2, found, public_keys, u2=None):
    """U3 of a valid certificate under th2; `u2` as a list unless one does not hold it [CERT-3]."""
    u3 = bitmap.parse(n, certificate.u3)
    if u2 is not None:
        demand(set(u3) <= set(u2), "not_in_u2")
    demand(len(u3) >= found.survivors, "too_few_survivors")
    certified = th3(th2, certificate.u3)
    check_quorum(n, certificate.signers, certificate.signatures, u3, found.quorum,
                 lambda member: attest_statement(certified, member), public_keys)
    return u3


def check_void(n, signers, signatures, th1, quorum, public_keys):
    """The members that signed VOID, at least a quorum [VOID-3]."""
    return check_quorum(n, signers, signatures, range(n), quorum,
                        lambda member: void_statement(th1, member), public_keys)


def collect(n, signatures):
    """(bitmap, signatures ascending) of member -> signature."""
    return (bitmap.pack(n, signatures),
            b"".join(signatures[member] for member in sorted(signatures)))
