"""Whether what a participant says is right, to the last byte that can be known from outside."""
from ..checks import Failed, require, require_equal
from ..reference import masks, packing, seals, shamir, transcript, tree, wire
from ..reference.errors import Refused
from ..reference.group import decode
from ..reference.keys import is_valid


def _signed(game, statement, signature, what):
    require(is_valid(game.bench.identity, statement, signature), f"{what}: the signature is wrong")


def advert(game, message):
    require_equal("roster index in the advert [ADVERT-1]", game.bench.roster_index,
                  int.from_bytes(message.advert[:4], "little"))
    for start in (4, 36, 68):
        try:
            decode(message.advert[start:start + 32])
        except Refused as why:
            raise Failed(f"a point of the advert is none: {why} [KEY-2]") from None
    _signed(game, transcript.advert_statement(game.th0, message.advert), message.signature,
            "Advert [ADVERT-1]")


def shares(game, message):
    """Items, points, tags, boxes, the polynomials behind them, root and signature."""
    items = wire.entries(message.items, 152)
    require_equal("number of items [SHARE-7]", game.k, len(items))
    game.picks = [int.from_bytes(item[:4], "little") for item in items]
    require(game.picks == sorted(set(game.picks)) and game.me not in game.picks
            and game.picks[-1] < game.n, f"picks {game.picks} [SHARE-4]")
    leaves, found = [], []
    for point, (to, item) in enumerate(zip(game.picks, items), 1):
        require_equal(f"point of the item to {to} [SHARE-4]", point,
                      int.from_bytes(item[4:8], "little"))
        found.append(_opened(game, to, point, item))
        leaves.append(tree.leaf(game.th1, game.me, item))
    _signed(game, transcript.shares_statement(game.th1, game.me, tree.root(leaves)),
            message.signature, "Shares [SHARE-7, TREE-1]")
    game.s, game.b = (_secret(game, [(point, pair[which]) for point, pair in enumerate(found, 1)],
                              game.signed[game.me][start:start + 32], name)
                      for which, start, name in ((0, 4, "s"), (1, 68, "b")))


def _opened(game, to, point, item):
    """The two shares of an item, each on its tag."""
    key = seals.channel_key(game.members[to].c, game.signed[game.me][36:68], game.th1, game.me, to)
    pair = seals.open_box(key, game.th1, game.me, to, point, item[8:88])
    require(pair, f"the box to {to} does not open [SHARE-6]")
    for share, tag in zip(pair, (item[88:120], item[120:152])):
        try:
            on_tag = shamir.tag(share) == tag
        except Refused as why:
            raise Failed(f"a share to {to} is none: {why} [SHAMIR-1]") from None
        require(on_tag, f"a share to {to} is off its tag [SHARE-5]")
    return pair


def _secret(game, points, commitment, name):
    """Any t shares give the secret under the advert's point, and t - 1 do not."""
    lowest = shamir.rebuild(points[:game.t])
    require(shamir.tag(lowest) == commitment, f"the shares of {name} miss its point [SHAMIR-1]")
    require(shamir.rebuild(points[-game.t:]) == lowest,
            f"the shares of {name} are of more than degree t - 1 [SHAMIR-1]")
    require(shamir.rebuild(points[:game.t - 1]) != lowest,
            f"fewer than t shares give {name} [SHAMIR-1]")
    return lowest


def upload(game, packed):
    """y without its masks is the input."""
    parameters, th2 = game.parameters, game.th2()
    bits, length = parameters.ring_bits, parameters.vector_length
    try:
        elements = packing.unpack(packed, length, bits)
    except Refused as why:
        raise Failed(f"y is not packed well: {why} [PACK-1]") from None
    pairs = []
    for v in game.neighbours():
        key = seals.pair_key(game.members[v].s, game.signed[game.me][4:36], th2, v, game.me)
        pairs.append((v, key))
    mask = masks.masked([0] * length, bits, seals.self_key(game.b, th2, game.me), pairs, game.me)
    found = (elements - mask) & packing.low_bits(bits)
    game.bench.holds_input(game, [int(x) for x in found])


def receipt(game, message):
    _signed(game, transcript.masked_statement(game.th2(), game.me), message.signature,
            "Receipt [RECEIPT-1]")


def attestation(game, message):
    _signed(game, transcript.attest_statement(game.th3(), game.me), message.signature,
            "Attestation [ATTEST-3]")


def void(game, message):
    _signed(game, transcript.void_statement(game.th1, game.me), message.signature, "Void [VOID-1]")


def unmask(game, message, not_held):
    """Exactly the share that is due of every in-neighbour in U2 [UNMASK-2]."""
    body = bytearray()
    held = [v for v in game.in_neighbours() if v not in not_held]
    body += len(held).to_bytes(4, "little")
    for v in held:
        alive = v in game.u3
        share = game.dealt[v].share_b if alive else game.dealt[v].share_s
        body += v.to_bytes(4, "little") + bytes([0 if alive else 1]) + share
    body += len(not_held).to_bytes(4, "little")
    for v in sorted(not_held):
        body += v.to_bytes(4, "little")
    require_equal("body of Unmask [UNMASK-2]", bytes(body), message.body)
    _signed(game, transcript.unmask_statement(game.th3(), game.me, message.body),
            message.signature, "Unmask [UNMASK-3]")
