"""Whole rounds in which nothing goes wrong."""
from ..checks import check, require_equal


@check("round-honest", rules=["RECORD-3", "REBUILD-4"])
def _(bench):
    """Five honest members: the sum of their inputs, exact, and a record that verifies"""
    play = bench.play().complete()
    require_equal("U3", list(range(5)), play.u3())
