"""Items that are well signed and of no use: held as none, masked with, listed in Unmask [U2-9]."""
from .deliveries import after_shares
from ..checks import check
from ..reference import seals
from ..reference.field import L, scalar, scalar_bytes
from ..reference.group import times_base

ONE, TWO = scalar_bytes(1), scalar_bytes(2)


def useless(name, title, box=None, shares=(ONE, TWO), tags=None):
    """Registers a check: one dealer's item has this box, or these shares and tags."""
    def run(bench):
        game = after_shares(bench)
        dealer = game.others[1]
        puppet, point = game.members[dealer], game.point_at(dealer)
        key = seals.channel_key(puppet.c, game.signed[game.me][36:68], game.th1, dealer, game.me)
        sealed = box or seals.seal(key, game.th1, dealer, game.me, point, *shares)
        game.dealt[dealer] = puppet.deal_box(
            game.th1, dealer, game.me, point, game.k, game.rng, sealed,
            tags or [times_base(scalar(share)) for share in (ONE, TWO)], shares)
        game.until("attestation")
        game.say(game.certificate())
        game.hear_unmask(not_held=[dealer])
    run.__doc__ = title
    check(f"item-{name}", ["U2-9", "MASK-4", "UNMASK-2", "KEY-1"])(run)


useless("box-spoilt", "A box that does not open: masked with all the same, not held",
        box=bytes(80))
useless("share-of-s-off-its-tag", "A share of s that is off its tag: neither is held",
        shares=(TWO, TWO))
useless("share-of-b-off-its-tag", "A share of b that is off its tag: neither is held",
        shares=(ONE, ONE))
useless("share-zero", "A share that is zero", shares=(bytes(32), TWO))
useless("share-not-canonical", "A share with the order added, which libraries take for the same",
        shares=(ONE, scalar_bytes(2 + L)))
useless("share-with-bit-255", "A share with bit 255 set, which libraries ignore",
        shares=(bytes([1]) + bytes(30) + b"\x80", TWO))
useless("tag-no-point", "A tag that is no point is compared, never parsed",
        tags=[times_base(1), b"\xff" * 32])
useless("tag-identity", "The tag of a zero share, and the share", shares=(ONE, bytes(32)),
        tags=[times_base(1), bytes(32)])


@check("item-boxes-spoilt-all", ["U2-9"])
def _(bench):
    """Not one box opens: the round goes on, nothing is held"""
    game = after_shares(bench)
    for dealer in game.others:
        game.dealt[dealer] = game.members[dealer].deal_box(
            game.th1, dealer, game.me, game.point_at(dealer), game.k, game.rng, bytes(80),
            [times_base(1), times_base(2)])
    game.until("attestation")
    game.say(game.certificate())
    game.hear_unmask(not_held=game.others)
