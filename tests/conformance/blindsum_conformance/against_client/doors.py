"""Who the program talks to: TLS, the upgrade, Challenge and Hello, and how it comes back."""
import time

from OpenSSL import SSL

from .deliveries import after_shares
from .play import Round
from ..certificates import make as make_certificates
from ..checks import Failed, check, require
from ..link import Closed
from ..reference.entropy import System
from ..reference.schema import Challenge, Joined, SessionError, Welcome


@check("door-hello", ["SESSION-2", "WIRE-6", "KEY-5"])
def _(bench):
    """Hello is over this session's nonce, and over its TLS channel if the program can read that"""
    bench.launch()
    bench.accept()
    first = bench.greet()
    bench.link.cut()
    bench.accept()
    second = bench.greet()
    require(first.signature != second.signature, "the same Hello in two sessions")


@check("door-no-deflate", ["WIRE-8"])
def _(bench):
    """The upgrade asks for no compression"""
    bench.launch()
    bench.accept()
    offered = [str(one) for one in getattr(bench.link.upgrade, "extensions", [])]
    require(not any("deflate" in one for one in offered), f"extensions {offered}")
    bench.greet()


@check("door-wrong-aggregator", ["SESSION-1"])
def _(bench):
    """A Challenge with another aggregator's key gets no Hello: the session is closed"""
    bench.launch()
    bench.accept()
    bench.say(Challenge(System().bytes(32), bench.stranger(7).key.public, 1))
    bench.hangs_up()  # and may end for good


@check("door-untrusted-certificate", ["WIRE-6"])
def _(bench):
    """A server whose certificate another authority issued is sent nothing"""
    folder = bench.folder("other-authority")
    make_certificates(folder)
    _nobody_enters(bench, folder / "server.crt", folder / "server.key")


@check("door-certificate-of-another-name", ["WIRE-6"])
def _(bench):
    """A certificate for another name than the URL's is not accepted"""
    folder = bench.folder("other-name")
    make_certificates(folder, names=["aggregator.example"])
    bench.trust(folder / "ca.crt")
    _nobody_enters(bench, folder / "server.crt", folder / "server.key")


def _nobody_enters(bench, certificate, key):
    """The handshake fails."""
    bench.listen(certificate, key)
    bench.launch()
    _no_websocket(bench, "with a server that it must not trust")


def _no_websocket(bench, how):
    bench.await_connection()
    try:
        bench.listener.accept(3).cut()
    except Closed:
        return
    raise Failed(f"it opened a WebSocket {how}")


@check("door-old-tls", ["WIRE-1"])
def _(bench):
    """TLS 1.2 is not spoken"""
    bench.listen(version=SSL.TLS1_2_VERSION)
    bench.launch()
    _no_websocket(bench, "over TLS 1.2")


@check("door-comes-back", ["WIRE-8"])
def _(bench):
    """Cut again and again it comes back, with pauses that grow, not in a tight loop"""
    bench.launch()
    begun, count = time.monotonic(), 0
    while time.monotonic() - begun < 2:
        bench.accept()
        bench.link.cut()
        count += 1
    require(count < 40, f"{count} connections in 2 s")
    bench.meet()
    Round(bench).until("advert")


@check("door-session-error", ["WIRE-7", "SESSION-3"])
def _(bench):
    """After a SessionError with a reason that nobody knows it comes back"""
    bench.launch()
    bench.accept()
    bench.greet()
    bench.say(SessionError("no_such_reason"))
    bench.link.close()
    bench.meet()
    Round(bench).until("advert")


@check("door-another-roster", ["ROSTER-5", "SESSION-3"])
def _(bench):
    """Welcome with another roster's hash: it takes part in nothing"""
    bench.launch()
    bench.accept()
    bench.greet()
    bench.say(Welcome(bench.roster_epoch, bytes(32)))
    bench.goes_silent()


@check("door-joined-twice", ["JOIN-1"])
def _(bench):
    """Joined may come again, with other counts, and changes nothing"""
    game = after_shares(bench)
    for waiting in (1, 3, 2):
        bench.say(Joined("conformance", waiting, 5))
    game.until("unmask")


@check("door-hello-again-after-round", ["SESSION-5", "JOIN-2"])
def _(bench):
    """A session cut in each phase of a round: it comes back and the round goes on"""
    bench.run()
    game = Round(bench)
    for phase in ("advert", "shares", "upload", "attestation", "unmask"):
        game.until(phase)
        bench.reconnect()
