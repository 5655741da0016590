"""Phase 2 at the aggregator: whom it admits to U2, what it delivers [SHARE-8, U2-1, U2-2]."""
from ..checks import check, require, require_equal
from ..reference import tree, wire
from . import lies


@check("shares-count", rules=["SHARE-8", "WIRE-3"])
def _(bench):
    """Other than k items are rejected with wrong_length"""
    def extra(items):
        items.insert(2, items[1])
    lies.rejects(bench, "share", "wrong_length",
                 lambda p: lies.shares_of(p, lambda items: items.pop()),
                 lambda p: lies.shares_of(p, lambda items: items.clear()),
                 lambda p: lies.shares_of(p, extra),
                 lambda p: wire.Shares(p.session_id, p.shares().items[:-1], bytes(64)))


def _set(place, **fields):
    def change(items):
        for name, value in fields.items():
            setattr(items[place], name, value)
    return change


def _swap_points(items):
    items[0].point, items[1].point = items[1].point, items[0].point


def _count_from_zero(items):
    for item in items:
        item.point -= 1


@check("shares-order", rules=["SHARE-8", "SHARE-7"])
def _(bench):
    """Items not ascending, of one holder twice, of oneself or of nobody: bad_order"""
    lies.rejects(bench, "share", "bad_order", *(
        lambda p, change=change: lies.shares_of(p, change) for change in (
            lambda items: items.reverse(), lambda items: items.sort(key=lambda item: item.to % 2),
            _set(1, to=0), _set(2, to=2), _set(3, to=5), _set(3, to=2**32 - 1))))


@check("shares-points", rules=["SHARE-8", "SHARE-4"])
def _(bench):
    """Points other than 1 to k, in this order, are rejected with bad_order"""
    lies.rejects(bench, "share", "bad_order", *(
        lambda p, change=change: lies.shares_of(p, change) for change in (
            _swap_points, _count_from_zero, _set(3, point=5), _set(1, point=1),
            _set(0, point=2**32 - 1))))


@check("shares-signature", rules=["SHARE-8", "SHARE-7", "SIG-1", "SIG-2"])
def _(bench):
    """A signature that is not over th1, the dealer and the root of its items: bad_signature"""
    lies.rejects(bench, "share", "bad_signature",
                 lambda p: lies.flipped(p.shares()),
                 lambda p: lies.malleable(p.shares()),
                 lambda p: lies.signed_shares(p, root=bytes(32)),
                 lambda p: lies.signed_shares(p, u=3),
                 lambda p: lies.signed_shares(p, th1=bytes(32)),
                 lambda p: lies.signed_shares(p, key=bench.members[0].key))


@check("shares-tree", rules=["TREE-1", "SHARE-8"])
def _(bench):
    """A root over the same items by another tree, or in another order, is bad_signature"""
    def root_of(player, build):
        honest = player.honest
        player.shares()
        leaves = [tree.leaf(honest.th1, honest.u, item) for item in honest.items]
        return lies.signed_shares(player, root=build(leaves))

    def chain(leaves):
        root = leaves[0]
        for one in leaves[1:]:
            root = tree.node(root, one)
        return root
    lies.rejects(bench, "share", "bad_signature",
                 lambda p: root_of(p, chain),
                 lambda p: root_of(p, lambda leaves: tree.root(leaves[::-1])),
                 lambda p: root_of(p, lambda leaves: leaves[0]))


@check("shares-changed-item", rules=["SHARE-8", "TREE-1"])
def _(bench):
    """An item changed after it was signed, in its box or a tag, is rejected with bad_signature"""
    def lie(player, at):
        right = player.shares()
        items = bytearray(right.items)
        items[at] ^= 1
        return wire.Shares(right.session_id, bytes(items), right.signature)
    lies.rejects(bench, "share", "bad_signature",
                 *(lambda p, at=at: lie(p, at) for at in (8, 87, 88, 120, 151, 607)))


@check("shares-again", rules=["ONCE-3"])
def _(bench):
    """The same Shares again change nothing"""
    play = bench.play().to("share")
    play[1].say(play[1].shares())
    play[1].say(play[1].shares())
    play.done.add(play[1])
    play.complete()
    require_equal("blames", [], play.checked.record.blames)


