"""The other members of a cohort: the suite holds their keys, and plays them.

A participant sees of each of them an advert, an item, a signed root, a receipt, an attestation;
what nobody reads is not made: of the items that a puppet deals, only the program's own is real, the
other leaves of the tree are any bytes. A puppet's secrets are the same in all rounds, which no
participant can hold against it and which saves most of the arithmetic.
"""
import dataclasses
import functools

from ..reference import seals, transcript, tree
from ..reference.enc import u32
from ..reference.entropy import Seeded
from ..reference.field import random_scalar, scalar, scalar_bytes
from ..reference.group import times_base


@dataclasses.dataclass
class Dealt:
    """What a puppet dealt to the program: its item, the way up, the signed root, and the shares."""
    sender: int
    item: bytes
    path: list
    root: bytes
    signature: bytes
    share_s: bytes
    share_b: bytes


class Puppet:
    def __init__(self, roster_index, key):
        self.roster_index, self.key = roster_index, key
        rng = Seeded(f"puppet {roster_index}")
        self.s, self.c, self.b = (scalar_bytes(random_scalar(rng)) for _ in range(3))

    @functools.cached_property
    def advert(self):
        return u32(self.roster_index) + b"".join(
            times_base(scalar(secret)) for secret in (self.s, self.c, self.b))

    def signed_advert(self, th0, advert=None):
        """164 bytes, of this advert or of another that the puppet signs."""
        advert = self.advert if advert is None else advert
        return advert + self.key.sign(transcript.advert_statement(th0, advert))

    def sign_root(self, th1, member, root):
        return self.key.sign(transcript.shares_statement(th1, member, root))

    def receipt(self, th2, member):
        return self.key.sign(transcript.masked_statement(th2, member))

    def attest(self, th3, member):
        return self.key.sign(transcript.attest_statement(th3, member))

    def void(self, th1, member):
        return self.key.sign(transcript.void_statement(th1, member))

    def deal(self, th1, member, to, to_channel, point, k, rng):  # the words of TREE-1 and SHARE-6
        """An item for cohort index `to`, whose point C is to_channel, as leaf `point` of k."""
        shares = [scalar_bytes(random_scalar(rng)) for _ in range(2)]
        key = seals.channel_key(self.c, to_channel, th1, member, to)
        return self.deal_box(th1, member, to, point, k, rng,
                             seals.seal(key, th1, member, to, point, *shares),
                             [times_base(scalar(share)) for share in shares], shares)

    def deal_box(self, th1, member, to, point, k, rng, box, tags, shares=(b"", b"")):
        """The same with any box and tags."""
        item = u32(to) + u32(point) + box + b"".join(tags)
        leaves = [rng.bytes(32) for _ in range(k)]
        leaves[point - 1] = tree.leaf(th1, member, item)
        root = tree.root(leaves)
        return Dealt(member, item, tree.path(leaves, point - 1), root,
                     self.sign_root(th1, member, root), *shares)
