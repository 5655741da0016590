#!/usr/bin/env python3
"""A container of the image serves one round to participants outside it.

The container has a read-only root, no capability, nothing writable but its volume, and is not root.
Its health check has to be content, the sum exact, its metrics there for whoever has their token,
and SIGTERM has to end it with 0.

  serve.py --image NAME --build build            what it does, on standard error
  serve.py --image NAME --build build --json     and one JSON object at the end
"""
import argparse
import array
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from operator_port import OperatorPort
from testbed.npy import read_npy, write_npy
from testbed.sums import add
from testbed.world import World

USER = 10001  # of deploy/Dockerfile
MEMBERS = 5
LENGTH = 40
LIMIT_S = 120
HEALTH_S = 30
ENGINE = ["podman", "--runtime", "runc"]
TASK = """\
[[task]]
name = "counts"
tensors = [{ name = "counts", shape = [%d] }]
codec = { kind = "count", bound = 1000 }
n_min = %d
n_max = %d
delta = "20%%"
gather = "1s"
share_sum = true
time_limits = { advertise = "30s", share = "30s", mask = "30s", attest = "30s", unmask = "30s" }
""" % (LENGTH, MEMBERS, MEMBERS)


def say(text):
    print(f"image: {text}", file=sys.stderr, flush=True)


def engine(*arguments, check=True):
    done = subprocess.run([*ENGINE, *map(str, arguments)], text=True, capture_output=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"podman {arguments[0]} failed: {done.stderr.strip()}")
    return done


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Container:
    """blindsumd in a container, on this machine's network."""

    def __init__(self, image, world, data, port):
        self.data = data
        self.name = f"blindsum-image-{os.getpid()}"
        self.command = [
            "run", "--detach", "--name", self.name, "--network=host", "--read-only",
            "--cap-drop=all", "--security-opt=no-new-privileges",
            "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096",
            "--volume", f"{world.folder}/etc:/etc/blindsum:ro",
            "--volume", f"{data}:/var/lib/blindsum", *port.options,
            image, "--port-file", "/var/lib/blindsum/port"]

    def start(self):
        engine(*self.command)

    def wait_for_port(self):
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            if (self.data / "port").exists():
                return int((self.data / "port").read_text())
            time.sleep(0.1)
        raise RuntimeError(f"blindsumd did not start:\n{self.log()}")

    def log(self):
        done = engine("logs", self.name, check=False)
        return done.stdout + done.stderr

    def healthy(self):
        """In the end: the operator's port opens after the participants'."""
        end = time.monotonic() + HEALTH_S
        while engine("healthcheck", "run", self.name, check=False).returncode != 0:
            if time.monotonic() > end:
                return False
            time.sleep(0.5)
        return True

    def user(self):
        return engine("exec", self.name, "id", "-u").stdout.strip()

    def may_write_root(self):
        done = engine("exec", "--user", "0", self.name, "touch", "/usr/x", check=False)
        return done.returncode == 0

    def stop(self):
        """SIGTERM; the exit code."""
        engine("kill", "--signal", "TERM", self.name)
        return int(engine("wait", self.name).stdout)

    def remove(self):
        engine("rm", "--force", self.name, check=False)


def prepare(folder, build):
    """(world, the container's volume): keys, roster and configuration, which are the user's."""
    world = World(folder, build)
    world.make_keys_and_roster([f"member-{i}" for i in range(MEMBERS)])
    world.make_certificate()
    inside, data = folder / "etc", folder / "data"
    inside.mkdir()
    data.mkdir()
    world.make_configuration(TASK)
    text = (folder / "blindsumd.toml").read_text()
    text = text.replace('results = "results"', 'results = "/var/lib/blindsum/results"')
    (inside / "blindsumd.toml").write_text(text.replace("allow_root = true", ""))
    for name in ("server.crt", "server.key", "aggregator.key", "roster.bsr"):
        (inside / name).write_bytes((folder / name).read_bytes())
        (inside / name).chmod(0o600)
        os.chown(inside / name, USER, USER)
    os.chown(data, USER, USER)
    folder.chmod(0o755)
    return world, data


def vector(member):
    return array.array("q", ((member * 31 + place * 7) % 1000 for place in range(LENGTH)))


def join(world, port, member):
    name = f"member-{member}"
    write_npy(world.folder / f"{name}.npy", vector(member))
    command = [
        world.program("client", "blindsum"), "join", "--server", f"127.0.0.1:{port}",
        "--server-name", "localhost", "--ca", "server.crt", "--identity", f"{name}.key",
        *world.public_arguments(), "--task", "counts", "--state", f"{name}.state",
        "--results", f"{name}.results", "--input", f"{name}.npy"]
    return subprocess.Popen(command, cwd=world.folder, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def participate(world, port):
    """All members at once. Raises if one of them did not complete the round."""
    members = [join(world, port, member) for member in range(MEMBERS)]
    try:
        for member, process in enumerate(members):
            said, _ = process.communicate(timeout=LIMIT_S)
            if process.returncode != 0:
                raise RuntimeError(f"member-{member} ended with {process.returncode}:\n{said}")
    finally:
        for process in members:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()


def published(data):
    sums = sorted((data / "results" / "counts").rglob("counts.npy"))
    if not sums:
        raise RuntimeError("no sum was published")
    return read_npy(sums[0])


def serve(image, build):
    """Runs it all; raises at the first thing that is not as it should be."""
    with tempfile.TemporaryDirectory(prefix="blindsum-image-") as name:
        world, data = prepare(pathlib.Path(name), build)
        operator = OperatorPort(world, free_port(), USER)
        container = Container(image, world, data, operator)
        try:
            container.start()
            port = container.wait_for_port()
            say(f"it listens on port {port}, as user {container.user()}")
            if container.user() != str(USER) or container.may_write_root():
                raise RuntimeError("it is root, or its root can be written")
            if not container.healthy():
                raise RuntimeError(f"the health check is not content:\n{container.log()}")
            participate(world, port)
            if published(data) != add([vector(i) for i in range(MEMBERS)], LENGTH):
                raise RuntimeError("the sum is wrong")
            say(f"{MEMBERS} participants outside it have their round; the sum is exact")
            operator.check(rounds=1)
            say("its metrics are there for whoever has their token, and nothing else is")
            say("the operator's page is in it" if operator.has_page() else
                "the operator's page is NOT in it: npm could not be asked, see build-image/log")
            code = container.stop()
            if code != 0:
                raise RuntimeError(f"SIGTERM ended it with {code}:\n{container.log()}")
        finally:
            container.remove()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image", required=True)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    # So that the container goes away then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    size = int(engine("image", "inspect", arguments.image, "--format", "{{.Size}}").stdout)
    result = {"served_round": False, "size_mb": round(size / 1e6, 1)}
    try:
        serve(arguments.image, arguments.build.resolve())
        result["served_round"] = True
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        say(str(error))
    say(f"{result['size_mb']} MB")
    if arguments.json:
        print(json.dumps(result, separators=(",", ":")))
    sys.exit(0 if result["served_round"] and result["size_mb"] < 120 else 1)


if __name__ == "__main__":
    main()
