"""Where a check against a participant is played: the program, its sessions, what it said.

Each check has a program, a state folder, an input and a listener of its own. The program is the
kit's member MEMBER; the suite plays all others (puppets.py).
"""
import json
import pathlib
import time

import numpy

from . import terms
from .ledger import Ledger
from .program import Program
from .puppets import Puppet
from .talk import PATIENCE_S, Talk
from ..checks import Failed, require, require_equal
from ..kit import Kit
from ..link import Closed, Listener, Waited
from ..pins import public_key_pin
from ..reference import transcript
from ..reference.protobuf import encode_message
from ..reference.schema import Member, Roster, SignedRoster

MEMBER = "crowd-51"


class Bench(Talk):
    def __init__(self, options, lane):
        self.kit = Kit(options.kit)
        self._command, self._scratch = options.exec, options.scratch
        host, port = options.listen.rsplit(":", 1)
        self._place = (host, int(port) + lane if int(port) else 0)
        self.aggregator = self.kit.aggregator
        crowd = self.kit.crowd()
        self._mine = next(m for m in crowd if m.name == MEMBER)
        self.roster_index, self.identity = self._mine.index, self._mine.key.public
        self._puppets = {m.index: Puppet(m.index, m.key) for m in crowd if m is not self._mine}

    def start(self, check):
        self.seed = check.name
        self.listener, self.link, self.ca_file = None, None, self.kit.ca
        self.program = Program(self._command, self._scratch)
        self.ledger = Ledger()
        self.listen()
        self._heard = []
        self.authority, self.roster_file = self.kit.authority, self.kit.roster_file
        self.roster_epoch = self.kit.roster.epoch
        self.roster_hash = transcript.roster_hash(self.kit.roster_bytes)
        self.give_input(first_values(terms.LENGTH))
        policy = {**terms.POLICY, "aggregator_key": self.aggregator.public.hex()}
        self._write("policy.json", json.dumps(policy, indent=2).encode() + b"\n")

    def finish(self, _check):
        """Also after a start() that was cut off."""
        self.program.close()
        if self.link:
            self.link.cut()
        if self.listener:
            self.listener.close()

    def close(self):
        """Nothing is left: each check has closed what it opened."""

    # Whom and what.

    def cohort_of(self, n):
        """(puppets in roster order with None in the program's place, that place)."""
        indices = sorted([*self._puppets, self.roster_index])
        first = max(0, indices.index(self.roster_index) - n // 2)
        chosen = indices[first:first + n]
        return [self._puppets.get(i) for i in chosen], chosen.index(self.roster_index)

    def stranger(self, n):
        """A puppet that is in no cohort of n."""
        members = self.cohort_of(n)[0]
        return next(p for p in self._puppets.values() if p not in members)

    def parameters(self, session_id, number, **changes):
        own = {"roster_epoch": self.roster_epoch, "roster_hash": self.roster_hash,
               "aggregator_key": self.aggregator.public}
        return terms.parameters(session_id, number, **{**own, **changes})

    def give_input(self, values):
        """An array that the program puts into rounds from now on."""
        self.values = values
        numpy.save(f"{self.program.folder}/input.npy", values)

    def holds_input(self, game, elements):
        """The elements, of Z_{2^b}, are the program's input as the codec makes them."""
        parameters = game.parameters
        modulus = 1 << parameters.ring_bits
        if parameters.codec.kind != 1:
            require_equal("x, that is y without its masks [MASK-2]",
                          [int(v) % modulus for v in self.values], elements)
            return
        signed = [e - modulus if e >= modulus // 2 else e for e in elements]
        codec, self.last_signed = parameters.codec, list(signed)
        require_equal("the weight, the last element [CODEC-3]", 1, signed.pop())
        for value, got in zip(self.values, signed, strict=True):
            due = float(numpy.clip(value, -codec.clip, codec.clip)) * codec.scale
            require(abs(got - due) < 1, f"element {got} of {due} [CODEC-3]")

    def use_roster(self, epoch=1, authority="conformance suite", not_after=0, change=None,
                   signed_by_aggregator=False):
        """The kit's members in another roster, for the program and for offers from now on."""
        members = [Member(m.index, m.name, m.identity_key) for m in self.kit.roster.members]
        if change:
            change(members)
        roster = encode_message(Roster(epoch, members, not_after, authority))
        key = self.aggregator if signed_by_aggregator else self.kit.authority
        signed = SignedRoster(roster, key.sign(transcript.roster_statement(roster)))
        self._write("roster.bsr", encode_message(signed))
        self.roster_file = f"{self.program.folder}/roster.bsr"
        self.roster_epoch, self.roster_hash = epoch, transcript.roster_hash(roster)

    def folder(self, name):
        """A new folder, for files of this check."""
        path = pathlib.Path(self.program.folder, name)
        path.mkdir()
        return path

    def trust(self, authority):
        """The program is told this CA file, not the kit's."""
        self.ca_file = authority

    def listen(self, certificate=None, key=None, **options):
        """Anew, as a server with another certificate, say."""
        if self.listener:
            self.listener.close()
        self.listener = Listener(*self._place, certificate or self.kit.certificate,
                                 key or self.kit.tls_key, **options)

    # The program's life.

    def run(self):
        """Starts it, and hears it join."""
        self.launch()
        self.meet()

    def launch(self):
        self.program.start(self._places())

    def second_program(self):
        """Another process with the same state folder."""
        other = self.program.twin()
        other.start(self._places())
        return other

    def _places(self):
        host, port = self.listener.host, self.listener.port
        return {
            "url": f"wss://{host}:{port}", "address": f"{host}:{port}", "ca": self.ca_file,
            "server_pin": public_key_pin(self.kit.certificate), "identity": self._mine.path,
            "roster": self.roster_file, "authority_key": self.authority.public.hex(),
            "aggregator_key": self.aggregator.public.hex(), "task": terms.TASK,
            "policy": f"{self.program.folder}/policy.json",
            "input": f"{self.program.folder}/input.npy"}

    def joins(self):
        """Whether it joined; False if it has ended instead, with an error."""
        try:
            self.meet()
            return True
        except Failed:
            require(self.program.exit_code(PATIENCE_S), "it neither joins nor ends with an error")
            return False

    def exit_code(self, limit_s):
        """Of the program, once it has ended; None if it runs on. Hears it out meanwhile."""
        end = time.monotonic() + limit_s
        while (code := self.program.exit_code(0.02)) is None and time.monotonic() < end:
            try:
                self._take(self.link.receive(0.02))
            except (Waited, Closed):
                continue
        return code

    def ended(self):
        """It has ended by itself; its session is over."""
        self.link.cut()
        self.link, self._heard = None, []

    def restart(self):
        """It dies and begins anew, with the same state folder and input."""
        self.program.kill()
        if self.link:
            self.link.cut()
        self.run()

    def reconnect(self):
        """It loses its session and comes back."""
        self.link.cut()
        self.meet()

    def _write(self, name, data):
        with open(f"{self.program.folder}/{name}", "wb") as out:
            out.write(data)


def first_values(length):
    """Whole numbers from -BOUND to BOUND, the ends among them."""
    steps = numpy.arange(length, dtype=numpy.int64) * 611
    return steps % (2 * terms.BOUND + 1) - terms.BOUND
