"""Records with their proofs, of rounds that completed and that did not, and those that nobody may
take for true [RECORD-1, RECORD-3, RECORD-4, RECORD-6, RECORD-7, RECORD-8, PARAM-11].

`sum` and `previous` (the record bytes of the round before) are empty where the reader has none.
"""

from ..reference import bitmap, transcript
from . import record_faults, record_rounds
from .case import Good, digits

NAME = "records"
SHAPES = {
    "verify": ({"file": "hex", "roster": "hex", "authority_key": "hex32",
                "aggregator_key": "hex32", "sum": "hex", "previous": "hex"},
               {"outcome": "u32", "reason": "text", "detail": "text", "round": "digits",
                "record_hash": "hex32", "members": ["u32"], "u2": ["u32"], "u3": ["u32"],
                "certified": "bool",
                "blames": [{"kind": "u32", "accused": "u32", "witness": "u32",
                            "evidence": "hex"}]}),
}


def _good(name, shown):
    checked = record_faults.verify(shown)
    made = checked.record
    n = len(checked.adverts)
    return Good(name, ["RECORD-1", "RECORD-3", "RECORD-6", "RECORD-7", "RECORD-8"], "verify",
                record_faults.input_of(shown), {
                    "outcome": made.outcome, "reason": made.reason, "detail": made.detail,
                    "round": digits(made.round),
                    "record_hash": transcript.record_hash(shown.record).hex(),
                    "members": [advert.index for advert in checked.adverts],
                    "u2": bitmap.parse(n, made.u2) if made.u2 else [],
                    "u3": bitmap.parse(n, made.u3) if made.u3 else [],
                    "certified": made.certified,
                    "blames": [{"kind": one.kind, "accused": one.accused, "witness": one.witness,
                                "evidence": one.evidence.hex()} for one in made.blames]})


def cases():
    good = [_good(name, record_rounds.shown(some))
            for name, some in record_rounds.rounds().items()]
    first, second = record_rounds.chained()
    good.append(_good("chained", record_rounds.shown(second, previous=first.record)))
    return good + record_faults.cases()
