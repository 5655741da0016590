"""One member in one round against the aggregator: its session, and the reference's honest Member.

The Member judges each message of the aggregator as SPEC.md has a participant do it: what it refuses
fails the check. `advert()`, `shares()` … are its answers, not sent; a check may send others.
"""
import time

from .. import link
from ..checks import Failed, require, require_equal
from ..reference import codec, wire
from ..reference.entropy import System, below
from ..reference.errors import Refused
from ..reference.member import Member
from ..reference.policy import Policy
from ..reference.roster import read
from ..reference.wire import UploadChunk, chunks
from .session import Session, described

CHUNK = 700  # bytes: a small vector comes in several chunks


class Player:
    def __init__(self, bench, identity, task):
        self.bench, self.identity, self.task = bench, identity, task
        self.honest = None
        self.session = None
        self.offer = self.payload = self.cohort = self.delivery = None
        self.attest_request = self.unmask_request = None
        self.in_u2 = self.in_u3 = True  # as far as it answers in time
        self.offered_another = False  # a round after this one
        self.accepted = False  # whether UploadAccepted came
        self.result, self.sum = None, b""

    # Its session.

    def enter(self):
        """A new session that has joined the task; an older one is taken over."""
        self.session = Session(self.bench, self.identity).greet()
        self.session.round_id = self.session_id if self.offer else None
        self.session.join(self.task)
        return self

    def __getattr__(self, name):
        """say, hear, hear_rejected, link …: those of its session."""
        return getattr(self.__dict__["session"], name)

    def vanish(self):
        """Its power goes."""
        self.session.link.cut()

    def refuse(self, reason="participant_stopped"):
        self.session.say(wire.Refusal(self.session_id, reason, ""))

    @property
    def session_id(self):
        return self.parameters.session_id

    @property
    def parameters(self):
        return wire.decode_message(wire.RoundParameters, self.offer.parameters)

    @property
    def u(self):
        return self.honest.u

    def _hear(self, kind, timeout_s):
        """A message of this round; what else may come before it is passed over."""
        def passing(message):
            if kind is wire.UnmaskRequest and isinstance(message, wire.AttestRequest):
                return message == self.attest_request  # as it may come again (JOIN-2)
            if isinstance(message, wire.UploadAccepted) and self.accepted:
                return True  # likewise
            return (came_too_late(message) and kind in (wire.UnmaskRequest, wire.RoundResult)
                    or of_an_upload(message) and not self.in_u3)
        return self.session.hear(kind, timeout_s=timeout_s, passing=passing)

    def hear_own(self, kind, but=()):
        """A message of this round after its end, whatever other rounds there are."""
        def passing(message):
            self.offered_another = self.offered_another or isinstance(message, wire.Offer)
            return isinstance(message, (wire.Offer, wire.PayloadChunk, wire.RoundResult,
                                        wire.RoundAborted, *but))
        return self.session.hear(kind, passing=passing)

    # What it hears; each remembers the message, so that a check can compare.

    def hear_offer(self, timeout_s=None, payload=True):
        return self._take_offer(self.session.hear(wire.Offer, timeout_s=timeout_s), payload)

    def offered_within(self, seconds):
        """The Offer that comes in this time, or None."""
        end = time.monotonic() + seconds
        while True:
            try:
                message = self.session.listen(end)
            except link.Waited:
                return None
            if isinstance(message, wire.Offer):
                return self._take_offer(message, True)

    def _take_offer(self, offer, payload):
        self.offer = offer
        self.session.round_id = self.session_id
        self.honest = self.honest or self._member()
        if payload:
            self.payload = self._hear_payload(self.parameters.payload_size)
        return offer

    def _hear_payload(self, size):
        """[OFFER-1]: chunks at ascending offsets, from 0."""
        session_id, data = self.session_id, b""
        while len(data) < size:
            chunk = self.session.hear(wire.PayloadChunk)
            require_equal("PayloadChunk.session_id", session_id, chunk.session_id)
            require_equal("PayloadChunk.offset", len(data), chunk.offset)
            data += chunk.data
        return data

    def _member(self):
        kit = self.bench.kit
        task = kit.tasks[self.task]
        roster = read(kit.roster_file.read_bytes(), kit.authority.public)
        policy = Policy(kit.aggregator.public, (self.task,), least_sigma=task["sigma"])
        return Member(self.identity.key, roster, policy, some_input(task), System())

    def hear_cohort(self, timeout_s=None):
        self.cohort = self._hear(wire.Cohort, timeout_s)
        return self.cohort

    def hear_delivery(self, timeout_s=None):
        self.delivery = self._hear(wire.Delivery, timeout_s)
        return self.delivery

    def hear_attest_request(self, timeout_s=None):
        self.attest_request = self._hear(wire.AttestRequest, timeout_s)
        return self.attest_request

    def hear_unmask_request(self, timeout_s=None):
        self.unmask_request = self._hear(wire.UnmaskRequest, timeout_s)
        return self.unmask_request

    def hear_result(self, timeout_s=None):
        """RoundResult, and the sum in chunks if there is one [RECORD-5, WIRE-1]."""
        self.result = self._hear(wire.RoundResult, timeout_s)
        self.sum = b""
        while len(self.sum) < self.result.sum_size:
            chunk = self.session.hear(wire.SumChunk)
            require_equal("SumChunk.session_id", self.result.session_id, chunk.session_id)
            require_equal("SumChunk.offset", len(self.sum), chunk.offset)
            self.sum += chunk.data
        require_equal("the bytes of the sum", self.result.sum_size, len(self.sum))
        return self.result

    def hear_abort(self, reason, timeout_s=None):
        """RoundAborted for this reason, and RoundResult, in any order; of a cohort [RECORD-5]."""
        due = {wire.RoundAborted, wire.RoundResult} if self.cohort else {wire.RoundAborted}
        while due:
            end = self.session.hear(*due, timeout_s=timeout_s, passing=precedes_an_abort)
            due.discard(type(end))
            require_equal(f"the session id of {type(end).__name__}", self.session_id,
                          end.session_id)
            if isinstance(end, wire.RoundAborted):
                require_equal("RoundAborted.reason", reason, end.reason)
            else:
                self.result = end

    # Its honest answers.

    def judge(self, what, step, *arguments):
        """An answer of the Member; that it refuses is the aggregator's failure."""
        try:
            return step(*arguments)
        except Refused as refused:
            raise Failed(f"a member refuses {what}: {refused}") from None

    def advert(self):
        return self.judge("Offer", self.honest.advert, self.offer, self.payload)

    def shares(self):
        return self.judge("Cohort", self.honest.shares, self.cohort)

    def packed(self):
        """y, packed."""
        return self.judge("Delivery", self.honest.masked, self.delivery)

    def chunks(self, offset=0, size=CHUNK):
        return chunks(UploadChunk, self.session_id, self.packed(), offset, size)

    def receipt(self):
        return self.honest.receipt()

    def attestation(self):
        return self.judge("AttestRequest", self.honest.attest, self.attest_request)

    def unmask(self):
        """None from a member outside U3."""
        return self.judge("UnmaskRequest", self.honest.unmask, self.unmask_request)

    # What takes more than one message.

    def hear_grant(self, timeout_s=None):
        grant = self.session.hear(wire.UploadGrant, timeout_s=timeout_s)
        require_equal("UploadGrant.session_id", self.session_id, grant.session_id)
        require(grant.offset <= len(self.packed()), "a grant beyond the end of the upload")
        return grant

    def held_grant(self):
        """The grant that has come, unless it was taken back since (UPLOAD-2); else None."""
        grant = None
        while self.session.link.poll():
            heard = self.session.listen_for(0)
            require(isinstance(heard, wire.Joined) or of_an_upload(heard),
                    f"UploadGrant is due, {described(heard)} came")
            if not isinstance(heard, wire.Joined):
                grant = heard if isinstance(heard, wire.UploadGrant) else None
        return grant

    def say_chunks(self, offset=0, size=CHUNK):
        for chunk in self.chunks(offset, size):
            self.session.say(chunk)

    def hear_accepted(self, timeout_s=None):
        accepted = self.session.hear(wire.UploadAccepted, timeout_s=timeout_s)
        require_equal("UploadAccepted.session_id", self.session_id, accepted.session_id)
        self.accepted = True

    def upload(self, grant=None):
        """From a grant to its receipt. UploadAccepted may wait for others' uploads (DISK-7)."""
        self.say_chunks((grant or self.hear_grant()).offset)
        self.session.say(self.receipt())


