"""Deliveries that must be refused before masking, on the complete graph [U2-3 to U2-8]."""
from .play import Round
from ..checks import check
from ..reference import bitmap, transcript
from ..reference.enc import u32


def after_shares(bench, n=7, **changes):
    bench.run()
    return Round(bench, n=n, **changes).until("shares")


def spoil(name, rules, title, *reasons, n=7):
    """Registers a check: the decorated function changes an honest delivery (play.Inbound).

    After the refusal the honest one and a grant get nothing.
    """
    def register(change):
        def run(bench):
            game = after_shares(bench, n)
            honest = game.delivery().message(game.session_id)
            wrong = game.delivery()
            game.say(change(game, wrong) or wrong)
            game.say(game.grant())
            game.refuses(*reasons, then=[honest, game.grant()])
            game.votes_void()
        run.__doc__ = title
        check(f"delivery-{name}", rules)(run)
        return change
    return register


@spoil("bitmap-padding", ["BITMAP-1", "U2-3"], "A U2 with a padding bit set", "bad_bitmap")
def _(game, delivery):
    delivery.u2 = bytes([delivery.u2[0] | 0x80])


@spoil("bitmap-long", ["BITMAP-1", "U2-3"], "A U2 that is one byte too long", "bad_bitmap")
def _(game, delivery):
    delivery.u2 += b"\0"


@spoil("bitmap-short", ["BITMAP-1", "U2-3"], "A U2 that is one byte too short", "bad_bitmap", n=9)
def _(game, delivery):
    delivery.u2 = delivery.u2[:1]


@spoil("u2-small", ["U2-3"], "A U2 below the survivors that are needed", "too_few_survivors")
def _(game, delivery):
    game.dropped2 = set(game.others[:3])
    return game.delivery()


@spoil("items-out-of-order", ["U2-5"], "Items not ascending by dealer", "bad_order")
def _(game, delivery):
    delivery.items[0], delivery.items[1] = delivery.items[1], delivery.items[0]


@spoil("dealer-twice", ["U2-5"], "Two items of one dealer", "bad_order")
def _(game, delivery):
    delivery.items.insert(0, delivery.items[0])


@spoil("dealer-beyond-n", ["U2-5"], "An item of a member that the cohort does not have",
       "not_in_u2", "bad_order")
def _(game, delivery):
    delivery.items[-1][0] = game.n


@spoil("dealer-outside-u2", ["U2-5"], "An item of a member outside U2", "not_in_u2")
def _(game, delivery):
    delivery.u2 = bitmap.pack(game.n, [v for v in range(game.n) if v != game.others[0]])


@spoil("dealer-myself", ["U2-5"], "An item of the program's own", "not_in_u2", "bad_order")
def _(game, delivery):
    sender, item, path = delivery.items[game.me - 1]
    delivery.items.insert(game.me, [game.me, item, path])


@spoil("item-for-another", ["U2-5"], "An item that is for another member", "wrong_item")
def _(game, delivery):
    delivery.items[0][1] = u32(game.others[-1]) + delivery.items[0][1][4:]


@spoil("point-0", ["U2-5"], "An item of point 0", "wrong_item")
def _(game, delivery):
    item = delivery.items[0][1]
    delivery.items[0][1] = item[:4] + u32(0) + item[8:]


@spoil("point-beyond-k", ["U2-5"], "An item of a point above k", "wrong_item")
def _(game, delivery):
    item = delivery.items[-1][1]
    delivery.items[-1][1] = item[:4] + u32(game.k + 1) + item[8:]


@spoil("point-of-another", ["U2-8"], "An item, well signed, of the point that is another holder's",
       "wrong_item")
def _(game, delivery):
    place = game.others[0]
    dealt = game.members[place].deal(game.th1, place, game.me, game.signed[game.me][36:68],
                                     game.point_at(place) % game.k + 1, game.k, game.rng)
    delivery.items[0][1:] = [dealt.item, dealt.path]
    delivery.proofs[0][1:] = [dealt.root, dealt.signature]


@spoil("path-short", ["U2-5", "TREE-2"], "A path that lacks its last hash", "wrong_length")
def _(game, delivery):
    delivery.items[0][2] = delivery.items[0][2][:-1]


@spoil("path-long", ["U2-5", "TREE-2"], "A path with one hash too many", "wrong_length")
def _(game, delivery):
    delivery.items[0][2] = delivery.items[0][2] + [bytes(32)]


