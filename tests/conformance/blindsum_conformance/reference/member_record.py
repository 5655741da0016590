"""What an honest member makes of a RoundResult [RECORD-5, RECORD-9, RECORD-10]."""

from . import record
from .errors import demand
from .protobuf import encode_message


class Recorded:
    """A part of member.Member."""

    def own_proof(self):
        """The proof that a member which unmasked keeps: what it verified in the round."""
        demand("unmask" in self.heard, "missing_proof", "not unmasked, and no proof came")
        request, _ = self.heard["unmask"]
        made = record.Proof(b"".join(advert.encode() for advert in self.adverts),
                            request.signers, request.signatures)
        return encode_message(made)

    def result(self, message, packed_sum=None):
        """The record, checked; kept as the task's newest, for PARAM-11. Releases nothing."""
        self.in_round(message)
        proof = message.proof or self._proof_for(message)
        checked = record.verify(message.record, message.signature, proof, self.roster,
                                self.policy.aggregator_key, packed_sum)
        self._check_agreement(checked.record)
        if packed_sum is not None:
            demand(len(packed_sum) == message.sum_size, "record_mismatch", "sum_size")
        self.state.records[self.p.task] = self.p.round, message.record
        return checked

    def _proof_for(self, message):
        """The own one; none is needed for a round that had no cohort [RECORD-8]."""
        bare = record.parse(record.Record, message.record)
        return self.own_proof() if bare.th1 or "unmask" in self.heard else b""

    def _check_agreement(self, made):
        """With what this member knows of the round."""
        demand(made.session_id == self.session_id, "record_mismatch", "session id")
        for name in ("th0", "th1", "th2", "th3"):
            own = getattr(self, name)
            demand(own is None or getattr(made, name) == own, "record_mismatch", name)
        demand("unmask" not in self.heard or made.certified, "record_mismatch", "not certified")
