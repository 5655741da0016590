"""The program under test: started by the command of --exec, with a state folder that outlives it.

What it must do beside the protocol is in KIT/README.md: join the task, put the file {input} into
each round that it is offered, come back after a lost connection, and end with code 0 once a round
has completed and its record holds.
"""
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

from ..checks import Failed

_KILL_AFTER_S = 2


class Program:
    """At most one process at a time; its files are in a folder of its own, in `scratch`."""

    def __init__(self, command, scratch=None, folder=None):
        self.command = command
        self.folder = folder or tempfile.mkdtemp(prefix="blindsum-conformance-", dir=scratch)
        self.state = os.path.join(self.folder, "state")
        self._log = os.path.join(self.folder, "log")
        self._process = None

    def start(self, places):
        """places: what stands for {NAME} in the command, but for {state}."""
        words = {name: shlex.quote(str(value)) for name, value in places.items()}
        words["state"] = shlex.quote(self.state)
        try:
            command = self.command.format_map(words)
        except (KeyError, IndexError, ValueError) as error:
            raise Failed(f"--exec: {error} stands for nothing; --help lists what does") from None
        with open(self._log, "ab") as log:
            # A group of its own, so that what a shell starts ends with it. If we are killed nobody
            # is left to end it: then the kernel does.
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "sh", "-c", command], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log,
                start_new_session=True)

    def twin(self):
        """Another process in the same folder, for who made this one to end."""
        return Program(self.command, folder=self.folder)

    def running(self):
        return self._process is not None and self._process.poll() is None

    def exit_code(self, limit_s):
        """Its exit code once it has ended; None if it runs on."""
        try:
            return self._process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        """As a power cut would: no farewell."""
        if self._process is None:
            return
        self._signal(signal.SIGKILL)
        self._process.wait(_KILL_AFTER_S)
        self._process = None

    def said(self):
        """The last of what it printed."""
        try:
            with open(self._log, "rb") as log:
                return log.read()[-600:].decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def close(self):
        self.kill()
        for _ in range(3):  # a killed child may still be writing its last
            shutil.rmtree(self.folder, ignore_errors=True)
            if not os.path.exists(self.folder):
                return
            time.sleep(0.05)

    def _signal(self, number):
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            pass  # it has ended already
