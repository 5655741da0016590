"""A member's session with the aggregator under test: one link, and messages of Appendix B on it.

    session = Session(bench, member)       connected, its Challenge heard and checked
    session.greet()                        Hello, Welcome
    session.join(task)                     Join, Joined
    session.say(message)                   a message or a chunk
    session.hear(wire.Offer)               the next message, which must be of that kind

What the aggregator says and SPEC.md does not allow raises Failed. Joined may come at any time
(JOIN-1), and the end of an older round after a Join (JOIN-2): both are passed over.
"""
import time

from .. import link
from ..checks import Failed, require, require_equal, shown
from ..reference import transcript, wire
from ..reference.errors import REASONS, Refused

# Most that the aggregator may take for an answer that waits for nothing, times the kit's patience.
ANSWER_S = 5.0
# What ends a round, and may come again of an older one.
ENDINGS = (wire.RoundAborted, wire.RoundResult, wire.SumChunk, wire.VoidRequest,
           wire.VoidCertificate)


class Session:
    def __init__(self, bench, member, **connecting):
        self.kit, self.member = bench.kit, member
        self.answer_s = ANSWER_S * bench.kit.patience
        self.link = link.connect(bench.url, bench.kit.ca, **connecting)
        bench.opened(self)
        self.welcomed = False
        self.round_id = None  # session id of the round that its member is in
        self.challenge = self.hear(wire.Challenge)
        require_equal("Challenge.aggregator_key", self.kit.aggregator.public,
                      self.challenge.aggregator_key)
        require_equal("Challenge.protocol_version", 1, self.challenge.protocol_version)

    def hello(self, key=None, exporter=None, **other):
        """The Hello that is right here, bound to the channel; other: fields that differ."""
        exporter = self.link.exporter if exporter is None else exporter
        statement = transcript.session_statement(
            self.challenge.nonce, self.challenge.aggregator_key, self.member.index, exporter)
        fields = {"protocol_version": 1, "roster_index": self.member.index,
                  "exporter_bound": bool(exporter),
                  "signature": (key or self.member.key).sign(statement)}
        return wire.Hello(**{**fields, **other})

    def greet(self, hello=None):
        self.say(hello or self.hello())
        welcome = self.hear(wire.Welcome)
        require_equal("Welcome.roster_epoch", self.kit.roster.epoch, welcome.roster_epoch)
        require_equal("Welcome.roster_hash", transcript.roster_hash(self.kit.roster_bytes),
                      welcome.roster_hash)
        self.welcomed = True
        return self

    def join(self, task):
        self.say(wire.Join(task))
        joined = self.hear(wire.Joined)
        require_equal("Joined.task", task, joined.task)
        return joined

    def say(self, message):
        self.link.send(wire.encode(message))

    def hear(self, *kinds, timeout_s=None, passing=lambda message: False):
        """The next message, of one of the kinds; passing: tells what may come before it."""
        names = " or ".join(kind.__name__ for kind in kinds)
        end = time.monotonic() + (timeout_s or self.answer_s)
        while True:
            message = self._next(names, end)
            of_another = self._of_an_older_round(message)
            if isinstance(message, kinds) and not (of_another and self.round_id):
                return message
            if not (of_another or isinstance(message, wire.Joined) or passing(message)):
                raise Failed(f"{names} is due, {described(message)} came")

    def hear_nothing(self, timeout_s, but=()):
        """Whatever comes in this time fails, but the kinds that are allowed, and Joined."""
        end = time.monotonic() + timeout_s
        while True:
            try:
                message = self.listen(end)
            except link.Waited:
                return
            require(isinstance(message, (wire.Joined, *but)) or self._of_an_older_round(message),
                    f"nothing is due, {described(message)} came")

    def hear_rejected(self, reason, session_id=None, but=()):
        rejected = self.hear(wire.Rejected, passing=lambda message: isinstance(message, but))
        require_equal("Rejected.reason", reason, rejected.reason)
        if session_id is not None:
            require_equal("Rejected.session_id", session_id, rejected.session_id)
        return rejected

    def hear_end(self, *reasons):
        """SessionError with one of the reasons, then the end of the link."""
        error = self.hear(wire.SessionError)
        require(error.reason in reasons,
                f"SessionError: {' or '.join(reasons)} is due, it is {error.reason}")
        require(self.link.wait_for_end(self.answer_s) is not None,
                f"the session goes on after SessionError{{{error.reason}}}")

    def listen(self, end):
        """The next message, decoded; raises link.Waited and link.Closed."""
        frame = self.link.receive(max(0.0, end - time.monotonic()))
        try:
            message = wire.decode(frame, wire.TO_PARTICIPANT)
        except Refused as refused:
            raise Failed(f"a frame that a participant refuses came: {refused}, "
                         f"{shown(frame)}") from None
        reason = getattr(message, "reason", None)
        if reason is not None:
            require(reason in REASONS, f"{described(message)}: no reason of Appendix A")
        return message

    def _of_an_older_round(self, message):
        """Who joins is told how the last rounds ended, whatever it heard before (JOIN-2)."""
        return isinstance(message, ENDINGS) and message.session_id != self.round_id

    def listen_for(self, seconds):
        return self.listen(time.monotonic() + seconds)

    def _next(self, names, end):
        try:
            return self.listen(end)
        except link.Waited:
            raise Failed(f"{names} is due, nothing came") from None
        except link.Closed as how:
            raise Failed(f"{names} is due, the link is {how}") from None

    def close(self):
        self.link.close()


def described(message):
    """A message in a few words: its kind, and its reason if it has one."""
    name = type(message).__name__
    reason = getattr(message, "reason", "")
    detail = getattr(message, "detail", "")
    return f"{name}{{{reason}{': ' + detail if detail else ''}}}" if reason else name
