"""Records in which one thing is wrong, signed by the aggregator all the same."""

from copy import deepcopy
from dataclasses import replace

from ..reference import bitmap, group, parameters, record, roster, transcript
from ..reference.cohort import parse_cohort
from ..reference.protobuf import VARINT, decode_message, encode_message, put_field
from ..reference.schema import MESSAGES
from . import played, record_rounds, samples
from .case import Bad, refused

Blame = MESSAGES["Blame"]


def file_of(shown):
    return encode_message(record.File(shown.record, shown.signature, shown.proof))


def input_of(shown, file=None):
    return {"file": (file_of(shown) if file is None else file).hex(), "roster": shown.roster.hex(),
            "authority_key": samples.AUTHORITY.public.hex(),
            "aggregator_key": shown.aggregator_key.hex(), "sum": shown.sum.hex(),
            "previous": shown.previous.hex()}


def verify(shown, file=None):
    read = roster.read(shown.roster, samples.AUTHORITY.public)
    return record.verify_file(file_of(shown) if file is None else file, read,
                              shown.aggregator_key, shown.sum or None, shown.previous or None)


def _bad(name, fault, rule, reason, shown, file=None):
    refused(reason, verify, shown, file)
    return Bad(name, [rule], fault, "record", reason, "verify", input_of(shown, file))


class Changed:
    """A good record and its proof, to change a field of either and sign anew."""

    def __init__(self, aggregator):
        self.aggregator, self.shown = aggregator, record_rounds.shown(aggregator)
        self.record = decode_message(record.Record, self.shown.record)
        self.proof = decode_message(record.Proof, self.shown.proof)

    def signed(self, proof=None, **changes):
        made = replace(deepcopy(self.record), **changes)
        return record_rounds.signed(made, self.proof if proof is None else proof, self.shown)

    def with_proof(self, **changes):
        return replace(self.shown, proof=record.encode(replace(self.proof, **changes)))


def _signatures(whole):
    """Who signed what, and for whom."""
    shown, good = whole.shown, whole.record
    other = samples.signing_key("another aggregator")
    terms = replace(parameters.decode(good.parameters), aggregator_key=other.public)
    theirs = samples.offer_of(terms, other)
    epoch_8 = samples.roster_of(5, epoch=8)[0]
    return [
        _bad("signature", "a signature of zeros", "RECORD-1", "bad_signature",
             replace(shown, signature=bytes(64))),
        _bad("signed-as-offer", "signed with the label offer", "RECORD-1", "bad_signature",
             replace(shown, signature=samples.AGGREGATOR.sign(
                 transcript.offer_statement(shown.record)))),
        _bad("signed-by-another", "signed by another aggregator", "RECORD-1", "bad_signature",
             record_rounds.signed(good, whole.proof, shown, other)),
        _bad("offer-signature", "the offer's signature is wrong", "RECORD-3", "bad_signature",
             whole.signed(offer_signature=bytes(64))),
        _bad("offer-of-another", "another aggregator's offer", "RECORD-3", "wrong_aggregator",
             whole.signed(parameters=theirs.parameters, offer_signature=theirs.signature)),
        _bad("roster", "the roster of another epoch", "RECORD-3", "roster_mismatch",
             replace(shown, roster=epoch_8)),
        _bad("parameters", "parameters that no participant takes", "RECORD-3", "bad_parameters",
             _with_terms(whole, sigma=0)),
    ]


def _with_terms(whole, **changes):
    """Other parameters, with offer and th0 that fit them."""
    terms = replace(parameters.decode(whole.record.parameters), **changes)
    offer = samples.offer_of(terms)
    return whole.signed(parameters=offer.parameters, offer_signature=offer.signature,
                        th0=transcript.th0(offer.parameters))


def _twice(whole):
    """What is there twice and differs; what is there and should not be."""
    def of(name, fault, rule="RECORD-6", refused_by="record_mismatch", proof=None, **changes):
        return _bad(name, fault, rule, refused_by, whole.signed(proof, **changes))
    other, u2 = bytes([9]) * 32, whole.record.u2
    return [
        of("version", "another protocol version", protocol_version=2),
        of("session-id", "another session id", session_id=other),
        of("task", "another task", task="other"),
        of("round", "another round", round=2),
        of("previous-hash", "another previous record", previous_record_hash=other),
        of("th0", "another th0", rule="RECORD-3", th0=other),
        of("th1", "another th1", rule="RECORD-3", th1=other),
        of("th2", "another th2", rule="RECORD-3", th2=other),
        of("th3", "another th3", rule="RECORD-3", th3=other),
        of("th1-absent", "U2 without a cohort", th1=b""),
        of("th2-absent", "U2 without th2", th2=b""),
        of("u2-absent", "th2 without U2", u2=b""),
        of("u3-absent", "th3 without U3", u3=b""),
        of("u2-padding", "a padding bit of U2", "RECORD-3", "bad_bitmap",
           u2=bytes([u2[0] | 0x80])),
        of("outcome-0", "no outcome", outcome=0),
        of("outcome-3", "an outcome that is none", outcome=3),
        of("completed-with-reason", "completed, with a reason", reason="bad_sum"),
        of("completed-without-sum", "completed, without a digest", sum_hash=b""),
        of("completed-uncertified", "completed, without a certificate", certified=False,
           proof=replace(whole.proof, signers=b"", signatures=b"")),
    ]


