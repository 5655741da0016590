"""Frames that are none [WIRE-1 to WIRE-4, LIMIT-1]. What carries them is in transport.py.

What names no round ends the session with bad_frame; rounds are in adverts.py and after.
"""
from .. import link
from ..checks import check, require, require_equal
from ..reference import wire
from ..reference.enc import u64
from ..reference.protobuf import BYTES, VARINT, put_field, put_varint

SESSION = bytes(range(32))
JOIN, HELLO, RECEIPT = 5, 2, 13  # numbers of the Envelope's bodies


def envelope(number, body):
    return b"\0" + put_field(number, BYTES, body)


def _join_with(bench, rest):
    """A frame of a Join whose body is the right one and something else."""
    return envelope(JOIN, put_field(1, BYTES, bench.task.encode()) + rest)


def _is_bad_frame(bench, *frames):
    """Each frame, alone in a session, ends it with bad_frame."""
    for frame in frames:
        session = bench.welcomed()
        session.link.send(frame)
        session.hear_end("bad_frame")


@check("frame-text", rules=["WIRE-1"])
def _(bench):
    """A text message ends the session with bad_frame"""
    session = bench.welcomed()
    session.link.send_text("hello")
    session.hear_end("bad_frame")


@check("frame-empty", rules=["WIRE-1"])
def _(bench):
    """An empty message ends the session with bad_frame"""
    _is_bad_frame(bench, b"")


@check("frame-type", rules=["WIRE-1"])
def _(bench):
    """A frame of a type that is none ends the session with bad_frame"""
    _is_bad_frame(bench, *(bytes([kind]) + SESSION + u64(0) + b"data" for kind in (4, 128, 255)))


@check("frame-chunk-direction", rules=["WIRE-1"])
def _(bench):
    """A payload chunk or a sum chunk of a participant ends the session with bad_frame"""
    _is_bad_frame(bench, *(bytes([kind]) + SESSION + u64(0) + b"data" for kind in (2, 3)))


@check("frame-chunk-short", rules=["WIRE-1"])
def _(bench):
    """A chunk with a short header, or without a byte of data, ends the session with bad_frame"""
    header = b"\1" + SESSION + u64(0)
    _is_bad_frame(bench, header[:1], header[:33], header[:40], header)


@check("frame-not-protobuf", rules=["WIRE-2"])
def _(bench):
    """An Envelope that does not parse ends the session with bad_frame"""
    whole = wire.encode(wire.Join(bench.task))
    _is_bad_frame(bench, b"\0\xff\xff\xff\xff\xff", whole[:-1], b"\0" + put_varint(JOIN << 3 | 3),
                  b"\0" + put_field(JOIN, VARINT, b"\1"))


@check("frame-no-body", rules=["WIRE-2"])
def _(bench):
    """An Envelope without a body, or with two, ends the session with bad_frame"""
    join = wire.encode(wire.Join(bench.task))
    leave = wire.encode(wire.Leave())[1:]
    _is_bad_frame(bench, b"\0", join + leave, join + join[1:])


@check("frame-unknown-field", rules=["WIRE-2"])
def _(bench):
    """An unknown field in an Envelope or in its body ends the session with bad_frame"""
    join = wire.encode(wire.Join(bench.task))
    _is_bad_frame(bench, join + put_field(27, BYTES, b""), join + put_field(200, VARINT, b"\1"),
                  _join_with(bench, put_field(2, VARINT, b"\1")),
                  _join_with(bench, put_field(9, BYTES, b"")))


@check("frame-trailing-bytes", rules=["WIRE-2"])
def _(bench):
    """Bytes behind an Envelope's body end the session with bad_frame"""
    join = wire.encode(wire.Join(bench.task))
    _is_bad_frame(bench, join + b"\0", _join_with(bench, b"\0"))


@check("frame-field-twice", rules=["WIRE-2"])
def _(bench):
    """A singular field that comes twice ends the session with bad_frame"""
    _is_bad_frame(bench, _join_with(bench, put_field(1, BYTES, bench.task.encode())))


@check("frame-direction", rules=["WIRE-2"])
def _(bench):
    """A body that only an aggregator says ends the session with bad_frame"""
    _is_bad_frame(bench, *map(wire.encode, (
        wire.Joined(bench.task, 1, 1), wire.UploadGrant(SESSION, 0), wire.VoidRequest(SESSION),
        wire.RoundAborted(SESSION, "time_limit", ""))))


@check("frame-text-of-fields", rules=["WIRE-2"])
def _(bench):
    """A string with a control character, or that is not UTF-8, ends the session with bad_frame"""
    texts = [b"a\nb", b"a\x7fb", "a\x85b".encode(), b"a\xffb", b"\xed\xa0\x80", b"a\0"]
    _is_bad_frame(bench, *(envelope(JOIN, put_field(1, BYTES, text)) for text in texts))


