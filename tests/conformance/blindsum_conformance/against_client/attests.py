"""AttestRequests that must be refused: no second survivor set is ever attested [ATTEST-2]."""
from .deliveries import after_shares
from ..checks import check
from ..reference import bitmap, transcript
from ..reference.schema import UploadAccepted


def after_upload(bench, n=7, **changes):
    return after_shares(bench, n, **changes).until("upload")


def spoil(name, rules, title, *reasons, n=7):
    """Registers a check: the decorated function changes an honest request (play.Survivors)."""
    def register(change):
        def run(bench):
            game = after_upload(bench, n)
            honest = game.survivors().message(game.session_id)
            wrong = game.survivors()
            game.say(change(game, wrong) or wrong)
            game.refuses(*reasons, then=[honest, game.certificate()])
            game.votes_void()
        run.__doc__ = title
        check(f"attest-request-{name}", rules)(run)
        return change
    return register


@spoil("th2", ["ATTEST-2"], "Another th2 than the program masked under", "transcript_mismatch")
def _(game, request):
    request.th2 = game.th2(game.u2[:-1])


@spoil("bitmap-padding", ["ATTEST-2", "BITMAP-1"], "A U3 with a padding bit set", "bad_bitmap")
def _(game, request):
    request.u3 = bytes([request.u3[0] | 0x80])


@spoil("bitmap-long", ["ATTEST-2", "BITMAP-1"], "A U3 that is one byte too long", "bad_bitmap")
def _(game, request):
    request.u3 += b"\0"


@spoil("without-me", ["ATTEST-2"], "A U3 without the program", "not_in_u3")
def _(game, request):
    return game.survivors([v for v in game.u3 if v != game.me])


@spoil("u3-small", ["ATTEST-2"], "A U3 below the survivors that are needed", "too_few_survivors")
def _(game, request):
    return game.survivors([v for v in game.u3 if v not in game.others[:3]])


@spoil("receipts-out-of-order", ["ATTEST-2"], "Receipts not ascending", "bad_order")
def _(game, request):
    request.receipts.reverse()


@spoil("receipt-twice", ["ATTEST-2"], "A receipt twice", "bad_order")
def _(game, request):
    request.receipts.insert(0, request.receipts[0])


@spoil("receipt-missing", ["ATTEST-2", "PRIV-6"], "The receipt of one in-neighbour is missing",
       "missing_receipt")
def _(game, request):
    del request.receipts[2]


@spoil("receipts-none", ["ATTEST-2", "PRIV-6"], "No receipt at all", "missing_receipt")
def _(game, request):
    request.receipts.clear()


@spoil("receipt-of-the-lost", ["ATTEST-2"], "The receipt of a member outside U3",
       "unexpected_receipt")
def _(game, request):
    changed = game.survivors([v for v in game.u3 if v != game.others[0]])
    changed.receipts.insert(0, request.receipts[0])
    return changed


@spoil("receipt-of-mine", ["ATTEST-2"], "The program's own receipt among those of in-neighbours",
       "unexpected_receipt")
def _(game, request):
    request.receipts.insert(game.me, [game.me, game.receipt])


@spoil("receipt-forged", ["ATTEST-2", "PRIV-6"], "A receipt that the aggregator signed itself",
       "bad_signature")
def _(game, request):
    member = request.receipts[0][0]
    statement = transcript.masked_statement(game.th2(), member)
    request.receipts[0][1] = game.bench.aggregator.sign(statement)


@spoil("receipt-of-another-th2", ["ATTEST-2", "PRIV-6"],
       "A receipt of a member that masked under another U2", "bad_signature")
def _(game, request):
    member = request.receipts[1][0]
    other = game.th2(game.u2[:-1])
    request.receipts[1][1] = game.members[member].receipt(other, member)


@spoil("receipt-of-another", ["ATTEST-2"], "One member's receipt in another's name",
       "bad_signature")
def _(game, request):
    request.receipts[0][1] = request.receipts[1][1]


@spoil("receipts-cut-off", ["WIRE-3"], "Receipts that end within one", "wrong_length")
def _(game, request):
    message = request.message(game.session_id)
    message.receipts = message.receipts[:-1]
    return message


@check("attest-request-outside-u2", ["ATTEST-2"])
def _(bench):
    """A U3 with a member outside U2 is refused"""
    game = after_shares(bench)
    game.dropped2 = {game.others[-1]}
    game.until("upload")
    honest = game.survivors().message(game.session_id)
    request = game.survivors()
    request.u3 = bitmap.pack(game.n, range(game.n))
    game.say(request)
    game.refuses("not_in_u2", then=[honest])


@check("attest-request-before-the-receipt", ["ATTEST-2", "RECEIPT-1"])
def _(bench):
    """Before the program has given its receipt it attests nothing, and gives no receipt for it"""
    game = after_shares(bench)
    game.say(game.delivery())
    game.say(game.survivors())
    game.gives_nothing()


@check("attest-request-before-the-vector", ["ATTEST-2"])
def _(bench):
    """Before U2 is known the program attests nothing"""
    game = after_shares(bench)
    game.say(game.survivors())
    game.gives_nothing()


@check("attest-request-instead-of-accepted", ["UPLOAD-4", "ATTEST-2"])
def _(bench):
    """A U3 with the program counts although UploadAccepted was lost"""
    game = after_shares(bench)
    game.say(game.delivery())
    game.say(game.grant())
    game.hear_upload()
    game.until("unmask")
    game.say(UploadAccepted(game.session_id))
    game.gives_nothing()
