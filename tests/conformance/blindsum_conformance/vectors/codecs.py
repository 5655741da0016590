"""Private values to ring elements, a sum back to values, names of inputs
[CODEC-1 to CODEC-6, PARAM-8, INPUT-2].

Doubles are their 8 bytes, little-endian, one after another, as they are hashed. The rounding bits U
of element j are given as "u", an integer of 53 bits; they are the upper 53 bits of the 64-bit word
j of the stream that "rounding_key" gives [STREAM-1], for who draws them so.
"""

import struct
from types import SimpleNamespace

from ..reference import codec, masks, packing
from ..reference.entropy import Seeded
from ..reference.errors import demand
from ..reference.schema import MESSAGES
from .case import Bad, Good, digits, refused

NAME = "codec"
CODEC_SHAPE = {"kind": "u32", "clip": "hex8", "scale": "hex8", "weight_bound": "digits",
               "bound": "digits"}
_SHARED = {"codec": CODEC_SHAPE, "b": "u32", "shape": ["u32"]}
SHAPES = {
    "bound": ({"codec": CODEC_SHAPE}, {"bound": "digits"}),
    "ring": ({"codec": CODEC_SHAPE, "n_max": "u32", "b": "u32"}, {}),
    "encode_real": (_SHARED | {"values": "hex", "weight": "digits", "rounding_key": "hex32",
                               "u": ["digits"]}, {"elements": ["digits"]}),
    "encode_whole": (_SHARED | {"values": ["digits"]}, {"elements": ["digits"]}),
    "decode_real": (_SHARED | {"members": "u32", "elements": ["digits"]},
                    {"values": "hex", "total_weight": "digits"}),
    "decode_whole": (_SHARED | {"members": "u32", "elements": ["digits"]},
                     {"values": ["digits"]}),
    "input_id_real": ({"values": "hex", "weight": "digits"}, {"id": "hex32"}),
    "input_id_whole": ({"values": ["digits"]}, {"id": "hex32"}),
}
_KEY = Seeded("vectors/codec").bytes(32)
Codec, Tensor = MESSAGES["Codec"], MESSAGES["Tensor"]


def doubles(values):
    return struct.pack(f"<{len(values)}d", *values)


def real(clip=1.0, scale=1000.0, weight_bound=1, bound=0):
    return Codec(kind=1, clip=clip, scale=scale, weight_bound=weight_bound, bound=bound)


def whole(kind=2, bound=100, clip=0.0, scale=0.0, weight_bound=0):
    return Codec(kind=kind, clip=clip, scale=scale, weight_bound=weight_bound, bound=bound)


def rounding_bits(key, count):
    """U of each element."""
    return [int(word) >> 11 for word in masks.words(key, count, 64)]


def json_codec(given):
    return {"kind": given.kind, "clip": doubles([given.clip]).hex(),
            "scale": doubles([given.scale]).hex(), "weight_bound": digits(given.weight_bound),
            "bound": digits(given.bound)}


def _parameters(given, b, size):
    return SimpleNamespace(codec=given, ring_bits=b, tensors=[Tensor(name="w", shape=[size])])


def _encode_real(given, b, values, weight, size):
    bits = rounding_bits(_KEY, len(values))
    return codec.encode(_parameters(given, b, size),
                        codec.Input([((size,), values)], weight=weight), rounding=bits)


def _real_input(given, b, values, weight, size):
    return {"codec": json_codec(given), "b": b, "shape": [size],
            "values": doubles(values).hex(), "weight": digits(weight), "rounding_key": _KEY.hex(),
            "u": [digits(u) for u in rounding_bits(_KEY, len(values))]}


def _encoded(name, given, b, values, weight=1):
    elements = _encode_real(given, b, values, weight, len(values))
    return Good(f"encode-{name}", ["CODEC-3", "CODEC-5"], "encode_real",
                _real_input(given, b, values, weight, len(values)),
                {"elements": [digits(e) for e in elements]})


