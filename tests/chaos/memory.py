"""Memory of the processes over a run: resident, in KiB."""
import pathlib

# Bounds far above what these small rounds need: a leak a round passes them, a busy heap does not.
MOST_OF_AGGREGATOR_KIB = 256 << 10
MOST_OF_PARTICIPANT_KIB = 128 << 10


def resident_kib(process):
    """0 when it is gone."""
    try:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    except (OSError, AttributeError):
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) if lines else 0


class Memory:
    """One side's: at the mark, the last, the greatest, and the growth within one life."""

    def __init__(self, most_kib):
        self.most_kib = most_kib
        self.first = self.last = self.greatest = self.growth = 0
        self._lives = {}  # process id -> what it had when it was first looked at

    def look(self, processes):
        """Of several the largest counts."""
        found = {process.pid: resident_kib(process) for process in processes if process}
        found = {pid: kib for pid, kib in found.items() if kib}
        if not found:
            return
        for pid, kib in found.items():
            self.growth = max(self.growth, kib - self._lives.setdefault(pid, kib))
        self.last = max(found.values())
        self.greatest = max(self.greatest, self.last)

    def mark(self):
        """What is there now counts as the first."""
        self.first = self.last

    def wrong(self, whose):
        if self.greatest <= self.most_kib:
            return []
        return [f"{whose}: {self.greatest} KiB resident, more than {self.most_kib}"]

    def summary(self):
        return {"first_kib": self.first, "last_kib": self.last, "greatest_kib": self.greatest,
                "growth_kib": self.growth}
