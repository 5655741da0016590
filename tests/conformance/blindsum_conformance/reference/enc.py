"""Enc and H: how what is signed, hashed or derived is laid out [ENC-1, ENC-2, HASH-1]."""

import hashlib

LABELS = frozenset("""
offer roster session advert shares masked attest void unmask record
share-ad share share-node th0 th1 th2 th3 channel pair self
""".split())


def u8(i):
    return i.to_bytes(1, "little")


def u32(i):
    return i.to_bytes(4, "little")


def u64(i):
    return i.to_bytes(8, "little")


def enc(label, *fields):
    """Enc(label; fields), fields as bytes: integers go through u32() or u64() first."""
    if label not in LABELS:
        raise ValueError(f"{label} is no label of ENC-3")  # [ENC-3]
    name = b"blindsum/1/" + label.encode("ascii")
    return u8(len(name)) + name + b"".join(u32(len(field)) + bytes(field) for field in fields)


def sha256(data):
    return hashlib.sha256(data).digest()


def h(label, *fields):
    """H(label; fields)."""
    return sha256(enc(label, *fields))
