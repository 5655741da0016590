#!/usr/bin/python3
"""A participant made of the suite's reference: an implementation of SPEC.md that shares nothing
with blindsum, for the suite to be run against. Slow, and for tests only.

usage: run_against_client.py reference_participant.py [ARGUMENTS of blindsum-conformance]
       reference_participant.py URL CA IDENTITY ROSTER AUTHORITY AGGREGATOR TASK POLICY INPUT STATE

The arguments are what `blindsum-conformance --help` has under --exec, in that order. Exit codes:
0 after a completed round whose record holds; 1 if the roster, the server or the input is not to be
used; 3 if another process has the state folder.
"""
import fcntl
import json
import os
import pathlib
import pickle
import random
import sys
import time

import numpy

from blindsum_conformance import kit, link
from blindsum_conformance.reference import (
    codec, member_ending, policy, roster, transcript, wire)
from blindsum_conformance.reference.entropy import System
from blindsum_conformance.reference.errors import Refused, demand
from blindsum_conformance.reference.member import Member
from blindsum_conformance.reference.state import State

LONGEST_PAUSE_S = 2.0
IDLE_S = 0.2
MASK_AGAIN = ("upload_stalled", "wrong_offset", "wrong_phase", "wrong_round")  # [PHASE-5]


class Disk:
    """The State in its folder, locked, synced before anything leaves [DISK-1, DISK-2]."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self._lock = open(self.folder / "lock", "w")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._file = self.folder / "state"
        self.state = pickle.loads(self._file.read_bytes()) if self._file.exists() else State()

    def save(self):
        draft = self.folder / "draft"
        with open(draft, "wb") as out:
            out.write(pickle.dumps(self.state))
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, self._file)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


class Participant:
    def __init__(self, url, ca, identity, roster_file, authority, aggregator, task, insists_on,
                 given, state):
        self.url, self.ca, self.task = url, ca, task
        self.identity = kit.read_key(identity)
        demand(authority != aggregator, "wrong_aggregator")  # [ROSTER-6]
        self.roster = roster.read(pathlib.Path(roster_file).read_bytes(), bytes.fromhex(authority))
        self.values = numpy.load(given).tolist()
        self.disk = Disk(state)
        self.policy = policy_of(json.loads(pathlib.Path(insists_on).read_text()))
        self.member = self.deadline = self.offer = None
        self.payload, self.size = b"", 0
        self.link = None

    # Sessions.

    def run(self):
        pause = 0.05
        while True:
            begun = time.monotonic()
            try:
                self.enter()
                self.serve()
            except (link.Closed, link.Waited, OSError):
                pass
            except Refused as why:
                print(f"session: {why}", flush=True)
            finally:
                if self.link:
                    self.link.close()
            pause = 0.05 if time.monotonic() - begun > 5 else min(2 * pause, LONGEST_PAUSE_S)
            time.sleep(random.uniform(0, pause))  # [WIRE-8]

    def enter(self):
        """Until Joined [SESSION-1, SESSION-2]."""
        self.link = None
        self.link = link.connect(self.url, self.ca, check_name=True)
        challenge = self.next_of(wire.Challenge)
        key = self.policy.aggregator_key
        demand(challenge.aggregator_key == key, "wrong_aggregator")
        index = self.roster.index_of(self.identity.public)
        statement = transcript.session_statement(challenge.nonce, key, index, self.link.exporter)
        self.send(wire.Hello(1, index, True, self.identity.sign(statement)))
        welcome = self.next_of(wire.Welcome)
        demand((welcome.roster_epoch, welcome.roster_hash) == (self.roster.epoch, self.roster.hash),
               "roster_mismatch")
        self.send(wire.Join(self.task))
        self.next_of(wire.Joined)

    def next_of(self, kind):
        frame = self.link.receive()
        message = wire.decode(frame, wire.TO_PARTICIPANT, welcomed=kind is wire.Joined)
        demand(isinstance(message, kind), "wrong_phase", type(message).__name__)
        return message

    def send(self, message):
        self.disk.save()
        self.link.send(wire.encode(message))

    def serve(self):
        while True:
            try:
                frame = self.link.receive(IDLE_S)
            except link.Waited:
                self.tick()
                continue
            self.tick()
            try:
                message = wire.decode(frame, wire.TO_PARTICIPANT)
            except Refused as why:
                if not why.session_id:
                    raise
                self.end(why.session_id, why.reason)
                continue
            handle = getattr(self, f"on_{type(message).__name__}", None)
            demand(handle, "wrong_phase", type(message).__name__)
            handle(message)

    # Rounds.

    def tick(self):
        if self.is_on() and time.monotonic() > self.deadline:  # [PHASE-2]
            self.end(self.member.session_id, "time_limit")

    def is_on(self):
        return self.member is not None and self.member.ended is None

    def is_in(self, session_id):
        return self.is_on() and session_id == self.member.session_id

    def end(self, session_id, reason):
        """Refuses, if that round is under way or was never begun."""
        if self.member and self.member.session_id == session_id:
            if self.member.ended:
                return
            self.member.ended = reason
        self.send(wire.Refusal(session_id, reason, ""))

    def answer(self, session_id, step, *arguments):
        """What the member makes of a message; None if it is nothing, or was refused."""
        if not self.is_in(session_id):
            return None
        try:
            return step(*arguments)
        except Refused as why:
            if why.reason not in ("wrong_phase", "wrong_round"):
                self.member.ended = why.reason
                self.send(wire.Refusal(session_id, why.reason, ""))
            return None

    def reply(self, session_id, step, *arguments):
        made = self.answer(session_id, step, *arguments)
        if made is not None:
            self.send(made)

    def on_Joined(self, _message):
        pass

    def on_SessionError(self, message):
        raise Refused("internal_error", message.reason)

    def on_Offer(self, offer):
        session_id = wire.round_of(offer)
        if self.member and self.member.session_id == session_id:
            self.reply(session_id, self.member.advert, offer, self.payload)
            return
        self.offer, self.payload = offer, b""
        made = self.newcomer()
        try:  # a payload is waited for only if nothing else is wrong [OFFER-2]
            self.size = policy.check_offer(made.policy, offer, made.roster, made.state,
                                           made.now).payload_size
        except Refused as why:
            self.offer = None
            self.end(session_id, why.reason)
            return
        if self.size == 0:
            self.take_offer()

    def newcomer(self):
        return Member(self.identity, self.roster, self.policy, None, System(), self.disk.state,
                      time.time())

    def on_PayloadChunk(self, chunk):
        if self.offer is None or chunk.session_id != wire.round_of(self.offer):
            return  # [OFFER-4]
        fits = chunk.offset == len(self.payload)
        self.payload += chunk.data
        if not fits or len(self.payload) >= self.size:
            self.payload = self.payload if fits else b""
            self.take_offer()

    def take_offer(self):
        offer, self.offer = self.offer, None
        made = self.newcomer()
        session_id = wire.round_of(offer)
        try:
            advert = made.advert(offer, self.payload)
        except Refused as why:
            self.end(session_id, why.reason)
            return
        if self.is_on():  # [ONCE-7]
            self.end(self.member.session_id, "superseded")
        tensor = made.p.tensors[0]
        weight = 1 if made.p.codec.kind == codec.FIXED_POINT else 0
        made.input = codec.Input([(list(tensor.shape), self.values)], weight)
        limits = made.p.time_limits
        self.deadline = time.monotonic() + sum(
            getattr(limits, field.name) for field in limits.FIELDS) / 1000
        self.member = made
        self.send(advert)

    def on_Cohort(self, message):
        self.reply(message.session_id, lambda: self.member.shares(message))

    def on_Delivery(self, message):
        self.answer(message.session_id, lambda: self.member.masked(message))

    def on_UploadGrant(self, message):
        chunks = self.answer(message.session_id, lambda: self.member.upload(message.offset))
        if chunks is None:
            return
        for chunk in chunks:
            self.send(chunk)
        self.reply(message.session_id, self.member.receipt)

    def on_UploadAccepted(self, _message):
        pass

    def on_AttestRequest(self, message):
        self.reply(message.session_id, lambda: self.member.attest(message))

    def on_UnmaskRequest(self, message):
        if self.is_in(message.session_id):
            self.reply(message.session_id, self.member.unmask, message)
            return
        try:  # [INPUT-3]
            member_ending.release_by_certificate(self.disk.state, message.session_id, message.th2,
                                                 message, self.identity)
            self.disk.save()
        except Refused:
            pass

    def on_VoidRequest(self, message):
        try:
            made = member_ending.answer_void(self.disk.state, message.session_id, self.identity)
        except Refused as why:
            self.send(wire.Refusal(message.session_id, why.reason, ""))
            return
        if self.is_in(message.session_id):
            self.member.ended = "already_void"
        self.send(made)

    def on_VoidCertificate(self, message):
        try:
            member_ending.release_by_void(self.disk.state, message)
            self.disk.save()
        except Refused:
            pass

    def on_Rejected(self, message):
        if self.is_in(message.session_id) and message.reason not in MASK_AGAIN:
            self.member.ended = message.reason

    def on_RoundAborted(self, message):
        if self.is_in(message.session_id):
            self.member.ended = "aborted"

    def on_RoundResult(self, message):
        member = self.member
        if member is None or member.session_id != message.session_id:
            return
        try:
            checked = member.result(message)
        except Refused as why:
            print(f"record: {why}", flush=True)
            member.ended = member.ended or why.reason
            return
        member.ended = member.ended or "over"
        self.disk.save()
        if checked.record.outcome == 1 and member.u in checked.u3:
            sys.exit(0)

    def on_SumChunk(self, _message):
        pass


def policy_of(some):
    """KIT/policy.json as the reference's Policy."""
    return policy.Policy(
        bytes.fromhex(some["aggregator_key"]), tuple(some["tasks"]), some["least_n"],
        some["least_survivors"], some["least_floor"], some["least_c"], some["least_gamma_ppm"],
        some["least_sigma"], some["trust_cohort_selection"], some["greatest_vector_length"],
        some["greatest_payload_bytes"], some["greatest_round_time_ms"], some["rounds_per_day"])


def main():
    try:
        Participant(*sys.argv[1:]).run()
    except Refused as why:
        print(why, file=sys.stderr)
        return 1
    except BlockingIOError:
        print("state_locked", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
