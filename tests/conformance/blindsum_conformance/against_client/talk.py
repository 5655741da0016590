"""Sessions with the program under test: what is said to it, and what it answers.

Every message that comes is noted in the ledger. What is due and does not come, or comes and is not
due, is Failed; so is a frame that is malformed.
"""
import select
import time

from . import terms
from ..checks import Failed, require, require_equal
from ..link import Closed, Waited
from ..reference import transcript, wire
from ..reference.entropy import System
from ..reference.errors import Refused
from ..reference.keys import is_valid
from ..reference.schema import (
    TO_AGGREGATOR, Challenge, Hello, Join, Joined, Refusal, VoidRequest, Welcome)

PATIENCE_S = 20.0 # for an answer that is due
QUIET_S = 0.1     # for one that is not, after the program has dealt with all that was said


class Talk:
    """A part of Bench, which has listener, program and ledger; `link` is the session's."""

    def accept(self, patience_s=PATIENCE_S):
        self.await_connection(patience_s)
        try:
            self.link = self.listener.accept(patience_s)
        except Waited:
            raise Failed(f"its connection is not there in {patience_s:g} s") from None
        except Closed as how:
            raise Failed(f"its connection: {how}{self._its_words()}") from None

    def await_connection(self, patience_s=PATIENCE_S):
        """Returns once a connection waits to be accepted."""
        end = time.monotonic() + patience_s
        while not select.select([self.listener], [], [], 0.05)[0]:
            require(self.program.running(), f"it has ended{self._its_words()}")
            require(time.monotonic() < end, f"it did not connect in {patience_s:g} s")

    def meet(self):
        """The next session, until Joined."""
        self.accept()
        self.greet()
        self.say(Welcome(self.roster_epoch, self.roster_hash))
        join = self._receive(Join)
        require_equal("task in Join [JOIN-1]", terms.TASK, join.task)
        self.say(Joined(join.task, 1, 5))

    def greet(self):
        """Challenge and Hello [SESSION-2]."""
        nonce = System().bytes(32)
        self.say(Challenge(nonce, self.aggregator.public, 1))
        hello = self._receive(Hello)
        require_equal("protocol version in Hello [SESSION-2]", 1, hello.protocol_version)
        require_equal("roster index in Hello [SESSION-2]", self.roster_index, hello.roster_index)
        statement = transcript.session_statement(
            nonce, self.aggregator.public, self.roster_index,
            self.link.exporter if hello.exporter_bound else b"")
        require(is_valid(self.identity, statement, hello.signature),
                "the signature of Hello is wrong [SESSION-2]")
        return hello

    # Talking.

    def say(self, message):
        frame = message if isinstance(message, bytes) else wire.encode(message)
        try:
            self.link.send(frame)
        except (Closed, Waited) as how:
            raise Failed(f"its session is gone: {how}{self._its_words()}") from None

    def hear(self, session_id, *kinds):
        """The next message of that round; Failed if it is of no kind that is due."""
        end = time.monotonic() + PATIENCE_S
        due = " or ".join(kind.__name__ for kind in kinds)
        while not (mine := [m for m in self._heard if m.session_id == session_id]):
            self._listen(end, due)
        message = mine[0]
        self._heard.remove(message)
        if not isinstance(message, kinds):
            reason = f" ({message.reason})" if isinstance(message, Refusal) else ""
            raise Failed(f"{type(message).__name__}{reason} came, {due} is due")
        return message

    def goes_silent(self, seconds=0.5):
        """Failed if it says anything, but for a farewell, in that time."""
        try:
            frame = self.link.receive(seconds)
        except (Closed, Waited):
            return
        raise Failed(f"{type(self._decode(frame)).__name__} came, nothing is due")

    def settle(self, quiet_s=QUIET_S):
        """Returns once it has dealt with all that was said, or left; forgets what it answered.

        An unknown round is asked for VOID: the answer, due by VOID-2, comes after all others.
        """
        session_id = System().bytes(32)
        end = time.monotonic() + PATIENCE_S
        try:
            self.link.send(wire.encode(VoidRequest(session_id)))
            while not any(m.session_id == session_id for m in self._heard):
                self._take(self.link.receive(max(0.0, end - time.monotonic())))
            answer = self.hear(session_id, Refusal)
            require_equal("the answer to VOID of an unknown round [VOID-2]", "unknown_round",
                          answer.reason)
            self._drain(quiet_s)
        except Waited:
            raise Failed("VOID of an unknown round is not answered [VOID-2]") from None
        except Closed:
            pass
        self._heard.clear()

    def _drain(self, seconds):
        end = time.monotonic() + seconds
        try:
            while True:
                self._take(self.link.receive(max(0.0, end - time.monotonic())))
        except Waited:
            return

    def hangs_up(self):
        """It ends the session; how, and what it said before."""
        end = time.monotonic() + PATIENCE_S
        try:
            while True:
                self._take(self.link.receive(max(0.0, end - time.monotonic())))
        except Closed as how:
            return str(how)
        except Waited:
            raise Failed("it did not end the session") from None

    def _receive(self, kind):
        """The next message outside rounds."""
        try:
            message = self._decode(self.link.receive(PATIENCE_S))
        except Waited:
            raise Failed(f"{kind.__name__} did not come{self._its_words()}") from None
        except Closed as how:
            raise Failed(f"{kind.__name__} is due; {how}{self._its_words()}") from None
        require(isinstance(message, kind),
                f"{type(message).__name__} came, {kind.__name__} is due")
        return message

    def _listen(self, end, due):
        try:
            self._take(self.link.receive(max(0.0, end - time.monotonic())))
        except Waited:
            raise Failed(f"{due} did not come{self._its_words()}") from None
        except Closed as how:
            raise Failed(f"{due} is due; {how}{self._its_words()}") from None

    def _take(self, frame):
        message = self._decode(frame)
        if not hasattr(message, "session_id"):
            return
        again = isinstance(message, Refusal) and (
            self.ledger.of(message.session_id).refused == message.reason)
        self.ledger.note(message)
        if not again:  # a refusal may be repeated
            self._heard.append(message)

    @staticmethod
    def _decode(frame):
        try:
            return wire.decode(frame, TO_AGGREGATOR)
        except Refused as why:
            raise Failed(f"a malformed frame came: {why} [WIRE-2]") from None

    def _its_words(self):
        words = self.program.said()
        return f"\nit printed: {words}" if words else ""
