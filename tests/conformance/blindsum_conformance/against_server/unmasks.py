"""Phase 5 at the aggregator: answers, secrets, the sum [UNMASK-4, REBUILD-1 to REBUILD-4]."""
import copy

from ..checks import check, require_equal
from ..reference import transcript, wire
from ..reference.answer import PAIR, SELF
from ..reference.enc import u8, u32
from . import lies

EVERYBODY = list(range(5))


def signed_body(player, body, th3=None, u=None, key=None):
    honest = player.honest
    statement = transcript.unmask_statement(th3 or honest.th3, honest.u if u is None else u, body)
    return wire.Unmask(player.session_id, body, (key or player.identity.key).sign(statement))


def answer_of(player, change):
    """The right answer after change(entries, not_held), signed."""
    player.unmask()
    answer = copy.deepcopy(player.honest.make_answer())
    change(answer.entries, answer.not_held)
    return signed_body(player, answer.encode())


def _change(function):
    return lambda player: answer_of(player, function)


def _kind(place, kind):
    def change(entries, _):
        v, _, share = entries[place]
        entries[place] = (v, kind, share)
    return change


def _member(place, member):
    def change(entries, _):
        _, kind, share = entries[place]
        entries[place] = (member, kind, share)
    return change


@check("unmask-kind", rules=["UNMASK-4", "UNMASK-2"])
def _(bench):
    """Entries of the wrong kind, or of no kind, are rejected with wrong_item"""
    lies.rejects(bench, "unmask", "wrong_item",
                 _change(_kind(0, PAIR)), _change(_kind(3, PAIR)), _change(_kind(1, 2)),
                 _change(_kind(2, 255)))


@check("unmask-set", rules=["UNMASK-4", "UNMASK-2"])
def _(bench):
    """Entries for other members than its in-neighbours in U2 are rejected with wrong_item"""
    def own(entries, _):
        entries.insert(2, (2, SELF, entries[0][2]))

    def nobody(entries, _):
        entries.append((5, SELF, entries[0][2]))

    def held_and_not(entries, not_held):
        not_held.append(entries[0][0])
    lies.rejects(bench, "unmask", "wrong_item",
                 _change(lambda entries, _: entries.pop()), _change(own), _change(nobody),
                 _change(lambda entries, _: entries.clear()), _change(held_and_not),
                 _change(lambda _, not_held: not_held.append(2)), _change(_member(3, 2**32 - 1)))


@check("unmask-order", rules=["UNMASK-4", "UNMASK-2"])
def _(bench):
    """Entries, or members not held, that do not ascend are rejected with bad_order"""
    def twice(entries, _):
        entries[1] = entries[0]

    def not_held(entries, missing):
        missing += [entries.pop(0)[0], entries.pop(0)[0]][::-1]
    lies.rejects(bench, "unmask", "bad_order",
                 _change(lambda entries, _: entries.reverse()), _change(twice), _change(not_held))


@check("unmask-length", rules=["UNMASK-4"])
def _(bench):
    """A body that its counts do not fill is rejected with wrong_length"""
    def body(change):
        def lie(player):
            player.unmask()
            return signed_body(player, change(player.honest.make_answer().encode()))
        return lie
    lies.rejects(bench, "unmask", "wrong_length",
                 body(lambda right: right + b"\0"), body(lambda right: right[:-1]),
                 body(lambda right: b""), body(lambda right: u32(5) + right[4:]),
                 body(lambda right: u32(2**32 - 1) + right[4:]),
                 body(lambda right: right[:-4] + u32(1)), body(lambda right: u32(0) + u8(0)))


@check("unmask-signature", rules=["UNMASK-4", "UNMASK-3", "SIG-1", "SIG-3"])
def _(bench):
    """An answer that is not signed over th3, its member and its body: bad_signature"""
    def body(player):
        player.unmask()
        return player.honest.make_answer().encode()

    def other_body(player):
        right = player.unmask()
        spoilt = answer_of(player, lambda entries, _: entries.__setitem__(
            0, (*entries[0][:2], entries[1][2])))
        return wire.Unmask(right.session_id, spoilt.body, right.signature)
    lies.rejects(bench, "unmask", "bad_signature",
                 lambda p: lies.flipped(p.unmask()), lambda p: lies.malleable(p.unmask()),
                 other_body,
                 lambda p: signed_body(p, body(p), th3=p.honest.th2),
                 lambda p: signed_body(p, body(p), u=1),
                 lambda p: signed_body(p, body(p), key=bench.members[0].key))


@check("unmask-again", rules=["ONCE-3"])
def _(bench):
    """The same answer again changes nothing; another is rejected and is evidence"""
    play = bench.play().to("unmask")
    player = play[0]
    player.say(player.unmask())
    player.say(player.unmask())
    player.say(answer_of(player, lambda entries, not_held: not_held.append(entries.pop()[0])))
    player.hear_rejected("conflicting_answer", player.session_id)
    play.done.add(player)
    play.complete()
    blames = [(b.kind, b.accused, b.witness) for b in play.checked.record.blames]
    require_equal("blames (kind, accused, witness)", [(5, 0, 0)], blames)


@check("unmask-outside", rules=["UNMASK-5", "UNMASK-4"])
def _(bench):
    """An answer of a member outside U3 is rejected with not_in_u3, and not used"""
    play = bench.play().to("mask")
    outside = play[3]
    outside.packed()
    play.silence(outside)
    play.to("unmask")
    outside.honest.th3 = transcript.th3(outside.honest.th2, outside.unmask_request.u3)
    outside.honest.u3 = [0, 1, 2, 4]
    outside.say(signed_body(outside, outside.honest.make_answer().encode()))
    rejected = outside.hear(wire.Rejected)
    require_equal("Rejected.reason", "not_in_u3", rejected.reason)
    play.complete()


@check("unmask-dropout", rules=["PHASE-1", "REBUILD-1", "REBUILD-2", "PHASE-4"])
def _(bench):
    """t shares of each secret are enough: the sum is exact without one member's answer"""
    play = bench.play().to("unmask")
    play.drop(play[2])
    play.complete()
    require_equal("U3", EVERYBODY, play.u3())


@check("unmask-all-losses", rules=["REBUILD-1", "REBUILD-4", "MASK-2", "U2-1"])
def _(bench):
    """One loss between any two phases, another one each time: the sum is exact, that of U3"""
    for stage, lost, u3 in (("share", 1, [0, 2, 3, 4]), ("mask", 0, [1, 2, 3, 4]),
                            ("attest", 4, EVERYBODY)):
        play = bench.play().to(stage)
        play.drop(play[lost])
        play.complete()
        require_equal(f"U3 after a loss in {stage}", u3, play.u3())


@check("unmask-too-few", rules=["PHASE-1", "REBUILD-1", "RECORD-6"])
def _(bench):
    """Fewer than t shares of a secret abort the round: too_few_shares, and no sum is told"""
    play = bench.play().to("unmask")
    for player in play.players[:2]:
        player.say(player.unmask())
    checked = play.hear_abort("too_few_shares")
    require_equal("Record.certified", True, checked.record.certified)
    require_equal("sum_hash", b"", checked.record.sum_hash)
    for player in play.players:
        require_equal("RoundResult.sum_size", 0, player.result.sum_size)
