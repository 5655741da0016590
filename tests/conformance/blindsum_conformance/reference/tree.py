"""The tree over a dealer's items: RFC 9162's, with leaves and nodes of its own [TREE-1, TREE-2].

Places count from 0: the item of point i is in place i - 1.
"""

from .enc import h, u32
from .errors import demand
from .items import Item

EMPTY_ROOT = bytes(32)


def leaf(th1, frm, item):
    """`item` is an Item or its 152 bytes."""
    if not isinstance(item, Item):
        item = Item.parse(item)
    place = (u32(frm), u32(item.to), u32(item.point))
    return h("share", th1, *place, item.box, item.tag_s, item.tag_b)


def node(left, right):
    return h("share-node", left, right)


def _left_of(count):
    """The largest power of two below count, count > 1."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    left = _left_of(len(leaves))
    return node(root(leaves[:left]), root(leaves[left:]))


def path(leaves, place):
    """The inclusion proof, from below."""
    if len(leaves) == 1:
        return []
    left = _left_of(len(leaves))
    if place < left:
        return path(leaves[:left], place) + [root(leaves[left:])]
    return path(leaves[left:], place - left) + [root(leaves[:left])]


def _turns(place, count):
    """For each hash of the path, from below: whether it stands on the left."""
    if count == 1:
        return []
    left = _left_of(count)
    if place < left:
        return _turns(place, left) + [False]
    return _turns(place - left, count - left) + [True]


def path_length(place, count):
    return len(_turns(place, count))


def root_of_path(one, place, count, hashes):
    """The root to which the path leads from the leaf in that place among `count`."""
    turns = _turns(place, count)
    demand(len(turns) == len(hashes), "wrong_length", "a path of another length")
    for on_left, other in zip(turns, hashes):
        one = node(other, one) if on_left else node(one, other)
    return one
