"""The oracle: adds the encoded vectors that the participants wrote for themselves, outside the
system.

It knows only Python's integers and the SPEC's packing and decoding rules (PACK-1, CODEC-6), and
shares no code with blindsum.
"""
import hashlib

from testbed.sums import centred, packed


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
        if hashlib.sha256(packed(total, self.bits)).hexdigest() != sum_digest:
            return False
        signed = [centred(element, self.bits) for element in total]
        weight = float(signed[-1])
        mean = [element / (self.scale * weight) for element in signed[:-1]]
        return mean == list(published)
