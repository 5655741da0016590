"""The run itself: processes, faults, what is seen meanwhile, and the verdict at the end."""
import collections
import re
import signal
import time

import jail
from aggregator import Aggregator
from checker import Checker, Testimony
from faults import AGGREGATOR
from member import Member
from memory import MOST_OF_AGGREGATOR_KIB, MOST_OF_PARTICIPANT_KIB, Memory
from network import AGGREGATOR as AGGREGATOR_ADDRESS, AGGREGATOR_PORT
from records import read_rounds
from vectors import GREATEST, vector

_TICK_S = 0.05
_LOOK_EVERY_S = 2.0
_TELL_EVERY_S = 5.0
_FIRST_ROUND_LIMIT_S = 120
_CALM_LIMIT_S = 120  # from the last fault to a round that everybody is in
_DRAIN_LIMIT_S = 30
# Of any log: what no round, no peer and no disk may bring about.
_BAD_LINE = re.compile(r"internal_error|terminate called|runtime error|Sanitizer")


def bad_lines(file):
    with open(file, errors="replace") as log:
        return [f"{file.name}: {line.strip()}" for line in log if _BAD_LINE.search(line)]


class Chaos:
    def __init__(self, world, network, disk, shape, output):
        names = [f"m{index + 1:03}" for index in range(shape[0])]
        self.world, self.network, self.disk, self.shape = world, network, disk, shape
        self.output = output
        world.make_keys_and_roster(names)
        world.make_certificate()
        self.aggregator = Aggregator(world, disk, network.prefix(AGGREGATOR), shape, GREATEST)
        server = f"{AGGREGATOR_ADDRESS}:{AGGREGATOR_PORT}"
        self.members = [Member(index, name, world, network.prefix(index + 1), server, shape)
                        for index, name in enumerate(names)]
        self.applied = collections.Counter()
        self.memory = {"aggregator": Memory(MOST_OF_AGGREGATOR_KIB),
                       "participant": Memory(MOST_OF_PARTICIPANT_KIB)}
        self.wrong = []
        self.active = {}  # (target, kind) -> when it ends
        self.recovered_s = None
        self._next_look = self._next_tell = 0.0

    # What is running.

    def _process_of(self, target):
        return self.aggregator if target == AGGREGATOR else self.members[target - 1]

    def start(self):
        self.aggregator.start()
        self.aggregator.wait_for_port()
        for member in self.members:
            member.start()
        self._wait(_FIRST_ROUND_LIMIT_S, lambda: self._completed() > 0,
                   "no round completed before the first fault")
        for memory in self.memory.values():
            memory.mark()

    def _wait(self, limit_s, is_done, complaint):
        """Seconds that it took; None, and the complaint, if it was too long."""
        begun = time.monotonic()
        while time.monotonic() < begun + limit_s:
            self._tick()
            if is_done():
                return time.monotonic() - begun
        self.wrong.append(complaint)
        return None

    def _completed(self):
        return sum(one[0] == "completed" for one in self.aggregator.outcomes.values())

    def _tick(self):
        time.sleep(_TICK_S)
        now = time.monotonic()
        if (AGGREGATOR, "kill") not in self.active:
            self.aggregator.look_after()
        for member in self.members:
            if (member.index + 1, "kill") not in self.active and not member.alive():
                self.wrong.append(f"{member.name} ended by itself with code "
                                  f"{member.process.returncode}")
                member.start()
        if now >= self._next_look:
            self._next_look = now + _LOOK_EVERY_S
            self._look()
        if now >= self._next_tell:
            self._next_tell = now + _TELL_EVERY_S
            self.output.progress(self.state())

    def _look(self):
        for member in self.members:
            member.listen()
        self.aggregator.look_at_results()
        self.memory["aggregator"].look([self.aggregator.process])
        self.memory["participant"].look([member.process for member in self.members])
        known = {one.process.pid for one in [self.aggregator, *self.members] if one.process}
        jail.reap_orphans(known)

    def state(self):
        completed = self._completed()
        return {"rounds_over": len(self.aggregator.outcomes), "completed": completed,
                "aborted": len(self.aggregator.outcomes) - completed,
                "acknowledged": sum(len(member.accepted) for member in self.members),
                "faults": dict(self.applied),
                "now": sorted(f"{kind} {self._name_of(target)}" for target, kind in self.active)}

    def _name_of(self, target):
        return "aggregator" if target == AGGREGATOR else self.members[target - 1].name

    # Faults.

    def suffer(self, plan, seconds):
        begun, waiting = time.monotonic(), collections.deque(plan)
        while time.monotonic() < begun + seconds:
            now = time.monotonic()
            self._end_faults(now)
            while waiting and begun + waiting[0].at_s <= now:
                self._begin(waiting.popleft(), now)
            self._tick()
        self._end_faults(float("inf"))

    def _begin(self, fault, now):
        """What is already so, or cannot be, is left out."""
        key, process = (fault.target, fault.kind), self._process_of(fault.target)
        if key in self.active or (fault.kind in ("kill", "stop") and not process.alive()):
            return
        if fault.kind == "kill":
            process.kill()
        elif fault.kind == "stop":
            process.process.send_signal(signal.SIGSTOP)
        elif fault.kind == "cut":
            self.network.cut(fault.target)
        elif fault.kind == "slow":
            if not self.network.slow_by:
                return
            self.network.slow(fault.target, fault.strength)
        else:
            self.disk.fill(fault.spare_bytes)
        self.active[key] = now + fault.duration_s
        side = "aggregator" if fault.target == AGGREGATOR else "participant"
        self.applied[f"{side} {fault.kind}"] += 1

    def _end_faults(self, now):
        for target, kind in [key for key, end in self.active.items() if end <= now]:
            del self.active[target, kind]
            process = self._process_of(target)
            if kind == "kill":
                process.start()
            elif kind == "stop" and process.alive():
                process.process.send_signal(signal.SIGCONT)
            elif kind == "cut":
                self.network.heal(target)
            elif kind == "slow":
                self.network.quicken(target)
            elif kind == "full disk":
                self.disk.free()

    # The end.

    def calm(self):
        """Nothing is done to anybody any more: then a round has to have everybody in its sum."""
        self._look()  # what was seen last is up to two seconds old
        before = set(self.aggregator.outcomes)

        def everybody_is_in():
            return any(outcome == "completed" and size == len(self.members)
                       for number, (outcome, _, size) in self.aggregator.outcomes.items()
                       if number not in before)

        self.recovered_s = self._wait(_CALM_LIMIT_S, everybody_is_in,
                                      "after the last fault no round completed with everybody")

    def stop(self):
        if self.aggregator.alive():
            self.aggregator.stop(_DRAIN_LIMIT_S)
        code = self.aggregator.process.returncode
        if code != 0:
            self.wrong.append(f"blindsumd did not drain: it ended with code {code}")
        for member in self.members:
            member.process.terminate()
        for member in self.members:
            member.stop()
            member.listen()
            member.take_left_records()

    def verdict(self):
        rounds, only_offered = read_rounds(self.world, self.aggregator.results)
        members, length = self.shape
        checker = Checker([Testimony(one.name, one.index, one.accepted, one.included, one.records,
                                     one.contradictions) for one in self.members], length,
                          lambda index, number: vector(members, length, index, number))
        verdict = checker.judge(rounds, only_offered)
        verdict.wrong += self.wrong + self.aggregator.own_ends
        for one in [self.aggregator, *self.members]:
            verdict.wrong += bad_lines(one.log_file)
        for whose, memory in self.memory.items():
            verdict.wrong += memory.wrong(whose)
        return verdict