def _proofs(whole):
    """What stands beside the record."""
    signers, signatures = whole.proof.signers, whole.proof.signatures
    some = whole.aggregator
    three = some.u3[:3]

    def of(name, fault, rule, reason, **changes):
        return _bad(name, fault, rule, reason, whole.with_proof(**changes))
    aborted = Changed(record_rounds.aggregator_at(3, "certificate_short"))
    nothing = Changed(record_rounds.aggregator_at(0, "too_few_members"))
    return [
        of("no-adverts", "the cohort is missing", "RECORD-8", "missing_proof", adverts=b""),
        of("no-certificate", "the certificate is missing", "RECORD-8", "missing_proof",
           signers=b"", signatures=b""),
        of("certificate-short", "a signer less than a quorum", "CERT-1", "certificate_short",
           signers=bitmap.pack(5, three), signatures=signatures[:192]),
        of("certificate-padding", "a padding bit of the signers", "CERT-1", "bad_bitmap",
           signers=bytes([signers[0] | 0x40])),
        of("certificate-signatures-few", "a signature is missing", "CERT-1", "wrong_length",
           signatures=signatures[:-64]),
        of("certificate-forged", "a signature that the member did not make", "CERT-1",
           "bad_signature", signatures=signatures[64:128] + signatures[64:]),
        of("advert-signature", "an advert's signature is wrong", "RECORD-8", "bad_signature",
           adverts=whole.proof.adverts[:-64] + bytes(64)),
        _bad("certificate-too-much", "a certificate of a round that had none", "RECORD-8",
             "record_mismatch", aborted.with_proof(signers=signers, signatures=signatures)),
        _bad("adverts-too-much", "a cohort of a round that had none", "RECORD-8",
             "record_mismatch", nothing.with_proof(adverts=whole.proof.adverts)),
        _bad("adverts-of-another-cohort", "a cohort that th1 is not of", "RECORD-8",
             "record_mismatch", whole.with_proof(adverts=whole.proof.adverts[:-164])),
    ]


def _cohorts():
    """A cohort that nobody may have accepted, with a th1 that fits it; the round ended there."""
    early = Changed(record_rounds.aggregator_at(1, "too_few_survivors"))
    adverts, th0 = parse_cohort(early.proof.adverts), early.record.th0
    identities = [member.identity for member in played.everybody_5().members]

    def of(name, fault, reason, changed):
        proof = replace(early.proof, adverts=b"".join(one.encode() for one in changed))
        th1 = transcript.th1(th0, len(changed), [one.advert for one in changed])
        return _bad(f"cohort-{name}", fault, "RECORD-3", reason, early.signed(proof, th1=th1))

    def signed(v, **changes):
        made = replace(adverts[v], **changes)
        statement = transcript.advert_statement(th0, made.advert)
        return replace(made, signature=identities[v].sign(statement))
    high = bytes([*adverts[0].s_point[:31], adverts[0].s_point[31] | 0x80])
    return [
        of("order", "two members change places", "bad_order",
           [adverts[1], adverts[0], *adverts[2:]]),
        of("twice", "a member twice", "bad_order", [adverts[0], *adverts]),
        of("unknown", "a member that the roster has not", "unknown_member",
           [*adverts[:4], signed(4, index=23)]),
        of("small", "fewer members than n_min", "cohort_too_small", adverts[:3]),
        of("identity", "S is the identity", "identity_point",
           [signed(0, s_point=group.IDENTITY_BYTES), *adverts[1:]]),
        of("bit-255", "S has bit 255 set", "bad_point", [signed(0, s_point=high), *adverts[1:]]),
        of("signature", "a key that nobody signed", "bad_signature",
           [replace(adverts[0], c_point=group.times_base(3)), *adverts[1:]]),
    ]