@check("frame-number-range", rules=["WIRE-2"])
def _(bench):
    """A uint32 of 2^32, or a bool of 2, ends the session with bad_frame"""
    for number, value in ((2, 1 << 32), (3, 2)):
        session = bench.session()
        hello = session.hello()
        fields = {1: 1, 2: hello.roster_index, 3: 1, number: value}
        body = b"".join(put_field(n, VARINT, put_varint(v)) for n, v in fields.items())
        session.link.send(envelope(HELLO, body + put_field(4, BYTES, hello.signature)))
        session.hear_end("bad_frame")


@check("frame-length-without-round", rules=["WIRE-3"])
def _(bench):
    """A bytes field of a wrong length in a message that names no round is bad_frame"""
    for length in (0, 63, 65):
        session = bench.session()
        session.say(session.hello(signature=bytes(length)))
        session.hear_end("bad_frame")
    _is_bad_frame(bench, *(wire.encode(wire.Receipt(bytes(length), bytes(64)))
                           for length in (0, 31, 33)))


@check("frame-text-limits", rules=["LIMIT-1", "LIMIT-3", "WIRE-3"])
def _(bench):
    """A task's name above 64 bytes is bad_frame; a reason or detail above its limit wrong_length"""
    _is_bad_frame(bench, wire.encode(wire.Join("x" * 65)))
    play = bench.play()
    for reason, detail in (("x" * 65, ""), ("time_limit", "x" * 257)):
        play[0].say(wire.Refusal(play[0].session_id, reason, detail))
        play[0].hear_rejected("wrong_length", play[0].session_id)
    play.complete()
    require_equal("U3", list(range(5)), play.u3())


@check("refusal-other-reason", rules=["WIRE-7", "PHASE-4"])
def _(bench):
    """A Refusal for a reason that Appendix A does not have is a refusal all the same"""
    play = bench.play().to("share")
    play[4].refuse("because_of_the_moon")
    play.drop(play[4])
    with play.at_once():
        play.complete()
    require_equal("U3", [0, 1, 2, 3], play.u3())


@check("frame-before-welcome", rules=["WIRE-4"])
def _(bench):
    """Before Welcome a frame above 4,096 bytes ends the session"""
    session = bench.session()
    session.link.send(envelope(JOIN, put_field(1, BYTES, bytes(4200))))
    _ends_for_size(session)


@check("frame-too-large", rules=["WIRE-4", "LIMIT-1", "LIMIT-3"])
def _(bench):
    """An Envelope above 4 MiB, or a chunk above 1 MiB, ends the session with message_too_large"""
    for frame in (envelope(JOIN, put_field(1, BYTES, bytes(4 << 20))),
                  b"\1" + SESSION + u64(0) + bytes((1 << 20) + 1)):
        session = bench.joined()
        try:
            session.link.send(frame)
        except link.Closed:
            pass  # it did not wait for the rest; what it said is read now
        _ends_for_size(session)


@check("frame-announced-size", rules=["WIRE-4", "LIMIT-2"])
def _(bench):
    """Of a frame that announces 2^40 bytes no more than 4 MiB is taken: message_too_large"""
    session = bench.joined()
    _send_until_closed(session, b"\x82\xff" + (1 << 40).to_bytes(8, "big") + bytes(4),
                       [bytes(1 << 20)] * 6)
    _ends_for_size(session)


@check("frame-fragments-too-large", rules=["WIRE-4"])
def _(bench):
    """Fragments that are above 4 MiB together end the session with message_too_large"""
    session = bench.joined()
    head = b"\xff" + (1 << 20).to_bytes(8, "big") + bytes(4)
    _send_until_closed(session, b"\x02" + head, [bytes(1 << 20), *[
        b"\0" + head + bytes(1 << 20)] * 5])
    _ends_for_size(session)


def _send_until_closed(session, *parts):
    first, rest = parts
    try:
        for part in [first, *rest]:
            session.link.send_raw(part)
    except link.Closed:
        pass  # what it said is read by who asks


def _ends_for_size(session):
    """message_too_large, or no word before Welcome (SESSION-4); then the end."""
    error = None
    try:
        error = session.hear(wire.SessionError)
    except Exception:
        if session.welcomed:
            raise
    require(error is None or error.reason == "message_too_large",
            f"SessionError{{{error and error.reason}}} where message_too_large is due")
    require(session.link.wait_for_end(session.answer_s) is not None, "the session goes on")


@check("frame-fragments", rules=["WIRE-1"])
def _(bench):
    """One message in several WebSocket fragments, a ping between them, is one frame"""
    session = bench.welcomed()
    frame = wire.encode(wire.Join(bench.task))
    for place, byte in enumerate(frame):
        session.link.send_part(bytes([byte]), place == len(frame) - 1)
        if place == 3:
            session.link.ping(b"between")
    session.hear(wire.Joined)


@check("frame-ping", rules=["WIRE-8"])
def _(bench):
    """A ping is answered with its pong, before Hello too"""
    session = bench.session()
    session.link.ping(b"one")
    require_equal("the pong before Hello", b"one", session.link.wait_for_pong(session.answer_s))
    session.greet()
    session.link.ping(b"two")
    require_equal("the pong after it", b"two", session.link.wait_for_pong(session.answer_s))
