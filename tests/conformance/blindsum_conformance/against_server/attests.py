"""Phase 4 at the aggregator: attestations, the certificate [ATTEST-1, CERT-1 to CERT-3]."""
from ..checks import check, require, require_equal
from ..reference import bitmap, certificate, transcript, wire
from ..reference.errors import Refused
from . import lies

EVERYBODY = list(range(5))


def _signed(player, statement, key=None):
    return wire.Attestation(player.session_id, (key or player.identity.key).sign(statement))


@check("attest-signature", rules=["ATTEST-3", "PHASE-3", "CERT-1", "SIG-1", "SIG-2"])
def _(bench):
    """An attestation that does not verify under th3 and its member is rejected: bad_signature"""
    def of(statement, key=None):
        def lie(player):
            player.attestation()
            return _signed(player, statement(player.honest), key)
        return lie
    lies.rejects(
        bench, "attest", "bad_signature",
        lambda p: lies.flipped(p.attestation()),
        lambda p: lies.malleable(p.attestation()),
        of(lambda m: transcript.attest_statement(m.th2, m.u)),
        of(lambda m: transcript.attest_statement(m.th3, (m.u + 1) % 5)),
        of(lambda m: transcript.void_statement(m.th3, m.u)),
        of(lambda m: transcript.attest_statement(m.th3, m.u), bench.kit.authority),
        of(lambda m: transcript.attest_statement(
            transcript.th3(m.th2, bitmap.pack(5, [0, 1, 2, 3])), m.u)))


@check("attest-again", rules=["ONCE-3"])
def _(bench):
    """The same attestation again changes nothing; another is rejected with conflicting_answer"""
    play = bench.play().to("attest")
    player = play[1]
    player.say(player.attestation())
    player.say(player.attestation())
    player.say(lies.resigned(player, player.attestation(), transcript.attest_statement(
        player.honest.th3, player.u)))
    player.hear_rejected("conflicting_answer", player.session_id)
    play.done.add(player)
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("attest-outside", rules=["ATTEST-1", "CERT-1", "CERT-2"])
def _(bench):
    """A member outside U3 is asked for nothing, and its attestation is rejected: not_in_u3"""
    play = bench.play().to("mask")
    outside = play[0]
    outside.packed()
    play.silence(outside)
    play.step()
    honest = play[1].honest
    play[1].attestation()
    outside.say(_signed(outside, transcript.attest_statement(honest.th3, 0)))
    rejected = outside.hear(wire.Rejected, passing=lambda m: isinstance(m, wire.UploadGrant))
    require_equal("Rejected.reason", "not_in_u3", rejected.reason)
    play.complete()
    signers = bitmap.parse(5, outside.unmask_request.signers)
    require(0 not in signers, "a member outside U3 is among the signers")


@check("attest-dropout", rules=["PHASE-1", "CERT-1", "CERT-3"])
def _(bench):
    """A quorum's attestations are enough: one member says nothing and is in the sum"""
    play = bench.play().to("attest")
    play.drop(play[3])
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("attest-too-few", rules=["PHASE-1", "CERT-1", "RECORD-6", "RECORD-8"])
def _(bench):
    """Fewer attestations than quorum abort the round: certificate_short; nothing is certified"""
    play = bench.play().to("attest")
    for player in play.players[:3]:
        player.say(player.attestation())
    with play.at_limit():
        checked = play.hear_abort("certificate_short")
    require_equal("Record.certified", False, checked.record.certified)
    require_equal("U3 in the record", EVERYBODY, checked.u3)


@check("certificate-same", rules=["CERT-2", "CERT-3", "CERT-1", "PRIV-3"])
def _(bench):
    """All of U2 get one and the same certificate, and it is valid"""
    play = bench.play().to("mask")
    play.silence(play[2])
    play.to("unmask")
    first = play[0].unmask_request
    for player in play.players:
        require_equal("the UnmaskRequest of all", first, player.unmask_request)
    honest = play[0].honest
    some = certificate.Certificate(first.u3, first.signers, first.signatures)
    try:
        u3 = certificate.check(some, 5, honest.th2, honest.found, honest.keys(), honest.u2)
    except Refused as refused:
        require(False, f"the certificate is refused: {refused}")
    require_equal("U3", [0, 1, 3, 4], u3)
    play.complete()


@check("attest-request", rules=["ATTEST-1"])
def _(bench):
    """AttestRequest has th2, U3 and the receipts of the member's in-neighbours in U3 alone"""
    play = bench.play().to("mask")
    play.silence(play[4])
    play.step()
    for player in play.players[:4]:
        request = player.attest_request
        require_equal("AttestRequest.th2", player.honest.th2, request.th2)
        require_equal("U3", [0, 1, 2, 3], bitmap.parse(5, request.u3))
        members = [int.from_bytes(one[:4], "little") for one in wire.entries(request.receipts, 68)]
        require_equal("whose receipts", [u for u in range(4) if u != player.u], members)
    play.complete()


@check("attest-refusal", rules=["PHASE-4", "ONCE-4"])
def _(bench):
    """Who refuses in phase 4 has answered; the others are a quorum, the sum has all of U3"""
    play = bench.play().to("attest")
    play[1].refuse("missing_receipt")
    play.drop(play[1])
    with play.at_once():
        play.step()
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())
