"""One blindsumd, and participants whose updates can be held back."""
import array
import pathlib
import signal
import socket
import stat

from bench import PATIENCE_S, TOKEN, Place, make_client_certificates
from testbed.npy import write_npy

# A name that would be markup, and one that would end an attribute, if a page let them.
HOSTILE = ["<img src=x onerror=window.hit=1>", "\"><svg onload=window.hit=1> '&amp;"]
MEMBERS = [f"m{number}" for number in range(1, 11)]
ROSTER = MEMBERS + HOSTILE
ELEMENTS = 4

# Ten of twelve, of which three may vanish; phases are short, so that a killed one is soon missed.
TASK = """
[[task]]
name = "{name}"
tensors = [{{ name = "v", shape = [{elements}] }}]
codec = {{ kind = "count", bound = 1000000 }}
n_min = {n_min}
n_max = 40
max_corrupt = 1
delta = "30%"
rounds = 0
gather = "1s"
interval = "{interval}"
retry_pause = "1s"
share_sum = true
time_limits = {{ advertise = "3s", share = "3s", mask = "{mask}", attest = "3s", \
unmask = "3s" }}
"""

# What a participant executes for its update: it waits while it is held, as long as that lives. No
# two updates of a participant may be alike: four times its place, and a hundred a round.
UPDATE = r"""#!/bin/sh
folder=$1 place=$2
while { [ -e "$folder/hold" ] || [ -e "$folder/hold-$place" ]; } && kill -0 "$PPID"; do
  sleep 0.05
done
[ ! -e "$folder/pace-$place" ] || sleep "$(cat "$folder/pace-$place")"
value=$((place + 100 * BLINDSUM_ROUND))
element="\\$(printf %o $((value % 256)))\\$(printf %o $((value / 256)))\0\0\0\0\0\0"
cat "$folder/head.npy" >"$BLINDSUM_UPDATE"
printf "$element$element$element$element" >>"$BLINDSUM_UPDATE"
"""


def free_ports(count):
    """Others may take them before we do; the ephemeral range is large."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class RoundsScene:
    """Members m1 to m10 and two with hostile names, or others; the tasks `counts`, and `idle`,
    which nobody joins. The ports stay over a restart."""

    admin = "token = \"admin.token\""

    def __init__(self, build, roster=ROSTER, tasks=("counts", "idle"), n_min=10,
                 interval="2s", mask="6s"):
        tables = "".join(TASK.format(name=name, elements=ELEMENTS, n_min=n_min, interval=interval,
                                     mask=mask) for name in tasks)
        self.place = Place(build, admin=self.admin, names=roster, tasks=tables,
                           ports=free_ports(2))
        self.roster = roster
        self.children = {}

    def __enter__(self):
        program = self.place.folder / "update.sh"
        program.write_text(UPDATE)
        program.chmod(stat.S_IRWXU)
        head = self.place.folder / "head.npy"
        write_npy(head, array.array("q", [0] * ELEMENTS))
        head.write_bytes(head.read_bytes()[:-8 * ELEMENTS])
        self.place.__enter__()
        return self

    def __exit__(self, *_):
        for child in self.children.values():  # all at once, also those that stand still
            if child.alive():
                child.process.send_signal(signal.SIGTERM)
                child.process.send_signal(signal.SIGCONT)
        self.place.__exit__()

    def about(self):
        return {"url": f"http://127.0.0.1:{self.place.admin_port}/", "token": TOKEN,
                "hostile": HOSTILE, "roster": self.roster, "folder": str(self.place.folder)}

    def do_join(self, names):
        """Their updates hold 1, 2, 3 ... by their place in the roster, and 100 for each round."""
        for name in names:
            self.children[name] = self.place.join(name, source=[
                "--exec", str(self.place.folder / "update.sh"), str(self.place.folder),
                str(1 + self.roster.index(name))])

    def do_kill(self, names):
        for name in names:
            self.children.pop(name).kill()

    def _files(self, kind, names):
        if names is None:
            return [self.place.folder / kind]
        return [self.place.folder / f"{kind}-{1 + self.roster.index(name)}" for name in names]

    def do_hold(self, names=None):
        """No updates, of these or of all, until they are let go."""
        for file in self._files("hold", names):
            file.touch()

    def do_release(self, names=None):
        for file in self._files("hold", names):
            file.unlink(missing_ok=True)

    def do_pace(self, seconds):
        """How long each takes for its update: {name: seconds}."""
        for file, wait_s in zip(self._files("pace", seconds), seconds.values()):
            file.write_text(f"{wait_s}\n")

    def do_freeze(self, names):
        """They stand still, connected, to the end."""
        for name in names:
            self.children[name].process.send_signal(signal.SIGSTOP)

    def do_kill_server(self):
        self.place.server.kill()

    def do_start_server(self):
        self.place.server.log_file.unlink()
        self.place.start()

    def do_wait_for_log(self, text):
        return self.place.wait_for_log(text, PATIENCE_S)

    def do_ask(self, method, path, body=None):
        """What the API says to that: [status, content]."""
        status, _, content = self.place.ask(method, path, body=body)
        return [status, content if not isinstance(content, bytes) else content.hex()]


class CertificateScene(RoundsScene):
    """The port takes certificates of an authority of the operators, and no token."""

    admin = ("certificate = \"server.crt\"\nkey = \"server.key\"\nclient_ca = \"operators.crt\"")

    def __enter__(self):
        make_client_certificates(self.place.folder)
        return super().__enter__()

    def about(self):
        folder = pathlib.Path(self.place.folder)
        return {**super().about(), "url": f"https://localhost:{self.place.admin_port}/",
                "certificate": str(folder / "operator.crt"), "key": str(folder / "operator.key")}
