"""Bytes of round parameters, read and checked [PARAM-1 to PARAM-9, CODEC-1, LIMIT-1]."""

import struct
from dataclasses import replace

from ..reference import parameters
from ..reference.protobuf import BYTES, VARINT, encode_message, put_field, put_varint
from ..reference.schema import MESSAGES
from . import frames, samples
from .case import Bad, Good, refused
from .samples import Codec, Tensor, TimeLimits

NAME = "parameters"
_, _ROSTER = samples.roster_of(8)


def shape_of(kind):
    """The shape of a message's fields as JSON."""
    scalars = {"uint32": "u32", "uint64": "digits", "double": "hex8", "string": "text",
               "bytes": "hex", "bool": "bool"}

    def one(field):
        shape = shape_of(field.kind) if isinstance(field.kind, type) else scalars[field.kind]
        return [shape] if field.repeated else shape
    return {field.name: one(field) for field in kind.FIELDS}


def json_message(message):
    """The fields of a message as JSON."""
    def one(field, value):
        if isinstance(field.kind, type):
            return json_message(value)
        if field.kind == "double":
            return struct.pack("<d", value).hex()
        return frames.json_of(field.kind, value)

    def all_of(field, value):
        return [one(field, v) for v in value] if field.repeated else one(field, value)
    return {f.name: all_of(f, getattr(message, f.name)) for f in message.FIELDS}


SHAPES = {
    "read": ({"parameters": "hex"}, shape_of(MESSAGES["RoundParameters"])),
    "bounds": ({"parameters": "hex", "n": "u32"}, {"c": "u32", "d": "u32"}),
}


def read(data):
    p = parameters.decode(data)
    parameters.check(p)
    return p


def _good(name, **changes):
    p = samples.round_parameters(_ROSTER, **changes)
    data = parameters.encode(p)
    return Good(f"read-{name}", ["PARAM-1", "PARAM-4", "PARAM-8", "PARAM-9"], "read",
                {"parameters": data.hex()}, json_message(read(data)))


def _bounds(name, n, **changes):
    data = parameters.encode(samples.round_parameters(_ROSTER, ring_bits=40, **changes))
    p = read(data)
    return Good(f"bounds-{name}", ["PARAM-5", "PARAM-6"], "bounds",
                {"parameters": data.hex(), "n": n},
                {"c": parameters.corrupt_bound(p, n), "d": parameters.dropped_bound(p, n)})


def _bad(name, fault, rules, data, reason="bad_parameters"):
    refused(reason, read, data)
    return Bad(name, rules, fault, "parameters", reason, "read", {"parameters": data.hex()})


def _changed(name, fault, rule, reason="bad_parameters", **changes):
    p = samples.round_parameters(_ROSTER, **changes)
    return _bad(name, fault, [rule], encode_message(p), reason)


def _good_cases():
    three = Codec(kind=3, bound=1)
    wide = Tensor(name="x" * 64, shape=[1] * 8)
    return [
        _good("plain"),
        _good("integer", codec=Codec(kind=2, bound=1000), vector_length=7),
        _good("least", n_min=3, n_max=3, max_corrupt=0, delta_ppm=0, sigma=1, eta=1, round=1,
              task="a", codec=three, ring_bits=3, tensors=[Tensor(name="c", shape=[1])],
              vector_length=1, time_limits=TimeLimits(1, 1, 1, 1, 1)),
        _good("greatest", n_min=4096, n_max=4096, gamma_ppm=999_999, max_corrupt=0,
              delta_ppm=999_999, min_survivors=4096, sigma=128, eta=64, round=2**64 - 1,
              task="a" * 64, ring_bits=64, tensors=[Tensor(name="x", shape=[2**15, 2**15 - 1]),
                                                    Tensor(name="y", shape=[2**15 - 1])],
              vector_length=2**30, time_limits=TimeLimits(*[86_400_000] * 5),
              payload_size=2**33),
        _good("rank-8", tensors=[wide], vector_length=2),
        _good("scalars", tensors=[Tensor(name=f"t{i}", shape=[]) for i in range(256)],
              vector_length=257),
        _bounds("absolute", 8, max_corrupt=3, delta_ppm=1),
        _bounds("gamma-exact", 100, n_max=100, max_corrupt=0, gamma_ppm=70_000, delta_ppm=70_000),
        _bounds("gamma-up", 101, n_max=101, max_corrupt=0, gamma_ppm=70_000, delta_ppm=10_000),
        _bounds("gamma-least", 4, max_corrupt=0, gamma_ppm=1, delta_ppm=0),
        _bounds("gamma-greatest", 4096, n_max=4096, max_corrupt=0, gamma_ppm=999_999,
                delta_ppm=999_999),
    ]


