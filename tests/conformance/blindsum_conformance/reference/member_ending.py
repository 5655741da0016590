"""Phases 4 and 5 of an honest member, and VOID (chapters 13 to 16)."""

from . import bitmap, certificate, keys, parameters, policy, transcript
from .answer import PAIR, SELF, Answer
from .errors import Refused, demand
from .schema import MESSAGES
from .wire import entries

RECEIPT_BYTES = 68


class Ending:
    """A part of member.Member."""

    def attest(self, message):
        """[ATTEST-2, ATTEST-3], of an AttestRequest."""
        self.in_round(message)
        demand("delivery" in self.heard, "wrong_phase")
        return self.once("attest", message, self._attest)

    def _attest(self, message):
        demand(message.th2 == self.th2, "transcript_mismatch", "th2")
        u3 = bitmap.parse(self.n, message.u3)
        demand(set(u3) <= set(self.u2), "not_in_u2")
        demand(self.u in u3, "not_in_u3")
        demand(self.receipt_sent, "wrong_phase", "no receipt yet")
        demand(len(u3) >= self.found.survivors, "too_few_survivors")
        self._check_receipts(u3, entries(message.receipts, RECEIPT_BYTES))
        self.u3, self.th3 = u3, transcript.th3(self.th2, message.u3)
        signature = self.sign(transcript.attest_statement(self.th3, self.u))
        return MESSAGES["Attestation"](self.session_id, signature)

    def _check_receipts(self, u3, receipts):
        by_member = [(int.from_bytes(one[:4], "little"), one[4:]) for one in receipts]
        members = [member for member, _ in by_member]
        expected = set(self.inbound) & set(u3)
        demand(all(a < b for a, b in zip(members, members[1:])), "bad_order", "receipts")
        demand(expected <= set(members), "missing_receipt")
        demand(set(members) <= expected, "unexpected_receipt")
        for member, signature in by_member:
            keys.verify(self.roster.keys[self.adverts[member].index],
                        transcript.masked_statement(self.th2, member), signature)

    def unmask(self, message):
        """[UNMASK-1 to UNMASK-3], of an UnmaskRequest. Outside U3: None, the input released."""
        self.in_round(message)
        if "attest" not in self.heard:
            return self.left_out(message)
        return self.once("unmask", message, self._unmask)

    def _unmask(self, message):
        entry = self.state.rounds[self.session_id]
        demand(not entry.void, "already_void")
        bitmap.parse(self.n, message.u3)
        demand(message.th2 == self.th2, "transcript_mismatch", "th2")
        demand(transcript.th3(self.th2, message.u3) == self.th3, "transcript_mismatch", "th3")
        self.check_certificate(message)
        body = self.make_answer().encode()
        signature = self.sign(transcript.unmask_statement(self.th3, self.u, body))
        entry.unmasked = True  # [DISK-2]
        return MESSAGES["Unmask"](self.session_id, body, signature)

    def check_certificate(self, message):
        """U3 of the certificate that an UnmaskRequest has [CERT-1]."""
        some = certificate.Certificate(message.u3, message.signers, message.signatures)
        return certificate.check(some, self.n, self.th2, self.found, self.keys(), self.u2)

    def make_answer(self):
        """[UNMASK-2]: by this member's own U3."""
        answer = Answer()
        for v in sorted(self.inbound):
            if self.held[v] is None:
                answer.not_held.append(v)
            elif v in self.u3:
                answer.entries.append((v, SELF, self.held[v][1]))
            else:
                answer.entries.append((v, PAIR, self.held[v][0]))
        return answer

    def left_out(self, message):
        """[UNMASK-5, INPUT-3]: of a member of U2 that has not attested."""
        demand("delivery" in self.heard, "wrong_phase")
        try:
            demand(message.th2 == self.th2, "transcript_mismatch", "th2")
            u3 = self.check_certificate(message)
        except Refused as refused:
            self.refuse(refused.reason, refused.detail)
        demand(self.u not in u3, "wrong_phase", "not attested yet")
        self.state.release(self.session_id)
        self.ended = "not_in_u3"

    # VOID.

    def void(self, message):
        """[VOID-1, VOID-2], of a VoidRequest; also after a refusal."""
        made = answer_void(self.state, message.session_id, self.identity)
        if self.ended is None and message.session_id == self.session_id:
            self.ended = "already_void"  # [VOID-5]
        return made

    def void_certificate(self, message):
        """[VOID-3, VOID-4, INPUT-3], of a VoidCertificate: releases the input of its round."""
        release_by_void(self.state, message)


def answer_void(state, session_id, identity):
    """Void of a round, from what is on disk; already_unmasked, unknown_round."""
    entry = state.rounds.get(session_id)
    demand(entry is not None and entry.th1, "unknown_round")
    demand(not entry.unmasked, "already_unmasked")
    entry.void = True
    member = [key for _, key in entry.cohort].index(identity.public)
    signature = identity.sign(transcript.void_statement(entry.th1, member))
    return MESSAGES["Void"](session_id, signature)


def _on_disk(state, session_id):
    """(entry, n, its graph, its identity keys) of a round that has a th1."""
    entry = state.rounds.get(session_id)
    demand(entry is not None and entry.th1, "unknown_round")
    n = len(entry.cohort)
    found = policy.graph_of(parameters.decode(entry.parameters), n)
    return entry, n, found, [key for _, key in entry.cohort]


def release_by_void(state, message):
    """INPUT-3 (a), with what is on disk only [VOID-4]."""
    entry, n, found, public_keys = _on_disk(state, message.session_id)
    certificate.check_void(n, message.signers, message.signatures, entry.th1, found.quorum,
                           public_keys)
    state.release(message.session_id)


def release_by_certificate(state, session_id, th2, some, identity):
    """INPUT-3 (b): a certificate of the round whose U3 does not contain the member."""
    entry, n, found, public_keys = _on_disk(state, session_id)
    demand(entry.th2 == th2, "transcript_mismatch", "th2")
    u3 = certificate.check(some, n, entry.th2, found, public_keys)
    if public_keys.index(identity.public) not in u3:
        state.release(session_id)
