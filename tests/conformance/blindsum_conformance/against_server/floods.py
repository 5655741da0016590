"""Members that flood, hang or talk nonsense while others are in a round: the round goes on
[WIRE-5, PHASE-3, UPLOAD-2, SESSION-8]."""
import time

from .. import link
from ..checks import check, require, require_equal
from ..reference import wire
from . import lies

MESSAGES = 1500


def _flood(session, messages):
    """Says them as fast as it goes; that the aggregator cuts it off is its right."""
    try:
        for message in messages:
            session.link.send(message, timeout_s=3)
    except (link.Closed, link.Waited):
        pass


def _round_beside(bench, flood):
    """A flood of a member outside the round, and of one inside, harms nobody else."""
    outside = bench.joined(6)
    play = bench.play()
    for stage in ("share", "mask", "attest"):
        flood(outside)
        play.to(stage)
    begun = time.monotonic()
    play.complete()
    require_equal("U3", list(range(5)), play.u3())
    took = time.monotonic() - begun
    require(took < 10 * bench.kit.patience, f"the round's end took {took:.1f} s beside the flood")


@check("flood-rounds", rules=["WIRE-5", "PHASE-3"])
def _(bench):
    """Thousands of messages of rounds that there are none of disturb no round"""
    frame = wire.encode(wire.Receipt(bytes(range(32)), bytes(64)))
    _round_beside(bench, lambda session: _flood(session, [frame] * (MESSAGES // 3)))


@check("flood-pings", rules=["WIRE-8", "LIMIT-2"])
def _(bench):
    """A flood of pings disturbs no round"""
    def flood(session):
        try:
            for _ in range(MESSAGES // 3):
                session.link.ping(bytes(100), timeout_s=3)
        except (link.Closed, link.Waited):
            pass
    _round_beside(bench, flood)


@check("flood-chunks", rules=["UPLOAD-1", "LIMIT-2", "PHASE-3"])
def _(bench):
    """A flood of chunks without a grant disturbs no round"""
    frame = wire.encode(wire.UploadChunk(bytes(range(32)), 0, bytes(4000)))
    _round_beside(bench, lambda session: _flood(session, [frame] * (MESSAGES // 3)))


@check("flood-inside", rules=["PHASE-3", "ONCE-3"])
def _(bench):
    """A member of the cohort that sends hundreds of wrong messages costs the others nothing"""
    play = bench.play().to("share")
    liar = play[3]
    wrong = wire.encode(lies.flipped(liar.shares()))
    _flood(liar.session, [wrong] * 300)
    play.gone.add(liar)
    play.silence(liar)
    play.complete()
    require_equal("U3", [0, 1, 2, 4], play.u3())


@check("flood-connections", rules=["SESSION-4"])
def _(bench):
    """A hundred connections that never say Hello disturb no round"""
    idle = [link.open_tcp(bench.url) for _ in range(100)]
    try:
        play = bench.play().complete()
        require_equal("U3", list(range(5)), play.u3())
    finally:
        for one in idle:
            one.close()


@check("member-hangs", rules=["PHASE-1", "PHASE-2"])
def _(bench):
    """A member that never answers costs no more than the limit of one phase"""
    play = bench.play().to("share")
    play.silence(play[4])
    begun = time.monotonic()
    play.complete()
    took = time.monotonic() - begun
    limit = play.limits_s["share"] + 5 * bench.kit.patience
    require(took < limit, f"the rest of the round took {took:.1f} s")
    require_equal("U3", [0, 1, 2, 3], play.u3())
