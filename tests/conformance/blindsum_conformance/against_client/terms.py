"""What the program under test must insist on, and what an honest aggregator offers it.

POLICY is what KIT/policy.json says. Its values are such that each rule of chapter 6 can be broken
by an offer that keeps all others, and that cohorts of 5 and 7 are fine.
"""
from ..reference.schema import Codec, RoundParameters, Tensor, TimeLimits

TASK = "conformance"
POLICY = {
    "least_n": 4,
    "least_survivors": 4,
    "least_floor": 3,
    "least_c": 1,
    "least_gamma_ppm": 50_000,
    "least_sigma": 40,
    "trust_cohort_selection": False,
    "greatest_vector_length": 1 << 18,
    "greatest_payload_bytes": 1 << 20,
    "greatest_round_time_ms": 600_000,
    "tasks": [TASK],
    "rounds_per_day": 12,
}
LENGTH = 33       # elements, so that with 20 bits the last byte has padding
BITS = 20
BOUND = 1000      # of the codec: the input's numbers are from -1000 to 1000
LIMIT_MS = 60_000


def codec(**changes):
    """An integer codec: sums are exact."""
    return Codec(**{"kind": 2, "bound": BOUND, **changes})


def limits(each_ms=LIMIT_MS):
    return TimeLimits(*[each_ms] * 5)


def parameters(session_id, number, roster_epoch, roster_hash, aggregator_key, **changes):
    """Those of an honest offer, but for the changes. A vector_length changes the tensor, too."""
    length = changes.get("vector_length", LENGTH)
    values = {
        "protocol_version": 1, "suite": 1, "session_id": session_id, "task": TASK, "round": number,
        "roster_epoch": roster_epoch, "roster_hash": roster_hash, "n_min": 4, "n_max": 32,
        "max_corrupt": 1, "gamma_ppm": 0, "delta_ppm": 200_000, "min_survivors": 3, "sigma": 40,
        "eta": 20, "vector_length": length, "ring_bits": BITS, "codec": codec(),
        "tensors": [Tensor("update", [length])], "payload_hash": EMPTY_HASH,
        "previous_record_hash": bytes(32), "time_limits": limits(),
        "aggregator_key": aggregator_key, "publish_sum": True, "payload_size": 0, **changes}
    return RoundParameters(**values)


EMPTY_HASH = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
