"""Sessions: Challenge, Hello, Welcome."""
from .. import link
from ..checks import check, require_equal
from ..reference import wire


@check("session-challenge", rules=["SESSION-1"])
def _(bench):
    """The server begins with a Challenge that has its key and a fresh nonce"""
    one = link.connect(bench.url, bench.kit.ca)
    challenge = wire.decode(one.receive(), wire.TO_PARTICIPANT, welcomed=False)
    require_equal("aggregator_key", bench.kit.aggregator.public, challenge.aggregator_key)
    one.close()
