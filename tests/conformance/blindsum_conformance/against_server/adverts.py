"""Phase 1 at the aggregator: what it admits, the cohort that it makes [ADVERT-2, ADVERT-3]."""
from ..checks import check, require, require_equal
from ..reference import cohort, transcript, wire
from ..reference.enc import u32
from ..reference.group import IDENTITY_BYTES
from . import lies

POINTS = (4, 36, 68)  # where S, C and B begin in an advert


def _with_point(player, place, point):
    body = player.advert().advert
    return lies.advert_of(player, body[:place] + point + body[place + 32:])


@check("advert-other-index", rules=["ADVERT-2"])
def _(bench):
    """An advert for another roster index than the session's is rejected with wrong_item"""
    other = bench.members[3].index

    def lie(player):
        return lies.advert_of(player, u32(other) + player.advert().advert[4:])
    lies.rejects(bench, "advertise", "wrong_item", lie)


@check("advert-copied", rules=["ADVERT-2", "SIG-2"])
def _(bench):
    """Another member's advert, with its own good signature, is rejected with wrong_item"""
    play = bench.play()
    play[2].say(play[0].advert())
    play[2].hear_rejected("wrong_item", play[2].session_id)
    play.complete()


@check("advert-signature", rules=["ADVERT-2", "SIG-1", "SIG-2", "PHASE-3"])
def _(bench):
    """An advert with a signature that does not verify is rejected with bad_signature"""
    lies.rejects(bench, "advertise", "bad_signature",
                 lambda p: lies.flipped(p.advert()),
                 lambda p: lies.malleable(p.advert()),
                 lambda p: lies.advert_of(p, p.advert().advert, key=bench.members[3].key),
                 lambda p: lies.advert_of(p, p.advert().advert, th0=bytes(32)))


@check("advert-statement", rules=["ENC-1", "ENC-3", "HASH-2", "ADVERT-1"])
def _(bench):
    """A signature of the advert under another label or layout is rejected with bad_signature"""
    def under(statement):
        def lie(player):
            right = player.advert()
            th0 = transcript.th0(player.offer.parameters)
            return wire.Advert(right.session_id, right.advert,
                               player.identity.key.sign(statement(th0, right.advert)))
        return lie
    lies.rejects(
        bench, "advertise", "bad_signature",
        under(lambda th0, advert: advert),
        under(lambda th0, advert: th0 + advert),
        under(lambda th0, advert: transcript.enc("shares", th0, advert)),
        under(lambda th0, advert: transcript.advert_statement(th0, advert)[12:]),
        under(lambda th0, advert: transcript.enc("advert", advert, th0)))


@check("advert-identity-point", rules=["KEY-2", "ADVERT-2", "SIG-2"])
def _(bench):
    """The identity in the place of S, C or B is rejected with identity_point"""
    lies.rejects(bench, "advertise", "identity_point",
                 *(lambda p, at=at: _with_point(p, at, IDENTITY_BYTES) for at in POINTS))


@check("advert-bad-point", rules=["KEY-2", "ADVERT-2", "SIG-2"])
def _(bench):
    """An S, C or B that is no canonical point is rejected with bad_point"""
    def lie(player, place, name):
        point = player.advert().advert[place:place + 32]
        return _with_point(player, place, lies.bad_points(point)[name])
    lies.rejects(bench, "advertise", "bad_point",
                 *(lambda p, at=at, name=name: lie(p, at, name)
                   for at in POINTS for name in lies.bad_points(bytes(32))))


@check("advert-length", rules=["WIRE-3", "PHASE-3"])
def _(bench):
    """An advert or a signature of a wrong length is rejected; the session goes on"""
    def lie(player, **changes):
        right = player.advert()
        return wire.Advert(**{"session_id": right.session_id, "advert": right.advert,
                              "signature": right.signature, **changes})
    lies.rejects(bench, "advertise", "wrong_length",
                 lambda p: lie(p, advert=bytes(99)), lambda p: lie(p, advert=bytes(101)),
                 lambda p: lie(p, advert=b""), lambda p: lie(p, signature=bytes(63)),
                 lambda p: lie(p, signature=b""))


@check("advert-again", rules=["ONCE-3"])
def _(bench):
    """The same advert again changes nothing and is not held against the member"""
    play = bench.play()
    for _ in range(3):
        play[1].say(play[1].advert())
    play.done.add(play[1])
    play.complete()
    require_equal("blames", [], play.checked.record.blames)


