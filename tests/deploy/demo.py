"""The demo of deploy/compose.yaml without containers: its own scripts, on the loopback."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.request

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
LIMIT_S = 90


class Demo:
    """A folder with the demo's files; `with` ends its processes and removes it."""

    def __init__(self, blindsum, blindsumd, members=5):
        self.members = members
        self._temporary = tempfile.TemporaryDirectory()
        self._processes = []
        self.folder = pathlib.Path(self._temporary.name)
        self.files = self.folder / "files"
        self.files.mkdir()
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "blindsum").symlink_to(pathlib.Path(blindsum).resolve())
        (programs / "blindsumd").symlink_to(pathlib.Path(blindsumd).resolve())
        self.environment = {
            **os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(self.folder),
            "BLINDSUM_DEMO_FILES": str(self.files), "BLINDSUM_LISTEN_ADDRESS": "127.0.0.1",
            "BLINDSUM_LISTEN_PORT": "0", "BLINDSUM_PROCESS_ALLOW_ROOT": "true",
            "BLINDSUM_TASK_0_INTERVAL": "0s", "BLINDSUM_TASK_0_N_MIN": str(members),
            "BLINDSUM_AGGREGATOR_RESULTS": str(self.folder / "results")}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._temporary.cleanup()

    def prepare(self):
        subprocess.run(["sh", str(DEPLOY / "demo" / "prepare.sh"), str(self.files),
                        str(self.members)], env=self.environment, check=True)
        if os.getuid() == 0:  # here it stays root
            subprocess.run(["chown", "-R", "0:0", str(self.files)], check=True)

    def start_server(self, prefix=()):
        """prefix: a command that executes another."""
        return self._start(*prefix, "blindsumd", "--config", str(self.files / "blindsumd.toml"),
                           "--port-file", str(self.folder / "port"))

    def start_members(self):
        port = self.wait_for("port").read_text().strip()
        for number in range(1, self.members + 1):
            self._start("sh", str(DEPLOY / "demo" / "member.sh"), str(number),
                        f"127.0.0.1:{port}")

    def first_sum(self):
        """The file of the sum of the first round, as soon as there is one."""
        return self.wait_for("results/demo/**/values.npy")

    def wait_for(self, pattern):
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            found = sorted(self.folder.glob(pattern))
            if found and found[0].stat().st_size:
                return found[0]
            time.sleep(0.1)
        raise RuntimeError(f"no {pattern}")

    def page(self, port, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.read().decode()

    def wait_for_page(self, port, path, pattern):
        """The page of the operator's port, once it has what this matches."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            content = self.page(port, path)
            if re.search(pattern, content):
                return content
            time.sleep(0.1)
        raise RuntimeError(f"{path} has no {pattern}")

    def _start(self, *command):
        process = subprocess.Popen(command, env=self.environment, cwd=self.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        self._processes.append(process)
        return process
