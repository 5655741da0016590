"""Receipts at the aggregator: what completes an upload [RECEIPT-1, RECEIPT-2, ONCE-3]."""
from ..checks import check, require_equal
from ..reference import transcript, wire
from . import lies
from .uploads import EVERYBODY, chunk_of


def _with_bytes_sent(bench):
    """A play in which one member has sent its whole upload, and no receipt."""
    play = bench.play().to("mask")
    ((player, grant), *others), _ = play.holders()
    for other, its in others:
        other.upload(its)
        play.done.add(other)
    player.say_chunks(grant.offset)
    return play, player


def _ends_well(play, player):
    player.say(player.receipt())
    play.done.add(player)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("receipt-early", rules=["RECEIPT-2"])
def _(bench):
    """A receipt before the last chunk is rejected with wrong_phase"""
    play = bench.play().to("mask")
    ((player, _), *others), _ = play.holders()
    for other, its in others:
        other.upload(its)
        play.done.add(other)
    *chunks, last = player.chunks()
    for chunk in [None, *chunks]:
        if chunk:
            player.say(chunk)
        player.say(player.receipt())
        player.hear_rejected("wrong_phase", player.session_id)
    player.say(last)
    _ends_well(play, player)


@check("receipt-signature", rules=["RECEIPT-2", "RECEIPT-1", "SIG-1", "SIG-2"])
def _(bench):
    """A receipt that does not verify under th2 and its member is rejected with bad_signature"""
    play, player = _with_bytes_sent(bench)
    right, honest = player.receipt(), player.honest

    def over(statement, key=player.identity.key):
        return wire.Receipt(player.session_id, key.sign(statement))
    for wrong in (lies.flipped(right), lies.malleable(right),
                  over(transcript.masked_statement(honest.th1, honest.u)),
                  over(transcript.masked_statement(honest.th2, (honest.u + 1) % 5)),
                  over(transcript.attest_statement(honest.th2, honest.u)),
                  over(transcript.masked_statement(honest.th2, honest.u), bench.kit.authority)):
        player.say(wrong)
        player.hear_rejected("bad_signature", player.session_id)
    _ends_well(play, player)


@check("receipt-again", rules=["ONCE-3", "RECEIPT-2"])
def _(bench):
    """The same receipt again is answered with UploadAccepted again, and adds nothing"""
    play, player = _with_bytes_sent(bench)
    player.say(player.receipt())
    play.done.add(player)
    player.hear_accepted(play.wait_s("mask"))
    for _ in range(2):
        player.say(player.receipt())
        player.hear_accepted()
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("receipt-second", rules=["ONCE-3", "UPLOAD-3"])
def _(bench):
    """After UploadAccepted another receipt, or more chunks, are rejected with conflicting_answer"""
    play, player = _with_bytes_sent(bench)
    player.say(player.receipt())
    play.done.add(player)
    player.hear_accepted(play.wait_s("mask"))
    statement = transcript.masked_statement(player.honest.th2, player.u)
    size = len(player.packed())
    for wrong in (lies.resigned(player, player.receipt(), statement),
                  chunk_of(player, 0, bytes(size)), chunk_of(player, size, b"\0")):
        player.say(wrong)
        player.hear_rejected("conflicting_answer", player.session_id)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("upload-without-receipt", rules=["RECEIPT-2", "UPLOAD-3"])
def _(bench):
    """A whole upload without its receipt is not in the sum"""
    play, player = _with_bytes_sent(bench)
    play.silence(player)
    play.complete()
    require_equal("U3", [u for u in EVERYBODY if u != player.u], play.u3())