@check("advert-second", rules=["ONCE-3", "BLAME-5", "BLAME-4"])
def _(bench):
    """A second, different advert is rejected with conflicting_answer and is evidence"""
    play = bench.play()
    liar = play[1]
    liar.say(liar.advert())
    liar.say(lies.other_advert(liar))
    liar.hear_rejected("conflicting_answer", liar.session_id)
    play.done.add(liar)
    play.complete()
    require_equal("U3", list(range(5)), play.u3())
    blames = [(b.kind, b.accused, b.witness) for b in play.checked.record.blames]
    require_equal("blames (kind, accused, witness)", [(5, 1, 1)], blames)
    require(play.checked.record.blames[0].evidence, "conflicting_answer without its evidence")


@check("advert-second-invalid", rules=["ONCE-3", "SESSION-7", "BLAME-5"])
def _(bench):
    """A second advert that does not verify is rejected too, and accuses nobody"""
    play = bench.play()
    liar = play[1]
    liar.say(liar.advert())
    liar.say(lies.flipped(lies.other_advert(liar)))
    rejected = liar.hear(wire.Rejected)
    require(rejected.reason in ("conflicting_answer", "bad_signature"),
            f"Rejected.reason is {rejected.reason}")
    play.done.add(liar)
    play.complete()
    require_equal("blames", [], play.checked.record.blames)


@check("advert-refusal", rules=["PHASE-4", "ONCE-4"])
def _(bench):
    """Who refuses has answered: the phase closes with the others, at once"""
    play = bench.play(count=6)
    play[5].refuse()
    play.drop(play[5])
    with play.at_once():
        play.step()
    play.complete()
    require_equal("the cohort's size", 5, play[0].honest.n)


@check("advert-dropout", rules=["PHASE-1", "PHASE-4"])
def _(bench):
    """At its limit phase 1 closes with n_min adverts, not before"""
    play = bench.play(count=6)
    play.silence(play[5])
    play.gone.add(play[5])
    with play.at_limit():
        play.step()
    play.complete()


@check("advert-too-few", rules=["PHASE-1", "RECORD-5"])
def _(bench):
    """Fewer than n_min adverts abort the round: too_few_members"""
    play = bench.play()
    for player in play.players[:4]:
        player.say(player.advert())
    play.hear_abort("too_few_members")


@check("advert-late", rules=["ADVERT-2", "PHASE-1"])
def _(bench):
    """An advert after the cohort is fixed is rejected with not_in_cohort"""
    play = bench.play(count=6)
    late = play[5]
    play.silence(late)
    play.gone.add(late)
    play.to("share")
    late.say(late.advert())
    late.hear_rejected("not_in_cohort", late.session_id)
    play.complete()
    require_equal("the cohort's size", 5, play[0].honest.n)


@check("advert-full", rules=["ADVERT-2"])
def _(bench):
    """More adverts than n_max: n_max of them make the cohort, the others get not_in_cohort"""
    play = bench.play(count=7)
    for player in play.players:
        player.say(player.advert())
    left_out = []
    for player in play.players:  # whose advert came first, only the aggregator knows
        message = player.hear(wire.Cohort, wire.Rejected)
        if isinstance(message, wire.Cohort):
            player.cohort = message
        else:
            require_equal("Rejected.reason", "not_in_cohort", message.reason)
            left_out.append(player)
    require_equal("members left out", 1, len(left_out))
    play.gone.update(left_out)
    play.enter("share")
    play.complete()
    require_equal("the cohort's size", 6, play.present[0].honest.n)


@check("cohort-order", rules=["ADVERT-3", "ADVERT-2", "ENC-4"])
def _(bench):
    """The cohort is in roster order whoever came first, the same bytes to all, as they were sent"""
    play = bench.play()
    sent = {}
    for player in reversed(play.players):
        sent[player.identity.index] = player.advert()
        player.say(sent[player.identity.index])
    play.done.update(play.players)
    play.to("share")
    require_equal("different Cohorts", 1, len({p.cohort.adverts for p in play.players}))
    adverts = cohort.parse_cohort(play[0].cohort.adverts)
    require_equal("roster indices", sorted(sent), [advert.index for advert in adverts])
    for advert in adverts:
        right = sent[advert.index]
        require_equal("an advert", (right.advert, right.signature),
                      (advert.advert, advert.signature))
    play.complete()
