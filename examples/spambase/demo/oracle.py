"""The oracle: adds the encoded vectors that the participants wrote for themselves, outside the
system.

It knows only Python's integers and the SPEC's packing and decoding rules (PACK-1, CODEC-6), and
shares no code with blindsum.
"""
import hashlib
import pathlib
import struct


def read_npy(path: pathlib.Path):
    """Values of a one-dimensional float64 .npy file."""
    data = path.read_bytes()
    if data[:6] != b"\x93NUMPY" or data[6] not in (1, 2):
        raise ValueError(f"{path} is not a .npy file")
    size, start = (struct.unpack_from("<H", data, 8)[0], 10) if data[6] == 1 else (
        struct.unpack_from("<I", data, 8)[0], 12)
    header = data[start:start + size].decode("latin1")
    if "'<f8'" not in header or "True" in header:
        raise ValueError(f"{path}: expected little-endian float64 in C order, found {header}")
    body = data[start + size:]
    return list(struct.unpack(f"<{len(body) // 8}d", body))


def _packed(elements, bits):
    stream = 0
    for position, element in enumerate(elements):
        stream |= element << (position * bits)
    return stream.to_bytes((len(elements) * bits + 7) // 8, "little")


def _centred(element, bits):
    return element - (1 << bits) if element >= 1 << (bits - 1) else element


class Oracle:
    """Holds each published sum against the sum of the survivors' own vectors."""

    def __init__(self, folders, bits, scale):
        self.folders, self.bits, self.scale = folders, bits, scale

    def _vector(self, name, number):
        path = self.folders[name] / f"round-{number}"
        return [int(line) for line in path.read_text().split()]

    def is_exact(self, number, survivors, sum_digest, published):
        """survivors: names in the record's U3; sum_digest: the record's; published: the mean."""
        vectors = [self._vector(name, number) for name in survivors]
        total = [sum(column) % (1 << self.bits) for column in zip(*vectors, strict=True)]
        if hashlib.sha256(_packed(total, self.bits)).hexdigest() != sum_digest:
            return False
        signed = [_centred(element, self.bits) for element in total]
        weight = float(signed[-1])
        return [element / (self.scale * weight) for element in signed[:-1]] == published