def _sets():
    """Sets of members with hashes that fit them."""
    third = Changed(record_rounds.aggregator_at(2, "too_few_survivors"))
    fourth = Changed(record_rounds.aggregator_at(3, "certificate_short"))
    few = bitmap.pack(5, [0, 1, 2])
    without_4 = bitmap.pack(5, [0, 1, 2, 3])
    without_3 = bitmap.pack(5, [0, 1, 2, 4])
    th1 = fourth.record.th1

    def u3_of(u2, u3):
        th2 = transcript.th2(th1, u2)
        return fourth.signed(u2=u2, u3=u3, th2=th2, th3=transcript.th3(th2, u3))
    return [
        _bad("aborted-without-reason", "aborted, without a reason", "RECORD-6",
             "record_mismatch", fourth.signed(reason="")),
        _bad("reason-65", "a reason of 65 bytes", "LIMIT-3", "wrong_length",
             fourth.signed(reason="r" * 65)),
        _bad("detail-257", "a detail of 257 bytes", "LIMIT-3", "wrong_length",
             fourth.signed(detail="d" * 257)),
        _bad("u2-few", "U2 is below survivors", "RECORD-3", "too_few_survivors",
             third.signed(u2=few, th2=transcript.th2(th1, few))),
        _bad("u3-few", "U3 is below survivors", "RECORD-3", "too_few_survivors",
             u3_of(fourth.record.u2, few)),
        _bad("u3-outside-u2", "U3 has a member outside U2", "RECORD-3", "not_in_u2",
             u3_of(without_4, without_3)),
        _bad("u3-padding", "a padding bit of U3", "RECORD-3", "bad_bitmap",
             u3_of(fourth.record.u2, bytes([0xff]))),
        _bad("aborted-with-sum", "aborted, with a digest", "RECORD-6", "record_mismatch",
             fourth.signed(sum_hash=bytes([1]) * 32)),
    ]


def _blames(whole):
    def of(name, fault, reason, blames):
        return _bad(f"blame-{name}", fault, "RECORD-6" if reason == "record_mismatch" else
                    "BLAME-4", reason, whole.signed(blames=blames))
    return [
        of("kind-0", "no kind", "record_mismatch", [Blame(0, 1, 1, b"")]),
        of("kind-6", "a kind that is none", "record_mismatch", [Blame(6, 1, 1, b"")]),
        of("accused", "a member that there is not", "record_mismatch", [Blame(3, 5, 1, b"")]),
        of("witness", "a witness that there is not", "record_mismatch", [Blame(3, 1, 5, b"")]),
        of("order-of-kind", "kinds descending", "bad_order",
           [Blame(3, 1, 2, b""), Blame(1, 1, 2, b"")]),
        of("order-of-accused", "accused descending", "bad_order",
           [Blame(1, 3, 2, b""), Blame(1, 1, 2, b"")]),
        of("order-of-witness", "witnesses descending", "bad_order",
           [Blame(3, 1, 4, b""), Blame(3, 1, 2, b"")]),
    ]


def _bytes(whole):
    shown, data = whole.shown, whole.shown.record
    file = file_of(shown)

    def of(name, fault, changed):
        return _bad(f"bytes-{name}", fault, "RECORD-1", "record_mismatch",
                    record_rounds.signed(changed, whole.proof, shown))
    return [
        of("unknown-field", "a field that is none", data + put_field(21, VARINT, b"\1")),
        of("field-twice", "certified twice", data + put_field(13, VARINT, b"\1")),
        of("cut-off", "the last byte is missing", data[:-1]),
        of("trailing", "a byte too many", data + b"\0"),
        _bad("proof-unknown-field", "a field of the proof that is none", "RECORD-8",
             "record_mismatch", replace(shown, proof=shown.proof + put_field(4, VARINT, b"\1"))),
        _bad("file-unknown-field", "a field of the file that is none", "RECORD-7",
             "record_mismatch", shown, file + put_field(4, VARINT, b"\1")),
        _bad("file-cut-off", "the last byte is missing", "RECORD-7", "record_mismatch", shown,
             file[:-1]),
    ]


def _beside(whole):
    first, second = record_rounds.chained()
    return [
        _bad("sum", "another sum than the record's", "RECORD-4", "record_mismatch",
             replace(whole.shown, sum=bytes([whole.shown.sum[0] ^ 1]) + whole.shown.sum[1:])),
        _bad("previous", "another record before it", "PARAM-11", "wrong_previous_record",
             replace(second, previous=second.record)),
        _bad("previous-of-the-first", "a first record, and one before it", "PARAM-11",
             "wrong_previous_record", replace(first, previous=second.record)),
    ]


def cases():
    whole = Changed(record_rounds.aggregator_at(5))
    return (_signatures(whole) + _twice(whole) + _proofs(whole) + _cohorts() + _sets()
            + _blames(whole) + _bytes(whole) + _beside(whole))
