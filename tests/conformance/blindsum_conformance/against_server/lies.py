"""What misbehaving members say: right ones spoilt in one way, and the rejection that is due."""
import copy

from .. import signatures
from ..checks import require_equal
from ..reference import transcript, tree, wire
from ..reference.group import IDENTITY_BYTES, P

MEMBERS = 5


def rejects(bench, stage, reason, *lies):
    """Each lie(player), said at the stage, is rejected by that name; the right message counts.

    Then the round is completed, and everybody is in the sum [PHASE-3].
    """
    play = bench.play().to(stage)
    liar = play[2]
    for lie in lies:
        liar.say(lie(liar))
        liar.hear_rejected(reason, liar.session_id)
    play.complete()
    require_equal("U3", list(range(MEMBERS)), play.u3())
    return play


def bad_points(point):
    """Encodings that are no canonical point, with a name each [KEY-2]."""
    s = int.from_bytes(point, "little")
    return {
        "bit 255 is set": point[:31] + bytes([point[31] | 0x80]),
        "the negative of its s": (P - s).to_bytes(32, "little"),
        "p, which is zero": P.to_bytes(32, "little"),
        "the identity with bit 255": IDENTITY_BYTES[:31] + b"\x80",
        # From RFC 9496, A.3: a non-square.
        "off the curve": bytes.fromhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8"
                                       "d81d371"),
    }


def advert_of(player, body, key=None, th0=None):
    """An Advert of these 100 bytes, signed."""
    th0 = th0 or transcript.th0(player.offer.parameters)
    signature = (key or player.identity.key).sign(transcript.advert_statement(th0, body))
    return wire.Advert(player.session_id, body, signature)


def other_advert(player):
    """A second advert of an honest shape, with other keys."""
    player.advert()
    twin = copy.copy(player.honest)
    twin.draw_secrets()
    return advert_of(player, twin.make_advert().advert)


def shares_of(player, change):
    """Shares of the items that `change` leaves in a copy of the list, signed as they are then."""
    player.shares()
    twin = copy.copy(player.honest)
    twin.items = [copy.copy(item) for item in twin.items]
    change(twin.items)
    return twin.make_shares()


def signed_shares(player, u=None, th1=None, key=None, root=None):
    """The right Shares under a signature of another statement or key."""
    honest = player.honest
    right = player.shares()
    root = root or tree.root([tree.leaf(honest.th1, honest.u, item) for item in honest.items])
    statement = transcript.shares_statement(th1 or honest.th1, honest.u if u is None else u, root)
    return wire.Shares(right.session_id, right.items,
                       (key or player.identity.key).sign(statement))


def resigned(player, message, statement):
    """The same message under a second valid signature of the same statement."""
    twin = copy.copy(message)
    twin.signature = signatures.another(player.identity.key, statement)
    return twin


def flipped(message):
    """The same message, one bit of its signature changed."""
    twin = copy.copy(message)
    twin.signature = bytes([message.signature[0] ^ 1]) + message.signature[1:]
    return twin


def malleable(message):
    """The same message, S of its signature above the order: a lax verifier takes it [SIG-1]."""
    twin = copy.copy(message)
    twin.signature = signatures.with_greater_s(message.signature)
    return twin


def of_round(message, session_id):
    twin = copy.copy(message)
    twin.session_id = session_id
    return twin