@check("shares-second", rules=["ONCE-3", "BLAME-5", "BLAME-4"])
def _(bench):
    """Second, different Shares are rejected with conflicting_answer and are evidence"""
    play = bench.play().to("share")
    liar = play[1]
    liar.say(liar.shares())
    liar.say(lies.shares_of(liar, _set(0, box=bytes(80))))
    liar.hear_rejected("conflicting_answer", liar.session_id)
    play.done.add(liar)
    play.complete()
    blames = [(b.kind, b.accused, b.witness) for b in play.checked.record.blames]
    require_equal("blames (kind, accused, witness)", [(5, 1, 1)], blames)
    require(play.checked.record.blames[0].evidence, "conflicting_answer without its evidence")


@check("shares-dropout", rules=["U2-1", "U2-2", "PHASE-1", "REBUILD-1"])
def _(bench):
    """Without one member's Shares phase 2 closes at its limit; U2 is the others"""
    play = bench.play().to("share")
    play.silence(play[4])
    with play.at_limit():
        play.step()
    for player in play.players[:4]:
        player.packed()
        require_equal("U2", [0, 1, 2, 3], player.honest.u2)
    outside = play[4].delivery
    require_equal("the bitmap of one outside U2", play[0].delivery.u2, outside.u2)
    require_equal("items and proofs of one outside U2", (b"", b""),
                  (outside.items, outside.proofs))
    play.complete()
    require_equal("U3", [0, 1, 2, 3], play.u3())


@check("shares-refusal", rules=["PHASE-4", "ONCE-4"])
def _(bench):
    """Who refuses in phase 2 has answered: the phase closes with the others, at once"""
    play = bench.play().to("share")
    play[0].refuse("bad_signature")
    play.drop(play[0])
    with play.at_once():
        play.step()
    play.complete()
    require_equal("U3", [1, 2, 3, 4], play.u3())


@check("shares-too-few", rules=["PHASE-1", "U2-1", "RECORD-1", "RECORD-6"])
def _(bench):
    """Fewer Shares than survivors abort the round: too_few_survivors; its record has th1, no th2"""
    play = bench.play().to("share")
    for player in play.players[:3]:
        player.say(player.shares())
    checked = play.hear_abort("too_few_survivors")
    require_equal("th1 in the record", play[0].honest.th1, checked.record.th1)
    require_equal("th2 and U2 in the record", (b"", b""), (checked.record.th2, checked.record.u2))


@check("shares-late", rules=["WIRE-5", "U2-1"])
def _(bench):
    """Shares after phase 2 has closed are dropped with wrong_phase; U2 stays"""
    play = bench.play().to("share")
    late = play[3]
    late_shares = late.shares()
    play.silence(late)
    play.step()
    late.say(late_shares)
    late.hear_rejected("wrong_phase", late.session_id)
    play.complete()
    require_equal("U3", [0, 1, 2, 4], play.u3())


@check("shares-early", rules=["WIRE-5", "PHASE-3"])
def _(bench):
    """Answers of phases that are not open yet are dropped with wrong_phase, and count later"""
    play = bench.play()
    player = play[0]
    for message in (wire.Shares(player.session_id, bytes(4 * 152), bytes(64)),
                    wire.Receipt(player.session_id, bytes(64)),
                    wire.Attestation(player.session_id, bytes(64)),
                    wire.Unmask(player.session_id, bytes(8), bytes(64)),
                    wire.UploadChunk(player.session_id, 0, b"data")):
        player.say(message)
        player.hear_rejected("wrong_phase", player.session_id)
    play.complete()
    require_equal("U3", list(range(5)), play.u3())


@check("round-other", rules=["WIRE-5"])
def _(bench):
    """A message of another round is dropped with wrong_round, in each phase; the round goes on"""
    play = bench.play()
    other = bytes(range(32))
    for stage, answer in (("advertise", lambda p: p.advert()), ("share", lambda p: p.shares()),
                          ("attest", lambda p: p.attestation()),
                          ("unmask", lambda p: p.unmask())):
        play.to(stage)
        play[1].say(lies.of_round(answer(play[1]), other))
        play[1].hear_rejected("wrong_round")
    play.complete()
    require_equal("U3", list(range(5)), play.u3())
