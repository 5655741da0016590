#!/usr/bin/env python3
"""The tree in SPEC.md, Appendix D, computed again from the text of ENC-1 and TREE-1 [TREE-1].

usage: test_tree_vectors.py SPEC.md
"""

import re
import struct
import sys
from hashlib import sha256
from pathlib import Path


def u32(value):
    return struct.pack("<I", value)


def hashed(label, *fields):
    name = b"blindsum/1/" + label.encode()
    text = bytes([len(name)]) + name
    for field in fields:
        text += u32(len(field)) + field
    return sha256(text).digest()


def value_of(spec, what):
    """The hexadecimal value of the row that begins so."""
    return bytes.fromhex(re.search(rf"^\| {re.escape(what)}[^|]*\| ([0-9a-f]+) \|$", spec,
                                   re.MULTILINE).group(1))


def root_over(leaves):
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while 2 * left < len(leaves):
        left *= 2
    return hashed("share-node", root_over(leaves[:left]), root_over(leaves[left:]))


def main():
    spec = Path(sys.argv[1]).read_text()
    th1, box, p1 = (value_of(spec, what) for what in ("th1: n = 3", "box from 0 to 1", "P_1"))
    p0 = bytes.fromhex(re.search(r"\*\*KEY-6\*\* .* → ([0-9a-f]{64})\.", spec).group(1))
    p2 = bytes.fromhex(  # 3·G, RFC 9496, A.1
        "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259")
    items = [(1, box, p1, p2), (2, b"\x22" * 80, p2, p0), (3, b"\x33" * 80, p0, p1)]
    leaves = [hashed("share", th1, u32(0), u32(point), u32(point), *parts)
              for point, *parts in items]
    computed = {
        "leaf of that item": leaves[0],
        "leaf from 0 to 2": leaves[1],
        "leaf from 0 to 3": leaves[2],
        "node of the first two leaves": root_over(leaves[:2]),
        "root over the three leaves": root_over(leaves),
    }
    wrong = [what for what, value in computed.items() if value_of(spec, what) != value]
    for what in wrong:
        print(f"{what}: {computed[what].hex()} was expected")
    print(f"{len(computed)} vectors, {len(wrong)} differ")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
