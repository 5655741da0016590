"""The graph's parameters, and cohorts for which there are none [FINDER-1 to FINDER-9]."""

from dataclasses import asdict

from ..reference import finder
from .case import Bad, Good, refused

NAME = "finder"
_INPUT = ("n", "c", "d", "sigma", "eta", "min_survivors")
SHAPES = {
    "find": (dict.fromkeys(_INPUT, "u32"),
             dict.fromkeys(finder.Found.__dataclass_fields__, "u32")),
}
_COMPLETE = [(3, 0, 0), (3, 1, 0), (4, 1, 0), (5, 1, 1), (5, 2, 0), (10, 0, 4), (10, 1, 3),
             (33, 11, 10), (99, 10, 33), (100, 33, 32), (100, 0, 49)]
_SPARSE = [(101, 10, 10, 64, 30), (101, 0, 0, 64, 30), (101, 33, 30, 64, 30), (101, 5, 5, 10, 5),
           (128, 9, 9, 64, 30), (200, 20, 20, 40, 20), (200, 40, 79, 128, 64),
           (256, 26, 26, 40, 20), (333, 33, 33, 64, 30), (500, 50, 50, 64, 30),
           (500, 0, 50, 64, 30), (1000, 100, 100, 64, 30), (1000, 333, 100, 64, 30),
           (2048, 205, 205, 64, 30), (4096, 410, 410, 64, 30)]


def _given(n, c, d, sigma=64, eta=30, min_survivors=0):
    return dict(zip(_INPUT, (n, c, d, sigma, eta, min_survivors)))


def _good(*given):
    given = _given(*given)
    rules = ["FINDER-1", "FINDER-2"] if given["n"] <= 100 else ["FINDER-3", "FINDER-4", "FINDER-5"]
    name = "-".join(str(value) for value in given.values())
    return Good(f"find-{name}", rules + ["FINDER-6", "FINDER-7", "FINDER-8"], "find", given,
                asdict(finder.find(**given)))


def _bad(name, fault, *given, rule="FINDER-1"):
    refused("infeasible_parameters", finder.find, *given)
    return Bad(name, [rule], fault, "finder", "infeasible_parameters", "find", _given(*given))


def cases():
    found = [_good(*given) for given in _COMPLETE + _SPARSE]
    found += [_good(10, 1, 2, 64, 30, 8), _good(101, 10, 10, 64, 30, 91),
              _good(500, 50, 50, 64, 30, 400)]
    return found + [
        _bad("two-members", "fewer than 3 members", 2, 0, 0),
        _bad("no-members", "none at all", 0, 0, 0),
        _bad("too-many-members", "more than 4096 members", 4097, 10, 10),
        _bad("one-honest", "one honest member: its sum hides nothing", 10, 9, 0),
        _bad("none-honest", "all may be corrupt", 10, 10, 0),
        _bad("all-dropped", "all may be lost", 10, 1, 10),
        _bad("no-quorum-5", "after 2 losses of 5 with c = 1 no quorum is left", 5, 1, 2),
        _bad("no-quorum-100", "after the losses one less than a quorum is left", 100, 10, 45),
        _bad("no-quorum-500", "after the losses one less than a quorum is left", 500, 50, 225),
        _bad("min-survivors-above", "more survivors asked for than may be left", 10, 1, 2, 64, 30,
             9),
        _bad("min-survivors-sparse", "more survivors asked for than may be left", 200, 20, 20, 64,
             30, 181),
        _bad("threshold-above-holders", "t = 2 of one holder that stays", 3, 0, 1,
             rule="FINDER-2"),
        _bad("too-few-holders", "t = 3 of two holders that stay", 5, 0, 2, rule="FINDER-2"),
    ]
