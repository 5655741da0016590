"""The real processes of the demo: one blindsumd, one participant for each organisation."""
import json
import pathlib
import queue
import signal
import subprocess
import threading
import time


class Server:
    def __init__(self, world):
        self.port_file = world.folder / "port"
        self.log = open(world.folder / "blindsumd.log", "ab")
        self.process = subprocess.Popen(
            [str(world.build / "server" / "blindsumd"), "--config", "blindsumd.toml",
             "--port-file", "port"],
            cwd=world.folder, stdout=self.log, stderr=self.log)
        self.port = self._wait_for_port()

    def _wait_for_port(self, limit_s=10):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            if self.port_file.exists() and self.port_file.read_text().strip():
                return int(self.port_file.read_text())
            time.sleep(0.02)
        raise RuntimeError("blindsumd did not start: see blindsumd.log in the demo's folder")

    def stop(self):
        stop(self.process)


class Member:
    """One organisation: its files, and its process, which can be killed and started again."""

    def __init__(self, name, world, port, events: queue.Queue):
        self.name, self.world, self.port, self.events = name, world, port, events
        self.oracle = world.folder / "private" / name
        self.process = None
        self.log = open(world.folder / f"{name}.log", "ab")

    def start(self):
        folder = self.world.folder
        self.process = subprocess.Popen(
            [str(self.world.build / "examples" / "spambase" / "spambase-participant"),
             "--port", str(self.port), "--ca", str(folder / "server.crt"),
             "--state", str(folder / "state" / self.name),
             "--identity", str(folder / f"{self.name}.key"),
             "--roster", str(folder / "roster.bsr"), "--authority", self.world.authority,
             "--aggregator", self.world.aggregator, "--data", str(folder / f"{self.name}.csv"),
             "--oracle", str(self.oracle)],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()

    def _read(self, process):
        for line in process.stdout:
            try:
                self.events.put((self.name, json.loads(line)))
            except json.JSONDecodeError:
                pass  # the line that a kill cut off

    def kill(self):
        """SIGKILL, as a power cut would: no farewell, no clean-up."""
        self.process.kill()
        self.process.wait()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        stop(self.process)


def stop(process, limit_s=5):
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