def _bad_ranges():
    def out(name, fault, **changes):
        return _changed(name, fault, "PARAM-4", **changes)
    return [
        out("n-min-2", "n_min 2", n_min=2),
        out("n-max-below-n-min", "n_max below n_min", n_min=5, n_max=4),
        out("n-max-4097", "n_max 4097", n_max=4097, ring_bits=40),
        out("sigma-0", "sigma 0", sigma=0),
        out("sigma-129", "sigma 129", sigma=129),
        out("eta-0", "eta 0", eta=0),
        out("eta-65", "eta 65", eta=65),
        out("gamma-million", "gamma_ppm 1,000,000", gamma_ppm=1_000_000, max_corrupt=0),
        out("delta-million", "delta_ppm 1,000,000", delta_ppm=1_000_000),
        out("min-survivors-9", "min_survivors above n_max", min_survivors=9),
        out("payload-size", "payload_size above 2^33", payload_size=2**33 + 1),
        out("vector-empty", "m 0", vector_length=0),
        out("vector-long", "m above 2^30", vector_length=2**30 + 1,
            tensors=[Tensor(name="x", shape=[2**30])]),
        out("ring-bits-1", "b 1", ring_bits=1),
        out("ring-bits-0", "b 0", ring_bits=0),
        out("ring-bits-65", "b 65", ring_bits=65),
        out("round-0", "round 0", round=0),
        out("task-empty", "no task", task=""),
        out("task-65", "a task of 65 letters", task="a" * 65),
        out("task-space", "a space in the task", task="spam filter"),
        out("task-slash", "a slash in the task", task="spam/filter"),
        out("task-umlaut", "a letter outside of ASCII in the task", task="späm"),
        out("advertise-0", "a time limit of 0", time_limits=TimeLimits(0, 1, 1, 1, 1)),
        out("unmask-day-and-1", "a time limit above a day",
            time_limits=TimeLimits(1, 1, 1, 1, 86_400_001)),
        out("session-id-31", "a session id of 31 bytes", session_id=bytes(31)),
        out("session-id-absent", "no session id", session_id=b""),
        out("roster-hash-33", "a roster hash of 33 bytes", roster_hash=bytes(33)),
        out("payload-hash-absent", "no payload hash", payload_hash=b""),
        out("previous-record-absent", "no hash of the previous record", previous_record_hash=b""),
        out("aggregator-key-31", "a key of 31 bytes", aggregator_key=bytes(31)),
    ]


