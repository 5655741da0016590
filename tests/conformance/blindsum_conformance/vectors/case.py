"""What a vector is: one thing to compute (Good), or one thing to refuse (Bad)."""

from dataclasses import dataclass, field

from ..reference.errors import Refused

LAYERS = {
    "crypto": "a value by itself: scalar, point, signature, key, box, share, path",
    "bitmap": "the bytes of a set of cohort members",
    "frame": "a message as it comes: its type, its Protobuf, its lengths",
    "parameters": "the bytes of round parameters, and what PARAM and CODEC ask of them",
    "finder": "no graph serves",
    "policy": "what a participant's own policy asks",
    "vector": "values, ring elements, packed bytes",
    "roster": "the bytes of a roster, and what ROSTER asks of it",
    "participant": "a participant's check of a message, before it answers",
    "aggregator": "the aggregator's check of a member's message, which then counts as not sent",
    "rebuild": "shares against tags and advertised points, in phase 5",
    "record": "the bytes of a record with its proof, and their offline check",
}


@dataclass(frozen=True)
class Good:
    name: str
    rules: list
    what: str
    input: dict
    output: dict


@dataclass(frozen=True)
class Bad:
    name: str
    rules: list
    fault: str
    layer: str
    reason: str
    what: str
    input: dict = field(default_factory=dict)


def refused(reason, function, *arguments):
    """Shows that the reference refuses, by this very reason; else the vector would be a claim."""
    try:
        result = function(*arguments)
    except Refused as refusal:
        if refusal.reason != reason:
            raise AssertionError(f"refused by {refusal.reason}, not {reason}") from refusal
        return
    raise AssertionError(f"{function.__qualname__} does not refuse, but gives {result!r:.200}")


def digits(value):
    """An integer that may be above 2^53, as JSON takes it without loss: a string of digits."""
    return str(value)
