"""Shamir's sharing over Z_l, points from 1 [SHAMIR-1]. Secrets and shares are 32 bytes."""

from . import field, group
from .field import L


def polynomial(secret, t, rng):
    """Coefficients of degree t - 1, the secret first."""
    return [field.scalar(secret)] + [field.random_coefficient(rng) for _ in range(t - 1)]


def value_at(coefficients, point):
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * point + coefficient) % L
    return value


def split(secret, t, k, rng):
    """The k shares, of points 1 to k; drawn again as long as one of them is zero."""
    while True:
        coefficients = polynomial(secret, t, rng)
        values = [value_at(coefficients, point) for point in range(1, k + 1)]
        if all(values):
            return [field.scalar_bytes(value) for value in values]


def weights(points):
    """Lagrange's at 0, for each point."""
    found = []
    for one in points:
        above, below = 1, 1
        for other in points:
            if other != one:
                above, below = above * other % L, below * (other - one) % L
        found.append(above * field.inverse(below) % L)
    return found


def rebuild(shares):
    """The secret of [(point, share)], 32 bytes, which may be zero if the shares are wrong."""
    factors = weights([point for point, _ in shares])
    total = sum(factor * field.scalar(share) for factor, (_, share) in zip(factors, shares))
    return field.scalar_bytes(total % L)


def rebuild_point(tags):
    """The same over [(point, tag)], in the group: what BLAME-2 compares with the advert."""
    factors = weights([point for point, _ in tags])
    return group.combine([(factor, tag) for factor, (_, tag) in zip(factors, tags)])


def tag(share):
    """share·G."""
    return group.times_base(field.scalar(share))