def _bad_terms():
    fixed = samples.round_parameters(_ROSTER).codec
    return [
        _changed("version-0", "no protocol version", "PARAM-2", "unsupported_version",
                 protocol_version=0),
        _changed("version-2", "version 2", "PARAM-2", "unsupported_version", protocol_version=2),
        _changed("suite-0", "no suite", "PARAM-2", "unsupported_suite", suite=0),
        _changed("suite-2", "suite 2", "PARAM-2", "unsupported_suite", suite=2),
        _changed("gamma-and-c", "gamma_ppm and max_corrupt", "PARAM-6", gamma_ppm=100_000),
        _changed("kind-0", "no kind of codec", "CODEC-1", codec=replace(fixed, kind=0)),
        _changed("kind-4", "a fourth kind of codec", "CODEC-1", codec=replace(fixed, kind=4)),
        _changed("rotation", "rotation, which is reserved", "CODEC-1",
                 codec=replace(fixed, rotation=1)),
        _changed("noise", "noise, which is reserved", "CODEC-1", codec=replace(fixed, noise=1)),
        _changed("clip-nan", "clip NaN", "CODEC-2", codec=replace(fixed, clip=float("nan"))),
        _changed("clip-negative", "clip below 0", "CODEC-2", codec=replace(fixed, clip=-1.0)),
        _changed("bound-in-fixed-point", "a field of another kind", "CODEC-1",
                 codec=replace(fixed, bound=1)),
        _changed("ring-narrow", "8 times 10000 does not fit 17 bits", "PARAM-8",
                 "ring_too_narrow", ring_bits=17),
        _changed("ring-narrow-by-weight", "8 weights of 2^17 do not fit 20 bits", "PARAM-8",
                 "ring_too_narrow", codec=Codec(kind=1, clip=1e-9, scale=1.0, weight_bound=2**17)),
        _changed("m-without-weight", "m does not count the weight", "PARAM-9", "wrong_shape",
                 vector_length=7),
        _changed("m-one-too-many", "m is above the elements and the weight", "PARAM-9",
                 "wrong_shape", vector_length=9),
        _changed("m-of-integer-with-weight", "m counts a weight, and there is none", "PARAM-9",
                 "wrong_shape", codec=Codec(kind=2, bound=1), vector_length=8),
        _changed("product-overflows", "dimensions whose product is 7 modulo 2^64", "PARAM-9",
                 "wrong_shape", vector_length=8,
                 tensors=[Tensor(name="x", shape=[2**63 + 1, 2, 2**63]),
                          Tensor(name="y", shape=[7])]),
        _changed("no-tensors", "no tensors", "LIMIT-1", tensors=[], vector_length=1),
        _changed("tensors-257", "257 tensors", "LIMIT-1", vector_length=258,
                 tensors=[Tensor(name=f"t{i}", shape=[]) for i in range(257)]),
        _changed("rank-9", "a tensor of rank 9", "LIMIT-1", vector_length=2,
                 tensors=[Tensor(name="x", shape=[1] * 9)]),
        _changed("dimension-0", "a dimension of 0", "LIMIT-1", vector_length=1,
                 tensors=[Tensor(name="x", shape=[3, 0])]),
        _changed("tensor-name-empty", "a tensor without a name", "LIMIT-1", vector_length=2,
                 tensors=[Tensor(name="", shape=[])]),
        _changed("tensor-name-65", "a tensor's name of 65 bytes", "LIMIT-1", vector_length=2,
                 tensors=[Tensor(name="x" * 65, shape=[])]),
    ]


def _bad_bytes():
    good = parameters.encode(samples.round_parameters(_ROSTER))
    def of(name, fault, data):
        return _bad(name, fault, ["PARAM-1"], data)
    sigma_again = put_field(14, VARINT, put_varint(64))
    codec = encode_message(samples.round_parameters(_ROSTER).codec)
    more_codec = put_field(18, BYTES, codec + put_field(8, VARINT, b"\x01"))
    return [
        of("bytes-no-message", "a byte that begins nothing", b"\xff"),
        of("bytes-unknown-field", "a field that is none", good + put_field(26, VARINT, b"\x01")),
        of("bytes-unknown-in-codec", "an unknown field in the codec",
           good.replace(put_field(18, BYTES, codec), more_codec, 1)),
        of("bytes-sigma-twice", "sigma twice", good + sigma_again),
        of("bytes-cut-off", "the last byte is missing", good[:-1]),
        of("bytes-trailing", "a byte behind the last field", good + b"\0"),
        of("bytes-wide-n-max", "n_max of 2^32 + 8",
           good.replace(put_field(9, VARINT, b"\x08"),
                        put_field(9, VARINT, put_varint(2**32 + 8)), 1)),
        of("bytes-bool-2", "publish_sum 2", good.replace(put_field(24, VARINT, b"\x01"),
                                                         put_field(24, VARINT, b"\x02"), 1)),
        of("bytes-name-control", "a line feed in a tensor's name", parameters.encode(
            samples.round_parameters(_ROSTER, vector_length=2,
                                     tensors=[Tensor(name="a\nb", shape=[])]))),
    ]


def cases():
    return _good_cases() + _bad_ranges() + _bad_terms() + _bad_bytes()
