"""One WebSocket over TLS 1.3, for both roles; blocking, and every wait has an end [WIRE-1, WIRE-8].

    link = connect("wss://127.0.0.1:8443", "ca.crt")     the participant's side
    listener = Listener("127.0.0.1", 0, "server.crt", "server.key")
    link = listener.accept(5)                            the aggregator's side

    link.send(frame)         one binary message
    link.receive(5)          the next binary message, put together from its fragments
    link.exporter            the 32 bytes of RFC 9266
    link.close()

Closed tells that the peer ended it, and how; Waited that it said nothing in time. Ping is answered
while receive() waits. One thread a link.
"""
import select
import socket
import time
import urllib.parse

import wsproto
from OpenSSL import SSL
from cryptography import x509
from wsproto import events

TIMEOUT_S = 10.0
_EXPORTER = b"EXPORTER-Channel-Binding"
_READ_BYTES = 1 << 16


class Closed(Exception):
    """The peer closed, or cut, the connection. code: that of its close frame, else None."""

    def __init__(self, how, code=None):
        super().__init__(how)
        self.code = code


class Waited(Exception):
    """Nothing came in time."""


class _Tls:
    """TLS over a TCP socket. OpenSSL works on memory, so that each wait is a select of ours."""

    def __init__(self, sock, context):
        self.socket = sock
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = SSL.Connection(context, None)

    def handshake(self, end):
        while True:
            try:
                self.connection.do_handshake()
                self._flush(end)
                return
            except SSL.WantReadError:
                self._flush(end)
                if not self._feed(end):
                    raise Closed("cut during the TLS handshake") from None
            except SSL.Error as error:
                self._flush(end)
                raise Closed(f"TLS: {error}") from None

    def read(self, end):
        """The next bytes; none at the end."""
        while True:
            try:
                return self.connection.recv(_READ_BYTES)
            except SSL.WantReadError:
                if not self._feed(end):
                    return b""
            except SSL.ZeroReturnError:
                return b""
            except SSL.Error as error:
                raise Closed(f"TLS: {error}") from None

    def write(self, data, end):
        view = memoryview(data)
        while view:
            view = view[self.connection.send(bytes(view[:_READ_BYTES])):]
            self._flush(end)

    def close(self):
        try:
            self.connection.shutdown()
            self._flush(time.monotonic() + 0.2)
        except (SSL.Error, OSError, Closed, Waited):
            pass  # it may be cut already
        self.socket.close()

    def _flush(self, end):
        while True:
            try:
                waiting = memoryview(self.connection.bio_read(_READ_BYTES))
            except SSL.WantReadError:
                return
            while waiting:
                try:
                    waiting = waiting[self.socket.send(waiting):]
                except BlockingIOError:
                    _wait([], [self.socket], end)
                except OSError as error:
                    raise Closed(f"TCP: {error}") from None

    def _feed(self, end):
        """Bytes of the socket to OpenSSL; False at their end."""
        while True:
            try:
                data = self.socket.recv(_READ_BYTES)
                break
            except BlockingIOError:
                _wait([self.socket], [], end)
            except OSError as error:
                raise Closed(f"TCP: {error}") from None
        if data:
            self.connection.bio_write(data)
        return bool(data)


def _wait(readable, writable, end):
    if not any(select.select(readable, writable, [], max(0.0, end - time.monotonic()))):
        raise Waited("nothing in time")


