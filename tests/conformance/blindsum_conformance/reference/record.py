"""Records of rounds: how they are made, and what an offline reader checks (chapter 18)."""

from dataclasses import dataclass, field

from . import bitmap, blame, certificate, cohort, keys, parameters, policy, transcript
from .enc import sha256
from .errors import Refused, demand
from .protobuf import decode_message, encode_message
from .schema import MESSAGES
from .wire import check_lengths

Record, Proof, File = MESSAGES["Record"], MESSAGES["RecordProof"], MESSAGES["RecordFile"]
COMPLETED, ABORTED = 1, 2
MAX_RECORD = 3 << 20
MAX_BLAMES = 65_536
encode = encode_message


def content(aggregator):
    """The Record of an aggregator's round, as far as it came [RECORD-1, RECORD-6]."""
    some, completed = aggregator, aggregator.sum is not None
    return fit(Record(
        protocol_version=1, session_id=some.session_id, task=some.p.task, round=some.p.round,
        parameters=some.parameter_bytes, offer_signature=some.offer_signature, th0=some.th0,
        th1=some.th1 or b"", th2=some.th2 or b"", th3=some.th3 or b"",
        u2=bitmap.pack(some.n, some.u2) if some.th2 else b"",
        u3=bitmap.pack(some.n, some.u3) if some.th3 else b"",
        certified=some.chosen is not None, outcome=COMPLETED if completed else ABORTED,
        reason="" if completed else some.reason, blames=list(some.blames),
        sum_hash=sha256(some.packed_sum()) if completed else b"",
        previous_record_hash=some.p.previous_record_hash))


def fit(record):
    """The record with as much evidence as fits [Appendix C]."""
    del record.blames[MAX_BLAMES:]
    place = len(record.blames)
    while len(encode(record)) > MAX_RECORD and place:
        place -= 1
        record.blames[place].evidence = b""
    while len(encode(record)) > MAX_RECORD and record.blames:
        record.blames.pop()
    return record


def proof(aggregator):
    """[RECORD-8]"""
    made = Proof()
    if aggregator.th1:
        made.adverts = b"".join(advert.encode() for advert in aggregator.adverts)
    if aggregator.chosen is not None:
        made.signers, made.signatures = aggregator.chosen.signers, aggregator.chosen.signatures
    return made


def parse(kind, data):
    """A document of this kind; record_mismatch if it is none, wrong_length of a field."""
    try:
        message = decode_message(kind, data)
    except Refused as refused:
        raise Refused("record_mismatch", refused.detail) from None
    check_lengths(message)
    return message


@dataclass
class Checked:
    """What a record that verified says."""

    record: object
    parameters: object
    adverts: list = field(default_factory=list)
    found: object = None
    u2: list = field(default_factory=list)
    u3: list = field(default_factory=list)


def verify(data, signature, proof_data, roster, aggregator_key, packed_sum=None, previous=None):
    """Checked, of record bytes, signature and proof [RECORD-3]; raises what is wrong.

    `packed_sum` and `previous` (the record bytes of the round before) where one has them.
    """
    keys.verify(aggregator_key, transcript.record_statement(data), signature)
    demand(len(data) <= MAX_RECORD, "record_mismatch", "above 3 MiB")
    record = parse(Record, data)
    evidence = parse(Proof, proof_data)
    checked = Checked(record, _check_offer(record, roster, aggregator_key))
    _check_extent(record)
    _check_proof_extent(record, evidence)
    if record.th1:
        _check_cohort(checked, evidence, roster)
        _check_sets(checked, evidence, roster)
    _check_blames(record, len(checked.adverts))
    if record.outcome == COMPLETED and packed_sum is not None:
        demand(sha256(packed_sum) == record.sum_hash, "record_mismatch", "digest")  # [RECORD-4]
    if previous is not None:
        expected = transcript.record_hash(previous)
        demand(record.previous_record_hash == expected, "wrong_previous_record")
    return checked


def verify_file(data, roster, aggregator_key, packed_sum=None, previous=None):
    """The same of a RecordFile [RECORD-7]."""
    file = parse(File, data)
    return verify(file.record, file.signature, file.proof, roster, aggregator_key, packed_sum,
                  previous)


