"""A blindsumd among whose rounds is one in which a member lied and is blamed for it.

The liar is of the conformance suite, whose kit is the configuration of this server.
"""
import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile

CONFORMANCE = pathlib.Path(__file__).resolve().parents[1] / "conformance"
sys.path.insert(0, str(CONFORMANCE))

import run_against_server  # noqa: E402
from bench import TOKEN  # noqa: E402
from rounds_scene import free_ports  # noqa: E402

CHECK = "blame-wrong-share"
LIMIT_S = 60


class BlameScene:
    def __init__(self, build):
        self.blindsumd = pathlib.Path(build, "server", "blindsumd").resolve()
        self.port, self.admin_port = free_ports(2)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = pathlib.Path(stack.enter_context(
                tempfile.TemporaryDirectory(prefix="blindsum-page-")))
            self._suite("kit", str(self.folder / "kit"), "--for", "blindsumd", "--port",
                        str(self.port), "--patience", "2")
            token = self.folder / "admin.token"
            token.touch(mode=0o600)
            token.write_text(TOKEN + "\n")
            os.environ.update(BLINDSUM_ADMIN_PORT=str(self.admin_port),
                              BLINDSUM_ADMIN_TOKEN=str(token))
            stack.enter_context(run_against_server.running(self.folder, self.blindsumd))
            self._suite("--target", "server", f"wss://127.0.0.1:{self.port}", "--kit",
                        str(self.folder / "kit"), "--only", CHECK)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _suite(self, *arguments):
        done = subprocess.run([sys.executable, str(run_against_server.SUITE), *arguments],
                              capture_output=True, text=True, timeout=LIMIT_S)
        if done.returncode != 0:
            raise RuntimeError(f"the suite says:\n{done.stdout}{done.stderr}")

    def about(self):
        return {"url": f"http://127.0.0.1:{self.admin_port}/", "token": TOKEN,
                "task": self._task_with_a_round()}

    def _task_with_a_round(self):
        """The suite takes whichever of its tasks is free."""
        for folder in sorted((self.folder / "kit" / "results").iterdir()):
            if list(folder.glob("round-*.record")):
                return folder.name
        raise RuntimeError("there is no round")
