"""Cohorts that must be refused before a share is made, and what Shares are [SHARE-1 to SHARE-7]."""
from .play import Round
from ..checks import check, require
from ..reference import transcript
from ..reference.enc import u32
from ..reference.field import L

IDENTITY = bytes(32)
NEGATIVE = bytes.fromhex("01" + "00" * 31)             # canonical as a number, but negative
BEYOND = ((1 << 255) - 19).to_bytes(32, "little")      # p, that is zero, not reduced
HIGH_BIT = bytes(31) + b"\x80"                         # the identity's second encoding
NO_POINT = bytes.fromhex("02" + "00" * 30 + "40")


def after_advert(bench, **changes):
    bench.run()
    return Round(bench, **changes).until("advert")


def refuses(game, entries, *reasons):
    """It refuses this cohort, and makes no shares for the honest one that follows."""
    game.say(game.cohort(entries))
    game.refuses(*reasons, then=[game.cohort(game.entries_honest)])


def spoil(name, rules, title, *reasons, n=7, **changes):
    """Registers a check: the decorated function changes the list of entries."""
    def register(change):
        def run(bench):
            game = after_advert(bench, n=n, **changes)
            game.entries_honest = game.entries()
            refuses(game, change(game, list(game.entries_honest)), *reasons)
        run.__doc__ = title
        check(f"cohort-{name}", rules)(run)
        return change
    return register


@spoil("without-me", ["SHARE-1"], "A cohort without the program's advert", "not_in_cohort")
def _(game, entries):
    del entries[game.me]
    return entries


@spoil("my-key-changed", ["SHARE-1"], "The program's own advert with another channel key",
       "own_advert_changed")
def _(game, entries):
    mine, other = entries[game.me], game.members[game.others[0]].advert
    entries[game.me] = mine[:36] + other[36:68] + mine[68:]
    return entries


@spoil("me-twice", ["SHARE-1"], "The program's own advert twice", "bad_order",
       "own_advert_changed")
def _(game, entries):
    entries.insert(game.me, entries[game.me])
    return entries


@spoil("out-of-order", ["SHARE-1", "ADVERT-3"], "Two members in each other's place", "bad_order")
def _(game, entries):
    one, other = game.others[:2]
    entries[one], entries[other] = entries[other], entries[one]
    return entries


@spoil("member-twice", ["SHARE-1"], "A member twice", "bad_order")
def _(game, entries):
    return entries[:1] + entries


@spoil("unknown-member", ["SHARE-1"], "A member whose index the roster does not have",
       "unknown_member")
def _(game, entries):
    puppet = game.members[game.others[-1]]
    advert = u32(puppet.roster_index + 1) + puppet.advert[4:]
    entries[game.others[-1]] = puppet.signed_advert(game.th0, advert)
    return entries


@spoil("invented-member", ["SHARE-2", "ROSTER-2"],
       "A roster's member whose advert the aggregator made up", "bad_signature")
def _(game, entries):
    puppet = game.members[game.others[0]]
    statement = transcript.advert_statement(game.th0, puppet.advert)
    entries[game.others[0]] = puppet.advert + game.bench.aggregator.sign(statement)
    return entries


def swapped(start, what):
    """Keys that the server swaps: the first mistake of published implementations."""
    def change(game, entries):
        place, other = game.others[0], game.bench.stranger(game.n).advert
        entry = entries[place]
        entries[place] = entry[:start] + other[start:start + 32] + entry[start + 32:]
        return entries
    spoil(f"key-swapped-{what}", ["SHARE-2"],
          f"Another member's key {what} swapped by the aggregator", "bad_signature")(change)


for _start, _what in ((4, "s"), (36, "c"), (68, "b")):
    swapped(_start, _what)


@spoil("unsigned", ["SHARE-2", "SIG-1"], "A member's signature left out", "bad_signature")
def _(game, entries):
    entries[game.others[-1]] = entries[game.others[-1]][:100] + bytes(64)
    return entries


@spoil("signature-of-another-round", ["SHARE-2", "HASH-2"],
       "An advert signed for other parameters", "bad_signature")