def _bad_real(name, fault, values, reason, weight=1, size=None, rule="CODEC-3"):
    given, size = real(weight_bound=10), len(values) if size is None else size
    refused(reason, _encode_real, given, 20, values, weight, size)
    return Bad(f"encode-{name}", [rule], fault, "vector", reason, "encode_real",
               _real_input(given, 20, values, weight, size))


def _encode_whole(given, b, values, size):
    return codec.encode(_parameters(given, b, size), codec.Input([((size,), values)]))


def _whole_input(given, b, values, size):
    return {"codec": json_codec(given), "b": b, "shape": [size],
            "values": [digits(v) for v in values]}


def _encoded_whole(name, given, b, values):
    return Good(f"encode-{name}", ["CODEC-4", "CODEC-5", "RING-1"], "encode_whole",
                _whole_input(given, b, values, len(values)), {
                    "elements": [digits(e) for e in _encode_whole(given, b, values, len(values))]})


def _bad_whole(name, fault, given, values, reason="value_out_of_range", size=None):
    size = len(values) if size is None else size
    refused(reason, _encode_whole, given, 20, values, size)
    return Bad(f"encode-{name}", ["CODEC-4"], fault, "vector", reason, "encode_whole",
               _whole_input(given, 20, values, size))


def _decode_input(given, b, members, numbers):
    ring = packing.to_ring(numbers, b)
    size = len(numbers) - (given.kind == codec.FIXED_POINT)
    return _parameters(given, b, size), ring, {
        "codec": json_codec(given), "b": b, "shape": [size], "members": members,
        "elements": [digits(e) for e in ring]}


def _decoded(name, given, b, members, numbers):
    parameters, ring, shown = _decode_input(given, b, members, numbers)
    values, weight = codec.decode(parameters, ring, members)
    if given.kind == codec.FIXED_POINT:
        return Good(f"decode-{name}", ["CODEC-6"], "decode_real", shown,
                    {"values": doubles(values).hex(), "total_weight": digits(weight)})
    return Good(f"decode-{name}", ["CODEC-6"], "decode_whole", shown,
                {"values": [digits(v) for v in values]})


def _bad_sum(name, fault, numbers):
    parameters, ring, shown = _decode_input(real(weight_bound=10), 24, 3, numbers)
    refused("bad_sum", codec.decode, parameters, ring)
    return Bad(f"decode-{name}", ["CODEC-6"], fault, "vector", "bad_sum", "decode_real", shown)


def _bound(name, given):
    return Good(f"bound-{name}", ["CODEC-2"], "bound", {"codec": json_codec(given)},
                {"bound": digits(codec.bound(given))})


def _bad_bound(name, fault, given, rules=("CODEC-2",)):
    refused("bad_parameters", codec.bound, given)
    return Bad(f"bound-{name}", list(rules), fault, "parameters", "bad_parameters", "bound",
               {"codec": json_codec(given)})


def check_ring(given, n_max, b):
    """[PARAM-8]"""
    wide = n_max * max(codec.bound(given), given.weight_bound) < 1 << b - 1
    demand(wide, "ring_too_narrow")


def _ring(name, given, n_max, b):
    check_ring(given, n_max, b)
    return Good(f"ring-{name}", ["PARAM-8"], "ring",
                {"codec": json_codec(given), "n_max": n_max, "b": b}, {})


def _bad_ring(name, fault, given, n_max, b):
    refused("ring_too_narrow", check_ring, given, n_max, b)
    return Bad(f"ring-{name}", ["PARAM-8"], fault, "parameters", "ring_too_narrow", "ring",
               {"codec": json_codec(given), "n_max": n_max, "b": b})


def _id_real(name, values, weight):
    parameters = _parameters(real(), 20, len(values))
    made = codec.input_id(parameters, codec.Input([((len(values),), values)], weight=weight))
    return Good(f"input-id-{name}", ["INPUT-2"], "input_id_real",
                {"values": doubles(values).hex(), "weight": digits(weight)}, {"id": made.hex()})