@spoil("path-of-thirteen", ["WIRE-3", "TREE-2"], "A path of more than 12 hashes", "wrong_length")
def _(game, delivery):
    delivery.items[0][2] = [bytes(32)] * 13


@spoil("path-changed", ["U2-6", "TREE-2"], "A path that leads to another root", "bad_signature")
def _(game, delivery):
    delivery.items[2][2] = [bytes(32)] + delivery.items[2][2][1:]


@spoil("item-missing", ["U2-8"], "No item of one member of U2", "missing_item", "unexpected_proof")
def _(game, delivery):
    del delivery.items[2]


@spoil("box-changed", ["U2-6", "TREE-1"], "A box that its dealer did not sign", "bad_signature")
def _(game, delivery):
    item = delivery.items[0][1]
    delivery.items[0][1] = item[:40] + bytes([item[40] ^ 1]) + item[41:]


@spoil("tag-changed", ["U2-6", "TREE-1"], "A tag that its dealer did not sign", "bad_signature")
def _(game, delivery):
    item = delivery.items[-1][1]
    delivery.items[-1][1] = item[:-1] + bytes([item[-1] ^ 1])


@spoil("items-swapped", ["TREE-1", "U2-6"],
       "The items of two dealers under each other's name: shares unbound to their sender",
       "bad_signature")
def _(game, delivery):
    one, other = delivery.items[0], delivery.items[1]
    one[1:], other[1:] = other[1:], one[1:]


@spoil("proof-missing", ["U2-6"], "A neighbour's signed root is missing", "missing_proof")
def _(game, delivery):
    del delivery.proofs[1]


@spoil("proofs-none", ["U2-6", "PRIV-2"], "No signed root at all", "missing_proof")
def _(game, delivery):
    delivery.proofs.clear()


@spoil("proof-of-none", ["U2-6"], "A signed root of a member outside U2", "unexpected_proof",
       "missing_proof")
def _(game, delivery):
    dropped = game.others[-1]
    extra = next(p for p in delivery.proofs if p[0] == dropped)
    game.dropped2 = {dropped}
    changed = game.delivery()
    changed.proofs = sorted([*changed.proofs, extra])
    return changed


@spoil("proof-of-myself", ["U2-6"], "The program's own signed root among those of neighbours",
       "unexpected_proof")
def _(game, delivery):
    root = bytes(32)
    delivery.proofs.insert(game.me, [game.me, root, bytes(64)])


@spoil("proofs-out-of-order", ["U2-6"], "Signed roots not ascending", "bad_order")
def _(game, delivery):
    delivery.proofs.reverse()


@spoil("proof-twice", ["U2-6"], "A signed root twice", "bad_order")
def _(game, delivery):
    delivery.proofs.insert(0, delivery.proofs[0])


@spoil("proof-unsigned", ["U2-6", "SIG-1"], "A root without a signature", "bad_signature")
def _(game, delivery):
    delivery.proofs[0][2] = bytes(64)


@spoil("ghost", ["U2-6", "PRIV-2"],
       "A neighbour whose root was signed for another cohort: a ghost of this one",
       "bad_signature")
def _(game, delivery):
    proof = delivery.proofs[0]
    other = transcript.th1(game.th0, 2, [game.signed[v][:100] for v in game.others[:2]])
    proof[2] = game.members[proof[0]].sign_root(other, proof[0], proof[1])


@spoil("ghost-by-the-aggregator", ["U2-6", "PRIV-2"],
       "A neighbour whose root the aggregator signed itself", "bad_signature")
def _(game, delivery):
    proof = delivery.proofs[0]
    proof[2] = game.bench.aggregator.sign(
        transcript.shares_statement(game.th1, proof[0], proof[1]))


@spoil("root-of-another", ["U2-6", "SHARE-7"],
       "A root that its member signed as another's", "bad_signature")
def _(game, delivery):
    proof = delivery.proofs[0]
    proof[2] = game.members[proof[0]].sign_root(game.th1, game.others[-1], proof[1])


@spoil("items-cut-off", ["WIRE-3"], "Items that end within one", "wrong_length")
def _(game, delivery):
    message = delivery.message(game.session_id)
    message.items = message.items[:-1]
    return message


@check("delivery-without-me", ["U2-3", "ONCE-4", "VOID-1"])
def _(bench):
    """Outside U2 the program sends nothing more but VOID"""
    game = after_shares(bench)
    honest = game.delivery().message(game.session_id)
    game.dropped2 = {game.me}
    game.say(game.outside_u2())
    game.gives_nothing([game.grant(), honest, game.grant()])
    game.votes_void()
