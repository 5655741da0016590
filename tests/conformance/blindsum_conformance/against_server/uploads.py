"""Phase 3 at the aggregator: grants, chunks, receipts, U3 [UPLOAD-1 to UPLOAD-3, RECEIPT-2]."""
from ..checks import check, require, require_equal
from ..reference import wire

EVERYBODY = list(range(5))


def _upload_spoilt(bench, reason, spoil):
    """What one member uploads is rejected by name and not in the sum; the others' is."""
    play = bench.play().to("mask")
    ((liar, grant), *others), _ = play.holders()
    for player, its in others:
        player.upload(its)
        play.done.add(player)
    require_equal("UploadGrant.offset", 0, grant.offset)
    for chunk in spoil(liar):
        liar.say(chunk)
    liar.hear_rejected(reason, liar.session_id)
    play.silence(liar)
    play.complete()
    require_equal("U3", [u for u in EVERYBODY if u != liar.u], play.u3())


def chunk_of(player, offset, data):
    return wire.UploadChunk(player.session_id, offset, bytes(data))


@check("upload-too-long", rules=["UPLOAD-3"])
def _(bench):
    """A chunk that goes beyond the vector's bytes is rejected with wrong_length"""
    _upload_spoilt(bench, "wrong_length", lambda p: [chunk_of(p, 0, p.packed() + b"\0")])


@check("upload-too-long-later", rules=["UPLOAD-3"])
def _(bench):
    """A later chunk that goes beyond the vector's bytes is rejected with wrong_length"""
    _upload_spoilt(bench, "wrong_length", lambda p: [
        chunk_of(p, 0, p.packed()[:1000]), chunk_of(p, 1000, p.packed()[1000:] + b"\0")])


@check("upload-padding", rules=["UPLOAD-3", "PACK-1"])
def _(bench):
    """A free bit of the last byte that is set is rejected with bad_padding"""
    for bit in (0x80, 0x40):
        _upload_spoilt(bench, "bad_padding", lambda p, bit=bit: [
            chunk_of(p, 0, p.packed()[:-1] + bytes([p.packed()[-1] | bit])), p.receipt()])


@check("upload-offset", rules=["UPLOAD-3", "PHASE-5"])
def _(bench):
    """A chunk at another offset than the next: wrong_offset, and a grant names the next"""
    play = bench.play().to("mask")
    ((player, _), *others), _ = play.holders()
    for other, its in others:
        other.upload(its)
        play.done.add(other)
    first, second, third = player.chunks()
    far = chunk_of(player, 2**63, b"far")
    for wrong, right in ((third, first), (far, second)):
        player.say(wrong)
        heard = [player.hear(wire.Rejected, wire.UploadGrant) for _ in range(2)]
        by_kind = {type(message): message for message in heard}
        require_equal("what answers a wrong offset", ["Rejected", "UploadGrant"],
                      sorted(kind.__name__ for kind in by_kind))
        require_equal("Rejected.reason", "wrong_offset", by_kind[wire.Rejected].reason)
        require_equal("UploadGrant.offset", right.offset, by_kind[wire.UploadGrant].offset)
        player.say(right)
    player.say(third)
    player.say(player.receipt())
    play.done.add(player)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("upload-sizes", rules=["UPLOAD-1", "WIRE-1"])
def _(bench):
    """Chunks of any sizes make the same upload: one, many, a last one of a byte"""
    play = bench.play().to("mask")
    sizes = {player: size for player, size in zip(play.players, (1 << 20, 50, 1751, 876, 999))}
    waiting = list(play.players)
    while waiting:
        for player in play.granted(waiting):
            player.say_chunks(player.hear_grant().offset, sizes[player])
            player.say(player.receipt())
            waiting.remove(player)
    play.done.update(play.players)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("upload-without-grant", rules=["UPLOAD-1", "PHASE-5"])
def _(bench):
    """A chunk without a grant is rejected with wrong_phase, and does no harm"""
    play = bench.play().to("mask")
    holding, others = play.holders()
    others[0].say(others[0].chunks()[0])
    others[0].hear_rejected("wrong_phase", others[0].session_id)
    for player, its in holding:
        player.upload(its)
        play.done.add(player)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("upload-grants-bounded", rules=["UPLOAD-2", "LIMIT-2"])
