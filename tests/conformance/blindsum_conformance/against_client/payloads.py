"""Payloads: whole, and the one that was signed, before an advert leaves [OFFER-1, OFFER-2]."""
from .play import Round
from ..checks import check
from ..reference.enc import sha256
from ..reference.wire import PayloadChunk, chunks

PAYLOAD = bytes(range(251)) * 1200  # 301,200 bytes
PART = 100_000


def offered(bench, **changes):
    bench.run()
    return Round(bench, payload=PAYLOAD, **{
        "payload_size": len(PAYLOAD), "payload_hash": sha256(PAYLOAD), **changes})


@check("payload-whole", ["OFFER-1", "PARAM-10"])
def _(bench):
    """In chunks of any size, with the right hash: the round goes on"""
    game = offered(bench)
    game.say(game.offer())
    for chunk in chunks(PayloadChunk, game.session_id, PAYLOAD, size=PART):
        game.say(chunk)
    game.hear_advert()
    game.until("unmask")


@check("payload-not-yet-whole", ["OFFER-2"])
def _(bench):
    """Before the last byte of the payload is there no advert leaves"""
    game = offered(bench)
    game.say(game.offer())
    parts = chunks(PayloadChunk, game.session_id, PAYLOAD, size=PART)
    game.gives_nothing(parts[:-1])
    game.say(parts[-1])
    game.hear_advert()


def wrong(name, title, spoil, **changes):
    def run(bench):
        game = offered(bench, **changes)
        game.say(game.offer())
        for chunk in spoil(chunks(PayloadChunk, game.session_id, PAYLOAD, size=PART)):
            game.say(chunk)
        game.refuses("wrong_payload")
    run.__doc__ = title
    check(f"payload-{name}", ["OFFER-1", "OFFER-2"])(run)


def _changed(parts):
    parts[-1].data = parts[-1].data[:-1] + b"!"
    return parts


def _too_long(parts):
    parts[-1].data += b"!"
    return parts


def _gap(parts):
    return parts[:1] + parts[2:]


def _twice(parts):
    return parts[:1] + parts[:1]


wrong("changed", "A payload with one byte changed", _changed)
wrong("too-long", "A payload with one byte more than its size", _too_long)
wrong("with-a-gap", "A payload whose second chunk is missing", _gap)
wrong("chunk-twice", "A payload whose first chunk comes twice", _twice)
wrong("of-another-hash", "A payload that is not the signed one", lambda parts: parts,
      payload_hash=sha256(b"another"))


@check("payload-none-with-hash", ["PARAM-10"])
def _(bench):
    """No payload, but the hash of one"""
    bench.run()
    game = Round(bench, payload_hash=sha256(b"another"))
    game.say(game.offer())
    game.refuses("wrong_payload")


@check("payload-late", ["OFFER-4"])
def _(bench):
    """Chunks of a payload that come after the advert, or for no offer, change nothing"""
    game = offered(bench)
    game.say_offer()
    game.hear_advert()
    for chunk in chunks(PayloadChunk, game.session_id, PAYLOAD, size=PART):
        game.say(chunk)
    game.say(PayloadChunk(bytes(32), 0, b"of nothing"))
    game.until("unmask")
