"""Coming back: what a member is sent again after a reconnect [JOIN-2, ONCE-6, SESSION-5]."""
from ..checks import check, require, require_equal
from ..reference import wire

EVERYBODY = list(range(5))


def _again(bench, stage, hear, answered):
    """Member 1 comes back at the stage, before or after its answer; the message comes again."""
    play = bench.play().to(stage)
    player = play[1]
    if answered:
        player.say(answered(player))
        play.done.add(player)
    player.vanish()
    player.enter()
    hear(player)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())
    require_equal("blames", [], play.checked.record.blames)


def _same(attribute, hear):
    def check_again(player):
        before = getattr(player, attribute)
        hear(player)
        require_equal(f"the {attribute} that comes again", before, getattr(player, attribute))
    return check_again


@check("resume-offer", rules=["JOIN-2", "ONCE-6", "OFFER-1"])
def _(bench):
    """Who comes back without an advert gets the same offer and the payload"""
    _again(bench, "advertise", _same("offer", lambda p: p.hear_offer()), None)


@check("resume-advert", rules=["JOIN-2", "ONCE-6"])
def _(bench):
    """Who comes back after its advert gets the offer without the payload, and is in the cohort"""
    def hear(player):
        before = player.offer
        player.hear_offer(payload=False)
        require_equal("the offer that comes again", before, player.offer)
        player.session.hear_nothing(0.1)
    _again(bench, "advertise", hear, lambda p: p.advert())


@check("resume-cohort", rules=["JOIN-2", "ONCE-6", "ADVERT-3"])
def _(bench):
    """Who comes back in phase 2 gets the same Cohort"""
    for answered in (None, lambda p: p.shares()):
        _again(bench, "share", _same("cohort", lambda p: p.hear_cohort()), answered)


@check("resume-delivery", rules=["JOIN-2", "ONCE-6", "U2-2"])
def _(bench):
    """Who comes back in phase 3 gets the same Delivery, and a grant when it is due"""
    _again(bench, "mask", _same("delivery", lambda p: p.hear_delivery()), None)


@check("resume-attest", rules=["JOIN-2", "ONCE-6", "ATTEST-1"])
def _(bench):
    """Who comes back in phase 4 gets the same AttestRequest"""
    for answered in (None, lambda p: p.attestation()):
        _again(bench, "attest", _same("attest_request", lambda p: p.hear_attest_request()),
               answered)


@check("resume-unmask", rules=["JOIN-2", "ONCE-6", "CERT-3"])
def _(bench):
    """Who comes back in phase 5 gets the same UnmaskRequest"""
    _again(bench, "unmask", _same("unmask_request", lambda p: p.hear_unmask_request()), None)


@check("resume-repeats", rules=["ONCE-3", "ONCE-2", "JOIN-2"])
def _(bench):
    """What a member says again after it came back, byte for byte, is held against nobody"""
    play = bench.play()
    player = play[3]
    for stage, answer, hear in (
            ("advertise", player.advert, lambda: player.hear_offer(payload=False)),
            ("share", player.shares, player.hear_cohort),
            ("attest", player.attestation, player.hear_attest_request)):
        play.to(stage)
        player.say(answer())
        play.done.add(player)
        player.enter()
        hear()
        player.say(answer())
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())
    require_equal("blames", [], play.checked.record.blames)


@check("resume-result", rules=["JOIN-2", "RECORD-9", "RECORD-2"])
def _(bench):
    """Who comes back after the end gets the same record and sum, with the proof"""
    play = bench.play().complete()
    for player in play.players[:2]:
        record, total = player.result, player.sum
        player.enter()
        player.hear_result()
        require_equal("the record that comes again", (record.record, record.signature),
                      (player.result.record, player.result.signature))
        require_equal("the sum that comes again", total, player.sum)
        require(player.result.proof, "a record after a Join comes without its proof")
        play.verified(player.result, player.result.proof)


@check("resume-result-dropout", rules=["JOIN-2", "RECORD-9"])
def _(bench):
    """Who was lost in phase 4 gets the record, the sum and the proof when it comes back"""
    play = bench.play().to("attest")
    play.drop(play[3])
    play.complete()
    play[3].enter()
    play[3].hear_result()
    play.verified(play[3].result, play[3].result.proof)
    require_equal("the sum", play[0].sum, play[3].sum)


@check("resume-superseding", rules=["SESSION-5", "JOIN-2"])
def _(bench):
    """A round belongs to the member, not to its session: a new one takes over in each phase"""
    play = bench.play()
    for stage, hear in (("share", "hear_cohort"), ("mask", "hear_delivery"),
                        ("attest", "hear_attest_request"), ("unmask", "hear_unmask_request")):
        play.to(stage)
        older = play[2].session
        play[2].enter()
        getattr(play[2], hear)()
        older.hear(wire.SessionError, passing=lambda m: isinstance(m, wire.UploadGrant))
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("resume-refused", rules=["JOIN-2", "ONCE-4"])
def _(bench):
    """Who refused is not asked again when it comes back; it waits for the next round"""
    play = bench.play().to("share")
    refused = play[4]
    refused.refuse("bad_signature")
    refused.vanish()
    play.gone.add(refused)
    play.silence(refused)
    refused.enter()
    refused.session.hear_nothing(0.2)
    refused.say(refused.shares())
    refused.hear_rejected("wrong_phase")
    play.complete()
    require_equal("U3", [0, 1, 2, 3], play.u3())


@check("resume-frame-error", rules=["WIRE-2", "WIRE-3"])
def _(bench):
    """A session that ends with bad_frame harms no round: its member comes back and is in the sum"""
    play = bench.play().to("share")
    play[0].link.send(b"\xffnonsense")
    play[0].hear_end("bad_frame")
    play[0].enter()
    play[0].hear_cohort()
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())
