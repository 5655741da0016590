"""VOID: given once, by who holds th1 and has not unmasked; it excludes unmasking [VOID-2]."""
from .attests import after_upload
from .certificates import after_attestation
from .cohorts import after_advert
from .deliveries import after_shares
from ..checks import check, require_equal
from ..reference.schema import Refusal, RoundAborted, VoidRequest


def everything(game):
    """What would go on in the round."""
    return [game.delivery(), game.grant(), game.survivors()]


@check("void-asked-before-shares", ["VOID-2"])
def _(bench):
    """Asked before it holds th1, the program says that it knows no such round"""
    game = after_advert(bench)
    game.say(VoidRequest(game.session_id))
    require_equal("reason", "unknown_round", game.hear(Refusal).reason)


@check("void-asked-after-shares", ["VOID-1", "VOID-2", "VOID-5"])
def _(bench):
    """After its shares it signs VOID, the same again, and then gives nothing"""
    game = after_shares(bench)
    game.votes_void()
    game.votes_void()
    game.gives_nothing(everything(game))
    game.votes_void()


@check("void-asked-after-abort", ["VOID-1", "PHASE-5"])
def _(bench):
    """After RoundAborted, with a reason that nobody knows, it signs VOID"""
    game = after_upload(bench)
    game.say(RoundAborted(game.session_id, "no_such_reason"))
    game.gives_nothing([game.survivors()])
    game.votes_void()


@check("void-asked-after-attesting", ["VOID-2", "UNMASK-1"])
def _(bench):
    """After VOID no share is given, for a valid certificate either"""
    game = after_attestation(bench)
    certificate = game.certificate()
    game.votes_void()
    game.gives_nothing([certificate])


@check("void-asked-after-unmasking", ["VOID-2"])
def _(bench):
    """Having unmasked it says so, and signs no VOID"""
    game = after_attestation(bench).until("unmask")
    for _ in range(2):
        game.say(VoidRequest(game.session_id))
        require_equal("reason", "already_unmasked", game.hear(Refusal).reason)


@check("void-asked-after-restart", ["VOID-1", "SHARE-3", "DISK-2", "DISK-3"])
def _(bench):
    """Killed after its shares it signs VOID when it is back, and gives nothing else"""
    game = after_shares(bench)
    bench.restart()
    game.gives_nothing([*everything(game)])
    game.votes_void()
    bench.restart()
    game.votes_void()


@check("void-asked-after-unmask-and-restart", ["VOID-2", "DISK-2"])
def _(bench):
    """Killed after its unmask answer it still says that it has unmasked"""
    game = after_attestation(bench).until("unmask")
    bench.restart()
    game.say(VoidRequest(game.session_id))
    require_equal("reason", "already_unmasked", game.hear(Refusal).reason)


@check("void-then-restart-then-unmask", ["VOID-2", "DISK-2", "DISK-3", "PRIV-9"])
def _(bench):
    """Killed after VOID it gives no share when it is back"""
    game = after_attestation(bench)
    certificate = game.certificate()
    game.votes_void()
    bench.restart()
    game.gives_nothing([certificate])
    game.votes_void()


@check("void-of-the-lost", ["VOID-1", "ONCE-4"])
def _(bench):
    """A member outside U3 signs VOID, too"""
    game = after_upload(bench)
    game.dropped3 = {game.me}
    game.say(game.certificate())
    game.votes_void()
