"""Keys that two members, or one with itself, derive [KEY-5]; boxes around shares [SHARE-6]."""

import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from . import field, group
from .enc import enc, u32

_NONCE = bytes(12)


def hkdf(ikm, salt, info):
    """RFC 5869 with SHA-256, 32 bytes."""
    extracted = hmac.digest(salt, ikm, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def channel_key(c_secret, c_point, th1, frm, to):
    """From one's own c and the other's C; frm → to."""
    shared = group.times(field.scalar(c_secret), c_point)
    return hkdf(shared, th1, enc("channel", u32(frm), u32(to)))


def pair_key(s_secret, s_point, th2, one, other):
    """From one's own s and the other's S; the order of the two indices does not matter."""
    shared = group.times(field.scalar(s_secret), s_point)
    return hkdf(shared, th2, enc("pair", u32(min(one, other)), u32(max(one, other))))


def self_key(b_secret, th2, member):
    return hkdf(b_secret, th2, enc("self", u32(member)))


def associated_data(th1, frm, to, point):
    return enc("share-ad", th1, u32(frm), u32(to), u32(point))


def seal(key, th1, frm, to, point, share_s, share_b):
    """The box of 80 bytes."""
    data = associated_data(th1, frm, to, point)
    return ChaCha20Poly1305(key).encrypt(_NONCE, share_s + share_b, data)


def open_box(key, th1, frm, to, point, box):
    """(share of s, share of b), or None if the box does not open."""
    try:
        plain = ChaCha20Poly1305(key).decrypt(_NONCE, box, associated_data(th1, frm, to, point))
    except InvalidTag:
        return None
    return plain[:32], plain[32:]
