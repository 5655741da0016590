"""Sharing, rebuilding, and tags: what becomes of shares that are not good
[SHAMIR-1, REBUILD-2, REBUILD-3, BLAME-1, BLAME-2]."""

from ..reference import field, group, shamir
from ..reference.entropy import Seeded
from ..reference.errors import Refused
from .case import Bad, Good, refused

NAME = "shamir"
_POINTS = {"points": ["u32"], "shares": ["hex32"]}
SHAPES = {
    "split": ({"secret": "hex32", "coefficients": ["hex32"], "k": "u32"},
              {"shares": ["hex32"], "tags": ["hex32"]}),
    "combine": (_POINTS, {"secret": "hex32"}),
    "rebuild": (_POINTS | {"t": "u32", "expected": "hex32", "tags": ["hex32"]},
                {"secret": "hex32", "bad_points": ["u32"]}),
    "tag": ({"share": "hex", "tag": "hex32"}, {}),
}
_RNG = Seeded("vectors/shamir")


def rebuild(t, expected, points, shares, tags):
    """(secret, points of bad shares) as the aggregator does it; tags are of points 1 to k."""
    if len(points) < t:
        raise Refused("too_few_shares")
    pairs = list(zip(points, shares))

    def meets(chosen):
        value = int.from_bytes(shamir.rebuild(chosen), "little")
        return value and group.times_base(value) == expected
    try:
        if meets(pairs[:t]):
            return shamir.rebuild(pairs[:t]), []
    except Refused:
        pass  # one that is no scalar: a miss like another
    bad = [point for point, share in pairs if not on_tag(share, tags[point - 1])]
    good = [pair for pair in pairs if pair[0] not in bad]
    if len(good) < t or not meets(good[:t]):
        raise Refused("secret_not_rebuilt", f"bad points {bad}")
    return shamir.rebuild(good[:t]), bad


def on_tag(share, tag):
    try:
        return shamir.tag(share) == tag
    except Refused:
        return False


def check_tag(share, tag):
    if not on_tag(share, tag):
        raise Refused("not_opened")


class _Dealing:
    """A polynomial of given coefficients, its shares and tags."""

    def __init__(self, name, t, k):
        rng = _RNG.child(name)
        self.t, self.k = t, k
        self.coefficients = [field.random_scalar(rng)]
        self.coefficients += [field.random_coefficient(rng) for _ in range(t - 1)]
        self.shares = [field.scalar_bytes(shamir.value_at(self.coefficients, point))
                       for point in range(1, k + 1)]
        self.tags = [shamir.tag(share) for share in self.shares]
        self.secret = field.scalar_bytes(self.coefficients[0])
        self.expected = group.times_base(self.coefficients[0])

    def case(self):
        return Good(f"split-{self.t}-of-{self.k}", ["SHAMIR-1"], "split", {
            "secret": self.secret.hex(), "k": self.k,
            "coefficients": [field.scalar_bytes(x).hex() for x in self.coefficients[1:]],
        }, {"shares": [s.hex() for s in self.shares], "tags": [t.hex() for t in self.tags]})

    def given(self, points, changed=None, tags=None, t=None, expected=None):
        shares = [(changed or {}).get(point, self.shares[point - 1]) for point in points]
        return {"points": list(points), "shares": [s.hex() for s in shares], "t": t or self.t,
                "expected": (expected or self.expected).hex(),
                "tags": [t.hex() for t in (tags or self.tags)]}


def _rebuild_arguments(given):
    of = bytes.fromhex
    return (given["t"], of(given["expected"]), given["points"], [of(s) for s in given["shares"]],
            [of(t) for t in given["tags"]])


def _good_rebuild(name, given):
    secret, bad = rebuild(*_rebuild_arguments(given))
    return Good(name, ["REBUILD-2", "REBUILD-3"], "rebuild", given,
                {"secret": secret.hex(), "bad_points": bad})


def _bad_rebuild(name, fault, given, reason="secret_not_rebuilt", rules=("REBUILD-3",)):
    refused(reason, rebuild, *_rebuild_arguments(given))
    return Bad(name, list(rules), fault, "rebuild", reason, "rebuild", given)


