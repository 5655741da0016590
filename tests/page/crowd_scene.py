"""A round of many real participants, by `blindsum bench`: some vanish before their vector."""
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from bench import PATIENCE_S, TOKEN
from rounds_scene import free_ports

STOP_S = 20


class CrowdScene:
    """It begins at once; the server ends with its one round."""

    def __init__(self, build, members=500):
        self.build, self.members = pathlib.Path(build).resolve(), members
        [self.admin_port] = free_ports(1)
        self.process = None

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="blindsum-page-")
        self.folder = pathlib.Path(self.temporary.name)
        token = self.folder / "admin.token"
        token.touch(mode=0o600)
        token.write_text(TOKEN + "\n")
        environment = {**os.environ, "TMPDIR": str(self.folder),
                       "BLINDSUM_ADMIN_PORT": str(self.admin_port),
                       "BLINDSUM_ADMIN_TOKEN": str(token)}
        with open(self.folder / "bench.log", "wb") as log:
            self.process = subprocess.Popen(
                [self.build / "client" / "blindsum", "bench",
                 "--blindsumd", self.build / "server" / "blindsumd",
                 "--participants", str(self.members), "--length", "1000", "--dropout", "4%",
                 "--delta", "10%", "--json"],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait_for_page()
        return self

    def _wait_for_page(self):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}/healthz").close()
                return
            except urllib.error.URLError:
                time.sleep(0.05)
        raise RuntimeError(f"no page:\n{(self.folder / 'bench.log').read_text()}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.temporary.cleanup()

    def about(self):
        return {"url": f"http://127.0.0.1:{self.admin_port}/", "token": TOKEN,
                "members": self.members}