def of_an_upload(message):
    """What a member hears that has a place to upload and does not use it."""
    return (isinstance(message, wire.UploadGrant)
            or isinstance(message, wire.Rejected) and message.reason == "upload_stalled")


def precedes_an_abort(message):
    return isinstance(message, (wire.VoidRequest, wire.UploadGrant))


def came_too_late(message):
    """A phase may close before an answer comes (PHASE-4), which is told by wrong_phase."""
    return isinstance(message, wire.Rejected) and message.reason == "wrong_phase"


def some_input(task):
    """Values within the task's bounds, other ones each time, both ends among them."""
    kind, bound = task["codec"]["kind"], task["codec"].get("bound", 0)
    weight_bound = task["codec"].get("weight_bound", 0)
    tensors = []
    for _, shape in task["tensors"]:
        size = 1
        for dimension in shape:
            size *= dimension
        if kind == codec.FIXED_POINT:
            values = [below(System(), 2001) / 100.0 - 10.0 for _ in range(size)]
        else:
            least = 0 if kind == codec.COUNT else -bound
            values = [least, bound] + [least + below(System(), bound - least + 1)
                                       for _ in range(size - 2)]
        tensors.append((shape, values))
    weight = below(System(), weight_bound) + 1 if kind == codec.FIXED_POINT else 0
    return codec.Input(tensors, weight)
