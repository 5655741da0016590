"""Attacks as a table that is read in a minute: what was tried, what the victim said, what leaked.

Not checks: each attack is one of those that the checks have in more detail, told as a story, with
the bytes that the victim gave after it counted on the wire.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Told:
    """How one attack went."""
    side: str     # participant, or aggregator: the victim
    attack: str
    said: str     # the victim's words
    leaked: str   # nothing, or what it gave
    held: bool    # it did what SPEC.md says
