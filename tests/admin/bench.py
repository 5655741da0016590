"""A blindsumd with an operator's port, participants for it, and requests to it.

Used by the tests of this folder. Everything is in a temporary folder and on loopback; what is
started is ended by its process. `Place` makes keys, roster and configuration, starts the server,
and asks its pages.
"""
import array
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from testbed.npy import write_npy  # noqa: E402
from testbed.processes import Child, Server  # noqa: E402
from testbed.world import World  # noqa: E402

TOKEN = "a-token-of-the-tests-0123456789abcdef"
METRICS_TOKEN = "another-token-of-the-tests-0123456789"
NAMES = [f"m{i}" for i in range(6)]
PATIENCE_S = 60

BUILD = sys.argv.pop(1) if len(sys.argv) > 1 else "build"

# What POST /v1/tasks takes.
NEW_TASK = {
    "name": "made-here", "tensors": [{"name": "v", "shape": [3]}],
    "codec": {"kind": "count", "bound": 1000}, "n_min": 5, "n_max": 5, "max_corrupt": 1,
    "delta": "20%", "share_sum": True, "rounds": 3, "gather": "1s",
    "time_limits": {phase: "10s" for phase in ("advertise", "share", "mask", "attest", "unmask")}}

TASK = """
[[task]]
name = "{name}"
tensors = [{{ name = "v", shape = [4] }}]
codec = {{ kind = "count", bound = 1000000 }}
n_min = 5
n_max = 5
max_corrupt = 1
delta = "20%"
rounds = {rounds}
gather = "0s"
time_limits = {{ advertise = "60s", share = "60s", mask = "60s", attest = "60s", unmask = "60s" }}
"""


class Place:
    """One blindsumd. `admin`: lines of [admin]; `more`: further sections; `names`: of the roster;
    `tasks`: instead of TASK; `ports`: the participants' and the operator's, 0: any free one."""

    def __init__(self, build, admin="token = \"admin.token\"", more="", rounds=1, names=NAMES,
                 tasks=None, ports=(0, 0)):
        self._folder = tempfile.TemporaryDirectory(prefix="blindsum-admin-")
        self.folder = pathlib.Path(self._folder.name)
        self.world = World(self.folder, pathlib.Path(build).resolve())
        self.world.make_keys_and_roster(names)
        self.world.make_certificate()
        self.private("admin.token", TOKEN + "\n")
        self.private("metrics.token", METRICS_TOKEN + "\n")
        tasks = tasks or TASK.format(name="counts", rounds=rounds)
        self.world.make_configuration(
            f"{more}\n[admin]\nport = {ports[1]}\n{admin}\n{tasks}", port=ports[0])
        self.server = Server(self.world)
        self.members = []
        self.context = None  # of TLS

    def private(self, name, text):
        path = self.folder / name
        path.write_text(text)
        os.chmod(path, 0o600)
        return path

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        self.server.start()
        self.port = self.server.wait_for_port(PATIENCE_S)
        line = self.wait_for_log("admin: listens on ")
        self.admin_port = int(re.search(r"port (\d+)", line)[1])

    def stop(self):
        for member in self.members:
            member.stop()
        self.members.clear()
        self.server.stop(20)

    def reload(self):
        """SIGHUP; what the log has got by the time that it is through with it."""
        before = len(self.log())
        self.server.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: "admin: token and certificate" in self.log()[before:])
        return self.log()[before:]

    def probe(self, option):
        """What `blindsumd --health` or `--ready` makes of it: (exit code, text)."""
        done = subprocess.run(
            [self.world.program("server", "blindsumd"), "--config", "blindsumd.toml", option],
            cwd=self.folder, text=True, capture_output=True, stdin=subprocess.DEVNULL,
            env={**os.environ, "BLINDSUM_ADMIN_PORT": str(self.admin_port)})
        return done.returncode, done.stdout + done.stderr

    def restart(self):
        """All anew, with a log of its own; members have to join again."""
        self.stop()
        self.server.log_file.unlink()
        self.start()

    def __exit__(self, *_):
        self.stop()
        self._folder.cleanup()

    def log(self):
        return self.server.log_file.read_text(errors="replace")

    def wait_for_log(self, text, limit_s=PATIENCE_S):
        """The line, once it is there."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            for line in self.log().splitlines():
                if text in line:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"the log has no '{text}':\n{self.log()}")

    def join(self, name, value=1, roster="roster.bsr", source=None, always=False):
        """A participant with a vector of this value, or from elsewhere (`source`: options); or,
        always, with another in every round."""
        vector = self.folder / f"{name}.npy"
        write_npy(vector, array.array("q", [value] * 4))
        update = ["--results", str(self.folder / f"{name}.results"),
                  "--exec", sys.executable, "--", "-S", str(HERE / "update.py")]
        child = Child(self.folder / f"{name}.log")
        child.spawn([self.world.program("client", "blindsum"), "join",
                     "--server", f"127.0.0.1:{self.port}", "--server-name", "localhost",
                     "--ca", str(self.folder / "server.crt"),
                     "--identity", str(self.folder / f"{name}.key"),
                     "--roster", str(self.folder / roster), "--authority", self.world.authority,
                     "--aggregator", self.world.aggregator, "--task", "counts",
                     "--state", str(self.folder / f"{name}.state"),
                     *(source or (update if always else ["--input", str(vector)]))],
                    cwd=self.folder)
        self.members.append(child)
        return child

    def connect(self):
        if self.context:
            return http.client.HTTPSConnection("localhost", self.admin_port, timeout=PATIENCE_S,
                                               context=self.context)
        return http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=PATIENCE_S)

    def ask(self, method, path, token=TOKEN, body=None, headers=None):
        """(status, headers, content): JSON is parsed, text is text, all else bytes."""
        connection = self.connect()
        given = dict(headers or {})
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            given.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body=body, headers=given)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kind = (answer.getheader("Content-Type") or "").split(";")[0]
        if kind == "application/json":
            content = json.loads(content)
        elif kind.startswith("text/"):
            content = content.decode()
        return answer.status, answer.headers, content

    def raw(self, data, limit_s=PATIENCE_S):
        """What plain bytes are answered with, until the other side closes."""
        with socket.create_connection(("127.0.0.1", self.admin_port), timeout=limit_s) as line:
            line.sendall(data)
            pieces = []
            try:
                while piece := line.recv(65536):
                    pieces.append(piece)
            except ConnectionResetError:
                pass
        return b"".join(pieces)

    def wait_for(self, look, limit_s=PATIENCE_S):
        """What look() gives, once it is true."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            if seen := look():
                return seen
            time.sleep(0.05)
        raise AssertionError(f"waited for in vain; the log:\n{self.log()}")


def make_client_certificates(folder):
    """operators.crt, an authority, and operator.crt from it; stranger.crt, signed by itself."""
    def openssl(*arguments):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", *arguments],
                       cwd=folder, check=True, capture_output=True)
    openssl("-subj", "/CN=operators", "-keyout", "operators.key", "-out", "operators.crt")
    openssl("-subj", "/CN=alice", "-CA", "operators.crt", "-CAkey", "operators.key",
            "-addext", "basicConstraints=critical,CA:FALSE",
            "-keyout", "operator.key", "-out", "operator.crt")
    openssl("-subj", "/CN=mallory", "-keyout", "stranger.key", "-out", "stranger.crt")


def client_context(folder, name=None):
    context = ssl.create_default_context(cafile=folder / "server.crt")
    if name:
        context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return context
