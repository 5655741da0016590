"""A lane against an aggregator: its task, its members."""
from ..kit import Kit


class Bench:
    def __init__(self, options, lane):
        self.kit, self.url = Kit(options.kit), options.url
        self.task, self.members = self.kit.lane(lane)

    def start(self, check):
        pass

    def finish(self, check):
        pass

    def close(self):
        pass
