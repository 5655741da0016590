"""What a dealer sends to one holder: 152 bytes [SHARE-5]."""

from dataclasses import dataclass

from .enc import u32
from .errors import demand

ITEM_BYTES = 152
BOX_BYTES = 80


@dataclass
class Item:
    """`to` and `point` are ints; a box of 80 bytes; the tags f_s(i)·G and f_b(i)·G, 32 each."""

    to: int
    point: int
    box: bytes
    tag_s: bytes
    tag_b: bytes

    def encode(self):
        return u32(self.to) + u32(self.point) + self.box + self.tag_s + self.tag_b

    @classmethod
    def parse(cls, data):
        demand(len(data) == ITEM_BYTES, "wrong_length", "an item has 152 bytes")
        number = [int.from_bytes(data[at:at + 4], "little") for at in (0, 4)]
        return cls(*number, bytes(data[8:88]), bytes(data[88:120]), bytes(data[120:152]))
