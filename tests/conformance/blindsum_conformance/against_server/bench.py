"""A lane against an aggregator: its task and members, and what a check has opened."""
import fcntl
import subprocess

from ..checks import NotApplicable, require, require_equal
from ..kit import Kit
from ..reference import transcript, wire
from .play import Play
from .session import Session

RESTART_S = 25.0


class Bench:
    """See runner.py. `task` and `members` are the lane's own: no other lane joins with them."""

    def __init__(self, options, lane):
        self.kit, self.url = Kit(options.kit), options.url
        self._restart = options.restart
        self.task, self.members = self.kit.lane(lane)
        self._sessions, self._plays, self._locks = [], [], {}
        self._last = {}  # task -> (round, record bytes) of its newest record that was seen

    def start(self, check):
        pass

    def finish(self, check):
        while self._plays:
            self._plays.pop().abandon()
        while self._sessions:
            self._sessions.pop().close()
        while self._locks:
            self._locks.popitem()[1].close()

    def close(self):
        pass

    def session(self, place=0, **connecting):
        """A new session of one of the lane's members, its Challenge heard."""
        return Session(self, self.members[place], **connecting)

    def welcomed(self, place=0):
        return self.session(place).greet()

    def joined(self, place=0):
        session = self.welcomed(place)
        session.join(self.task)
        return session

    def opened(self, session):
        """Told by each session, so that none outlives the check."""
        self._sessions.append(session)

    # Rounds.

    def play(self, count=5, task=None, members=None):
        """A round of the lane's first `count` members, in which each has heard the offer."""
        if task:
            self.only(task)
        play = Play(self, (members or self.members)[:count], task or self.task)
        self._plays.append(play)
        return play.begin()

    def only(self, task):
        """No other lane is in this task, which is not a lane's own, until the check is done."""
        if task not in self._locks:
            lock = open(self.kit.folder / f"{task}.lock", "w", encoding="utf-8")
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._locks[task] = lock

    def restart(self):
        """The aggregator dies and starts again, by the command that --restart names."""
        if not self._restart:
            raise NotApplicable("nothing says how the aggregator is started again: --restart")
        done = subprocess.run(self._restart, shell=True, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=RESTART_S)
        if done.returncode != 0:
            raise OSError(f"--restart ended with {done.returncode}: {done.stderr}")

    def check_chain(self, task, player):
        """That an offer is the next of the task after the record seen last [PARAM-11, PARAM-12]."""
        p = wire.decode_message(wire.RoundParameters, player.offer.parameters)
        if task in self._last:
            number, data = self._last[task]
            require(p.round > number, f"round {p.round} is offered after round {number}")
            if p.round == number + 1:
                require_equal("previous_record_hash", transcript.record_hash(data),
                              p.previous_record_hash)

    def extend_chain(self, task, number, data):
        self._last[task] = (number, data)
