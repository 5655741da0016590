"""UnmaskRequests that must be refused: shares are given for the certified set only [UNMASK-1]."""
from .attests import after_upload
from .deliveries import after_shares
from ..checks import check
from ..reference import transcript
from ..reference.schema import UnmaskRequest


def after_attestation(bench, n=7, **changes):
    return after_upload(bench, n, **changes).until("attestation")


def spoil(name, rules, title, *reasons, n=7):
    """Registers a check: the decorated function changes a valid request (UnmaskRequest)."""
    def register(change):
        def run(bench):
            game = after_attestation(bench, n)
            honest, wrong = game.certificate(), game.certificate()
            game.say(change(game, wrong) or wrong)
            game.refuses(*reasons, then=[honest])
            game.votes_void()
        run.__doc__ = title
        check(f"certificate-{name}", rules)(run)
        return change
    return register



@spoil("one-short", ["CERT-1", "UNMASK-1"], "A certificate one attestation short of a quorum",
       "certificate_short")
def _(game, request):
    return game.certificate(signers=game.others[:game.quorum - 1])


@spoil("none", ["CERT-1"], "A certificate of nobody", "certificate_short")
def _(game, request):
    return game.certificate(signers=[])


@spoil("signatures-missing", ["CERT-1"], "A quorum of signers, one signature less", "wrong_length")
def _(game, request):
    request.signatures = request.signatures[:-64]


@spoil("signatures-too-many", ["CERT-1"], "One signature more than signers", "wrong_length")
def _(game, request):
    request.signatures += request.signatures[:64]


@spoil("signer-twice", ["CERT-1"], "One member's signature in two members' names",
       "bad_signature")
def _(game, request):
    request.signatures = request.signatures[:64] + request.signatures[:-64]


@spoil("signatures-out-of-order", ["CERT-1"], "Signatures not in their signers' order",
       "bad_signature")
def _(game, request):
    request.signatures = request.signatures[64:] + request.signatures[:64]


@spoil("signed-by-the-aggregator", ["CERT-1", "PRIV-3"],
       "An attestation that the aggregator signed itself", "bad_signature")
def _(game, request):
    statement = transcript.attest_statement(game.th3(), game.others[0])
    request.signatures = game.bench.aggregator.sign(statement) + request.signatures[64:]


@spoil("of-another-th3", ["CERT-1", "PRIV-3"],
       "A quorum, one of which attested another U3: two stories", "bad_signature")
def _(game, request):
    other = game.th3(game.u3[:-1])
    member = game.others[0]
    request.signatures = game.members[member].attest(other, member) + request.signatures[64:]


@spoil("of-receipts", ["ENC-3", "CERT-1"], "Receipts in the place of attestations",
       "bad_signature")
def _(game, request):
    request.signatures = b"".join(
        game.members[v].receipt(game.th3(), v) for v in game.others[:game.quorum])


@spoil("signer-in-the-padding", ["CERT-1", "BITMAP-1"], "A signer beyond the cohort",
       "bad_bitmap")
def _(game, request):
    request.signers = bytes([request.signers[0] | 0x80])


@spoil("u3-padding", ["CERT-1", "BITMAP-1"], "A U3 with a padding bit set", "bad_bitmap",
       "transcript_mismatch")
def _(game, request):
    request.u3 = bytes([request.u3[0] | 0x80])


@spoil("th2", ["UNMASK-1"], "Another th2", "transcript_mismatch")
def _(game, request):
    request.th2 = game.th2(game.u2[:-1])


@spoil("of-another-u3", ["UNMASK-1", "PRIV-3"],
       "A valid certificate of another U3 than the program attested: dropped after the fact",
       "transcript_mismatch")
def _(game, request):
    return game.certificate(u3=[v for v in game.u3 if v != game.others[0]])


@spoil("of-another-u2", ["UNMASK-1", "PRIV-3"],
       "A valid certificate over another U2 than the program masked under",
       "transcript_mismatch")
def _(game, request):
    other = game.th2(game.u2[:-1])
    u3 = game.u2[:-1]
    changed = game.certificate(u3=u3, th3=game.th3(u3, other),
                               signers=[v for v in u3 if v != game.me])
    changed.th2 = other
    return changed


@spoil("masks-stripped", ["UNMASK-1", "UNMASK-2"],
       "Everybody else declared lost: their masks would be stripped off one vector",
       "transcript_mismatch", "too_few_survivors")
def _(game, request):
    return game.certificate(u3=[game.me], signers=[game.me], th3=game.th3())


@check("certificate-of-the-lost", ["CERT-1"])
def _(bench):
    """Signers outside U3 do not count"""
    game = after_shares(bench)
    game.dropped3 = {game.others[0]}
    game.until("attestation")
    honest = game.certificate()
    game.say(game.certificate(signers=game.others[:game.quorum]))
    game.refuses("bad_bitmap", then=[honest])


@check("certificate-before-attesting", ["UNMASK-1"])
def _(bench):
    """Unasked to attest, the program gives no share, whatever a quorum signed"""
    game = after_upload(bench)
    game.say(game.certificate())
    game.gives_nothing()


@check("certificate-before-masking", ["UNMASK-1"])
def _(bench):
    """Before it has masked it gives no share"""
    game = after_shares(bench)
    game.say(game.certificate())
    game.gives_nothing()


@check("certificate-of-all", ["CERT-1", "CERT-3"])
def _(bench):
    """A certificate by more than a quorum, the program's own attestation among them, is as good"""
    game = after_attestation(bench)
    game.say(game.certificate(signers=game.u3))
    game.hear_unmask()


@check("certificate-without-mine", ["CERT-1"])
def _(bench):
    """One's own attestation is not required"""
    game = after_attestation(bench)
    game.say(game.certificate(signers=game.others[-game.quorum:]))
    game.hear_unmask()


@check("certificate-when-outside-u3", ["UNMASK-5"])
def _(bench):
    """In U2 and outside U3 the program verifies the certificate, and sends nothing"""
    game = after_upload(bench)
    game.dropped3 = {game.me}
    game.gives_nothing([game.certificate()])


@check("certificate-empty-request", ["WIRE-3"])
def _(bench):
    """A request without anything but the round gets nothing"""
    game = after_attestation(bench)
    game.say(UnmaskRequest(game.session_id))
    game.refuses("wrong_length", then=[game.certificate()])


@check("certificate-bitmaps-empty", ["CERT-1", "BITMAP-1"])
def _(bench):
    """Bitmaps of no bytes get nothing"""
    game = after_attestation(bench)
    request = game.certificate()
    request.u3 = request.signers = b""
    game.say(request)
    game.refuses("bad_bitmap", "transcript_mismatch", then=[game.certificate()])
