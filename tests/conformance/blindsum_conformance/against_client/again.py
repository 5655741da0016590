"""Messages that come again: the same gets the same answer, another ends the round [ONCE-2]."""
from .attests import after_upload
from .certificates import after_attestation
from .cohorts import after_advert
from .deliveries import after_shares
from .play import Round
from ..checks import check
from ..reference.protobuf import encode_message


@check("again-offer", ["ONCE-2", "ONCE-1"])
def _(bench):
    """The same Offer again, also after a reconnect, gets the same advert"""
    game = after_advert(bench)
    game.say_offer()
    game.hear_advert()
    bench.reconnect()
    game.say_offer()
    game.hear_advert()
    game.until("unmask")


@check("again-cohort", ["ONCE-2", "ONCE-5"])
def _(bench):
    """The same Cohort again, also after a reconnect, gets the same shares: no second pick"""
    game = after_shares(bench)
    game.say(game.cohort())
    game.hear_shares()
    bench.reconnect()
    game.say(game.cohort())
    game.hear_shares()
    game.until("unmask")


@check("again-attest-request", ["ONCE-2"])
def _(bench):
    """The same AttestRequest again gets the same attestation"""
    game = after_attestation(bench)
    game.say(game.survivors())
    game.hear_attestation()
    bench.reconnect()
    game.say(game.survivors())
    game.hear_attestation()
    game.until("unmask")


@check("again-unmask-request", ["ONCE-2"])
def _(bench):
    """The same UnmaskRequest again gets the same answer"""
    game = after_attestation(bench).until("unmask")
    game.say(game.certificate())
    game.hear_unmask()
    bench.reconnect()
    game.say(game.certificate())
    game.hear_unmask()


@check("other-offer", ["ONCE-2", "ONCE-1"])
def _(bench):
    """A second and different offer of one session id ends the round"""
    game = after_advert(bench)
    cohort = game.cohort()
    other = Round(bench, session_id=game.session_id, eta=21)
    game.say(other.offer())
    game.refuses("conflicting_answer", then=[cohort])


@check("other-offer-after-shares", ["ONCE-2", "PARAM-3"])
def _(bench):
    """The same with a higher round number, after the shares"""
    game = after_shares(bench)
    other = Round(bench, session_id=game.session_id, number=2)
    game.say(other.offer())
    game.refuses("conflicting_answer", "round_not_newer", then=[game.delivery(), game.grant()])
    game.votes_void()


@check("other-cohort", ["ONCE-2", "PRIV-1"])
def _(bench):
    """A second and different cohort ends the round: no shares under two th1"""
    game = after_shares(bench)
    delivery = game.delivery().message(game.session_id)
    entries = game.entries()[:-1] if game.me < 6 else game.entries()[1:]
    game.say(game.cohort(entries))
    game.refuses("conflicting_answer", then=[delivery, game.grant()])


@check("other-delivery", ["ONCE-2", "ONCE-5"])
def _(bench):
    """A second U2 while the program waits for its grant ends the round: nothing is masked"""
    game = after_shares(bench)
    game.say(game.delivery())
    game.dropped2 = {game.others[0]}
    game.say(game.delivery())
    game.say(game.grant())
    game.refuses("conflicting_answer", then=[game.grant()])


@check("other-delivery-after-upload", ["ONCE-2", "ONCE-5", "PRIV-6"])
def _(bench):
    """A second U2 after the upload ends the round: masking again would be a two-time pad"""
    game = after_upload(bench)
    game.dropped2 = {game.others[0]}
    game.say(game.delivery())
    game.say(game.grant())
    game.refuses("conflicting_answer", then=[game.grant(), game.survivors()])
    game.votes_void()


@check("other-delivery-other-path", ["ONCE-2"])
def _(bench):
    """A second delivery that differs in one bit of a box ends the round"""
    game = after_upload(bench)
    delivery = game.delivery()
    item = delivery.items[0][1]
    delivery.items[0][1] = item[:20] + bytes([item[20] ^ 1]) + item[21:]
    game.say(delivery)
    game.refuses("conflicting_answer", then=[game.survivors()])


@check("other-attest-request", ["ONCE-2", "ATTEST-3", "PRIV-3"])
def _(bench):
    """A second U3 ends the round: only one th3 is ever attested"""
    game = after_attestation(bench)
    certificate = game.certificate()
    game.dropped3 = {game.others[0]}
    game.say(game.survivors())
    game.refuses("conflicting_answer", then=[certificate, game.certificate()])
    game.votes_void()


@check("other-unmask-request", ["ONCE-2", "UNMASK-1", "UNMASK-2"])
def _(bench):
    """A second request that lists a living member as dropped ends the round: never both secrets"""
    game = after_attestation(bench).until("unmask")
    u3 = [v for v in game.u3 if v != game.others[0]]
    game.say(game.certificate(u3=u3))
    game.refuses("conflicting_answer")


@check("other-unmask-request-alive", ["ONCE-2", "UNMASK-2"])
def _(bench):
    """A second request that lists a dropped member as alive ends the round: never both secrets"""
    game = after_shares(bench)
    game.dropped3 = {game.others[0]}
    game.until("unmask")
    game.say(game.certificate(u3=game.u2))
    game.refuses("conflicting_answer")


@check("other-rounds-messages", ["WIRE-5", "PHASE-6"])
def _(bench):
    """Messages of a round that the program is not in change nothing in its own"""
    game = after_shares(bench)
    stray = Round(bench, number=7)
    stray.offer()
    for place in stray.others:
        stray.signed[place] = stray.members[place].signed_advert(stray.th0)
    stray.signed[stray.me] = game.signed[game.me]
    stray.k, stray.picks = game.k, game.picks
    for message in (stray.cohort(), stray.delivery(), stray.grant(), stray.survivors()):
        stray.say(message)
    stray.gives_nothing()
    game.until("unmask")


@check("message-early", ["WIRE-5"])
def _(bench):
    """A grant and a U3 before their phase are answered by nothing; the round may go on or end"""
    game = after_advert(bench)
    game.say(game.grant())
    game.gives_nothing()


@check("offer-refused-burns-nothing", ["POLICY-6", "OFFER-2"])
def _(bench):
    """A round number is used up by an advert, not by an offer that was refused"""
    bench.run()
    weak = Round(bench, number=1, sigma=1)
    weak.say(weak.offer())
    weak.refuses("sigma_too_low")
    Round(bench, number=1, session_id=bytes(31) + b"\1").until("shares")


@check("offer-in-another-order", ["ENC-4", "PARAM-1"])
def _(bench):
    """Parameters in another order of fields are as good: the bytes count, not how they are made"""
    bench.run()
    game = Round(bench)
    encoded = encode_message(game.parameters)
    # The first field, protocol_version, goes to the end.
    game.say(game.offer(encoded[2:] + encoded[:2]))
    game.hear_advert()
    game.until("unmask")
