"""Honest rounds: the program takes part, and all that it says is right to the last byte."""
from .play import Round
from ..checks import check


@check("whole-of-five", ["MASK-2", "ENC-1", "ENC-2", "HASH-1", "HASH-2", "KEY-5", "ADVERT-1",
                         "SHARE-5", "SHARE-6", "SHARE-7", "TREE-1", "U2-2", "RECEIPT-1", "ATTEST-3",
                         "UNMASK-2", "UNMASK-3", "FINDER-2"])
def _(bench):
    """A round of 5, nobody lost: every message is right, and y without its masks is the input"""
    bench.run()
    Round(bench, n=5).until("unmask")


@check("whole-of-seven-lost-in-2", ["MASK-1", "MASK-2"])
def _(bench):
    """Two lost in phase 2: nobody masks with them"""
    bench.run()
    game = Round(bench)
    game.dropped2 = {game.others[0], game.others[-1]}
    game.until("unmask")


@check("whole-of-seven-lost-in-3", ["UNMASK-2", "PRIV-5"])
def _(bench):
    """Two lost in phase 3: the shares of their s, and of the others' b, are given"""
    bench.run()
    game = Round(bench)
    game.dropped3 = {game.others[1], game.others[4]}
    game.until("unmask")
