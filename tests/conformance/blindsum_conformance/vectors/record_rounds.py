"""Rounds that end in every way a record can say, from the messages of a good round of five."""

from dataclasses import dataclass, replace

from ..reference import record, transcript, wire
from ..reference.aggregator import Aggregator
from ..reference.answer import Answer
from ..reference.enc import sha256
from ..reference.errors import Refused
from ..reference.schema import TO_AGGREGATOR
from . import played, samples


@dataclass
class Shown:
    """A record as it is shown, and what its reader has beside it."""

    record: bytes
    signature: bytes
    proof: bytes
    roster: bytes
    sum: bytes = b""
    previous: bytes = b""
    aggregator_key: bytes = samples.AGGREGATOR.public


def shown(some, previous=b""):
    """Of an Aggregator, or of a Shown."""
    if isinstance(some, Shown):
        return replace(some, previous=previous)
    result = some.record()
    packed = some.packed_sum() if some.sum is not None else b""
    return Shown(result.record, result.signature, result.proof, some.roster.file, packed, previous)


def _messages(some, kind, who=None):
    kept = some.frames[kind]
    return {u: wire.decode(kept[u], TO_AGGREGATOR) for u in (kept if who is None else who)}


def aggregator_at(phase, reason="", shares=None, change=None, p=None):
    """An aggregator that went through the phases up to this one and then gave up by the reason.

    0: only the offer; 1: cohort, 2: U2, 3: U3, 4: certificate, 5: answers. `shares`: who dealt;
    `change`: member -> its Answer changed.
    """
    good = played.everybody_5()
    some = Aggregator(p or good.p, samples.AGGREGATOR, good.roster)
    members = good.members
    if phase >= 1:
        adverts = _messages(good, "adverts")
        some.cohort({members[u].index: advert for u, advert in adverts.items()})
    if phase >= 2:
        some.deliveries(_messages(good, "shares", shares))
    if phase >= 3:
        receipts = _messages(good, "receipts", some.u2)
        some.survivors({u: (members[u].packed, receipts[u]) for u in some.u2})
    if phase >= 4:
        some.certificate(_messages(good, "attestations"))
    if phase >= 5:
        _unmask(some, good, change or {})
    some.reason = reason or some.reason
    return some


def _unmask(some, good, change):
    answers = _messages(good, "unmasks")
    for u, made in change.items():
        body = made(Answer.parse(answers[u].body)).encode()
        statement = transcript.unmask_statement(some.th3, u, body)
        answers[u] = replace(answers[u], body=body, signature=good.members[u].identity.sign(
            statement))
    try:
        some.unmask(answers)
    except Refused:
        pass  # the aggregator has the reason


def _with_share(v, share):
    """The answer with another share of member v."""
    def changed(answer):
        listed = [(one, kind, share if one == v else held) for one, kind, held in answer.entries]
        return Answer(listed, answer.not_held)
    return changed


def _without(v):
    """The answer that says it does not hold v's share."""
    def changed(answer):
        return Answer([entry for entry in answer.entries if entry[0] != v], [v])
    return changed


def rounds():
    """name -> Aggregator"""
    seven = bytes([7]) + bytes(31)
    return {
        "completed": aggregator_at(5),
        "completed-dropout": played.dropout_5().aggregator,
        "completed-bad-share": aggregator_at(5, change={0: _with_share(1, seven)}),
        "completed-not-opened": aggregator_at(5, change={3: _without(2)}),
        "aborted-1": aggregator_at(0, "too_few_members"),
        "aborted-2": aggregator_at(1, "too_few_survivors"),
        "aborted-3": aggregator_at(2, "too_few_survivors"),
        "aborted-4": aggregator_at(3, "certificate_short"),
        "aborted-5": aggregator_at(4, "too_few_shares"),
        "aborted-bad-shares": aggregator_at(5, change={0: _with_share(1, seven),
                                                       2: _with_share(1, seven)}),
        "aborted-not-opened": aggregator_at(5, change={0: _without(2), 1: _without(2)}),
    }


def chained():
    """The records of two rounds, the second of which points to the first."""
    first = shown(aggregator_at(5))
    good = played.everybody_5()
    p = replace(good.p, round=2, session_id=sha256(b"the next"),
                previous_record_hash=transcript.record_hash(first.record))
    return first, shown(aggregator_at(0, "too_few_members", p=p))


def signed(made, evidence, like, key=samples.AGGREGATOR):
    """A Shown of any Record and RecordProof messages, signed by the aggregator."""
    data = made if isinstance(made, bytes) else record.encode(made)
    proof = evidence if isinstance(evidence, bytes) else record.encode(evidence)
    return replace(like, record=data, proof=proof,
                   signature=key.sign(transcript.record_statement(data)))
