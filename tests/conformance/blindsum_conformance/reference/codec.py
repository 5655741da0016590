"""Values to elements and back [CODEC-1 to CODEC-6], and the name of an input [INPUT-2]."""

import math
import struct
from dataclasses import dataclass
from math import prod

from . import packing
from .enc import sha256, u64
from .entropy import below
from .errors import demand

FIXED_POINT, INTEGER, COUNT = 1, 2, 3
UNIT = 1 << 53


@dataclass
class Input:
    """A private vector: per tensor its shape and its values, row-major; a weight if the codec has
    one; its name, if the application gave one."""

    tensors: list  # [(shape, values)]
    weight: int = 0
    name: bytes = None

    def values(self):
        return [value for _, values in self.tensors for value in values]


def elements_of(tensor):
    return prod(tensor.shape)


def bound(codec):
    """B of CODEC-2; bad_parameters if the codec is not well formed."""
    demand(codec.rotation == 0 and codec.noise == 0, "bad_parameters", "reserved")
    if codec.kind == FIXED_POINT:
        demand(codec.bound == 0, "bad_parameters", "bound of a fixed_point")
        for positive in (codec.clip, codec.scale, codec.scale * 2.0**63):
            demand(math.isfinite(positive) and positive > 0, "bad_parameters", "clip or scale")
        demand(1 <= codec.weight_bound <= 1 << 32, "bad_parameters", "weight_bound")
        product = codec.clip * codec.scale * float(codec.weight_bound)
        demand(product <= float(UNIT), "bad_parameters", "B above 2^53")
        return math.ceil(product)
    demand(codec.kind in (INTEGER, COUNT), "bad_parameters", "kind of codec")
    demand(codec.clip == 0 and codec.scale == 0 and codec.weight_bound == 0, "bad_parameters",
           "fields of a fixed_point")
    demand(1 <= codec.bound < 1 << 62, "bad_parameters", "bound")
    return codec.bound


def check_shape(given, tensors):
    """wrong_shape unless the input has these tensors, in this order [CODEC-5]."""
    demand(len(given.tensors) == len(tensors), "wrong_shape")
    for (shape, values), tensor in zip(given.tensors, tensors):
        demand(list(shape) == list(tensor.shape) and len(values) == elements_of(tensor),
               "wrong_shape", tensor.name)


def scaled(codec, value, weight):
    """z of CODEC-3."""
    demand(math.isfinite(value), "not_finite")
    return max(-codec.clip, min(codec.clip, value)) * codec.scale * float(weight)


def rounded(z, bits):
    """q of CODEC-3; `bits` is an integer of 53."""
    floor = math.floor(z)
    return floor + (1 if bits / UNIT < z - floor else 0)


def encode(parameters, given, rng=None, rounding=None):
    """The elements of an input, an array of uint64. `rounding` gives the 53 bits of each element of
    a fixed_point; without it they are drawn."""
    codec, values = parameters.codec, given.values()
    check_shape(given, parameters.tensors)
    if codec.kind == FIXED_POINT:
        demand(1 <= given.weight <= codec.weight_bound, "weight_out_of_range")
        products = [scaled(codec, value, given.weight) for value in values]
        bits = rounding or [below(rng, UNIT) for _ in products]
        numbers = [rounded(z, u) for z, u in zip(products, bits)] + [given.weight]
    else:
        least = 0 if codec.kind == COUNT else -codec.bound
        for value in values:
            demand(least <= value <= codec.bound, "value_out_of_range")
        numbers = values
    return packing.to_ring(numbers, parameters.ring_bits)


def decode(parameters, elements, members=None):
    """(the mean, or the sum, of each value; the sum of the weights, 0 without) of a sum's elements.

    With the number of members of U3, a sum that honest vectors cannot reach is bad_sum, too.
    """
    codec, numbers = parameters.codec, packing.signed(elements, parameters.ring_bits)
    if codec.kind != FIXED_POINT:
        return numbers, 0
    *numbers, weight = numbers
    demand(weight >= 1, "bad_sum", "no weight")
    if members is not None:
        demand(weight <= members * codec.weight_bound, "bad_sum", "weight")
        demand(all(abs(q) <= members * bound(codec) for q in numbers), "bad_sum", "value")
    return [float(q) / (codec.scale * float(weight)) for q in numbers], weight


def input_id(parameters, given):
    """The 32 bytes under which an input is spent [INPUT-2]."""
    if given.name is not None:
        return given.name
    kind = "d" if parameters.codec.kind == FIXED_POINT else "q"
    values = given.values()
    weight = given.weight if parameters.codec.kind == FIXED_POINT else 0
    return sha256(struct.pack(f"<{len(values)}{kind}", *values) + u64(weight))
