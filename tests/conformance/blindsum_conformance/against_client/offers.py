"""Offers that must be refused, each by its name, before the program draws a secret [POLICY-2]."""
import math

from . import terms
from .play import Round
from .terms import codec
from ..checks import check
from ..reference.protobuf import encode_message, put_field
from ..reference.schema import Tensor, TimeLimits

HUGE = 2**62


def refused(name, rules, title, reason, **changes):
    """Registers a check: an offer with these changes is refused by that name."""
    def run(bench):
        bench.run()
        game = Round(bench, **changes)
        game.say(game.offer())
        game.refuses(reason)
    run.__doc__ = title
    check(f"offer-{name}", rules)(run)


BAD = "bad_parameters"
refused("version", ["PARAM-2"], "Another protocol version", "unsupported_version",
        protocol_version=2)
refused("suite", ["PARAM-2"], "Another suite", "unsupported_suite", suite=2)

# [PARAM-4]: one beyond the end of each range.
for _name, _changes in {
        "n-min-2": {"n_min": 2}, "n-min-above-n-max": {"n_min": 9, "n_max": 8},
        "n-max-4097": {"n_max": 4097, "ring_bits": 32}, "sigma-0": {"sigma": 0},
        "sigma-129": {"sigma": 129}, "eta-0": {"eta": 0}, "eta-65": {"eta": 65},
        "gamma-1": {"gamma_ppm": 1_000_000, "max_corrupt": 0}, "delta-1": {"delta_ppm": 1_000_000},
        "min-survivors-above-n-max": {"min_survivors": 33},
        "payload-above-8-gib": {"payload_size": (1 << 33) + 1},
        "no-elements": {"vector_length": 0, "tensors": [Tensor("update", [1])]},
        "ring-1": {"ring_bits": 1}, "ring-65": {"ring_bits": 65}, "round-0": {"round": 0},
        "task-empty": {"task": ""}, "task-65-bytes": {"task": "t" * 65},
        "task-with-blank": {"task": "conformance 1"},
        "no-time-limit": {"time_limits": TimeLimits(0, 9, 9, 9, 9)},
        "time-limit-of-two-days": {"time_limits": TimeLimits(9, 9, 9, 9, 86_400_001)},
        "roster-hash-short": {"roster_hash": bytes(31)},
        "payload-hash-short": {"payload_hash": bytes(31)},
        "previous-hash-short": {"previous_record_hash": bytes(33)},
}.items():
    refused(_name, ["PARAM-4"], f"Parameters out of their range: {_name}", BAD, **_changes)

refused("both-corruption-bounds", ["PARAM-6"], "gamma_ppm and max_corrupt together", BAD,
        gamma_ppm=100_000)

# [CODEC-1, CODEC-2]
_FIXED = {"kind": 1, "clip": 1.0, "scale": 1000.0, "weight_bound": 1, "bound": 0}
for _name, _codec in {
        "kind-0": {"kind": 0}, "kind-4": {"kind": 4}, "rotation": {"rotation": 1},
        "noise": {"noise": 1}, "integer-with-clip": {"clip": 1.0},
        "integer-with-weight": {"weight_bound": 1}, "bound-0": {"bound": 0},
        "fixed-point-with-bound": {**_FIXED, "bound": 1}, "clip-0": {**_FIXED, "clip": 0.0},
        "clip-infinite": {**_FIXED, "clip": math.inf}, "scale-nan": {**_FIXED, "scale": math.nan},
        "scale-above-finite": {**_FIXED, "clip": 1e-300, "scale": 1e300},
        "weight-bound-0": {**_FIXED, "weight_bound": 0},
        "weight-bound-above-32-bits": {**_FIXED, "weight_bound": 2**32 + 1},
        "bound-above-53-bits": {**_FIXED, "clip": 2.0**53, "scale": 2.0},
}.items():
    refused(f"codec-{_name}", ["CODEC-1", "CODEC-2"], f"A codec that is none: {_name}", BAD,
            ring_bits=64, codec=codec(**_codec), **(
                {"vector_length": terms.LENGTH + 1,
                 "tensors": [Tensor("update", [terms.LENGTH])]} if _codec.get("kind") == 1 else {}))
refused("codec-bound-62-bits", ["CODEC-2"], "An integer bound of 2^62", BAD, ring_bits=64,
        codec=codec(bound=HUGE))

# 32 members at most, each from -1000 to 1000: 32,000 < 2^15.
refused("ring-narrow", ["PARAM-8"], "A ring in which the sum could wrap, by one bit",
        "ring_too_narrow", ring_bits=15)
refused("ring-narrow-128-bits", ["PARAM-8"], "A ring bound that overflows 64 bits",
        "ring_too_narrow", ring_bits=64, codec=codec(bound=HUGE - 1))

refused("shape", ["PARAM-9"], "vector_length is not that of the tensors", "wrong_shape",
        tensors=[Tensor("update", [terms.LENGTH - 1])])
refused("shape-overflow", ["PARAM-9", "LIMIT-1"],
        "Tensors whose product of dimensions overflows to vector_length", "wrong_shape",
        tensors=[Tensor("update", [terms.LENGTH]), Tensor("more", [2**32, 2**32])])