def _(game, entries):
    place = game.others[0]
    entries[place] = game.members[place].signed_advert(transcript.th0(b"other parameters"))
    return entries


@spoil("signature-not-canonical", ["SIG-1"], "A signature whose S has the order added",
       "bad_signature")
def _(game, entries):
    place = game.others[0]
    high = int.from_bytes(entries[place][132:], "little") + L
    entries[place] = entries[place][:132] + high.to_bytes(32, "little")
    return entries


@spoil("signature-of-small-order", ["SIG-1"], "A signature with R of small order", "bad_signature")
def _(game, entries):
    place = game.others[0]
    entries[place] = entries[place][:100] + b"\1" + bytes(31) + entries[place][132:]
    return entries


def bad_point(start, what, point, kind, reason):
    def change(game, entries):
        puppet = game.members[game.others[1]]
        advert = puppet.advert[:start] + point + puppet.advert[start + 32:]
        entries[game.others[1]] = puppet.signed_advert(game.th0, advert)
        return entries
    spoil(f"point-{what}-{kind}", ["SHARE-2", "KEY-2"],
          f"A member's own key {what} is {kind.replace('-', ' ')}", reason)(change)


for _start, _what in ((4, "s"), (36, "c"), (68, "b")):
    bad_point(_start, _what, IDENTITY, "the-identity", "identity_point")
    bad_point(_start, _what, NO_POINT, "no-point", "bad_point")
for _point, _kind in ((HIGH_BIT, "the-identity-with-bit-255"), (NEGATIVE, "negative"),
                      (BEYOND, "not-reduced"), (b"\xff" * 32, "all-ones")):
    bad_point(4, "s", _point, _kind, "bad_point")


@check("cohort-point-with-bit-255", ["KEY-2"])
def _(bench):
    """A good key of another member with bit 255 set, which libraries ignore, is refused"""
    game = after_advert(bench)
    game.entries_honest = game.entries()
    entries, place = list(game.entries_honest), game.others[0]
    advert = bytearray(game.members[place].advert)
    advert[67] |= 0x80
    entries[place] = game.members[place].signed_advert(game.th0, bytes(advert))
    refuses(game, entries, "bad_point")


# POLICY-3: what depends on the number of members.
def of_size(name, rules, title, reason, n, **changes):
    spoil(f"size-{name}", rules, title, reason, n=n, **changes)(lambda game, entries: entries)


of_size("small", ["POLICY-3"], "Fewer members than n_min", "cohort_too_small", 5, n_min=6)
of_size("large", ["POLICY-3"], "More members than n_max", "cohort_too_large", 7, n_max=6)
of_size("infeasible", ["POLICY-3", "FINDER-1", "PARAM-5"],
        "More lost members than a quorum stands: no parameters", "infeasible_parameters", 5,
        delta_ppm=200_001)
of_size("too-corrupt", ["FINDER-1"], "All but one member corrupt: no parameters",
        "infeasible_parameters", 5, max_corrupt=4, delta_ppm=0)
of_size("survivors-few", ["POLICY-3", "FINDER-1"], "A sum of fewer members than the policy asks",
        "survivors_too_few", 4, delta_ppm=0)
of_size("floor-low", ["POLICY-3", "FINDER-8"],
        "A sum of fewer honest members than the policy asks", "floor_too_low", 6, max_corrupt=3,
        delta_ppm=0)
of_size("corrupt-few", ["POLICY-3", "POLICY-4"],
        "Fewer corrupt members than the policy's fraction of those that came",
        "corruption_bound_too_low", 21)


@check("picks-fresh", ["KEY-4", "SHARE-4", "SHAMIR-1"])
def _(bench):
    """Two rounds share nothing: other points in the advert, other boxes, other roots"""
    bench.run()
    first = Round(bench)
    first.until("shares")
    second = Round(bench, number=2)
    second.until("shares")
    before, after = (bench.ledger.of(g.session_id).answers["Shares"] for g in (first, second))
    require(before.signature != after.signature, "the same signature of shares in two rounds")
    boxes = [{m.items[at + 8:at + 88] for at in range(0, len(m.items), 152)}
             for m in (before, after)]
    require(not boxes[0] & boxes[1], "the same box in two rounds")
