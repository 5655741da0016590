"""Phases 4 and 5 of an honest aggregator, VOID and the record (chapters 13 to 15, 18)."""

from . import bitmap, blame, certificate, keys, packing, record, recovery, transcript
from .answer import Answer
from .errors import Refused, demand
from .schema import MESSAGES


class Ending:
    """A part of aggregator.Aggregator."""

    def check_attestation(self, member, message):
        demand(member in self.u3, "not_in_u3")
        keys.verify(self.key_of(member), transcript.attest_statement(self.th3, member),
                    message.signature)
        return message.signature

    def certificate(self, attestations):
        """The UnmaskRequest for all of U2, of cohort index -> Attestation [CERT-2, CERT-3]."""
        for member, message in attestations.items():
            signature = self.admit("attest", member, self.check_attestation, message)
            if signature is not None:
                self.attestations[member] = signature
        if len(self.attestations) < self.found.quorum:
            self.abort("certificate_short", f"{len(self.attestations)} of {self.found.quorum}")
        first = dict(list(self.attestations.items())[:self.found.quorum])
        self.chosen = certificate.Certificate(bitmap.pack(self.n, self.u3),
                                              *certificate.collect(self.n, first))
        return self.unmask_request()

    def unmask_request(self):
        some = self.chosen
        return MESSAGES["UnmaskRequest"](self.session_id, self.th2, some.u3, some.signers,
                                         some.signatures)

    def check_answer(self, member, message):
        """[UNMASK-4]"""
        demand(member in self.u3, "not_in_u3")
        answer = Answer.parse(message.body)
        answer.check(self.in_neighbours(member), self.u3)
        statement = transcript.unmask_statement(self.th3, member, message.body)
        keys.verify(self.key_of(member), statement, message.signature)
        return answer

    def unmask(self, messages):
        """The elements of the sum, of cohort index -> Unmask [REBUILD-1 to REBUILD-4]."""
        for member, message in messages.items():
            answer = self.admit("unmask", member, self.check_answer, message)
            if answer is not None:
                self.answers[member] = answer
                self.answer_signatures[member] = message.signature
        secrets, failed = {}, []
        for target in recovery.needed(self):
            try:
                secrets[target.dealer] = recovery.rebuild(self, target, self.blames)
            except Refused as refused:
                failed.append(refused.reason)
        self.blames += blame.not_opened(self)
        blame.sort(self.blames)
        if failed:
            short = "too_few_shares" in failed
            self.abort("too_few_shares" if short else "secret_not_rebuilt")
        self.sum = recovery.unmasked(self, secrets)
        return self.sum

    # VOID.

    def void_request(self):
        return MESSAGES["VoidRequest"](self.session_id)

    def check_void(self, member, message):
        keys.verify(self.key_of(member), transcript.void_statement(self.th1, member),
                    message.signature)
        return message.signature

    def void_certificate(self, messages):
        """VoidCertificate of cohort index -> Void, or certificate_short [VOID-3]."""
        good = {member: self.admit("void", member, self.check_void, message)
                for member, message in messages.items()}
        good = {member: signature for member, signature in good.items() if signature is not None}
        demand(len(good) >= self.found.quorum, "certificate_short")
        return MESSAGES["VoidCertificate"](self.session_id, *certificate.collect(self.n, good))

    # The record.

    def packed_sum(self):
        return packing.pack(self.sum, self.p.ring_bits)

    def record(self):
        """The RoundResult with its proof, of the round as far as it came [RECORD-1, RECORD-8]."""
        made = record.content(self)
        data = record.encode(made)
        size = len(self.packed_sum()) if self.sum is not None and self.p.publish_sum else 0
        signature = self.key.sign(transcript.record_statement(data))
        return MESSAGES["RoundResult"](self.session_id, data, signature, size,
                                       record.encode(record.proof(self)))
