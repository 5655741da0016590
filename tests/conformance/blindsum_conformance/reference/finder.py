"""The graph's parameters from (n, c, d, sigma, eta, min_survivors) [FINDER-1 to FINDER-9]."""

from dataclasses import dataclass
from functools import lru_cache
from math import lgamma, log

import numpy

from .errors import Refused, demand

COMPLETE_UP_TO = 100
SLACK = 1e-6
_LN2 = log(2.0)
_LOG_FACTORIAL = numpy.array([lgamma(x + 1.0) for x in range(4200)])


@dataclass(frozen=True)
class Found:
    k: int
    t: int
    quorum: int
    survivors: int
    in_degree_cap: int
    stranded: int
    honest_floor: int


def log2_choose(a, b):
    """log2 C(a, b), -inf where it is zero; ints or arrays."""
    a, b = numpy.broadcast_arrays(numpy.asarray(a), numpy.asarray(b))
    inside = (b >= 0) & (b <= a)
    a, b = numpy.where(inside, a, 0), numpy.where(inside, b, 0)
    value = _LOG_FACTORIAL[a] - _LOG_FACTORIAL[b] - _LOG_FACTORIAL[a - b]
    return numpy.where(inside, value / _LN2, -numpy.inf)


def _log2_mass(population, marked, drawn, hits):
    """log2 Pr[HG = hits]."""
    return (log2_choose(marked, hits) + log2_choose(population - marked, drawn - hits)
            - log2_choose(population, drawn))


def _log2_sum(terms):
    """log2 of the sum of 2^terms over the last axis."""
    if terms.shape[-1] == 0:
        return numpy.full(terms.shape[:-1], -numpy.inf)
    top = terms.max(axis=-1, keepdims=True)
    top = numpy.where(numpy.isfinite(top), top, 0.0)
    with numpy.errstate(divide="ignore"):
        return numpy.log2(numpy.exp2(terms - top).sum(axis=-1)) + top[..., 0]


def log2_at_least(population, marked, drawn, t):
    """log2 Pr[HG(population, marked, drawn) >= t] for each of the array `marked`."""
    hits = numpy.arange(t, drawn + 1)
    return _log2_sum(_log2_mass(population, numpy.asarray(marked)[..., None], drawn, hits))


def log2_below(population, marked, drawn, t):
    """log2 Pr[HG(population, marked, drawn) < t]."""
    return float(_log2_sum(_log2_mass(population, marked, drawn, numpy.arange(t))))


def _alive(n, d, eta, k, t):
    """[FINDER-4]"""
    return log2_below(n - 1, n - 1 - d, k, t) <= -(eta + 1) - log(n) / _LN2 - SLACK


def _no_island(n, c, sigma, k, t):
    """[FINDER-5]"""
    h = n - c
    most = max(1, h // 2)
    bound = -(sigma + 1) - log(most) / _LN2 - SLACK

    def holds(sizes):
        sizes = numpy.asarray(sizes)
        tails = log2_at_least(n - 1, c + sizes - 1, k, t)
        return bool((log2_choose(h, sizes) + sizes * tails <= bound).all())

    # The ends first: what fails mostly fails there. Then all, a part at a time.
    return holds([1, most]) and all(holds(range(first, min(first + 64, most + 1)))
                                    for first in range(1, most + 1, 64))


def _sparse(n, c, d, sigma, eta):
    """[FINDER-3]: the least k, with its t."""
    t = 0
    for k in range(1, n):
        while t < k and _alive(n, d, eta, k, t + 1):  # t never falls as k grows
            t += 1
        if t >= 2 and _no_island(n, c, sigma, k, t):
            return k, t
    raise Refused("infeasible_parameters", "no degree is enough")


def _stranded(n, c, survivors, k, sigma):
    """[FINDER-7]"""
    h, lost = n - c, n - survivors
    most = h - lost - h // 2
    if k == n - 1 or most < 1:
        return 0
    w = numpy.arange(1, most + 1)
    missed = log2_choose(n - 1 - w, k) - log2_choose(n - 1, k)
    left_out = (log(lost + 1) / _LN2 + log2_choose(h, lost) + log2_choose(h - lost, w)
                + (h - lost - w) * numpy.where(numpy.isfinite(missed), missed, 0.0))
    reached = (left_out > -(sigma + 2) - log(h) / _LN2) & numpy.isfinite(missed)
    return int(w[reached].max()) if reached.any() else 0


@lru_cache(maxsize=256)
def find(n, c, d, sigma=64, eta=30, min_survivors=0):
    """What the round's graph is, or infeasible_parameters."""
    demand(3 <= n <= 4096 and 0 <= c <= n - 2 and 0 <= d < n, "infeasible_parameters", "n, c, d")
    quorum = (n + c) // 2 + 1
    survivors = max(min_survivors, quorum)
    demand(survivors <= n - d, "infeasible_parameters", "survivors")  # [FINDER-1]
    if n <= COMPLETE_UP_TO:  # [FINDER-2]
        k, t = n - 1, (n + c + 1) // 2
        demand(2 <= t <= n - 1 - d, "infeasible_parameters", "threshold")
    else:
        k, t = _sparse(n, c, d, sigma, eta)
    stranded = _stranded(n, c, survivors, k, sigma)
    floor = max((n - c) // 2 + 1, survivors - c - stranded)  # [FINDER-8]
    return Found(k, t, quorum, survivors, min(n - 1, 3 * k + 32 + c), stranded, floor)
