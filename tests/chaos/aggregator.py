"""The aggregator: blindsumd in a network of its own, with all that it writes on a small disk."""
import json
import time

from testbed.processes import Server

import network as networks
from member import TASK

CONFIGURATION = """\
[limits]
idle_time = "10s"
write_time = "10s"
drain = "20s"

[[task]]
name = "{task}"
tensors = [{{ name = "values", shape = [{length}] }}]
codec = {{ kind = "count", bound = {bound} }}
n_min = {least}
n_max = {most}
max_corrupt = 1
delta = "25%"
gather = "1s"
retry_pause = "100ms"
time_limits = {{ advertise = "4s", share = "4s", mask = "8s", attest = "4s", unmask = "4s" }}
"""

_RESTART_PAUSE_S = 0.5


class Aggregator(Server):
    def __init__(self, world, disk, network_prefix, shape, bound):
        members, length = shape
        # With fewer than 7, a quarter lost leaves too few for any threshold.
        least = max(7, members * 6 // 10)
        world.make_configuration(
            CONFIGURATION.format(task=TASK, length=length, bound=bound, least=least, most=members),
            disk.folder, networks.AGGREGATOR, networks.AGGREGATOR_PORT)
        super().__init__(world, disk.folder, network_prefix)
        self.disk = disk
        self.results = disk.folder / "results" / TASK
        self.starts = 0
        self.refused_starts = 0  # because the disk was full
        self.own_ends = []  # what it ended with when nobody had ended it
        self.killed_rounds = set()  # that were under way when it was killed
        self.outcomes = {}  # round -> ("completed" or "aborted", reason, members in the sum)

    def start(self):
        super().start()
        self.starts += 1
        self._started_at = time.monotonic()

    def kill(self):
        super().kill()
        self.killed_rounds |= {int(file.stem.split("-")[1])
                               for file in self.results.glob("round-*.offer")
                               if not file.with_suffix(".record").exists()}

    def look_after(self):
        """As its service manager does: starts it again when it has ended, and notes why."""
        if self.alive() or time.monotonic() < self._started_at + _RESTART_PAUSE_S:
            return
        code = self.process.returncode
        if code == 1 and not self.listens() and self.disk.was_full_since(self._started_at):
            self.refused_starts += 1
        else:
            self.own_ends.append(f"blindsumd ended by itself with code {code}")
        self.start()

    def look_at_results(self):
        """Rounds that are over by now, from the JSON that appears last."""
        for file in self.results.glob("round-*.json"):
            number = int(file.stem.split("-")[1])
            if number not in self.outcomes:
                found = json.loads(file.read_text())
                self.outcomes[number] = (found["outcome"], found["reason"], len(found["u3"]))

    def hardships(self):
        completed = [number for number in self.killed_rounds
                     if self.outcomes.get(number, ("",))[0] == "completed"]
        return {"starts": self.starts, "refused_starts": self.refused_starts,
                "killed_rounds": len(self.killed_rounds), "killed_and_completed": len(completed)}