class Link:
    """An open WebSocket. Made by connect() and Listener.accept() only."""

    def __init__(self, tls, protocol):
        self._tls, self._protocol = tls, protocol
        self._parts, self._messages, self._pongs = [], [], []
        self._ended = None
        self.upgrade = None  # the peer's half of the opening handshake
        self.exporter = tls.connection.export_keying_material(_EXPORTER, 32, b"")

    def send(self, frame, timeout_s=TIMEOUT_S):
        self._say(events.BytesMessage(bytes(frame)), timeout_s)

    def send_text(self, text, timeout_s=TIMEOUT_S):
        self._say(events.TextMessage(text), timeout_s)

    def send_part(self, data, last, timeout_s=TIMEOUT_S):
        """A fragment of a binary message."""
        self._say(events.BytesMessage(bytes(data), message_finished=last), timeout_s)

    def ping(self, payload=b"", timeout_s=TIMEOUT_S):
        self._say(events.Ping(payload), timeout_s)

    def send_raw(self, data, timeout_s=TIMEOUT_S):
        """Bytes inside TLS and outside WebSocket's rules."""
        self._tls.write(data, time.monotonic() + timeout_s)

    def receive(self, timeout_s=TIMEOUT_S):
        """The next binary message. Raises Closed, Waited."""
        end = time.monotonic() + timeout_s
        while not self._messages:
            if self._ended:
                raise self._ended
            self._take(self._tls.read(end), end)
        return self._messages.pop(0)

    def poll(self):
        """Takes in what has come; whether receive() has a message, or the end, at once."""
        try:
            while not self._ended:
                self._take(self._tls.read(0), time.monotonic() + 1)
        except Waited:
            pass
        except Closed as how:
            self._ended = how
        return bool(self._messages or self._ended)

    def wait_for_end(self, timeout_s=TIMEOUT_S):
        """Reads and drops messages until the peer ends the link; how it did, or None."""
        end = time.monotonic() + timeout_s
        while True:
            try:
                self.receive(max(0.0, end - time.monotonic()))
            except Closed as how:
                return how
            except Waited:
                return None

    def wait_for_pong(self, timeout_s=TIMEOUT_S):
        """The payload of the next pong; messages that come before it stay for receive()."""
        end = time.monotonic() + timeout_s
        while not self._pongs:
            if self._ended:
                raise self._ended
            self._take(self._tls.read(end), end)
        return self._pongs.pop(0)

    def close(self):
        """Says farewell, if the peer still listens, and closes the socket."""
        try:
            if not self._ended:
                self._say(events.CloseConnection(1000), 1)
        except (Closed, Waited, wsproto.utilities.LocalProtocolError):
            pass
        self._tls.close()

    def cut(self):
        """As when the power goes: neither WebSocket nor TLS says farewell."""
        self._tls.socket.close()

    def fileno(self):
        return self._tls.socket.fileno()

    def _say(self, event, timeout_s):
        try:
            data = self._protocol.send(event)
        except wsproto.utilities.LocalProtocolError as error:
            raise self._ended or Closed(str(error)) from None
        self._tls.write(data, time.monotonic() + timeout_s)

    def _take(self, data, end):
        if not data:
            self._ended = self._ended or Closed("cut without a close frame")
            return
        try:
            self._protocol.receive_data(data)
            found = list(self._protocol.events())
        except wsproto.utilities.RemoteProtocolError as error:
            self._ended = Closed(f"not WebSocket: {error}")
            return
        for event in found:
            self._hear(event, end)

    def _hear(self, event, end):
        if isinstance(event, events.BytesMessage):
            self._parts.append(bytes(event.data))
            if event.message_finished:
                self._messages.append(b"".join(self._parts))
                self._parts = []
        elif isinstance(event, (events.AcceptConnection, events.Request)):
            self.upgrade = event
        elif isinstance(event, events.Ping):
            self._tls.write(self._protocol.send(event.response()), end)
        elif isinstance(event, events.Pong):
            self._pongs.append(bytes(event.payload))
        elif isinstance(event, events.CloseConnection):
            self._ended = Closed(f"closed: {event.code} {event.reason or ''}".strip(), event.code)
            if self._protocol.state is wsproto.connection.ConnectionState.REMOTE_CLOSING:
                self._tls.write(self._protocol.send(event.response()), end)
        elif isinstance(event, events.RejectConnection):
            self._ended = Closed(f"upgrade refused: {event.status_code}")
        elif isinstance(event, events.TextMessage):
            self._ended = Closed("a text message came")


