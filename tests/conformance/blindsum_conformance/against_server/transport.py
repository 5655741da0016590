"""What carries the frames: TLS 1.3 and WebSocket [WIRE-1, WIRE-6, WIRE-8]."""
import socket

from OpenSSL import SSL
from wsproto import extensions

from .. import link
from ..checks import NotApplicable, check, require
from ..reference import wire
from .session import ANSWER_S


@check("frame-not-masked", rules=["WIRE-1"])
def _(bench):
    """A WebSocket frame that its client did not mask ends the connection (RFC 6455, 5.1)"""
    session = bench.welcomed()
    frame = wire.encode(wire.Join(bench.task))
    session.link.send_raw(b"\x82" + bytes([len(frame)]) + frame)
    try:
        message = session.listen_for(session.answer_s)
        require(isinstance(message, wire.SessionError), f"it was taken: {message}")
    except link.Waited:
        require(False, "the connection goes on")
    except link.Closed:
        pass


@check("transport-tls13", rules=["WIRE-1"])
def _(bench):
    """TLS 1.2 is not spoken"""
    try:
        link.open_tls(bench.url, bench.kit.ca, version=SSL.TLS1_2_VERSION).close()
    except link.Closed:
        return
    require(False, "a TLS 1.2 handshake was completed")


@check("transport-plain", rules=["WIRE-1"])
def _(bench):
    """Without TLS nothing is upgraded"""
    sock = link.open_tcp(bench.url)
    sock.settimeout(ANSWER_S)
    sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade"
                 b"\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                 b"Sec-WebSocket-Version: 13\r\n\r\n")
    try:
        require(b"101" not in sock.recv(4096), "a WebSocket was opened without TLS")
    except ConnectionError:
        pass  # cut is refused
    except socket.timeout:
        raise NotApplicable("it neither answers nor cuts: session-handshake-time sees it") from None
    finally:
        sock.close()


@check("transport-no-deflate", rules=["WIRE-8"])
def _(bench):
    """permessage-deflate is not negotiated when it is offered"""
    session = bench.session(extensions=[extensions.PerMessageDeflate()])
    require(not session.link.upgrade.extensions,
            f"the upgrade has {session.link.upgrade.extensions}")
    require(session.link.upgrade.subprotocol is None, "the upgrade has a subprotocol")
    session.greet()


@check("transport-no-client-certificate", rules=["WIRE-6"])
def _(bench):
    """No certificate is asked of a participant"""
    tls = link.open_tls(bench.url, bench.kit.ca)
    asked = tls.connection.get_client_ca_list()
    tls.close()
    require(not asked, f"certificates of {len(asked)} authorities are asked for")
