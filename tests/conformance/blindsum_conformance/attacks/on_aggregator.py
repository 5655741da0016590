"""A malicious participant against an aggregator: the round goes on, and the sum is exact."""
import time

from . import AGGREGATOR, Named, Told
from ..against_server.bench import Bench
from ..against_server.unmasks import answer_of, signed_body
from ..checks import Failed
from ..link import Closed, Waited
from ..reference import field, wire
from ..reference.field import L

LIAR = 1  # cohort index; among the first points, so that its shares are used first
FLOOD = 2000  # frames
ATTACKS = []


def attack(title, said):
    """Registers one; it gives what the aggregator said, and the play, to be completed."""
    def register(play):
        ATTACKS.append((title, said, play))
        return play
    return register


def lie(bench, stage, message_of):
    """A rejected message of the liar, who then is honest."""
    play = bench.play().to(stage)
    play[LIAR].say(message_of(play[LIAR]))
    return play[LIAR].hear(wire.Rejected).reason, play


def _body(change):
    def message(player):
        player.unmask()
        return signed_body(player, change(player.honest.make_answer().encode()))
    return message


@attack("a short share: one byte of the answer missing", "wrong_length")
def _(bench):
    return lie(bench, "unmask", _body(lambda right: right[:-1]))


@attack("an empty unmask answer, signed", "wrong_length")
def _(bench):
    return lie(bench, "unmask", _body(lambda right: b""))


@attack("an unmask answer with no shares in it, signed", "wrong_item")
def _(bench):
    return lie(bench, "unmask", lambda player: answer_of(
        player, lambda entries, _: entries.clear()))


@attack("the share of s of a member that is alive", "wrong_item")
def _(bench):
    return lie(bench, "unmask", lambda player: answer_of(
        player, lambda entries, _: entries.__setitem__(0, (entries[0][0], 1, entries[0][2]))))


@attack("a wrong share, well signed", "bad_share, with evidence")
def _(bench):
    play = bench.play().to("unmask")
    liar = play[LIAR]

    def change(entries, _):
        member, kind, share = entries[0]
        value = (int.from_bytes(share, "little") + 1) % L
        entries[0] = (member, kind, field.scalar_bytes(value))
    liar.say(answer_of(liar, change))
    play.done.add(liar)
    play.to("over")
    blames = play.check_result().record.blames
    right = [(b.kind, b.accused) for b in blames] == [(1, LIAR)] and blames[0].evidence
    return "bad_share, with evidence" if right else f"{blames}", play


@attack("shares for fewer members than it has to pick", "wrong_length")
def _(bench):
    def short(player):
        shares = player.shares()
        return wire.Shares(shares.session_id, shares.items[:-152], shares.signature)
    return lie(bench, "share", short)


@attack("a key that is no point of the group", "bad_point")
def _(bench):
    def spoilt(player):
        advert = player.advert()
        return wire.Advert(advert.session_id, advert.advert[:4] + b"\xff" * 32
                           + advert.advert[36:], advert.signature)
    return lie(bench, "advertise", spoilt)


@attack("another member's advert as its own", "wrong_item")
def _(bench):
    play = bench.play()
    theirs = play[0].advert()
    play[LIAR].say(theirs)
    return play[LIAR].hear(wire.Rejected).reason, play


def _flooded(play, player, frames):
    """Says all of it, then comes back: what the aggregator said to it, in short."""
    said = "reads no further: the session is closed"
    try:
        for frame in frames:
            player.link.send(frame, 2)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            message = player.listen(end)
            if isinstance(message, wire.SessionError):
                said = message.reason
                break
    except (Closed, Waited):
        pass
    player.enter()
    player.hear_offer()
    return said


@attack("a flood: a frame of 4 MiB where an advert is due", "message_too_large")
def _(bench):
    play = bench.play()
    return _flooded(play, play[LIAR], [b"\0" + bytes(4 << 20)]), play


@attack("a flood: 2000 Joins in one session", "wrong_phase")
def _(bench):
    play = bench.play()
    frames = [wire.encode(wire.Join(play.task))] * FLOOD
    return _flooded(play, play[LIAR], frames), play


def run(options):
    """Plays each against the aggregator of options.url; yields Told."""
    bench = Bench(options, 0)
    for title, due, play_of in ATTACKS:
        try:
            bench.start(Named(title))
            said, play = play_of(bench)
            if play.stage != "over":
                play.complete()
            count = len(play.u3())
            yield Told(AGGREGATOR, title, said, f"sum: exact, all {count} in it", 0,
                       said == due and count == len(play.players))
        except Failed as why:
            yield Told(AGGREGATOR, title, str(why).splitlines()[0], "the round failed", 0, False)
        finally:
            bench.finish(None)
