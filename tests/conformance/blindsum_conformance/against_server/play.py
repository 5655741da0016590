"""One round against the aggregator, phase by phase.

    play = bench.play()                 five members joined; each has heard the offer
    play.to("mask")                     they answer honestly until each has heard its Delivery
    play.complete()                     the rest of the round: an exact sum, a record that verifies

A stage is what has been heard last: "advertise" (Offer), "share" (Cohort), "mask" (Delivery),
"attest" (AttestRequest), "unmask" (UnmaskRequest), "over" (RoundResult). A check steps in between
two of them; `gone` are players who take no part any more, `done` those who gave the stage's answer
already. to() gives the stage's answers of all others.
"""
import time

from .. import link
from ..checks import require, require_equal
from ..reference import packing, record, transcript, wire
from ..reference.errors import Refused
from .player import Player
from .session import ANSWER_S

STAGES = ("advertise", "share", "mask", "attest", "unmask", "over")


class Play:
    def __init__(self, bench, identities, task):
        self.bench, self.task = bench, task
        self.limits_s = {phase: ms / 1000 for phase, ms in
                         bench.kit.tasks[task]["time_limits_ms"].items()}
        self.players = [Player(bench, identity, task) for identity in identities]
        self.gone, self.done = set(), set()
        self.stage = None
        self.begun = False

    def begin(self):
        for player in self.players:
            player.enter()
        for player in self.players:
            player.hear_offer()
            self.begun = True
        self._enter("advertise")
        self.bench.check_chain(self.task, self.players[0])
        return self

    def __getitem__(self, place):
        return self.players[place]

    @property
    def present(self):
        return [p for p in self.players if p not in self.gone]

    def drop(self, *players):
        """They vanish; phases that need them close at their limits from here on."""
        for player in players:
            player.vanish()
            self.gone.add(player)

    def to(self, stage):
        while self.stage != stage:
            self.step()
        return self

    def step(self):
        """The answers of this stage, then the message that begins the next one."""
        getattr(self, f"_{self.stage}")()

    def complete(self):
        self.to("over")
        self.check_result()
        return self

    def _enter(self, stage):
        self.stage, self.done = stage, set()

    def _wait_s(self, phase):
        """How long the phase's end may take."""
        return ANSWER_S + (self.limits_s[phase] if self.gone else 0)

    def _say(self, answer):
        for player in self.present:
            if player not in self.done:
                player.say(answer(player))

    def _advertise(self):
        self._say(Player.advert)
        for player in self.present:
            player.hear_cohort(self._wait_s("advertise"))
        self._enter("share")

    def _share(self):
        self._say(Player.shares)
        for player in self.present:
            player.hear_delivery(self._wait_s("share"))
        self._enter("mask")

    def _mask(self):
        self.upload_all([p for p in self.present if p not in self.done])
        for player in self.present:
            player.hear_attest_request(self._wait_s("mask"))
        self._enter("attest")

    def upload_all(self, players):
        """Whoever is granted uploads, in whatever order the aggregator takes them."""
        waiting, end = list(players), time.monotonic() + self._wait_s("mask")
        for player in waiting:
            player.packed()
        while waiting:
            found = link.ready([p.link for p in waiting], max(0.0, end - time.monotonic()))
            require(found, f"no UploadGrant for {len(waiting)} members")
            for player in [p for p in waiting if p.link in found]:
                player.upload()
                waiting.remove(player)
        for player in players:
            player.hear_accepted(self._wait_s("mask"))

    def _attest(self):
        self._say(Player.attestation)
        for player in self.present:
            player.hear_unmask_request(self._wait_s("attest"))
        self._enter("unmask")

    def _unmask(self):
        for player in self.present:
            if player not in self.done:
                player.say(player.unmask())
                player.unmasked = True
        for player in self.present:
            player.hear_result(self._wait_s("unmask"))
        self._enter("over")

    def abort(self, reason, but=()):
        """The round aborts with this reason; each present player hears so, and the record."""
        for player in self.present:
            if player not in but:
                aborted = player.hear(wire.RoundAborted, wire.RoundResult,
                                      timeout_s=self._wait_s("mask"))
                if isinstance(aborted, wire.RoundAborted):
                    require_equal("RoundAborted.reason", reason, aborted.reason)
                    require_equal("RoundAborted.session_id", player.session_id, aborted.session_id)
                else:
                    player.result = aborted
        self.stage = "over"

    # The end.

    def check_result(self):
        """Everybody's record is one, verifies, and its sum is that of the inputs of U3."""
        checked = self.check_record()
        require_equal("Record.outcome (1 completed)", 1, checked.record.outcome)
        for player in self.present:
            require_equal("the sum of all who got it", self.present[0].sum, player.sum)
        if checked.parameters.publish_sum:
            self.check_sum(checked)
        return checked

    def check_record(self):
        first = self.present[0].result
        for player in self.present:
            result = player.result
            require_equal("the record of all", first.record, result.record)
            require_equal("the record's signature of all", first.signature, result.signature)
        self.checked = self.verified(first)
        return self.checked

    def verified(self, result, proof=None):
        """The record of a RoundResult, with the proof of any member [RECORD-3]."""
        player = next(p for p in self.players if p.cohort or p is self.players[-1])
        proof = proof or result.proof or self.proof()
        packed = player.sum or None
        try:
            checked = record.verify(result.record, result.signature, proof, player.honest.roster,
                                    self.bench.kit.aggregator.public, packed)
            record.check_blames(checked, player.honest.roster)
        except Refused as refused:
            require(False, f"the record does not verify: {refused}")
        self.bench.extend_chain(self.task, checked.parameters.round, result.record)
        return checked

    def proof(self):
        """RecordProof of what the members have verified in the round [RECORD-10]."""
        made = wire.RecordProof()
        for player in self.players:
            if player.cohort:
                made.adverts = player.cohort.adverts
            if player.unmask_request:
                made.signers = player.unmask_request.signers
                made.signatures = player.unmask_request.signatures
        return wire.encode_message(made)

    def check_sum(self, checked):
        p = checked.parameters
        total = 0
        for u in checked.u3:
            player = next(one for one in self.players if one.cohort and one.u == u)
            total = total + player.honest.x
        wanted = packing.pack(total, p.ring_bits)
        require_equal("the sum", wanted, self.present[0].sum)

    def u3(self):
        return self.checked.u3

    def abandon(self):
        """Ends the round, whatever state it is in, so that the task is free again."""
        if not self.begun or self.stage == "over":
            return
        session_id = next(p.honest for p in self.players if p.honest)
        parameters = wire.decode_message(wire.RoundParameters,
                                         next(p.offer for p in self.players if p.offer).parameters)
        del session_id
        last = None
        for player in self.players:
            try:
                player.enter()
                player.say(wire.Refusal(parameters.session_id, "participant_stopped", ""))
                last = player
            except Exception:
                continue
        end = time.monotonic() + sum(self.limits_s.values())
        while last and time.monotonic() < end:
            try:
                message = last.listen(end)
            except (link.Waited, link.Closed):
                return
            if isinstance(message, (wire.RoundAborted, wire.RoundResult)):
                return


def th0_of(player):
    return transcript.th0(player.offer.parameters)
