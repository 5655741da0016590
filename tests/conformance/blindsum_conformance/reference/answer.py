"""The body of Unmask: a share of each in-neighbour, or that it is not held [UNMASK-2, UNMASK-4]."""

from dataclasses import dataclass, field

from .enc import u8, u32
from .errors import demand

SELF, PAIR = 0, 1  # kinds: a share of b_v, of s_v


@dataclass
class Answer:
    """entries: [(v, kind, share of 32 bytes)]; not_held: [v]. Both ascending in an honest one."""

    entries: list = field(default_factory=list)
    not_held: list = field(default_factory=list)

    def encode(self):
        listed = [u32(v) + u8(kind) + share for v, kind, share in self.entries]
        return (u32(len(listed)) + b"".join(listed)
                + u32(len(self.not_held)) + b"".join(u32(v) for v in self.not_held))

    @classmethod
    def parse(cls, data):
        """The answer of a body; wrong_length unless it fills it, bad_order unless it ascends."""
        reader = _Reader(data)
        listed = [(reader.number(), reader.take(1)[0], reader.take(32))
                  for _ in range(reader.count(37))]
        missing = [reader.number() for _ in range(reader.count(4))]
        demand(reader.place == len(data), "wrong_length", "trailing bytes")
        for members in ([entry[0] for entry in listed], missing):
            demand(all(a < b for a, b in zip(members, members[1:])), "bad_order")
        return cls(listed, missing)

    def check(self, in_neighbours, u3):
        """That it covers exactly these, with kinds by U3; wrong_item."""
        covered = [entry[0] for entry in self.entries] + self.not_held
        demand(sorted(covered) == sorted(in_neighbours), "wrong_item", "members")
        for member, kind, _ in self.entries:
            demand(kind == (SELF if member in u3 else PAIR), "wrong_item", "kind")


class _Reader:
    def __init__(self, data):
        self.data = data
        self.place = 0

    def take(self, size):
        demand(self.place + size <= len(self.data), "wrong_length", "cut off")
        self.place += size
        return bytes(self.data[self.place - size:self.place])

    def number(self):
        return int.from_bytes(self.take(4), "little")

    def count(self, entry_size):
        count = self.number()
        demand(count * entry_size <= len(self.data) - self.place, "wrong_length", "cut off")
        return count