for _name, _tensors in {
        "no-tensor": [], "tensors-257": [Tensor(f"t{i}", [1]) for i in range(257)],
        "rank-9": [Tensor("update", [terms.LENGTH] + [1] * 8)], "dimension-0": [
            Tensor("update", [terms.LENGTH]), Tensor("none", [0])],
        "tensor-name-empty": [Tensor("", [terms.LENGTH])],
        "tensor-name-65-bytes": [Tensor("n" * 65, [terms.LENGTH])]}.items():
    refused(_name, ["LIMIT-1"], f"Tensors beyond LIMIT-1: {_name}", BAD, tensors=_tensors,
            vector_length=257 if len(_tensors) == 257 else terms.LENGTH)

refused("task-other", ["POLICY-2", "POLICY-8"], "A task that the policy does not serve",
        "task_not_served", task="another")
refused("gamma", ["PARAM-7"], "A fraction of corrupt members, of a cohort not trusted",
        "cohort_selection_not_trusted", gamma_ppm=200_000, max_corrupt=0)
refused("sigma-low", ["POLICY-2", "POLICY-1"], "sigma one below the policy's", "sigma_too_low",
        sigma=39)
refused("n-min-low", ["POLICY-2"], "n_min one below the policy's", "cohort_too_small", n_min=3)
refused("corrupt-none", ["POLICY-4", "POLICY-2"], "No corrupt member withstood",
        "corruption_bound_too_low", max_corrupt=0)
refused("corrupt-few", ["POLICY-4", "PARAM-5"],
        "Fewer corrupt members withstood than the policy's fraction of n_min, rounded up",
        "corruption_bound_too_low", n_min=21)
refused("vector-long", ["POLICY-2"], "A vector one element longer than the policy's greatest",
        "vector_too_long", vector_length=terms.POLICY["greatest_vector_length"] + 1)
refused("payload-large", ["POLICY-2"], "A payload one byte above the policy's greatest",
        "payload_too_large", payload_size=terms.POLICY["greatest_payload_bytes"] + 1)
refused("time-long", ["POLICY-2"], "Time limits that together are above the policy's",
        "time_limits_too_long", time_limits=TimeLimits(120_000, 120_000, 120_000, 120_000, 120_001))
refused("roster-epoch", ["ROSTER-5"], "A roster of another epoch", "roster_mismatch",
        roster_epoch=2)
refused("roster-hash", ["ROSTER-5"], "The same epoch with another roster's hash",
        "roster_mismatch", roster_hash=bytes(32))


@check("offer-unknown-field", ["PARAM-1"])
def _(bench):
    """Parameters with a field that version 1 does not have, signed, are refused"""
    bench.run()
    game = Round(bench)
    game.say(game.offer(encode_message(game.parameters) + put_field(26, 0, b"\1")))
    game.refuses(BAD)


@check("offer-unknown-field-inside", ["PARAM-1"])
def _(bench):
    """The same in the codec inside the parameters"""
    bench.run()
    game = Round(bench)
    inner = encode_message(game.parameters.codec) + put_field(8, 0, b"\1")
    game.parameters.codec = None
    game.say(game.offer(encode_message(game.parameters) + put_field(18, 2, inner)))
    game.refuses(BAD)


@check("offer-parameters-too-large", ["LIMIT-1", "LIMIT-3"])
def _(bench):
    """Parameters above 64 KiB are refused"""
    bench.run()
    tensors = [Tensor(f"{i:064}", [1] * 8) for i in range(256)]
    game = Round(bench, vector_length=256, tensors=tensors)
    padding = b"".join(put_field(19, 2, b"") for _ in range(1 << 15))
    game.say(game.offer(encode_message(game.parameters) + padding))
    game.refuses(BAD)


@check("offer-forged", ["OFFER-2", "SIG-1"])
def _(bench):
    """An offer whose signature is changed by one bit is refused"""
    bench.run()
    game = Round(bench)
    offer = game.offer()
    offer.signature = offer.signature[:3] + bytes([offer.signature[3] ^ 1]) + offer.signature[4:]
    game.say(offer)
    game.refuses("bad_signature")


@check("offer-changed", ["OFFER-2", "SIG-1"])
def _(bench):
    """An offer whose parameters were changed after they were signed is refused"""
    bench.run()
    game = Round(bench)
    offer = game.offer()
    game.parameters.delta_ppm += 1
    offer.parameters = encode_message(game.parameters)
    game.say(offer)
    game.refuses("bad_signature")


@check("offer-by-another", ["OFFER-2", "POLICY-2"])
def _(bench):
    """An offer that another key signed for itself is refused: the pinned key counts"""
    bench.run()
    other = bench.stranger(7).key
    game = Round(bench, aggregator_key=other.public)
    game.say(game.offer(key=other))
    game.refuses("wrong_aggregator")


@check("offer-signed-for-something-else", ["ENC-3", "SIG-3"])
def _(bench):
    """The aggregator's signature of the same bytes as a record is none of an offer"""
    from ..reference.transcript import record_statement
    bench.run()
    game = Round(bench)
    offer = game.offer()
    offer.signature = bench.aggregator.sign(record_statement(offer.parameters))
    game.say(offer)
    game.refuses("bad_signature")
