"""VOID after an abort: whom the aggregator asks, what it takes [VOID-1, VOID-3, VOID-5].

An aggregator MAY ask; one that does not is passed over here.
"""
from ..checks import Failed, NotApplicable, check, require, require_equal
from ..reference import bitmap, transcript, wire
from . import lies

NEXT_ROUND = (wire.Offer, wire.PayloadChunk)


def _aborted(bench, stage="mask", refusing=2):
    """A play whose round refusals abort at the stage; each player has heard VoidRequest."""
    play = bench.play().to(stage)
    for player in play.players:
        player.packed() if stage == "mask" else player.shares()
    for player in play.players[:refusing]:
        player.refuse()
    play.hear_abort({"share": "too_few_survivors", "mask": "too_few_survivors",
                     "attest": "certificate_short"}[stage])
    for player in play.players:
        hear_request(player)
    return play


def hear_request(player):
    try:
        return player.hear_own(wire.VoidRequest, but=(wire.VoidCertificate,))
    except Failed:
        if player.offered_another:
            raise NotApplicable("the aggregator does not ask for VOID, as it may") from None
        raise


def _void(player):
    return player.judge("VoidRequest", player.honest.void, wire.VoidRequest(player.session_id))


def _hear_certificate(player):
    """A VoidCertificate, verified by what a member has on disk [VOID-4]."""
    certificate = player.hear_own(wire.VoidCertificate)
    player.judge("VoidCertificate", player.honest.void_certificate, certificate)
    return certificate


@check("void-certificate", rules=["VOID-1", "VOID-3", "VOID-4"])
def _(bench):
    """After an abort the cohort is asked for VOID; a quorum makes a certificate, sent to all"""
    for stage in ("share", "mask"):
        play = _aborted(bench, stage)
        for player in play.players:
            player.say(_void(player))
        certificates = [_hear_certificate(player) for player in play.players]
        signers = bitmap.parse(5, certificates[0].signers)
        require(len(signers) >= play[0].honest.found.quorum, f"{len(signers)} signers")


@check("void-refused-too", rules=["VOID-1", "ONCE-4"])
def _(bench):
    """Who refused the round is asked for VOID, too, and its Void counts"""
    play = _aborted(bench, refusing=5)
    for player in play.players[:4]:
        player.say(_void(player))
    for player in play.players:
        _hear_certificate(player)


@check("void-short", rules=["VOID-3"])
def _(bench):
    """Fewer than a quorum of VOIDs make no certificate"""
    play = _aborted(bench)
    for player in play.players[:3]:
        player.say(_void(player))
    for player in play.players:
        player.session.hear_nothing(0.1, but=NEXT_ROUND)


@check("void-signature", rules=["VOID-3", "VOID-1", "SIG-2", "PHASE-3"])
def _(bench):
    """A Void that does not verify is rejected with bad_signature and is not counted"""
    play = _aborted(bench)
    liar = play[0]
    for player in play.players[1:4]:
        player.say(_void(player))

    def over(statement):
        return wire.Void(liar.session_id, liar.identity.key.sign(statement))
    for wrong in (lies.flipped(_void(liar)), lies.malleable(_void(liar)),
                  over(transcript.void_statement(liar.honest.th0, 0)),
                  over(transcript.void_statement(liar.honest.th1, 1)),
                  over(transcript.attest_statement(liar.honest.th1, 0))):
        liar.say(wrong)
        liar.session.hear_rejected("bad_signature", liar.session_id, but=NEXT_ROUND)
    liar.say(_void(liar))
    for player in play.players:
        _hear_certificate(player)


@check("void-again", rules=["ONCE-3", "VOID-3"])
def _(bench):
    """The same Void again counts once; a second, different one is rejected"""
    play = _aborted(bench)
    liar = play[0]
    for _ in range(3):
        liar.say(_void(liar))
    statement = transcript.void_statement(liar.honest.th1, 0)
    liar.say(lies.resigned(liar, _void(liar), statement))
    liar.session.hear_rejected("conflicting_answer", liar.session_id, but=NEXT_ROUND)
    for player in play.players[1:3]:
        player.say(_void(player))
    play[4].session.hear_nothing(0.2, but=NEXT_ROUND)


@check("void-reconnect", rules=["VOID-3", "JOIN-2"])
def _(bench):
    """Who comes back after an abort is sent VoidRequest, or the certificate that there is"""
    play = _aborted(bench)
    play[4].vanish()
    for player in play.players[:3]:
        player.say(_void(player))
    play[4].enter()
    hear_request(play[4])
    play[4].say(_void(play[4]))
    first = _hear_certificate(play[4])
    play[3].enter()
    require_equal("the VoidCertificate that comes again", first, _hear_certificate(play[3]))


@check("void-unmasked", rules=["VOID-2", "VOID-3", "VOID-5"])
def _(bench):
    """After an abort in phase 5 the one member that unmasked refuses VOID; the others are enough"""
    play = bench.play().to("unmask")
    play[2].say(play[2].unmask())
    play.hear_abort("too_few_shares")
    for player in play.players:
        if player is not play[2]:
            hear_request(player)
            player.say(_void(player))
    play[2].refuse("already_unmasked")
    signers = {tuple(bitmap.parse(5, _hear_certificate(player).signers))
               for player in play.players if player is not play[2]}
    require_equal("the signers", {(0, 1, 3, 4)}, signers)
