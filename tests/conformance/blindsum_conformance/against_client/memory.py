"""What must survive the program's death, and what no second round may have [POLICY-6, DISK-2]."""
from . import terms
from .attests import after_upload
from .cohorts import after_advert
from .deliveries import after_shares
from .play import Round
from ..checks import check, require, require_equal
from ..reference.schema import Advert, Refusal

NEW_ID = bytes(31) + b"\7"


def refused_offer(bench, *reasons, **changes):
    game = Round(bench, **changes)
    game.say(game.offer())
    game.refuses(*reasons)


@check("number-repeated", ["POLICY-6"])
def _(bench):
    """The number of a round that it took part in is refused, whatever the session id"""
    after_advert(bench, number=5)
    refused_offer(bench, "round_not_newer", number=5, session_id=NEW_ID)


@check("number-older", ["POLICY-6"])
def _(bench):
    """A lower number is refused"""
    after_advert(bench, number=5)
    refused_offer(bench, "round_not_newer", number=4)


@check("number-repeated-after-restart", ["POLICY-6", "DISK-2", "DISK-4"])
def _(bench):
    """The number is on disk before the advert leaves: killed at once, it still refuses it"""
    after_advert(bench, number=5)
    bench.restart()
    refused_offer(bench, "round_not_newer", number=5, session_id=NEW_ID)
    refused_offer(bench, "round_not_newer", number=4)
    Round(bench, number=6).until("shares")


@check("number-replayed-after-restart", ["POLICY-6", "PARAM-3"])
def _(bench):
    """The same signed offer, replayed after a restart, gets no second advert"""
    game = after_shares(bench)
    bench.restart()
    game.say(game.offer())
    game.refuses("round_not_newer")


@check("number-number-greatest", ["POLICY-6"])
def _(bench):
    """Round numbers are 64 bits: after 2^64 - 1 there is none"""
    after_advert(bench, number=2**64 - 1)
    bench.restart()
    refused_offer(bench, "round_not_newer", number=2**63)


@check("number-and-session-id-again", ["PARAM-3"])
def _(bench):
    """A session id of a round on disk is refused for a newer round"""
    game = after_shares(bench)
    bench.restart()
    refused_offer(bench, "round_not_newer", number=2, session_id=game.session_id)


@check("offer-supersedes", ["ONCE-7"])
def _(bench):
    """A newer offer ends the older round: refused as superseded, before the advert"""
    game = after_shares(bench)
    delivery = game.delivery()
    newer = Round(bench, number=2)
    newer.say_offer()
    require_equal("reason", "superseded", game.hear(Refusal).reason)
    newer.hear_advert()
    game.gives_nothing([delivery, game.grant()])
    game.votes_void()
    newer.until("unmask")


@check("offer-bad-supersedes-nothing", ["ONCE-7"])
def _(bench):
    """An offer that is refused does not end the older round"""
    game = after_shares(bench)
    refused_offer(bench, "sigma_too_low", number=2, sigma=8)
    game.until("unmask")


@check("number-of-rounds-per-day", ["POLICY-7", "DISK-4"])
def _(bench):
    """One advert more than the policy allows in 24 hours is refused, also after a restart"""
    most = terms.POLICY["rounds_per_day"]
    bench.run()
    for number in range(1, most + 1):
        if number == most // 2:
            bench.restart()
        game = Round(bench, number=number)
        game.say_offer()
        bench.hear(game.session_id, Advert)
    refused_offer(bench, "too_many_rounds_today", number=most + 1)
    bench.restart()
    refused_offer(bench, "too_many_rounds_today", number=most + 2)


@check("own-time-limit", ["PHASE-2", "DISK-5"])
def _(bench):
    """When the sum of the time limits has passed it refuses, and gives nothing any more"""
    bench.run()
    game = Round(bench, time_limits=terms.limits(400)).until("advert")
    cohort = game.cohort()
    game.refuses("time_limit", then=[cohort])


@check("roster-older", ["ROSTER-5", "DISK-4"])
def _(bench):
    """After an advert under a newer roster, an offer under an older one is refused"""
    bench.use_roster(epoch=3)
    after_advert(bench)
    bench.program.kill()
    bench.link.cut()
    bench.use_roster(epoch=2)
    bench.launch()
    if bench.joins():
        refused_offer(bench, "roster_older", number=2)


@check("roster-same-epoch-other-hash", ["ROSTER-5"])
def _(bench):
    """Another roster of the epoch of the last advert, well signed, is refused"""
    bench.use_roster(epoch=2)
    after_advert(bench)
    bench.program.kill()
    bench.link.cut()
    bench.use_roster(epoch=2, authority="another text")
    bench.launch()
    if bench.joins():
        refused_offer(bench, "roster_mismatch", number=2)


@check("roster-expired", ["ROSTER-4"])
def _(bench):
    """Under a roster that has expired no advert is sent"""
    bench.use_roster(not_after=1_000_000_000)
    bench.launch()
    if bench.joins():
        refused_offer(bench, "roster_expired")


@check("roster-of-the-aggregator", ["ROSTER-6"])
def _(bench):
    """An authority's key that is the aggregator's: no advert is sent"""
    bench.use_roster(signed_by_aggregator=True)
    bench.authority = bench.aggregator
    bench.launch()
    if bench.joins():
        refused_offer(bench, "wrong_aggregator")


def bad_roster(name, rules, title, **changes):
    def run(bench):
        bench.use_roster(**changes)
        bench.launch()
        if bench.joins():
            game = Round(bench)
            game.say_offer()
            bench.hear(game.session_id, Refusal)
    run.__doc__ = title
    check(f"roster-{name}", rules)(run)


bad_roster("forged", ["ROSTER-2"], "A roster that another key signed is never used",
           signed_by_aggregator=True)
bad_roster("epoch-0", ["ROSTER-3"], "A roster of epoch 0 is never used", epoch=0)
bad_roster("not-ascending", ["ROSTER-3"], "A roster with indices that do not ascend",
           change=lambda members: members.reverse())


def _same_name(members):
    members[1].name = members[0].name


def _same_key(members):
    members[1].identity_key = members[0].identity_key


def _control_character(members):
    members[0].name = "a\nb"


def _small_order(members):
    members[0].identity_key = b"\1" + bytes(31)


bad_roster("name-twice", ["ROSTER-3"], "Two members of one name", change=_same_name)
bad_roster("key-twice", ["ROSTER-3"], "Two members with one key, who would count twice",
           change=_same_key)
bad_roster("control-character", ["ROSTER-3"], "A name with a control character",
           change=_control_character)
bad_roster("key-of-small-order", ["ROSTER-3"], "A key of small order", change=_small_order)


@check("state-locked", ["DISK-1"])
def _(bench):
    """A second process with the same state folder takes part in nothing"""
    game = after_shares(bench)
    other = bench.second_program()
    try:
        code = other.exit_code(5)
        require(code, f"the second one runs, or ended with code {code}")
    finally:
        other.kill()
    game.until("unmask")


@check("state-lost-before-upload", ["DISK-3", "ONCE-4"])
def _(bench):
    """Killed during a round it counts as dropped: no vector, no attestation, no share any more"""
    game = after_upload(bench)
    survivors = game.survivors()
    bench.restart()
    game.gives_nothing([game.cohort(), game.delivery(), game.grant(), survivors,
                        game.certificate()])
