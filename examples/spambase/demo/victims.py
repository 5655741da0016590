"""Chooses, by seed, who is killed in which round and phase, and when they are started again."""
import heapq
import random
import time

PHASES = ("advertised", "shared", "masking", "uploaded", "attested")
AWAY_S = (0.2, 0.7)  # how long a victim stays away


class Victims:
    def __init__(self, seed, names):
        self.seed, self.names = seed, list(names)
        self.round = 0
        self.planned = {}      # name -> phase, still to be killed in this round
        self.killed = {}       # round -> [(name, phase)]
        self._away = []        # (when, name): to be started again

    def _plan(self, number):
        dice = random.Random(f"{self.seed}/{number}")
        chosen = dice.sample(self.names, dice.choice((1, 2)))
        self.round = number
        self.planned = {name: dice.choice(PHASES) for name in chosen}
        self._delays = {name: dice.uniform(*AWAY_S) for name in chosen}

    def on_phase(self, member, number, phase):
        """Kills the member if its time has come."""
        if number > self.round:
            self._plan(number)
        if number != self.round or self.planned.get(member.name) != phase or not member.alive():
            return
        del self.planned[member.name]
        member.kill()
        self.killed.setdefault(number, []).append((member.name, phase))
        heapq.heappush(self._away, (time.monotonic() + self._delays[member.name], member.name))

    def start_again(self, members):
        while self._away and self._away[0][0] <= time.monotonic():
            members[heapq.heappop(self._away)[1]].start()

    def count(self):
        return sum(map(len, self.killed.values()))