def _check_offer(record, roster, aggregator_key):
    """The parameters, which are the aggregator's offer under this roster, and agree [RECORD-6]."""
    p = parameters.decode(record.parameters)
    parameters.check(p)
    demand(p.aggregator_key == aggregator_key, "wrong_aggregator")
    keys.verify(aggregator_key, transcript.offer_statement(record.parameters),
                record.offer_signature)
    demand((p.roster_epoch, p.roster_hash) == (roster.epoch, roster.hash), "roster_mismatch")
    for name in ("protocol_version", "session_id", "task", "round", "previous_record_hash"):
        demand(getattr(record, name) == getattr(p, name), "record_mismatch", name)
    demand(record.th0 == transcript.th0(record.parameters), "record_mismatch", "th0")
    return p


def _check_extent(record):
    """Every phase as a whole or not at all, and none without the one before [RECORD-6]."""
    reached = [bool(record.th1), bool(record.th2), bool(record.th3), record.certified]
    demand(reached == sorted(reached, reverse=True), "record_mismatch", "a phase without another")
    demand(bool(record.u2) == bool(record.th2), "record_mismatch", "U2")
    demand(bool(record.u3) == bool(record.th3), "record_mismatch", "U3")
    demand(record.outcome in (COMPLETED, ABORTED), "record_mismatch", "outcome")
    completed = record.outcome == COMPLETED
    demand(record.certified or not completed, "record_mismatch", "not certified")
    demand(bool(record.sum_hash) == completed, "record_mismatch", "sum_hash")
    demand(bool(record.reason) != completed, "record_mismatch", "reason")


def _check_proof_extent(record, evidence):
    """What the record asks for, and no more [RECORD-8]."""
    certified = bool(evidence.signers or evidence.signatures)
    for asked, there in ((record.th1, evidence.adverts), (record.certified, certified)):
        demand(there or not asked, "missing_proof")
        demand(asked or not there, "record_mismatch", "a proof of too much")


def _check_cohort(checked, evidence, roster):
    record, p = checked.record, checked.parameters
    checked.adverts = cohort.parse_cohort(evidence.adverts)
    n = len(checked.adverts)
    demand(n >= p.n_min, "cohort_too_small")
    demand(n <= p.n_max, "cohort_too_large")
    cohort.check_order(checked.adverts, roster)
    for advert in checked.adverts:
        advert.verify(record.th0, roster.keys[advert.index])
    th1 = transcript.th1(record.th0, n, [advert.advert for advert in checked.adverts])
    demand(record.th1 == th1, "record_mismatch", "th1")
    checked.found = policy.graph_of(p, n)


def _check_sets(checked, evidence, roster):
    record, n = checked.record, len(checked.adverts)
    if record.th2:
        checked.u2 = bitmap.parse(n, record.u2)
        demand(len(checked.u2) >= checked.found.survivors, "too_few_survivors", "U2")
        th2 = transcript.th2(record.th1, record.u2)
        demand(record.th2 == th2, "record_mismatch", "th2")
    if record.th3:
        checked.u3 = bitmap.parse(n, record.u3)
        demand(set(checked.u3) <= set(checked.u2), "not_in_u2")
        demand(len(checked.u3) >= checked.found.survivors, "too_few_survivors", "U3")
        th3 = transcript.th3(record.th2, record.u3)
        demand(record.th3 == th3, "record_mismatch", "th3")
    if record.certified:
        some = certificate.Certificate(record.u3, evidence.signers, evidence.signatures)
        public_keys = [roster.keys[advert.index] for advert in checked.adverts]
        certificate.check(some, n, record.th2, checked.found, public_keys, checked.u2)


def _check_blames(record, n):
    demand(len(record.blames) <= MAX_BLAMES, "record_mismatch", "blames")
    names = [(one.kind, one.accused, one.witness) for one in record.blames]
    demand(names == sorted(names), "bad_order", "blames")
    for kind, accused, witness in names:
        demand(1 <= kind <= 5 and accused < n and witness < n, "record_mismatch", "a blame")


def check_blames(checked, roster):
    """That the evidence that is there proves what the record says; raises if not [BLAME-6]."""
    record = checked.record
    public_keys = [roster.keys[advert.index] for advert in checked.adverts]
    setting = blame.Setting(record.th0, record.th1, record.th3,
                            checked.found.k if checked.found else 0,
                            checked.found.t if checked.found else 0, checked.u3, checked.adverts,
                            public_keys, record.th2)
    for one in record.blames:
        if one.evidence:
            blame.check(one, setting)
