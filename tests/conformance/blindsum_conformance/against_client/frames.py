"""Frames that are none: the session is closed, the round goes on in the next [WIRE-1 to 4]."""
from .deliveries import after_shares
from .play import Round
from ..checks import check
from ..reference import wire
from ..reference.enc import u64
from ..reference.protobuf import encode_message, put_field
from ..reference.schema import (
    BODY_NUMBERS, Hello, Joined, RoundAborted, UploadGrant, VoidRequest)

MIB = 1 << 20


def closes(name, rules, title, frame_of):
    """Registers a check: this frame, amid a round, ends the session and not the round."""
    def run(bench):
        game = after_shares(bench)
        bench.link.send(frame_of(game))
        bench.hangs_up()
        bench.meet()
        game.until("unmask")
    run.__doc__ = title
    check(f"broken-{name}", rules)(run)


def envelope(number, body):
    return b"\0" + put_field(number, 2, body)


def _grant(game):
    return encode_message(UploadGrant(game.session_id, 5))


GRANT = BODY_NUMBERS[UploadGrant]

closes("empty", ["WIRE-1"], "An empty message", lambda game: b"")
closes("type-4", ["WIRE-1"], "A type that does not exist",
       lambda game: b"\4" + game.session_id + u64(0) + b"x")
closes("upload-chunk-to-me", ["WIRE-1"], "A chunk in the wrong direction",
       lambda game: b"\1" + game.session_id + u64(0) + b"x")
closes("chunk-header-short", ["WIRE-1"], "A chunk whose header is cut off",
       lambda game: b"\2" + game.session_id + u64(0)[:7])
closes("chunk-empty", ["WIRE-1"], "A chunk without bytes",
       lambda game: b"\2" + game.session_id + u64(0))
closes("chunk-too-large", ["WIRE-4"], "A chunk of more than 1 MiB",
       lambda game: b"\2" + game.session_id + u64(0) + bytes(MIB + 1))
closes("no-protobuf", ["WIRE-2"], "An Envelope that does not parse", lambda game: b"\0\xff\xff\xff")
closes("no-body", ["WIRE-2"], "An Envelope without a body", lambda game: b"\0")
closes("two-bodies", ["WIRE-2"], "An Envelope with two bodies",
       lambda game: envelope(GRANT, _grant(game)) + put_field(GRANT, 2, _grant(game)))
closes("trailing-bytes", ["WIRE-2"], "Bytes behind the body",
       lambda game: envelope(GRANT, _grant(game)) + b"\0")
closes("unknown-body", ["WIRE-2"], "A body of an unknown number",
       lambda game: envelope(27, _grant(game)))
closes("unknown-field", ["WIRE-2"], "A field that the message does not have",
       lambda game: envelope(GRANT, _grant(game) + put_field(3, 0, b"\1")))
closes("field-twice", ["WIRE-2"], "A singular field that comes twice",
       lambda game: envelope(GRANT, _grant(game) + put_field(2, 0, b"\6")))
closes("field-of-another-type", ["WIRE-2"], "A field of another wire type",
       lambda game: envelope(GRANT, put_field(1, 2, game.session_id) + put_field(2, 2, b"\5")))
closes("varint-too-long", ["WIRE-2"], "A number above 64 bits",
       lambda game: envelope(GRANT, put_field(1, 2, game.session_id)
                             + put_field(2, 0, b"\xff" * 9 + b"\2")))
closes("not-for-me", ["WIRE-2"], "A body of the other direction",
       lambda game: wire.encode(Hello(1, 5, True, bytes(64))))
closes("control-character", ["WIRE-2"], "A string with a control character",
       lambda game: wire.encode(RoundAborted(game.session_id, "bad\nframe")))
closes("not-utf-8", ["WIRE-2"], "A string that is no UTF-8", lambda game: envelope(
    BODY_NUMBERS[RoundAborted], put_field(1, 2, game.session_id) + put_field(2, 2, b"\xff")))
closes("uint32-too-large", ["WIRE-2"], "A uint32 of 2^32", lambda game: envelope(
    BODY_NUMBERS[Joined], put_field(1, 2, b"conformance")
    + put_field(2, 0, b"\x80\x80\x80\x80\x10")))
closes("round-of-31-bytes", ["WIRE-3"], "A message whose session id has 31 bytes",
       lambda game: envelope(BODY_NUMBERS[VoidRequest], put_field(1, 2, game.session_id[:31])))
closes("too-large", ["WIRE-4"], "An Envelope above 4 MiB",
       lambda game: b"\0" + bytes(4 * MIB))


@check("broken-text", ["WIRE-1"])
def _(bench):
    """A text message ends the session, and not the round"""
    game = after_shares(bench)
    bench.link.send_text("hello")
    bench.hangs_up()
    bench.meet()
    game.until("unmask")


@check("broken-before-welcome-too-large", ["WIRE-4"])
def _(bench):
    """Before Welcome a frame above 4096 bytes ends the session"""
    bench.launch()
    bench.accept()
    bench.link.send(b"\0" + bytes(4096))
    bench.hangs_up()
    bench.meet()
    Round(bench).until("advert")


@check("broken-malformed-cohort", ["WIRE-3"])
def _(bench):
    """A Cohort that is no whole number of adverts ends the round, not the session"""
    bench.run()
    game = Round(bench).until("advert")
    honest, wrong = game.cohort(), game.cohort()
    wrong.adverts = wrong.adverts[:-1]
    game.say(wrong)
    game.refuses("wrong_length", then=[honest])
    Round(bench, number=2).until("shares")


@check("broken-in-fragments", ["WIRE-1"])
def _(bench):
    """A message in fragments of WebSocket is one frame"""
    bench.run()
    game = Round(bench).until("advert")
    frame = wire.encode(game.cohort())
    for start in range(0, len(frame), 300):
        bench.link.send_part(frame[start:start + 300], start + 300 >= len(frame))
    game.hear_shares()
    bench.link.ping(b"are you there")
    game.until("unmask")


@check("offer-of-wrong-lengths", ["WIRE-3"])
def _(bench):
    """An offer with a signature of 63 bytes is refused, and the session goes on"""
    bench.run()
    game = Round(bench)
    offer = game.offer()
    offer.signature = offer.signature[:-1]
    game.say(offer)
    game.refuses("wrong_length")
    Round(bench, number=2).until("advert")
