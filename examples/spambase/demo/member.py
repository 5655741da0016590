"""One organisation of the demo: its files, and its process."""
import json
import queue
import subprocess
import threading

from testbed.processes import Child


class Member(Child):
    def __init__(self, name, world, port, events: queue.Queue):
        super().__init__(world.folder / f"{name}.log")
        self.name, self.world, self.port, self.events = name, world, port, events
        self.oracle = world.folder / "private" / name

    def start(self):
        folder = self.world.folder
        self.spawn(
            [self.world.program("examples", "spambase", "spambase-participant"),
             "--port", str(self.port), "--ca", str(folder / "server.crt"),
             "--state", str(folder / "state" / self.name),
             "--identity", str(folder / f"{self.name}.key"), *self.world.public_arguments(),
             "--data", str(folder / f"{self.name}.csv"), "--oracle", str(self.oracle)],
            stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()

    def _read(self, process):
        for line in process.stdout:
            try:
                self.events.put((self.name, json.loads(line)))
            except json.JSONDecodeError:
                pass  # the line that a kill cut off