def _id_whole(name, values):
    made = codec.input_id(_parameters(whole(), 20, len(values)),
                          codec.Input([((len(values),), values)]))
    return Good(f"input-id-{name}", ["INPUT-2"], "input_id_whole",
                {"values": [digits(v) for v in values]}, {"id": made.hex()})


def _good():
    unit = [u / 2**53 for u in rounding_bits(_KEY, 8)]
    above = [value + 2**-53 for value in unit]  # exact: below 1, in steps of 2^-53
    plain = [0.0, -0.0, 0.12345, -0.12345, 1.0, -1.0, 1e-300, 5e-324]
    return [
        _encoded("plain", real(), 20, plain),
        _encoded("appendix", real(weight_bound=3), 20, [0.12345], 3),
        _encoded("clipped", real(clip=0.5), 20, [0.5, -0.5, 0.75, -1e308, 1e308, 0.1]),
        _encoded("weighted", real(weight_bound=1000), 32, [0.1, -0.3, 0.7, -0.9], 999),
        _encoded("u-equals-fraction", real(clip=2.0, scale=1.0), 8, unit),
        _encoded("u-just-below-fraction", real(clip=2.0, scale=1.0), 8, above),
        _encoded("negative-fractions", real(clip=2.0, scale=1.0), 8, [-value for value in unit]),
        _encoded("wide", real(scale=2.0**52), 60, [0.3, -0.3, 1 / 3, -1.0]),
        _encoded("order-of-operations", real(clip=10.0, scale=0.1, weight_bound=2**32), 48,
                 [0.3, 0.7, 1.1, -9.9], 3_000_000_007),
        _encoded_whole("integers", whole(2, 1000), 20, [0, 1, -1, 1000, -1000, 77]),
        _encoded_whole("integers-wide", whole(2, 2**62 - 1), 64, [2**62 - 1, -2**62 + 1, 0]),
        _encoded_whole("counts", whole(3, 1000), 20, [0, 1, 1000, 512]),
        _decoded("mean", real(weight_bound=10), 24, 3, [1234, -1234, 0, 30_000, -30_000, 17]),
        _decoded("mean-one-weight", real(), 20, 1, [1000, -1000, 1, 1]),
        _decoded("mean-inexact", real(scale=3.0), 24, 7, [1, 2, -1, 7]),
        _decoded("integers", whole(2, 1000), 20, 5, [5000, -5000, 0, -1]),
        _decoded("counts", whole(3, 1000), 20, 5, [0, 5000, 77]),
        _decoded("integers-wide", whole(2, 2**61), 64, 2, [2**62, -2**62, -1]),
        _id_real("appendix", [1.5, -2.0], 3), _id_real("empty-sum", [0.0, -0.0], 1),
        _id_whole("integers", [0, -1, 2**62 - 1]),
    ]


def _good_bounds():
    return [
        _bound("plain", real()), _bound("inexact", real(clip=0.1, scale=3.0, weight_bound=7)),
        _bound("rounds-up", real(clip=0.3, scale=1.1)),
        _bound("greatest", real(clip=2.0, scale=2.0**52)),
        _bound("tiny", real(clip=5e-324, scale=1e-200)),
        _bound("integer", whole(2, 2**62 - 1)), _bound("count", whole(3, 1)),
        _ring("just-wide", whole(2, 4), 127, 10), _ring("weight-decides",
                                                        real(0.001, 1.0, 2**20), 4095, 33),
        _ring("widest", whole(2, 2**50), 4096, 64), _ring("narrowest", whole(3, 1), 3, 3),
    ]


