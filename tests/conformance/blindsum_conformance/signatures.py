"""Ed25519 signatures that an honest signer never makes, from its secret key [SIG-1, ONCE-3]."""
import hashlib
import os

from nacl import bindings

from .reference.field import L

_IDENTITY = b"\1" + bytes(31)


def with_greater_s(signature):
    """The same signature, S + the order for S: a lax verifier takes both."""
    s = int.from_bytes(signature[32:], "little") + L
    return signature[:32] + s.to_bytes(32, "little")


def with_small_r(key, message):
    """R is the identity: S·G = R + h·A holds, and a strict verifier refuses it."""
    return _with_nonce(key, message, 0, _IDENTITY)


def another(key, message):
    """A second valid signature of the same message, with a nonce of its own."""
    nonce = int.from_bytes(os.urandom(64), "little") % (L - 1) + 1
    point = bindings.crypto_scalarmult_ed25519_base_noclamp(nonce.to_bytes(32, "little"))
    return _with_nonce(key, message, nonce, point)


def _with_nonce(key, message, nonce, point):
    digest = bytearray(hashlib.sha512(key.seed).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    secret = int.from_bytes(digest, "little")
    challenge = int.from_bytes(hashlib.sha512(point + key.public + message).digest(), "little")
    s = (nonce + challenge * secret) % L
    return point + s.to_bytes(32, "little")
