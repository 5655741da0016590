"""Identity keys: Ed25519, verified as libsodium does, that is strictly [SIG-1]."""

from nacl import bindings, exceptions

from .errors import Refused, demand


class SigningKey:
    """An Ed25519 key of a 32-byte seed. `public` is 32 bytes, `sign` gives 64."""

    def __init__(self, seed):
        self.seed = bytes(seed)
        self.public, self._secret = bindings.crypto_sign_seed_keypair(self.seed)

    def sign(self, message):
        return bindings.crypto_sign(bytes(message), self._secret)[:64]


def is_valid(public, message, signature):
    """Whether it verifies; canonical S, and neither key nor R of small order."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        bindings.crypto_sign_open(bytes(signature) + bytes(message), bytes(public))
    except exceptions.BadSignatureError:
        return False
    return True


def verify(public, message, signature):
    """Refused(bad_signature) unless the 64 bytes are the key's signature of the message."""
    if not is_valid(public, message, signature):
        raise Refused("bad_signature")


def check_key(public):
    """bad_point unless 32 bytes are a canonical point of the prime-order subgroup [ROSTER-3]."""
    demand(len(public) == 32, "wrong_length", "a key has 32 bytes")
    demand(bindings.crypto_core_ed25519_is_valid_point(bytes(public)), "bad_point", "identity key")
