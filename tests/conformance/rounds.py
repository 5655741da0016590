"""Parameters for the suite's own tests: small, and a policy that takes them."""

from blindsum_conformance.reference import codec, parameters

LIMITS = parameters.TimeLimits(60_000, 60_000, 60_000, 60_000, 60_000)


def fixed_point(clip=1.0, scale=1000.0, weight_bound=100):
    return parameters.Codec(codec.FIXED_POINT, clip, scale, weight_bound)


def integer(bound):
    return parameters.Codec(codec.INTEGER, bound=bound)


def some_parameters(**changes):
    """Well-formed ones: n 3 to 200, c = 1, two tensors of 10 elements and a weight."""
    values = {
        "protocol_version": 1, "suite": 1, "session_id": b"\x07" * 32, "task": "task-1",
        "round": 1, "roster_epoch": 1, "roster_hash": bytes(32), "n_min": 3, "n_max": 200,
        "max_corrupt": 1, "delta_ppm": 200_000, "sigma": 64, "eta": 30, "vector_length": 11,
        "ring_bits": 32, "codec": fixed_point(),
        "tensors": [parameters.Tensor("w", [2, 3]), parameters.Tensor("b", [4])],
        "payload_hash": bytes(32), "previous_record_hash": bytes(32), "time_limits": LIMITS,
        "aggregator_key": bytes(32), "publish_sum": True}
    return parameters.RoundParameters(**{**values, **changes})
