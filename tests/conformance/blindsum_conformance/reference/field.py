"""Scalars: integers modulo the order of ristretto255; on the wire 32 bytes, 0 < x < l [KEY-1]."""

from .entropy import below
from .errors import Refused

L = 2**252 + 27742317777372353535851937790883648493


def scalar(data):
    """The integer of 32 bytes, little-endian; bad_scalar if it is zero or not below l."""
    if len(data) != 32:
        raise Refused("wrong_length", "a scalar has 32 bytes")
    value = int.from_bytes(data, "little")
    if not 0 < value < L:
        raise Refused("bad_scalar", "zero or not below the order")
    return value


def scalar_bytes(value):
    return value.to_bytes(32, "little")


def random_scalar(rng):
    """Uniform in 0 < x < l."""
    return 1 + below(rng, L - 1)


def random_coefficient(rng):
    """Uniform in 0 <= x < l [SHAMIR-1]."""
    return below(rng, L)


def inverse(value):
    return pow(value, -1, L)
