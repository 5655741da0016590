"""What comes of bad shares and bad dealers: exact sums where they can be, blame, evidence
[REBUILD-3, BLAME-1 to BLAME-6]. Evidence is verified with each record (play.py)."""
import copy

from ..checks import check, require, require_equal
from ..reference import field, shamir
from ..reference.entropy import System
from ..reference.field import L
from . import lies
from .unmasks import answer_of

EVERYBODY = list(range(5))
BAD_SHARE, BAD_DEALING, NOT_OPENED, NOT_OPENED_BY_MANY = 1, 2, 3, 4


def _blames(checked):
    return [(b.kind, b.accused, b.witness) for b in checked.record.blames]


def _with_share(bench, share_of):
    """One holder gives share_of(right share) for the share of dealer 0's b; the others are honest.

    Holder 1 has point 1 of dealer 0, which is among those that rebuild first (REBUILD-2).
    """
    play = bench.play().to("unmask")
    liar = play[1]

    def change(entries, _):
        v, kind, share = entries[0]
        entries[0] = (v, kind, share_of(share))
    liar.say(answer_of(liar, change))
    play.done.add(liar)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())
    return play.checked


def _plus_one(share):
    return field.scalar_bytes((int.from_bytes(share, "little") + 1) % L)


@check("blame-wrong-share", rules=["REBUILD-3", "BLAME-1", "BLAME-4", "REBUILD-2"])
def _(bench):
    """A share off its tag does no harm to the sum, and accuses its holder, with evidence"""
    checked = _with_share(bench, _plus_one)
    require_equal("blames (kind, accused, witness)", [(BAD_SHARE, 1, 0)], _blames(checked))
    require(checked.record.blames[0].evidence, "bad_share without its evidence")


@check("blame-wrong-share-of-lost", rules=["REBUILD-3", "REBUILD-1", "BLAME-1", "BLAME-4"])
def _(bench):
    """So it is with a share of the mask key of a member that was lost in phase 3"""
    play = bench.play().to("mask")
    play[0].refuse()
    play.drop(play[0])
    play.to("unmask")
    liar = play[1]

    def change(entries, _):
        v, kind, share = entries[0]
        entries[0] = (v, kind, _plus_one(share))
    liar.say(answer_of(liar, change))
    play.done.add(liar)
    play.complete()
    require_equal("U3", [1, 2, 3, 4], play.u3())
    require_equal("blames (kind, accused, witness)", [(BAD_SHARE, 1, 0)], _blames(play.checked))


@check("blame-no-scalar", rules=["UNMASK-4", "REBUILD-3", "KEY-1", "BLAME-1"])
def _(bench):
    """A share that is zero or not canonical makes no answer malformed: it is a bad share"""
    for share_of in (lambda share: bytes(32),
                     lambda share: (int.from_bytes(share, "little") + L).to_bytes(32, "little"),
                     lambda share: L.to_bytes(32, "little"), lambda share: b"\xff" * 32):
        checked = _with_share(bench, share_of)
        require_equal("blames (kind, accused, witness)", [(BAD_SHARE, 1, 0)], _blames(checked))


@check("blame-too-many-wrong", rules=["REBUILD-3", "BLAME-1"])
def _(bench):
    """Fewer than t good shares abort the round: secret_not_rebuilt, every liar is accused"""
    play = bench.play().to("unmask")

    def change(entries, _):  # by random ones: equal errors in points 1 and 2 cancel out
        v, kind, _ = entries[0]
        entries[0] = (v, kind, field.scalar_bytes(field.random_scalar(System())))
    for player in play.players[1:3]:
        player.say(answer_of(player, change))
    for player in (play[0], *play.players[3:]):
        player.say(player.unmask())
    checked = play.hear_abort("secret_not_rebuilt")
    accused = [blame for blame in _blames(checked) if blame[0] == BAD_SHARE]
    require_equal("bad shares (kind, accused, witness)",
                  [(BAD_SHARE, 1, 0), (BAD_SHARE, 2, 0)], accused)


def _dealing(bench, spoil):
    """A play in which member 0 deals what spoil(its Member) leaves; all have heard Delivery."""
    play = bench.play().to("share")
    dealer = play[0]
    dealer.shares()
    twin = copy.copy(dealer.honest)
    spoil(twin)
    dealer.say(twin.make_shares())
    play.done.add(dealer)
    return play.to("mask")


def _other_polynomial(member):
    """Shares and tags that agree with each other, of another secret than the advertised one."""
    other = field.scalar_bytes(field.random_scalar(member.rng))
    member.shares_b = shamir.split(other, member.found.t, member.found.k, member.rng)
    member.items = [member.make_item(place) for place in range(len(member.picks))]


