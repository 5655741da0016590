"""A participant: `blindsum join` in a network of its own, and all that it ever said.

What it says goes to a file, line by line, so that no kill takes back what was said before it.
"""
import hashlib
import json
import pathlib
import sys

from testbed.processes import Child

HERE = pathlib.Path(__file__).resolve().parent
TASK = "chaos"


class Member(Child):
    def __init__(self, index, name, world, network_prefix, server, shape):
        """server: HOST:PORT; shape: (members, length) of the vectors."""
        super().__init__(world.folder / f"{name}.log")
        folder = world.folder
        self.index, self.name = index, name
        self.events_file = folder / f"{name}.events"
        self.results = folder / f"{name}.results"
        self.accepted = set()   # rounds whose upload was acknowledged to it
        self.included = set()   # rounds that it was told have its vector
        self.records = []       # (round, SHA-256 of the record's file) that it was given
        self.contradictions = []  # what the aggregator said in two ways
        self.starts = 0
        self._read_bytes = 0
        self._command = [
            *network_prefix, world.program("client", "blindsum"), "join", "--json",
            "--server", server, "--server-name", "localhost", "--ca", str(folder / "server.crt"),
            "--identity", str(folder / f"{name}.key"), *world.public_arguments(),
            "--task", TASK, "--state", str(folder / f"{name}.state"),
            "--results", str(self.results), "--most-rounds-per-day", "1000000",
            "--exec", sys.executable, "--", "-S", str(HERE / "vectors.py"),
            *map(str, shape), str(index)]

    def start(self):
        self.starts += 1
        with open(self.events_file, "ab") as events:
            self.spawn(self._command, stdout=events)

    def listen(self):
        """Takes in what it has said since the last call."""
        if not self.events_file.exists():
            return
        with open(self.events_file, "rb") as file:
            file.seek(self._read_bytes)
            said = file.read()
        whole = said[:said.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        for line in whole.splitlines():
            try:
                self._hear(json.loads(line))
            except json.JSONDecodeError:
                continue  # two lines in one: a kill cut the first off

    def _hear(self, event):
        kind = event.get("event")
        if kind == "phase" and event["text"] == "accepted":
            self.accepted.add(event["round"])
        elif kind == "evidence":
            self.contradictions.append(f"round {event.get('round')}: {event.get('text')}")
        elif kind == "result":
            if event["completed"]:
                self.included.add(event["round"])
            if "record" in event:
                self._take_record(event["round"], pathlib.Path(event["record"]))

    def _take_record(self, round_number, file):
        if file.exists():
            self.records.append((round_number, hashlib.sha256(file.read_bytes()).hexdigest()))
            file.unlink()

    def take_left_records(self):
        """Those that it had written when a kill kept it from saying so."""
        for file in sorted(self.results.glob("round-*.record")):
            self._take_record(int(file.stem.split("-")[1]), file)
