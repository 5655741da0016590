"""Sessions: Challenge, Hello, Welcome [SESSION-1 to SESSION-6]."""
import time

from .. import link, signatures
from ..checks import check, require, require_equal
from ..reference import transcript, wire
from .session import ANSWER_S


@check("session-challenge", rules=["SESSION-1"])
def _(bench):
    """Each session begins with a Challenge that has the server's key and a fresh nonce"""
    nonces = {bench.session(place).challenge.nonce for place in range(5)}
    require_equal("different nonces in five sessions", 5, len(nonces))


@check("session-bound", rules=["SESSION-2", "SESSION-3", "WIRE-6", "ROSTER-1"])
def _(bench):
    """A Hello bound to the channel is welcomed, with the roster's epoch and hash"""
    bench.session().greet()


@check("session-unbound", rules=["SESSION-2", "WIRE-6"])
def _(bench):
    """A Hello without the exporter, as a browser sends it, is welcomed"""
    session = bench.session()
    session.greet(session.hello(exporter=b""))


def _refused(bench, reason, hello):
    """hello(session) is answered with SessionError{reason}, then the end."""
    session = bench.session()
    session.say(hello(session))
    session.hear_end(reason)


@check("session-other-channel", rules=["SESSION-2"])
def _(bench):
    """A Hello bound to another TLS channel is refused with bad_signature"""
    other = bench.session()
    _refused(bench, "bad_signature", lambda session: session.hello(exporter=other.link.exporter))


@check("session-false-bound", rules=["SESSION-2"])
def _(bench):
    """exporter_bound without the exporter in the signature is refused with bad_signature"""
    _refused(bench, "bad_signature",
             lambda session: session.hello(exporter=b"", exporter_bound=True))


@check("session-false-unbound", rules=["SESSION-2"])
def _(bench):
    """A signature with the exporter, said to be without, is refused with bad_signature"""
    _refused(bench, "bad_signature", lambda session: session.hello(exporter_bound=False))


@check("session-stranger", rules=["SESSION-3"])
def _(bench):
    """An index that the roster does not have is refused with unknown_member"""
    stranger = max(bench.kit.members) + 1
    _refused(bench, "unknown_member", lambda session: session.hello(roster_index=stranger))


@check("session-index-between", rules=["SESSION-3"])
def _(bench):
    """A roster index is not a place in the list: one in a gap is refused with unknown_member"""
    gap = bench.members[0].index + 1
    _refused(bench, "unknown_member", lambda session: session.hello(roster_index=gap))


@check("session-other-key", rules=["SESSION-3", "SIG-3"])
def _(bench):
    """A Hello that another member's key signed is refused with bad_signature"""
    _refused(bench, "bad_signature", lambda session: session.hello(key=bench.members[1].key))


@check("session-other-index", rules=["SESSION-3"])
def _(bench):
    """A Hello under another member's index is refused with bad_signature"""
    _refused(bench, "bad_signature",
             lambda session: session.hello(roster_index=bench.members[1].index))


@check("session-other-aggregator", rules=["SESSION-2"])
def _(bench):
    """A signature made for another aggregator's key is refused with bad_signature"""
    def hello(session):
        statement = transcript.session_statement(
            session.challenge.nonce, bench.kit.authority.public, session.member.index,
            session.link.exporter)
        return session.hello(signature=session.member.key.sign(statement))
    _refused(bench, "bad_signature", hello)


@check("session-version", rules=["SESSION-3", "PARAM-2"])
def _(bench):
    """A Hello of another protocol version is refused with unsupported_version"""
    for version in (0, 2):
        _refused(bench, "unsupported_version",
                 lambda session, v=version: session.hello(protocol_version=v))


@check("session-nonce-once", rules=["SESSION-3"])
def _(bench):
    """A Hello that was welcomed is worth nothing in another session: bad_signature"""
    first = bench.session()
    hello = first.hello(exporter=b"")
    first.greet(hello)
    _refused(bench, "bad_signature", lambda session: hello)


