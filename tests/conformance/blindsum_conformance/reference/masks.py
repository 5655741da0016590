"""Masks and masked vectors [STREAM-1, STREAM-2, MASK-2]. Elements are numpy arrays of uint64."""

import numpy
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .packing import low_bits


def keystream(key, size):
    """AES-256 in counter mode, the counter 128 bits, big-endian, from 0."""
    encryptor = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    return encryptor.update(bytes(size)) + encryptor.finalize()


def word_bits(b):
    return next(w for w in (16, 32, 64) if w >= b)


def words(key, m, b):
    """PRG(key): m elements of b bits."""
    width = word_bits(b) // 8
    stream = keystream(key, m * width)
    return numpy.frombuffer(stream, f"<u{width}").astype(numpy.uint64) & low_bits(b)


def pair_masks(member, pair_keys, m, b):
    """The sum of a member's pair masks with their signs, [(other member, key)], mod 2^b."""
    total = numpy.zeros(m, numpy.uint64)
    for other, key in pair_keys:
        mask = words(key, m, b)
        total = total + mask if other > member else total - mask
    return total & low_bits(b)


def masked(x, b, self_key, pair_keys, member):
    """y of the member: x with its self mask and its pair masks, [(other member, key)]."""
    x = numpy.asarray(x, numpy.uint64)
    return (x + words(self_key, len(x), b) + pair_masks(member, pair_keys, len(x), b)) & low_bits(b)
