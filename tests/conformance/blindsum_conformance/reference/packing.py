"""Elements of b bits as bytes, least significant bit first [RING-1, PACK-1]."""

import numpy

from .errors import demand


def low_bits(b):
    """2^b - 1 as a uint64."""
    return numpy.uint64((1 << b) - 1)


def size_bytes(m, b):
    return (m * b + 7) // 8


def pack(values, b):
    """Elements, ints or an array, mod 2^b; the free bits of the last byte are zero."""
    if not isinstance(values, numpy.ndarray):
        values = to_ring(values, b)
    octets = (values & low_bits(b)).astype("<u8").view(numpy.uint8).reshape(len(values), 8)
    bits = numpy.unpackbits(octets, axis=1, bitorder="little")[:, :b]
    return numpy.packbits(bits.reshape(-1), bitorder="little").tobytes()


def unpack(data, m, b):
    """The m elements; wrong_length, or bad_padding if a free bit is set."""
    demand(len(data) == size_bytes(m, b), "wrong_length", f"{len(data)} bytes of {m} elements")
    bits = numpy.unpackbits(numpy.frombuffer(data, numpy.uint8), bitorder="little")
    demand(not bits[m * b:].any(), "bad_padding")
    wide = numpy.zeros((m, 64), numpy.uint8)
    wide[:, :b] = bits[:m * b].reshape(m, b)
    octets = numpy.packbits(wide, axis=1, bitorder="little")
    return octets.view("<u8").reshape(m).astype(numpy.uint64)


def to_ring(values, b):
    """Signed ints as elements of Z_{2^b}."""
    return numpy.array([int(value) & ((1 << b) - 1) for value in values], numpy.uint64)


def signed(values, b):
    """Elements as signed ints, two's complement."""
    return [int(v) - (1 << b) if int(v) >> b - 1 else int(v) for v in values]
