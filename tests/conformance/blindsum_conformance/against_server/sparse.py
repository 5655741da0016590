"""A cohort of 101, the least with a graph that is not complete [FINDER-3, SHARE-4, U2-2]."""
from ..checks import check, require, require_equal
from ..kit import CROWD


@check("sparse-round", rules=["FINDER-3", "FINDER-4", "FINDER-5", "FINDER-9", "SHARE-8", "U2-2",
                              "TREE-2", "ATTEST-1", "REBUILD-1", "REBUILD-2", "MASK-1"])
def _(bench):
    """101 members on a sparse graph, with a loss in phase 2 and one in phase 3: an exact sum"""
    play = bench.play(CROWD, "conformance-sparse", bench.kit.crowd()).to("share")
    lost = {}
    for stage, place in (("share", 30), ("mask", 70)):
        play.to(stage)
        lost[stage] = play[place]
        if stage == "mask":
            lost[stage].packed()
        lost[stage].refuse()
        play.drop(lost[stage])
    play.complete()
    found = play[0].honest.found
    require(found.k < CROWD - 1, f"k = {found.k} is a complete graph")
    require_equal("U3", [u for u in range(CROWD) if u not in (30, 70)], play.u3())
    # Picks are the members' own, so that some have more in-neighbours than others.
    degrees = {len(player.honest.inbound) for player in play.present}
    require(len(degrees) > 2, f"numbers of inbound items: {degrees}")
