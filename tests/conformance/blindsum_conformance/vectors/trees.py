"""A dealer's tree over its items, and paths into it [SHARE-5, TREE-1, TREE-2]."""

from ..reference import tree
from ..reference.enc import u32
from ..reference.entropy import Seeded
from ..reference.errors import Refused
from .case import Bad, Good, refused

NAME = "trees"
SHAPES = {
    "tree": ({"th1": "hex32", "from": "u32", "items": ["hex152"]},
             {"root": "hex32", "leaves": ["hex32"], "paths": [["hex32"]]}),
    "path": ({"th1": "hex32", "from": "u32", "item": "hex152", "k": "u32", "path": ["hex32"],
              "root": "hex32"}, {}),
}
_RNG = Seeded("vectors/trees")
_TH1 = _RNG.child("th1").bytes(32)


def items_of(k, first=0):
    """Anything where boxes and tags are: nobody opens them here."""
    rng = _RNG.child(f"items-{k}")
    return [u32(first + i) + u32(i + 1) + rng.bytes(144) for i in range(k)]


def _leaves(frm, items, th1=_TH1):
    return [tree.leaf(th1, frm, item) for item in items]


def _tree(k):
    items, frm = items_of(k), 4095 - k
    leaves = _leaves(frm, items)
    return Good(f"tree-{k}", ["SHARE-5", "TREE-1", "TREE-2"], "tree",
                {"th1": _TH1.hex(), "from": frm, "items": [item.hex() for item in items]}, {
                    "root": tree.root(leaves).hex(), "leaves": [x.hex() for x in leaves],
                    "paths": [[x.hex() for x in tree.path(leaves, i)] for i in range(k)]})


def check_path(th1, frm, item, k, path, root):
    """What a holder does with an item and its dealer's signed root [U2-5, U2-6]."""
    point = int.from_bytes(item[4:8], "little")
    if not 1 <= point <= k:
        raise Refused("wrong_item")
    if tree.root_of_path(tree.leaf(th1, frm, item), point - 1, k, path) != root:
        raise Refused("bad_signature")


class _Shown:
    """Item `place` of a tree over k, with its path; a fault changes one of the parts."""

    def __init__(self, k, place):
        self.items = items_of(k)
        leaves = _leaves(9, self.items)
        self.parts = {"th1": _TH1, "from": 9, "item": self.items[place], "k": k,
                      "path": tree.path(leaves, place), "root": tree.root(leaves)}

    def input(self, **changes):
        parts = self.parts | {name.rstrip("_"): value for name, value in changes.items()}
        return parts, {name: value.hex() if isinstance(value, bytes) else
                       [x.hex() for x in value] if isinstance(value, list) else value
                       for name, value in parts.items()}

    def bad(self, name, fault, reason="bad_signature", **changes):
        parts, given = self.input(**changes)
        refused(reason, check_path, *parts.values())
        return Bad(name, ["TREE-2"], fault, "crypto", reason, "path", given)


def cases():
    shown, last = _Shown(5, 2), _Shown(5, 4)
    path, item = shown.parts["path"], shown.parts["item"]
    good = [_tree(k) for k in (1, 2, 3, 4, 5, 7, 8, 13)]
    good += [Good(f"path-{k}-{place}", ["TREE-2"], "path", _Shown(k, place).input()[1], {})
             for k, place in ((1, 0), (5, 2), (5, 4), (64, 63), (100, 99))]
    changed = item[:8] + bytes([item[8] ^ 1]) + item[9:]
    own_leaf = tree.leaf(_TH1, 9, item)
    return good + [
        shown.bad("path-short", "the last hash is missing", "wrong_length", path=path[:-1]),
        shown.bad("path-long", "a hash too many", "wrong_length", path=path + [bytes(32)]),
        shown.bad("path-empty", "no path", "wrong_length", path=[]),
        last.bad("path-padded", "the last of 5 leaves, as deep as the others", "wrong_length",
                 path=[bytes(32)] * 2 + last.parts["path"]),
        shown.bad("hash-changed", "a hash of the path changed", path=[bytes(32)] + path[1:]),
        shown.bad("path-reversed", "the path from above", path=path[::-1]),
        shown.bad("other-item", "another item with this one's path", item=shown.items[3]),
        shown.bad("box-changed", "a bit of the box flipped", item=changed),
        shown.bad("receiver-changed", "another receiver in the item",
                  item=u32(77) + item[4:]),
        shown.bad("point-changed", "another point, whose path is as long",
                  item=item[:4] + u32(2) + item[8:]),
        shown.bad("point-zero", "a point below 1", "wrong_item", item=item[:4] + u32(0) + item[8:]),
        shown.bad("point-above-k", "a point above k", "wrong_item",
                  item=item[:4] + u32(6) + item[8:]),
        shown.bad("other-dealer", "the leaf is another dealer's", from_=8),
        shown.bad("other-th1", "the leaf is of another cohort", th1=bytes(32)),
        shown.bad("root-is-leaf", "the leaf itself as root", root=own_leaf),
        shown.bad("root-changed", "another root", root=bytes(32)),
    ]