def _bad():
    nan, infinite = float("nan"), float("inf")
    return [
        _bad_real("nan", "a NaN", [0.5, nan], "not_finite"),
        _bad_real("infinite", "an infinity, which clipping does not mend", [infinite],
                  "not_finite"),
        _bad_real("minus-infinite", "minus infinity", [-infinite, 0.0], "not_finite"),
        _bad_real("weight-0", "a weight of 0", [0.5], "weight_out_of_range", 0),
        _bad_real("weight-above", "a weight above the bound", [0.5], "weight_out_of_range", 11),
        _bad_real("too-few-values", "fewer values than the tensors have", [0.5], "wrong_shape",
                  size=2, rule="CODEC-5"),
        _bad_real("too-many-values", "more values than the tensors have", [0.5] * 3,
                  "wrong_shape", size=2, rule="CODEC-5"),
        _bad_whole("integer-above", "above the bound", whole(2, 100), [5, 101]),
        _bad_whole("integer-below", "below minus the bound", whole(2, 100), [-101]),
        _bad_whole("integer-least", "the least of 64 bits", whole(2, 100), [-2**63]),
        _bad_whole("count-negative", "a negative count", whole(3, 100), [1, -1]),
        _bad_whole("count-above", "a count above the bound", whole(3, 100), [101]),
        _bad_whole("integers-too-few", "fewer values than the tensors have", whole(2, 100), [1],
                   "wrong_shape", size=2),
        _bad_sum("weight-0", "weights sum to 0", [5, 5, 0]),
        _bad_sum("weight-negative", "weights sum to -1", [5, 5, -1]),
        _bad_sum("weight-least", "weights sum to the least of the ring", [5, -2**23]),
    ]


def _bad_bounds():
    nan, infinite = float("nan"), float("inf")
    return [
        _bad_bound("clip-0", "clip 0", real(clip=0.0)),
        _bad_bound("clip-negative", "a negative clip", real(clip=-1.0)),
        _bad_bound("clip-nan", "clip NaN", real(clip=nan)),
        _bad_bound("clip-infinite", "clip infinite", real(clip=infinite)),
        _bad_bound("scale-0", "scale 0", real(scale=0.0)),
        _bad_bound("scale-negative", "a negative scale", real(scale=-1.0)),
        _bad_bound("scale-nan", "scale NaN", real(scale=nan)),
        _bad_bound("scale-overflows", "scale times 2^63 is infinite", real(1e-300, 1e300)),
        _bad_bound("product-above", "B above 2^53", real(2.0, 2.0**52, 2)),
        _bad_bound("weight-bound-0", "weight_bound 0", real(weight_bound=0)),
        _bad_bound("weight-bound-above", "weight_bound above 2^32",
                   real(1.0, 1.0, 2**32 + 1)),
        _bad_bound("fixed-point-bound", "fixed_point with a bound", real(bound=1), ("CODEC-1",)),
        _bad_bound("integer-0", "integer with bound 0", whole(2, 0)),
        _bad_bound("integer-above", "integer with bound 2^62", whole(2, 2**62)),
        _bad_bound("count-0", "count with bound 0", whole(3, 0)),
        _bad_bound("integer-clip", "integer with a clip", whole(clip=1.0), ("CODEC-1",)),
        _bad_bound("integer-scale", "integer with a scale", whole(scale=1.0), ("CODEC-1",)),
        _bad_bound("integer-weight", "integer with a weight bound", whole(weight_bound=1),
                   ("CODEC-1",)),
        _bad_bound("count-weight", "count with a weight bound", whole(3, weight_bound=1),
                   ("CODEC-1",)),
        _bad_ring("just-narrow", "n_max times B is 2^(b-1)", whole(2, 4), 128, 10),
        _bad_ring("weight-wraps", "the sum of weights may wrap", real(0.001, 1.0, 2**20), 4096,
                  33),
        _bad_ring("above-64-bits", "n_max times B is above 64 bits", whole(2, 2**61), 4096, 64),
        _bad_ring("no-room-for-sign", "three ones in three bits and no sign", whole(3, 1), 4, 3),
    ]


def cases():
    return _good() + _good_bounds() + _bad() + _bad_bounds()