def _rebuilds():
    dealing = _Dealing("rebuild", 3, 6)
    one = field.scalar_bytes(1)
    foreign = _Dealing("foreign", 3, 6)
    longer = _Dealing("degree", 4, 6)
    zero, wide = bytes(32), (field.L + 5).to_bytes(32, "little")
    return [
        _good_rebuild("rebuild-lowest", dealing.given([1, 2, 3])),
        _good_rebuild("rebuild-spread", dealing.given([2, 4, 6])),
        _good_rebuild("rebuild-more-than-t", dealing.given([1, 2, 3, 4, 5, 6])),
        _good_rebuild("rebuild-past-a-bad-one", dealing.given([1, 2, 3, 4], {2: one})),
        _good_rebuild("rebuild-past-a-zero", dealing.given([1, 2, 3, 5], {1: zero})),
        _good_rebuild("rebuild-past-no-scalar", dealing.given([1, 2, 3, 5], {3: wide})),
        _good_rebuild("rebuild-unseen-bad-one", dealing.given([1, 2, 3, 6], {6: one})),
        _bad_rebuild("too-few", "t - 1 shares came", dealing.given([1, 4]), "too_few_shares",
                     ("REBUILD-3", "PHASE-1")),
        _bad_rebuild("one-bad", "t shares, one off its tag", dealing.given([1, 2, 3], {2: one})),
        _bad_rebuild("one-zero", "t shares, one zero", dealing.given([1, 2, 3], {1: zero})),
        _bad_rebuild("one-no-scalar", "t shares, one above the order",
                     dealing.given([1, 2, 3], {3: wide})),
        _bad_rebuild("two-swapped", "two shares change places", dealing.given(
            [1, 2, 3], {1: dealing.shares[1], 2: dealing.shares[0]})),
        _bad_rebuild("other-secret", "good shares of another secret",
                     dealing.given([1, 2, 3], expected=foreign.expected),
                     rules=("REBUILD-3", "BLAME-2")),
        _bad_rebuild("degree-too-high", "a polynomial of one degree more",
                     longer.given([1, 2, 3, 4, 5], t=3), rules=("REBUILD-3", "BLAME-2")),
    ]


def _tags():
    share = field.scalar_bytes(7)
    tag = shamir.tag(share)

    def bad(name, fault, share, tag, rules=("U2-9", "BLAME-1")):
        refused("not_opened", check_tag, share, tag)
        return Bad(f"tag-{name}", list(rules), fault, "crypto", "not_opened", "tag",
                   {"share": share.hex(), "tag": tag.hex()})
    high = bytes([*tag[:31], tag[31] | 0x80])
    negative = (group.P - int.from_bytes(tag, "little")).to_bytes(32, "little")
    return [
        Good("tag-met", ["U2-9"], "tag", {"share": share.hex(), "tag": tag.hex()}, {}),
        bad("of-another", "the tag of another share", share, shamir.tag(field.scalar_bytes(8))),
        bad("bit-255", "the tag with bit 255 set", share, high),
        bad("negative", "the tag's negative", share, negative),
        bad("no-point", "a tag that is no point", share, b"\x01" * 32),
        bad("identity", "zero on the identity", bytes(32), bytes(32)),
        bad("not-reduced", "share plus order, on the share's tag",
            (7 + field.L).to_bytes(32, "little"), tag),
    ]


def cases():
    dealings = [_Dealing(f"split-{t}-{k}", t, k) for t, k in ((2, 3), (3, 4), (5, 9), (20, 33))]
    found = [dealing.case() for dealing in dealings]
    for dealing in dealings:
        points = list(range(dealing.k - dealing.t + 1, dealing.k + 1))
        found.append(Good(f"combine-{dealing.t}-of-{dealing.k}", ["REBUILD-2"], "combine", {
            "points": points, "shares": [dealing.shares[p - 1].hex() for p in points],
        }, {"secret": dealing.secret.hex()}))
    return found + _rebuilds() + _tags()
