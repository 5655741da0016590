"""A lane against an aggregator: its task and members, and what a check has opened."""
from ..kit import Kit
from .session import Session


class Bench:
    """See runner.py. `task` and `members` are the lane's own: no other lane joins with them."""

    def __init__(self, options, lane):
        self.kit, self.url = Kit(options.kit), options.url
        self.task, self.members = self.kit.lane(lane)
        self._sessions = []

    def start(self, check):
        pass

    def finish(self, check):
        while self._sessions:
            self._sessions.pop().close()

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
