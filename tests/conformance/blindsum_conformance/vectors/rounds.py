"""Whole rounds: every secret that is drawn, and every message that follows from them; and messages
that an honest receiver refuses in their place [chapters 9 to 15 and 18 of SPEC.md].

In a bad one, `member` is played in the good round `round` up to where it is sent (or would send)
the message that `replaces` names, and `frame` comes instead.
"""

from dataclasses import asdict

from ..reference import codec, finder
from ..reference.field import scalar_bytes
from . import played, round_faults_aggregator, round_faults_member, samples
from .case import Good, digits

NAME = "rounds"
_MEMBER = {"roster_index": "u32", "seed": "hex32", "s": "hex32", "c": "hex32", "b": "hex32",
           "picks": ["u32"], "polynomial_s": ["hex32"], "polynomial_b": ["hex32"],
           "elements": ["digits"], "input_id": "hex32"}
_BY_MEMBER = [{"member": "u32", "frame": "hex"}]
_COMMON = ("offer", "cohort", "unmask_request", "result")
_OF_MEMBERS = ("adverts", "shares", "deliveries", "uploads", "receipts", "attest_requests",
               "attestations", "unmasks")
_ORDER = ("offer", "adverts", "cohort", "shares", "deliveries", "uploads", "receipts",
          "attest_requests", "attestations", "unmask_request", "unmasks", "result")
SHAPES = {
    "round": ({"roster": "hex", "authority_key": "hex32", "aggregator_seed": "hex32",
               "parameters": "hex", "least_sigma": "u32", "now": "digits", "members": [_MEMBER],
               "shares_from": ["u32"], "masks_from": ["u32"]},
              {"graph": dict.fromkeys(finder.Found.__dataclass_fields__, "u32"),
               "th0": "hex32", "th1": "hex32", "th2": "hex32", "th3": "hex32",
               "frames": {kind: _BY_MEMBER if kind in _OF_MEMBERS else "hex" for kind in _ORDER},
               "sum": "hex"}),
    "message": ({"round": "text", "to": "text", "member": "u32", "replaces": "text",
                 "frame": "hex"}, {}),
}
_RULES = ["OFFER-1", "ADVERT-3", "SHARE-4", "SHARE-7", "U2-2", "MASK-2", "RECEIPT-1", "ATTEST-1",
          "ATTEST-3", "CERT-2", "UNMASK-2", "UNMASK-3", "REBUILD-4", "RECORD-1", "RECORD-8"]


def _member(some, member):
    # Who was not asked for an input drew none: no elements.
    elements = [] if member.x is None else [digits(x) for x in member.x]
    return {
        "roster_index": member.index, "seed": member.identity.seed.hex(), "s": member.s.hex(),
        "c": member.c.hex(), "b": member.b.hex(), "picks": member.picks,
        "polynomial_s": [scalar_bytes(x).hex() for x in member.polynomial_s],
        "polynomial_b": [scalar_bytes(x).hex() for x in member.polynomial_b],
        "elements": elements, "input_id": codec.input_id(some.p, member.input).hex()}


def _frames(some):
    return {kind: some.frames[kind].hex() if kind in _COMMON else
            [{"member": u, "frame": frame.hex()} for u, frame in some.frames[kind].items()]
            for kind in _ORDER}


def _round(some):
    aggregator = some.aggregator
    return Good(some.name, _RULES, "round", {
        "roster": some.file.hex(), "authority_key": samples.AUTHORITY.public.hex(),
        "aggregator_seed": samples.AGGREGATOR.seed.hex(),
        "parameters": aggregator.parameter_bytes.hex(), "least_sigma": played.LEAST_SIGMA,
        "now": digits(samples.NOW), "members": [_member(some, one) for one in some.members],
        "shares_from": list(some.frames["shares"]), "masks_from": list(some.frames["uploads"]),
    }, {
        "graph": asdict(aggregator.found), "th0": aggregator.th0.hex(),
        "th1": aggregator.th1.hex(), "th2": aggregator.th2.hex(), "th3": aggregator.th3.hex(),
        "frames": _frames(some), "sum": aggregator.packed_sum().hex()})


def cases():
    good = [_round(some) for some in (played.everybody_5(), played.dropout_5(),
                                      played.sparse_101())]
    return good + round_faults_member.cases() + round_faults_aggregator.cases()
