"""One round against the aggregator, phase by phase.

    play = bench.play()                 five members joined; each has heard the offer
    play.to("mask")                     they answer honestly until each has heard its Delivery
    play.complete()                     the rest of the round: an exact sum, a record that verifies

A stage is what has been heard last: "advertise" (Offer), "share" (Cohort), "mask" (Delivery),
"attest" (AttestRequest), "unmask" (UnmaskRequest), "over" (RoundResult). A check steps in between
two of them: what it says for a player itself it notes in `done`; drop() and silence() tell who says
nothing. to() gives the stage's answers of all others.
"""
import contextlib
import time

from .. import link
from ..checks import Failed, require, require_equal
from ..kit import UPLOADS
from ..reference import packing, record, wire
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
        self.since = 0.0  # a time before the message that began the stage was sent

    def begin(self):
        self.since = time.monotonic()
        for player in self.players:
            player.enter()
        for player in self.players:
            player.hear_offer()
        self.enter("advertise")
        self.bench.check_chain(self.task, self.players[0])
        return self

    def __getitem__(self, place):
        return self.players[place]

    def newcomer(self, identity):
        """One more player, who joins now."""
        self.players.append(Player(self.bench, identity, self.task).enter())
        return self.players[-1]

    @property
    def present(self):
        return [p for p in self.players if p not in self.gone]

    def drop(self, *players):
        """They vanish, and are lost to the phase that is open if they have not answered it."""
        for player in players:
            player.vanish()
            self.gone.add(player)
            if player not in self.done:
                self.silence(player)

    def silence(self, *players):
        """They say nothing in this stage, and stay connected."""
        for player in players:
            self.done.add(player)
            player.in_u2 = player.in_u2 and self.stage not in ("advertise", "share")
            player.in_u3 = player.in_u2 and player.in_u3 and self.stage != "mask"

    def to(self, stage):
        while self.stage != stage:
            self.step()
        return self

    def step(self):
        """The answers of this stage, then the message that begins the next one."""
        before = time.monotonic()
        getattr(self, f"_{self.stage}")()
        self.since = before

    @contextlib.contextmanager
    def at_limit(self):
        """What is done within takes this stage's phase to its limit; it must not close before."""
        phase, since = self.stage, self.since
        yield
        took = time.monotonic() - since
        require(took > self.limits_s[phase] - 0.05, f"phase {phase} closed after {took:.1f} s")

    @contextlib.contextmanager
    def at_once(self):
        """What is done within ends this stage's phase, which must not wait for its limit."""
        phase, since = self.stage, self.since
        yield
        took = time.monotonic() - since
        require(took < self.limits_s[phase], f"phase {phase} closed after {took:.1f} s")

    def complete(self):
        self.to("over")
        self.check_result()
        return self

    def enter(self, stage):
        self.stage, self.done = stage, set()

    def _say(self, answer):
        for player in self.present:
            if player not in self.done:
                player.say(answer(player))

    def _advertise(self):
        self._say(Player.advert)
        for player in self.present:
            player.hear_cohort(self.wait_s("advertise"))
        self.enter("share")

    def _share(self):
        self._say(Player.shares)
        for player in self.present:
            player.hear_delivery(self.wait_s("share"))
        self.enter("mask")

    def _mask(self):
        due = [p for p in self.present if p.in_u3 and p not in self.done]
        self.upload(due, len(due))
        for player in self.present:
            if player.in_u3 and not player.accepted:
                player.hear_accepted(self.wait_s("mask"))
        for player in self.present:
            if player.in_u3:
                player.hear_attest_request(self.wait_s("mask"))
        self.enter("attest")

    def upload(self, players, count):
        """So many of the players upload, in whatever order they are granted; returns them."""
        waiting, end = list(players), time.monotonic() + self.wait_s("mask")
        for player in waiting:
            player.packed()
        while len(waiting) > len(players) - count:
            for player in self.granted(waiting, end):
                grant = player.held_grant()
                if grant and len(waiting) > len(players) - count:
                    player.upload(grant)
                    waiting.remove(player)
        return [player for player in players if player not in waiting]

    def granted(self, players, end=None):
        """Those of the players to whom something has come, which UploadGrant is."""
        end = end or time.monotonic() + self.wait_s("mask")
        found = link.ready([p.link for p in players], max(0.0, end - time.monotonic()))
        require(found, f"no UploadGrant for {len(players)} members")
        return [p for p in players if p.link in found]

    def holders(self):
        """[(player, its grant)]: as many as hold one at a time (UPLOADS of the kit), the others."""
        holding = {}
        for player in self.present:
            player.packed()  # which takes time, and who holds a grant has little
        while len(holding) < UPLOADS:
            for player in self.granted([p for p in self.present if p not in holding]):
                holding[player] = player.hear_grant()
        return list(holding.items()), [p for p in self.present if p not in holding]

    def _attest(self):
        self._say_of_u3(Player.attestation)
        for player in self.present:
            if player.in_u2:
                player.hear_unmask_request(self.wait_s("attest"))
        self.enter("unmask")

    def _say_of_u3(self, answer):
        for player in self.present:
            if player.in_u3 and player not in self.done:
                player.say(answer(player))

    def _unmask(self):
        for player in self.present:
            if player.in_u2 and not player.in_u3:
                player.packed()
                require_equal("what a member outside U3 says", None, player.unmask())
        self._say_of_u3(Player.unmask)
        self.hear_results()

    def hear_results(self):
        for player in self.present:
            player.hear_result(self.wait_s("unmask"))
        self.enter("over")

    def wait_s(self, phase):
        """How long what follows the phase may take, should it close at its limit."""
        return ANSWER_S * self.bench.kit.patience + self.limits_s[phase]

    def hear_abort(self, reason):
        """The round aborts with this reason; each present player hears so.

        The record that a cohort gets verifies, and says so too; it is returned, checked.
        """
        for player in self.present:
            player.hear_abort(reason, self.wait_s("mask"))
        self.enter("over")
        if not self.present[0].cohort:
            return None
        checked = self.check_record()
        require_equal("Record.outcome (2 aborted)", 2, checked.record.outcome)
        require_equal("Record.reason", reason, checked.record.reason)
        return checked

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
        roster = self.players[0].honest.roster
        proof = proof or result.proof or self.proof()
        packed = next((p.sum for p in self.present if p.sum), None)
        try:
            checked = record.verify(result.record, result.signature, proof, roster,
                                    self.bench.kit.aggregator.public, packed)
            record.check_blames(checked, roster)
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
        offered = [p for p in self.players if p.offer]
        if not offered or self.stage == "over":
            return self._decline_next()
        last = None
        for player in offered:
            try:
                player.enter()
                player.refuse()
                last = player
            except (Failed, link.Closed, link.Waited, OSError):
                continue  # the check has failed, or the round is over
        end = time.monotonic() + sum(self.limits_s.values())
        try:
            while last and not isinstance(last.listen(end), (wire.RoundAborted, wire.RoundResult)):
                pass
        except (Failed, link.Closed, link.Waited):
            pass

    def _decline_next(self):
        """A round that may have begun after this one ends at once."""
        for player in self.present:
            try:
                while player.link.poll():
                    message = player.listen(time.monotonic())
                    if isinstance(message, wire.Offer):
                        player.offer = message
                        player.refuse()
            except (Failed, link.Closed, link.Waited):
                continue