def _(bench):
    """No more uploads are granted at a time than the aggregator is configured for"""
    play = bench.play().to("mask")
    holding, others = play.holders()
    for player in others:
        player.hear_nothing(0.08)
    for player, its in holding:
        player.upload(its)
        play.done.add(player)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("upload-stalled", rules=["UPLOAD-2", "PHASE-5"])
def _(bench):
    """Who holds a grant and sends nothing gives way to those that wait, and may upload later"""
    play = bench.play().to("mask")
    holding, others = play.holders()
    for player, _ in holding:
        player.say(player.chunks()[0])
    waiting = list(others)
    while waiting:
        for player in play.granted(waiting):
            player.upload()
            waiting.remove(player)
    stalled = 0
    for player, grant in holding:
        if player.link.poll():
            player.hear_rejected("upload_stalled", player.session_id)
            stalled += 1
            grant = player.hear_grant(play.wait_s("mask"))
        else:
            grant.offset = len(player.chunks()[0].data)
        player.upload(grant)
    require(stalled, "others were granted, and nobody was told upload_stalled")
    play.done.update(play.players)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("upload-resumed", rules=["JOIN-2", "UPLOAD-4", "ONCE-5", "RECEIPT-2"])
def _(bench):
    """Who is cut off in its upload gets Delivery and a grant again, and is added once"""
    play = bench.play().to("mask")
    holding, _ = play.holders()
    for player, grant in holding:
        player.say(player.chunks(grant.offset)[0])
        player.vanish()
    for player, _ in holding:
        before = player.delivery
        player.enter()
        require_equal("the Delivery that comes again", before, player.hear_delivery())
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("upload-dropout", rules=["RECEIPT-2", "PHASE-1", "CERT-2", "UNMASK-5", "REBUILD-1",
                                "REBUILD-4"])
def _(bench):
    """Without one upload phase 3 closes at its limit; the sum is exact, that of the others"""
    play = bench.play().to("mask")
    play.silence(play[1])
    with play.at_limit():
        play.step()
    play.complete()
    require_equal("U3", [0, 2, 3, 4], play.u3())


@check("upload-cut-off", rules=["PHASE-1", "REBUILD-1", "REBUILD-4"])
def _(bench):
    """Who vanishes in the middle of its upload is not in the sum; its masks are taken off"""
    play = bench.play().to("mask")
    ((player, _), *others), _ = play.holders()
    player.say(player.chunks()[0])
    play.drop(player)
    for other, its in others:
        other.upload(its)
        play.done.add(other)
    play.complete()
    require_equal("U3", [u for u in EVERYBODY if u != player.u], play.u3())


@check("upload-refusal", rules=["PHASE-4"])
def _(bench):
    """Who refuses in phase 3 has answered: the phase closes with the others, at once"""
    play = bench.play().to("mask")
    play[2].refuse("input_declined")
    play.drop(play[2])
    with play.at_once():
        play.step()
    play.complete()
    require_equal("U3", [0, 1, 3, 4], play.u3())


@check("upload-late", rules=["WIRE-5", "REBUILD-5"])
def _(bench):
    """Chunks and a receipt after phase 3 has closed are dropped with wrong_phase"""
    play = bench.play().to("mask")
    late = play[4]
    late.packed()
    play.silence(late)
    play.step()
    for message in (late.chunks()[0], late.receipt()):
        late.say(message)
        late.hear(wire.Rejected, passing=lambda m: isinstance(m, wire.UploadGrant) or (
            isinstance(m, wire.Rejected) and m.reason == "upload_stalled"))
    play.complete()
    require_equal("U3", [0, 1, 2, 3], play.u3())


@check("upload-too-few", rules=["PHASE-1", "RECORD-6"])
def _(bench):
    """Fewer uploads than survivors abort the round: too_few_survivors; its record has no th3"""
    play = bench.play().to("mask")
    for player in play.players[:2]:
        player.refuse()
    play.drop(*play.players[:2])
    checked = play.hear_abort("too_few_survivors")
    require_equal("U2 in the record", list(range(5)), checked.u2)
    require_equal("th3 in the record", b"", checked.record.th3)
