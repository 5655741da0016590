"""A cohort of 101, so that picks are few and random [FINDER-3, SHARE-4]: 6 corrupt, 12 lost."""
from .play import Round
from ..checks import check, require

N = 101
TERMS = {"n_min": 101, "n_max": 101, "max_corrupt": 6, "delta_ppm": 110_000, "ring_bits": 20}


def after_shares(bench, number=1, **changes):
    game = Round(bench, n=N, number=number, **{**TERMS, **changes}).until("shares")
    game.dealers = {v for v in game.others if v % 3}
    return game


@check("graph-round", ["MASK-1", "SHARE-4", "FINDER-3", "FINDER-4", "FINDER-5",
                        "FINDER-9", "UNMASK-2"])
def _(bench):
    """A round of 101: k and t are the finder's, one mask a pair, shares for in-neighbours only"""
    bench.run()
    game = after_shares(bench)
    require(2 <= game.t < game.k < N - 1, f"k = {game.k}, t = {game.t}: no sparse graph")
    game.dropped2 = set(game.others[-5:])
    game.dropped3 = set(game.others[:4])
    game.until("unmask")


@check("graph-picks-at-random", ["SHARE-4", "ONCE-5"])
def _(bench):
    """Picks are drawn anew in each round"""
    bench.run()
    first = after_shares(bench).picks
    second = after_shares(bench, 2).picks
    require(first != second, "the same picks in two rounds")


@check("graph-few-picks", ["U2-4"])
def _(bench):
    """A U2 that lacks too many of the program's picks is refused: a target whose neighbours drop"""
    bench.run()
    game = after_shares(bench)
    game.dropped2 = set(game.picks[:game.k - game.t + 1])
    require(N - len(game.dropped2) >= game.found.survivors, "no such U2 has the survivors")
    game.say(game.delivery())
    game.say(game.grant())
    game.refuses("too_few_picks", then=[game.grant()])


def flooded(bench, above):
    """So many dealers above the cap; k is small where nobody may be lost."""
    bench.run()
    game = after_shares(bench, delta_ppm=0, eta=1)
    cap = game.found.in_degree_cap
    require(cap < N - 1, f"the cap, {cap}, cannot be exceeded")
    game.dealers = set(game.others[:cap + above])
    return game


@check("graph-in-degree", ["U2-7", "FINDER-6"])
def _(bench):
    """One item above the cap on the in-degree is refused: a flood of dealers"""
    game = flooded(bench, 1)
    game.say(game.delivery())
    game.say(game.grant())
    game.refuses("in_degree_exceeded", then=[game.grant()])


@check("graph-in-degree-at-the-cap", ["U2-7", "FINDER-6"])
def _(bench):
    """As many items as the cap allows are taken"""
    flooded(bench, 0).until("upload")


@check("graph-proof-of-a-pick-missing", ["U2-6", "PRIV-2"])
def _(bench):
    """The signed root of a pick that dealt nothing to the program is due, too"""
    bench.run()
    game = after_shares(bench)
    delivery = game.delivery()
    lonely = next(v for v in game.picks if v not in game.dealers)
    delivery.proofs = [p for p in delivery.proofs if p[0] != lonely]
    game.say(delivery)
    game.say(game.grant())
    game.refuses("missing_proof", then=[game.grant()])


@check("graph-proof-of-no-neighbour", ["U2-6"])
def _(bench):
    """A signed root of a member that is no neighbour is refused"""
    bench.run()
    game = after_shares(bench)
    delivery = game.delivery()
    stranger = next(v for v in game.others if v not in game.neighbours())
    root = bytes(32)
    delivery.proofs = sorted([*delivery.proofs, [
        stranger, root, game.members[stranger].sign_root(game.th1, stranger, root)]])
    game.say(delivery)
    game.say(game.grant())
    game.refuses("unexpected_proof", then=[game.grant()])


@check("graph-receipt-of-a-pick", ["ATTEST-2"])
def _(bench):
    """The receipt of a pick that is no in-neighbour is refused"""
    bench.run()
    game = after_shares(bench).until("upload")
    request = game.survivors()
    pick = next(v for v in game.picks if v not in game.dealers)
    request.receipts = sorted([*request.receipts, [
        pick, game.members[pick].receipt(game.th2(), pick)]])
    game.say(request)
    game.refuses("unexpected_receipt", then=[game.survivors()])