@check("signature-strict-s", rules=["SIG-1"])
def _(bench):
    """A signature whose S is not below the order is refused with bad_signature"""
    def hello(session):
        right = session.hello()
        right.signature = signatures.with_greater_s(right.signature)
        return right
    _refused(bench, "bad_signature", hello)


@check("signature-small-order-r", rules=["SIG-1"])
def _(bench):
    """A signature whose R is of small order is refused with bad_signature"""
    def hello(session):
        statement = transcript.session_statement(
            session.challenge.nonce, session.challenge.aggregator_key, session.member.index,
            session.link.exporter)
        return session.hello(signature=signatures.with_small_r(session.member.key, statement))
    _refused(bench, "bad_signature", hello)


@check("session-join-first", rules=["SESSION-6"])
def _(bench):
    """Join before Hello ends the session with wrong_phase"""
    session = bench.session()
    session.say(wire.Join(bench.task))
    session.hear_end("wrong_phase")


@check("session-hello-twice", rules=["SESSION-6"])
def _(bench):
    """A second Hello ends the session with wrong_phase"""
    session = bench.session()
    hello = session.hello()
    session.greet(hello)
    session.say(hello)
    session.hear_end("wrong_phase")


@check("session-round-before-join", rules=["SESSION-6"])
def _(bench):
    """A message of a round before Joined ends the session with wrong_phase"""
    session = bench.welcomed()
    session.say(wire.Receipt(bytes(32), bytes(64)))
    session.hear_end("wrong_phase")


@check("session-hello-time", rules=["SESSION-4"])
def _(bench):
    """Without a Hello the session ends with time_limit, counted from the connection"""
    begun = time.monotonic()
    session = bench.session()
    error = session.hear(wire.SessionError, timeout_s=session.answer_s)
    require_equal("SessionError.reason", "time_limit", error.reason)
    require(session.link.wait_for_end() is not None, "the session goes on")
    took = time.monotonic() - begun
    require(took > bench.kit.hello_s - 0.5, f"it ended after {took:.1f} s already")


@check("session-handshake-time", rules=["SESSION-4"])
def _(bench):
    """Who connects and begins no TLS is cut within the time for Hello"""
    sock = link.open_tcp(bench.url)
    sock.settimeout(bench.kit.hello_s + ANSWER_S)
    try:
        require_equal("what comes before TLS", b"", sock.recv(1))
    except ConnectionError:
        pass  # cut is cut
    finally:
        sock.close()


@check("session-upgrade-time", rules=["SESSION-4"])
def _(bench):
    """Who speaks TLS and no WebSocket is cut within the time for Hello"""
    tls = link.open_tls(bench.url, bench.kit.ca)
    end = time.monotonic() + bench.kit.hello_s + ANSWER_S
    try:
        said = tls.read(end)
        require(not said or said.startswith(b"HTTP/1.1 4"), "a Challenge came before the upgrade")
    except link.Closed:
        pass  # cut is cut
    except link.Waited:
        require(False, "the connection goes on")
    finally:
        tls.close()


@check("session-superseded", rules=["SESSION-5"])
def _(bench):
    """The newest session of a member wins; the older one ends with superseded"""
    older = bench.joined()
    newer = bench.joined()
    older.hear_end("superseded")
    newer.link.ping(b"still there")
    newer.hear_nothing(0.3)
    third = bench.session()  # a Challenge alone takes nothing over
    newer.hear_nothing(0.3)
    third.close()
    newer.say(wire.Leave())
    newer.join(bench.task)


@check("session-not-superseded", rules=["SESSION-5", "SESSION-3"])
def _(bench):
    """A Hello that does not verify takes no session over"""
    holder = bench.joined()
    _refused(bench, "bad_signature", lambda session: session.hello(key=bench.members[1].key))
    holder.say(wire.Leave())
    holder.join(bench.task)
