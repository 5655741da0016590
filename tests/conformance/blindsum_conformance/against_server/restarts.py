"""What survives an aggregator that is killed between two phases [ONCE-6, DISK-7, DISK-8].

These need --restart. Nothing else runs beside them.
"""
from ..checks import check, require, require_equal

EVERYBODY = list(range(5))


def _restart(bench, play):
    """The aggregator dies; all members come back to the one that starts."""
    bench.restart()
    for player in play.present:
        player.vanish()
    for player in play.present:
        player.enter()


def _goes_on(bench, stage, attribute, hear):
    """What was said last at the stage is said again, the same; the round is completed."""
    play = bench.play().to(stage)
    before = {player: getattr(player, attribute) for player in play.players}
    _restart(bench, play)
    for player in play.players:
        hear(player)
        require_equal(f"the {attribute} after a restart", before[player],
                      getattr(player, attribute))
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("restart-offer", rules=["ONCE-6", "DISK-8", "JOIN-2"], alone=True)
def _(bench):
    """Killed in phase 1, the aggregator makes the same offer"""
    _goes_on(bench, "advertise", "offer", lambda player: player.hear_offer())


@check("restart-cohort", rules=["ONCE-6", "DISK-8", "JOIN-2"], alone=True)
def _(bench):
    """Killed in phase 2, it keeps the cohort"""
    _goes_on(bench, "share", "cohort", lambda player: player.hear_cohort())


@check("restart-delivery", rules=["ONCE-6", "DISK-8", "JOIN-2"], alone=True)
def _(bench):
    """Killed in phase 3, it keeps U2 and the deliveries"""
    _goes_on(bench, "mask", "delivery", lambda player: player.hear_delivery())


@check("restart-uploads", rules=["DISK-7", "DISK-8", "ONCE-6", "RECEIPT-2"], alone=True)
def _(bench):
    """Killed in phase 3, it keeps every upload that it has acknowledged, each once"""
    play = bench.play().to("mask")
    acknowledged = play.upload(play.players, 3)
    for player in acknowledged:
        player.hear_accepted(play.wait_s("mask"))
    _restart(bench, play)
    for player in play.players:
        player.hear_delivery()
    play.done.update(acknowledged)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("restart-attest", rules=["ONCE-6", "DISK-8", "JOIN-2"], alone=True)
def _(bench):
    """Killed in phase 4, it keeps U3 and its receipts"""
    _goes_on(bench, "attest", "attest_request", lambda player: player.hear_attest_request())


@check("restart-certificate", rules=["ONCE-6", "DISK-8", "CERT-3"], alone=True)
def _(bench):
    """Killed in phase 5, it keeps the certificate that it has sent"""
    _goes_on(bench, "unmask", "unmask_request", lambda player: player.hear_unmask_request())


@check("restart-record", rules=["RECORD-2", "DISK-8", "RECORD-9", "PARAM-11"], alone=True)
def _(bench):
    """Killed after the end, it has the same record and sum, and the next round is chained to it"""
    play = bench.play().complete()
    before = [(p.result.record, p.result.signature, p.sum) for p in play.players]
    _restart(bench, play)
    for player, its in zip(play.players, before):
        player.hear_result()
        require_equal("record, signature and sum after a restart", its,
                      (player.result.record, player.result.signature, player.sum))
        require(player.result.proof, "a record after a restart comes without its proof")
    for player in play.players:
        player.close()
    after = bench.play().complete()
    require_equal("the round's number", play[0].parameters.round + 1, after[0].parameters.round)
