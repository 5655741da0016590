"""Parameters of a round: how they are read and what they must satisfy (chapter 4)."""

import re

from . import codec
from .errors import Refused, demand
from .protobuf import decode_message, encode_message
from .schema import MESSAGES
from .wire import MAX_PARAMETERS, check_lengths

RoundParameters, Codec = MESSAGES["RoundParameters"], MESSAGES["Codec"]
Tensor, TimeLimits = MESSAGES["Tensor"], MESSAGES["TimeLimits"]
TIME_LIMITS = tuple(field.name for field in TimeLimits.FIELDS)
_TASK = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


def encode(parameters):
    return encode_message(parameters)


def decode(data):
    """The parameters of these bytes, not yet checked; bad_parameters if they are none [PARAM-1]."""
    demand(len(data) <= MAX_PARAMETERS, "bad_parameters", "more than 64 KiB")
    try:
        parameters = decode_message(RoundParameters, data)
        check_lengths(parameters)
    except Refused as refused:
        raise Refused("bad_parameters", refused.detail) from None
    return parameters


def check(parameters):
    """Raises what is wrong with them, in the order of POLICY-2."""
    p = parameters
    demand(p.protocol_version == 1, "unsupported_version")  # [PARAM-2]
    demand(p.suite == 1, "unsupported_suite")
    _check_ranges(p)
    bound = codec.bound(p.codec)  # [CODEC-1, CODEC-2]
    greatest = p.n_max * max(bound, p.codec.weight_bound)  # [PARAM-8]
    demand(greatest < 1 << p.ring_bits - 1, "ring_too_narrow")
    elements = sum(codec.elements_of(tensor) for tensor in p.tensors)
    weights = 1 if p.codec.kind == codec.FIXED_POINT else 0
    demand(p.vector_length == elements + weights, "wrong_shape")  # [PARAM-9]


def _check_ranges(p):
    """[PARAM-4, PARAM-6, LIMIT-1]"""
    limits = [getattr(p.time_limits, name) for name in TIME_LIMITS]
    rules = {
        "cohort": 3 <= p.n_min <= p.n_max <= 4096,
        "sigma": 1 <= p.sigma <= 128,
        "eta": 1 <= p.eta <= 64,
        "gamma, delta": p.gamma_ppm < 1_000_000 and p.delta_ppm < 1_000_000,
        "min_survivors": p.min_survivors <= p.n_max,
        "payload_size": p.payload_size <= 1 << 33,
        "vector_length": 1 <= p.vector_length <= 1 << 30,
        "ring_bits": 2 <= p.ring_bits <= 64,
        "round": p.round >= 1,
        "task": _TASK.match(p.task),
        "time limits": all(1 <= limit <= 86_400_000 for limit in limits),
        "max_corrupt and gamma": p.gamma_ppm == 0 or p.max_corrupt == 0,
        "tensors": 1 <= len(p.tensors) <= 256,
        "ranks": all(len(tensor.shape) <= 8 for tensor in p.tensors),
        "names": all(1 <= len(tensor.name.encode()) <= 64 for tensor in p.tensors),
        "dimensions": all(size >= 1 for tensor in p.tensors for size in tensor.shape),
    }
    for what, holds in rules.items():
        demand(holds, "bad_parameters", what)


def ceil_ppm(n, fraction):
    """The fraction, in millionths, of n, rounded up [PARAM-5]."""
    return (n * fraction + 999_999) // 1_000_000


def corrupt_bound(parameters, n):
    """c [PARAM-6]."""
    if parameters.gamma_ppm:
        return ceil_ppm(n, parameters.gamma_ppm)
    return parameters.max_corrupt


def dropped_bound(parameters, n):
    """d [PARAM-5]."""
    return ceil_ppm(n, parameters.delta_ppm)
