"""Adverts, and the cohort that they make [ADVERT-1, ADVERT-3, SHARE-1, SHARE-2]."""

from dataclasses import dataclass

from . import group, keys
from .enc import u32
from .errors import demand
from .transcript import advert_statement
from .wire import entries

ADVERT_BYTES = 100
ENTRY_BYTES = 164


@dataclass
class SignedAdvert:
    """Roster index, the points S, C, B, 32 bytes each, and the member's signature."""

    index: int
    s_point: bytes
    c_point: bytes
    b_point: bytes
    signature: bytes = bytes(64)

    @property
    def advert(self):
        return u32(self.index) + self.s_point + self.c_point + self.b_point

    def encode(self):
        return self.advert + self.signature

    @classmethod
    def parse(cls, data):
        return cls(int.from_bytes(data[:4], "little"), bytes(data[4:36]), bytes(data[36:68]),
                   bytes(data[68:100]), bytes(data[100:164]))

    def verify(self, th0, public):
        """Signature and points, as the aggregator and every member check them [KEY-2]."""
        keys.verify(public, advert_statement(th0, self.advert), self.signature)
        for point in (self.s_point, self.c_point, self.b_point):
            group.decode(point)


def parse_cohort(data):
    demand(len(data) % ENTRY_BYTES == 0, "wrong_length", "adverts")
    return [SignedAdvert.parse(entry) for entry in entries(data, ENTRY_BYTES)]


def check_order(adverts, roster):
    """[SHARE-1] as far as it concerns everybody."""
    indices = [advert.index for advert in adverts]
    demand(all(a < b for a, b in zip(indices, indices[1:])), "bad_order", "roster indices")
    demand(all(index in roster.keys for index in indices), "unknown_member")


def check_own(adverts, own):
    """[SHARE-1]: one's own SignedAdvert, exactly once and unchanged; its cohort index."""
    places = [place for place, advert in enumerate(adverts) if advert.index == own.index]
    demand(places, "not_in_cohort")
    demand(len(places) == 1 and adverts[places[0]] == own, "own_advert_changed")
    return places[0]
