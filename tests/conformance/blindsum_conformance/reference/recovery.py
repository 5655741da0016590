"""The aggregator's rebuilding of secrets, and the sum without masks [REBUILD-1 to REBUILD-4]."""

from dataclasses import dataclass

import numpy

from . import blame, masks, packing, seals, shamir
from .answer import PAIR, SELF
from .errors import Refused, demand


@dataclass
class Target:
    """A secret to rebuild: whose, and which (SELF: b, PAIR: s)."""

    dealer: int
    kind: int


def needed(aggregator):
    """[REBUILD-1]"""
    targets = [Target(member, SELF) for member in aggregator.u3]
    for member in aggregator.u2:
        if member not in aggregator.u3:
            if set(aggregator.neighbours(member)) & set(aggregator.u3):
                targets.append(Target(member, PAIR))
    return targets


def shares_of(aggregator, target):
    """[(point, share, holder)] that came, ascending by point [REBUILD-2]."""
    found = []
    for holder, answer in aggregator.answers.items():
        for dealer, _, share in answer.entries:
            if dealer == target.dealer:
                found.append((aggregator.dealt[dealer].point_of(holder), share, holder))
    return sorted(found)


def _advertised(aggregator, target):
    advert = aggregator.adverts[target.dealer]
    return advert.b_point if target.kind == SELF else advert.s_point


def _meets(shares, point):
    """The secret of these shares if it is that of the point, else None."""
    try:
        secret = shamir.rebuild([(place, share) for place, share, _ in shares])
        return secret if shamir.tag(secret) == point else None
    except Refused:
        return None


def is_good(aggregator, target, point, share):
    """Whether a share is on its tag [REBUILD-3]."""
    item = aggregator.dealt[target.dealer].items[point - 1]
    try:
        return shamir.tag(share) == (item.tag_b if target.kind == SELF else item.tag_s)
    except Refused:
        return False


def rebuild(aggregator, target, blames):
    """The secret, or too_few_shares, secret_not_rebuilt; adds whom that blames [REBUILD-3]."""
    t, point = aggregator.found.t, _advertised(aggregator, target)
    shares = shares_of(aggregator, target)
    demand(len(shares) >= t, "too_few_shares", f"{len(shares)} of {t} of member {target.dealer}")
    secret = _meets(shares[:t], point)
    if secret is not None:
        return secret
    good = []
    for place, share, holder in shares:
        if is_good(aggregator, target, place, share):
            good.append((place, share, holder))
        else:
            blames.append(blame.bad_share(aggregator, target.dealer, holder))
    demand(len(good) >= t, "secret_not_rebuilt", f"{len(good)} good shares of {t}")
    secret = _meets(good[:t], point)
    if secret is None:
        points = [place for place, _, _ in good[:t]]
        blames.append(blame.bad_dealing(aggregator, target.dealer, points))
        raise Refused("secret_not_rebuilt", f"dealt badly by {target.dealer}")
    return secret


def unmasked(aggregator, secrets):
    """The elements of the sum, of dealer -> secret [REBUILD-4]."""
    m, b = aggregator.p.vector_length, aggregator.p.ring_bits
    total = aggregator.masked_sum()
    for member in aggregator.u3:
        total = total - masks.words(seals.self_key(secrets[member], aggregator.th2, member), m, b)
    for member in aggregator.u2:
        if member in aggregator.u3 or member not in secrets:
            continue
        keys = [(u, seals.pair_key(secrets[member], aggregator.adverts[u].s_point, aggregator.th2,
                                   member, u))
                for u in aggregator.neighbours(member) if u in aggregator.u3]
        # The dropped member's own masks have the other sign of those that its neighbours added.
        total = total + masks.pair_masks(member, keys, m, b)
    return numpy.asarray(total & packing.low_bits(b))

