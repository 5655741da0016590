"""A spent input is spent, until a quorum releases it [INPUT-1, INPUT-3]."""
from .attests import after_upload
from .play import Round
from ..checks import check, require
from ..reference import bitmap
from ..reference.schema import RoundAborted, VoidCertificate


def void_certificate(game, signers=None):
    """By a quorum of the others unless said."""
    signers = game.others[:game.quorum] if signers is None else signers
    return VoidCertificate(game.session_id, bitmap.pack(game.n, signers), b"".join(
        game.members[v].void(game.th1, v) for v in signers))


def still_spent(bench, number=2):
    """The program masks its input in no further round."""
    game = Round(bench, number=number)
    game.refused_on_the_way("input_spent")


def is_free(bench, number=2):
    Round(bench, number=number).until("upload")


@check("spent", ["INPUT-3", "INPUT-1"])
def _(bench):
    """An input whose receipt was given goes into no second round"""
    after_upload(bench)
    still_spent(bench)


@check("spent-after-restart", ["INPUT-1", "DISK-2", "DISK-4"])
def _(bench):
    """Killed after the receipt, the program still knows that the input is spent"""
    after_upload(bench)
    bench.restart()
    still_spent(bench)


@check("spent-after-abort", ["PHASE-5", "INPUT-3"])
def _(bench):
    """RoundAborted, which nobody signed, releases nothing"""
    game = after_upload(bench)
    game.say(RoundAborted(game.session_id, "too_few_survivors"))
    still_spent(bench)


@check("unspent-without-a-receipt", ["INPUT-5", "INPUT-3", "PRIV-11"])
def _(bench):
    """An input that was never uploaded may go into the next round"""
    bench.run()
    game = Round(bench).until("shares")
    game.say(game.delivery())
    game.say(RoundAborted(game.session_id, "too_few_survivors"))
    is_free(bench)


@check("spent-released-by-void", ["INPUT-3", "VOID-3"])
def _(bench):
    """A VOID certificate of a quorum releases it"""
    game = after_upload(bench)
    game.votes_void()
    game.say(void_certificate(game))
    is_free(bench)


@check("spent-released-by-void-after-restart", ["INPUT-3", "VOID-4"])
def _(bench):
    """The same after a restart, verified with what is on disk"""
    game = after_upload(bench)
    bench.restart()
    game.say(void_certificate(game))
    is_free(bench)


def not_released(name, rules, title, spoil):
    def run(bench):
        game = after_upload(bench)
        game.votes_void()
        game.say(spoil(game))
        still_spent(bench)
    run.__doc__ = title
    check(f"spent-{name}", rules)(run)


def _forged(game):
    certificate = void_certificate(game)
    certificate.signatures = certificate.signatures[:-1] + bytes(
        [certificate.signatures[-1] ^ 1])
    return certificate


def _of_attestations(game):
    certificate = void_certificate(game)
    certificate.signatures = b"".join(
        game.members[v].attest(game.th1, v) for v in game.others[:game.quorum])
    return certificate


def _of_another_round(game):
    certificate = void_certificate(game)
    certificate.signatures = b"".join(
        game.members[v].void(game.th0, v) for v in game.others[:game.quorum])
    return certificate


not_released("void-one-short", ["VOID-3"], "A VOID certificate one short of a quorum",
             lambda game: void_certificate(game, game.others[:game.quorum - 1]))
not_released("void-forged", ["VOID-3"], "A VOID certificate with a forged signature", _forged)
not_released("void-of-attestations", ["ENC-3", "VOID-3"],
             "Signatures of another label in the place of VOIDs", _of_attestations)
not_released("void-of-another-round", ["VOID-3", "VOID-4"], "VOIDs of another th1",
             _of_another_round)


@check("spent-released-by-certificate", ["INPUT-3", "UNMASK-5", "PRIV-10"])
def _(bench):
    """A certificate of a U3 without the program releases it"""
    game = after_upload(bench)
    game.dropped3 = {game.me}
    game.say(game.certificate())
    bench.settle()
    is_free(bench)


@check("spent-released-by-certificate-after-restart", ["INPUT-3", "CERT-3"])
def _(bench):
    """The same after a restart"""
    game = after_upload(bench)
    bench.restart()
    game.dropped3 = {game.me}
    game.say(game.certificate())
    bench.settle()
    is_free(bench)


@check("spent-certificate-with-me", ["INPUT-3"])
def _(bench):
    """A certificate of a U3 with the program, after a restart, releases nothing"""
    game = after_upload(bench)
    bench.restart()
    game.say(game.certificate())
    bench.settle()
    still_spent(bench)


@check("spent-certificate-one-short", ["INPUT-3", "CERT-1"])
def _(bench):
    """A certificate without the program, one short of a quorum, releases nothing"""
    game = after_upload(bench)
    game.dropped3 = {game.me}
    game.say(game.certificate(signers=game.others[:game.quorum - 1]))
    bench.settle()
    still_spent(bench)


@check("spent-certificate-forged", ["INPUT-3", "CERT-1"])
def _(bench):
    """A certificate without the program, signed for another th3, releases nothing"""
    game = after_upload(bench)
    whole = game.th3()
    game.dropped3 = {game.me}
    game.say(game.certificate(th3=whole))
    bench.settle()
    still_spent(bench)


@check("spent-released-and-spent-again", ["INPUT-3", "INPUT-1"])
def _(bench):
    """Released and masked in a second round, it is spent again"""
    game = after_upload(bench)
    game.votes_void()
    game.say(void_certificate(game))
    second = Round(bench, number=2).until("upload")
    require(second.upload != game.upload, "the same y in two rounds")
    game.say(void_certificate(game))
    bench.settle()
    still_spent(bench, 3)


@check("spent-is-one-vector", ["INPUT-2"])
def _(bench):
    """An input that differs in one number is another one, and may go into the next round"""
    after_upload(bench)
    bench.program.kill()
    bench.link.cut()
    values = bench.values.copy()
    values[3] += 1
    bench.give_input(values)
    bench.run()
    is_free(bench)
