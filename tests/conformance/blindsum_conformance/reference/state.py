"""What a participant keeps on disk (DISK-2, DISK-4), here in memory: it outlives its rounds."""

from dataclasses import dataclass, field


@dataclass
class Entry:
    """A round that an advert was sent for. Fields are empty until their phase writes them."""

    task: str
    round: int
    time: float
    parameters: bytes
    th1: bytes = b""
    cohort: list = field(default_factory=list)  # [(roster index, identity key)]
    th2: bytes = b""
    input_id: bytes = b""
    unmasked: bool = False
    void: bool = False


@dataclass
class State:
    """`spent`: input id -> session id of the round; `records`: task -> (round, record bytes)."""

    highest_epoch: int = 0
    epoch_hash: bytes = b""
    highest_round: dict = field(default_factory=dict)
    rounds: dict = field(default_factory=dict)
    spent: dict = field(default_factory=dict)
    records: dict = field(default_factory=dict)

    def advert(self, parameters, data, now):
        """Before the advert leaves: epoch, round, session id, time."""
        self.highest_epoch = parameters.roster_epoch
        self.epoch_hash = parameters.roster_hash
        self.highest_round[parameters.task] = parameters.round
        self.rounds[parameters.session_id] = Entry(parameters.task, parameters.round, now, data)

    def adverts_since(self, time):
        """[POLICY-7]; times in the future count."""
        return sum(entry.time > time for entry in self.rounds.values())

    def release(self, session_id):
        """[INPUT-3]"""
        self.spent = {name: by for name, by in self.spent.items() if by != session_id}
