"""Attacks as a table: what was tried, what the victim said, what came of it.

Not checks: each is one of those that the checks have in more detail, told as a story. What a
participant gives after an attack is counted on the wire; what a lying participant does to a round
is seen in its sum and its record.
"""
import dataclasses

PARTICIPANT, AGGREGATOR = "participant", "aggregator"


@dataclasses.dataclass(frozen=True)
class Told:
    """How one attack went."""
    victim: str
    attack: str
    said: str      # the victim's words
    came_of_it: str
    leaked: int    # bytes that the victim gave after the attack began; its refusals do not count
    held: bool     # it did what SPEC.md says


class Named:
    """What a bench asks of a check."""

    def __init__(self, name):
        self.name = name