def ready(links, timeout_s):
    """Those of the links at which something has come, after at most that time."""
    end = time.monotonic() + timeout_s
    while True:
        found = [one for one in links if one.poll()]
        if found or time.monotonic() >= end:
            return found
        select.select(links, [], [], max(0.0, end - time.monotonic()))


def tls_context(version=SSL.TLS1_3_VERSION):
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(version)
    context.set_max_proto_version(version)
    return context


def open_tcp(url, timeout_s=TIMEOUT_S):
    return socket.create_connection(place_of(url), timeout_s)


def open_tls(url, ca_file, version=SSL.TLS1_3_VERSION, timeout_s=TIMEOUT_S):
    """A TLS connection without WebSocket in it yet. Raises Closed, Waited, OSError."""
    end = time.monotonic() + timeout_s
    context = tls_context(version)
    context.load_verify_locations(str(ca_file))
    context.set_verify(SSL.VERIFY_PEER)
    tls = _Tls(open_tcp(url, timeout_s), context)
    tls.connection.set_tlsext_host_name(place_of(url)[0].encode())
    tls.connection.set_connect_state()
    try:
        tls.handshake(end)
    except BaseException:
        tls.socket.close()
        raise
    return tls


def connect(url, ca_file, extensions=(), timeout_s=TIMEOUT_S, check_name=False):
    """extensions: WebSocket's, to be offered; check_name: the certificate must be for the URL's
    host, and not just be the CA's. Raises Closed, Waited, OSError."""
    tls = open_tls(url, ca_file, timeout_s=timeout_s)
    if check_name and place_of(url)[0] not in _names_of(tls.connection.get_peer_certificate()):
        tls.close()
        raise Closed("the certificate is for another name")
    link = Link(tls, wsproto.WSConnection(wsproto.ConnectionType.CLIENT))
    parts = urllib.parse.urlsplit(url)
    link._say(events.Request(parts.netloc, parts.path or "/", extensions=list(extensions)),
              timeout_s)
    end = time.monotonic() + timeout_s
    while link.upgrade is None:
        if link._ended:
            tls.close()
            raise link._ended
        link._take(tls.read(end), end)
    return link


def _names_of(certificate):
    """DNS names and addresses that a certificate is for."""
    found = certificate.to_cryptography().extensions.get_extension_for_class(
        x509.SubjectAlternativeName).value
    return [*found.get_values_for_type(x509.DNSName),
            *map(str, found.get_values_for_type(x509.IPAddress))]


class Listener:
    """Where participants connect to. certificate, key: PEM files."""

    def __init__(self, host, port, certificate, key, version=SSL.TLS1_3_VERSION):
        self._context = tls_context(version)
        self._context.use_certificate_chain_file(str(certificate))
        self._context.use_privatekey_file(str(key))
        self._socket = socket.create_server((host, port))
        self.host, self.port = host, self._socket.getsockname()[1]

    @property
    def url(self):
        return f"wss://{self.host}:{self.port}"

    def accept(self, timeout_s=TIMEOUT_S):
        """The next participant's link. Raises Waited, and Closed if it did not get that far."""
        end = time.monotonic() + timeout_s
        _wait([self._socket], [], end)
        tls = _Tls(self._socket.accept()[0], self._context)
        try:
            tls.connection.set_accept_state()
            tls.handshake(end)
            link = Link(tls, wsproto.WSConnection(wsproto.ConnectionType.SERVER))
            while link.upgrade is None:
                if link._ended:
                    raise link._ended
                link._take(tls.read(end), end)
            link._say(events.AcceptConnection(), timeout_s)
        except BaseException:
            tls.socket.close()
            raise
        return link

    def fileno(self):
        return self._socket.fileno()

    def close(self):
        self._socket.close()


def place_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port or 443