@check("blame-dealer", rules=["BLAME-2", "REBUILD-3", "BLAME-4"])
def _(bench):
    """Good shares that miss the advertised point abort the round and accuse the dealer"""
    play = _dealing(bench, _other_polynomial).to("unmask")
    for player in play.present:
        player.say(player.unmask())
    checked = play.hear_abort("secret_not_rebuilt")
    require_equal("blames (kind, accused, witness)", [(BAD_DEALING, 0, 0)], _blames(checked))
    require(checked.record.blames[0].evidence, "bad_dealing without its evidence")


def _other_mask_key(member):
    """The same for the secret that is rebuilt when the dealer is lost."""
    other = field.scalar_bytes(field.random_scalar(member.rng))
    member.shares_s = shamir.split(other, member.found.t, member.found.k, member.rng)
    member.items = [member.make_item(place) for place in range(len(member.picks))]


@check("blame-dealer-lost", rules=["BLAME-2", "REBUILD-3", "REBUILD-1"])
def _(bench):
    """A lost dealer whose good shares miss its S is accused; the round aborts"""
    play = _dealing(bench, _other_mask_key)
    play[0].refuse()
    play.drop(play[0])
    play.to("unmask")
    for player in play.present:
        player.say(player.unmask())
    checked = play.hear_abort("secret_not_rebuilt")
    require_equal("blames (kind, accused, witness)", [(BAD_DEALING, 0, 0)], _blames(checked))


@check("blame-dealer-unused", rules=["REBUILD-1", "REBUILD-5"])
def _(bench):
    """What a dealer that stayed spoilt in its s, which no sum needs, spoils nothing"""
    play = _dealing(bench, _other_mask_key).complete()
    require_equal("U3", EVERYBODY, play.u3())
    require_equal("blames", [], _blames(play.checked))


def _spoil_boxes(*places):
    def spoil(member):
        member.items = [copy.copy(item) for item in member.items]
        for place in places:
            box = member.items[place].box
            member.items[place].box = box[:-1] + bytes([box[-1] ^ 1])
    return spoil


def _spoil_tag(tag):
    def spoil(member):
        member.items = [copy.copy(item) for item in member.items]
        member.items[2].tag_b = tag(member.items[2].tag_b)
    return spoil


@check("blame-box", rules=["BLAME-3", "SHARE-8", "U2-9", "BLAME-4"])
def _(bench):
    """A box that does not open is admitted; its holder lists it, the record names the pair"""
    play = _dealing(bench, _spoil_boxes(3)).complete()
    require_equal("U3", EVERYBODY, play.u3())
    require_equal("blames (kind, accused, witness)", [(NOT_OPENED, 0, 4)], _blames(play.checked))
    require(play.checked.record.blames[0].evidence, "not_opened without its evidence")


@check("blame-tag", rules=["SHARE-8", "SIG-2", "BLAME-3"])
def _(bench):
    """A tag is no point to the aggregator: one that is no encoding, or the identity, is admitted"""
    for tag in (lambda right: bytes(32), lambda right: b"\xff" * 32,
                lambda right: lies.bad_points(right)["bit 255 is set"]):
        play = _dealing(bench, _spoil_tag(tag)).complete()
        require_equal("U3", EVERYBODY, play.u3())
        require_equal("blames (kind, accused, witness)", [(NOT_OPENED, 0, 3)],
                      _blames(play.checked))


@check("blame-boxes", rules=["BLAME-3", "PHASE-1", "REBUILD-1"])
def _(bench):
    """More than c boxes that do not open accuse their dealer; too few shares abort the round"""
    play = _dealing(bench, _spoil_boxes(1, 3)).to("unmask")
    for player in play.present:
        player.say(player.unmask())
    checked = play.hear_abort("too_few_shares")
    require_equal("blames (kind, accused, witness)",
                  [(NOT_OPENED, 0, 2), (NOT_OPENED, 0, 4), (NOT_OPENED_BY_MANY, 0, 0)],
                  _blames(checked))
    require_equal("evidence of kind 4", b"", checked.record.blames[2].evidence)


@check("blame-unneeded", rules=["REBUILD-1", "REBUILD-5", "BLAME-3"])
def _(bench):
    """A dealer whose boxes do not open and that is lost before U2 spoils no sum"""
    play = bench.play().to("share")
    play.drop(play[0])
    play.complete()
    require_equal("U3", [1, 2, 3, 4], play.u3())
    require_equal("blames", [], _blames(play.checked))


@check("blame-false-report", rules=["BLAME-3", "BLAME-6"])
def _(bench):
    """A holder that lists every dealer as not held accuses nobody; the sum is exact"""
    play = bench.play().to("unmask")
    liar = play[4]
    liar.say(answer_of(liar, lambda entries, not_held: (
        not_held.extend(v for v, _, _ in entries), entries.clear())))
    play.done.add(liar)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())
    require_equal("blames (kind, accused, witness)", [(NOT_OPENED, v, 4) for v in range(4)],
                  _blames(play.checked))
