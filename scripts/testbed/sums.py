"""Sums as SPEC.md packs them (PACK-1), in Python's integers: shares no code with blindsum."""
import array

from testbed.npy import little_endian


def packed(elements, bits):
    """Elements of `bits` bits one after another, the least significant first."""
    pieces = []
    for first in range(0, len(elements), 8):  # eight elements fill whole bytes
        stream = 0
        for place, element in enumerate(elements[first:first + 8]):
            stream |= element << (place * bits)
        count = min(8, len(elements) - first)
        pieces.append(stream.to_bytes((count * bits + 7) // 8, "little"))
    return b"".join(pieces)


def centred(element, bits):
    return element - (1 << bits) if element >= 1 << (bits - 1) else element


def add(vectors, length):
    """Element by element, arrays of 'q' that are >= 0 and whose sums stay below 2^63."""
    total = 0
    for vector in vectors:
        if len(vector) != length:
            raise ValueError(f"a vector of {len(vector)} elements among those of {length}")
        # A lane of 64 bits an element, which no sum overflows: one addition adds them all.
        lanes = little_endian(array.array("q", vector)).tobytes()
        total += int.from_bytes(lanes, "little")
    sums = array.array("q")
    sums.frombytes(total.to_bytes(length * sums.itemsize, "little"))
    return little_endian(sums)
