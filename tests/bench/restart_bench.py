#!/usr/bin/env python3
"""How soon a killed blindsumd goes on: real processes on both sides, SIGKILL in the third phase.

Kills the server once enough uploads are acknowledged, starts it again, and tells how long it takes
until it listens, is ready, and hears the first participants; at the end every element of the sum
is checked against the inputs of those in it. With --cold nothing of the server's files is in the
page cache when it starts again. Exit code 0: all that was acknowledged is in an exact sum.
"""
import argparse
import array
import json
import os
import pathlib
import shutil
import socket
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "scripts"))

from testbed.npy import read_npy, write_npy
from testbed.processes import Child, Server
from testbed.world import World

TASK = "bench"
CONFIGURATION = """\
[admin]
port = {admin}

[limits]
handshake_time = "10min"
hello_time = "10min"
write_time = "1h"
upload_stall = "1h"
new_connections_per_address = 100000

[[task]]
name = "bench"
tensors = [{{ name = "v", shape = [{elements}] }}]
codec = {{ kind = "integer", bound = {bound} }}
n_min = {members}
n_max = {members}
max_corrupt = {corrupt}
delta = "10%"
rounds = 1
time_limits = {{ advertise = "1h", share = "1h", mask = "10h", attest = "1h", unmask = "1h" }}
"""
_BOUND = 1000
_DISTINCT_INPUTS = 8  # files; members share them
_LOOK_S = 0.002


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--elements", type=int, default=1 << 22)
    parser.add_argument("--accepted", type=int, default=150, help="before the kill (%(default)s)")
    parser.add_argument("--cold", action="store_true", help="with an empty page cache")
    parser.add_argument("--folder", type=pathlib.Path, help="on the disk to be measured; not there")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def value(kind, place):
    return (place * (2 * kind + 1) + 97 * kind) % (2 * _BOUND + 1) - _BOUND


class Member(Child):
    def __init__(self, index, world, port):
        super().__init__(world.folder / f"m{index}.log")
        self.index = index
        self.kind = index % _DISTINCT_INPUTS
        self.events_file = world.folder / f"m{index}.events"
        self.command = [
            world.program("client", "blindsum"), "join", "--json", "--server", f"127.0.0.1:{port}",
            "--server-name", "localhost", "--ca", "server.crt", "--identity", f"m{index}.key",
            *world.public_arguments(), "--task", TASK, "--state", f"m{index}.state",
            "--input", f"input-{self.kind}.npy", "--results", f"m{index}.results"]
        self.folder = world.folder
        self.events = []
        self._read = 0

    def start(self):
        with open(self.events_file, "ab") as events:
            self.spawn(self.command, stdout=events, cwd=self.folder)

    def listen(self):
        """What it has said since the last call."""
        with open(self.events_file, "rb") as file:
            file.seek(self._read)
            said = file.read()
        whole = said[:said.rfind(b"\n") + 1]
        self._read += len(whole)
        new = [json.loads(line) for line in whole.splitlines()]
        self.events += new
        return new

    def is_accepted(self):
        return any(event["event"] == "phase" and event["text"] == "accepted"
                   for event in self.events)


def listen(members):
    return [event for member in members for event in member.listen()]


def wait_for(what, limit_s):
    end = time.monotonic() + limit_s
    while not what():
        if time.monotonic() > end:
            raise RuntimeError("it takes too long")
        time.sleep(_LOOK_S)


def is_ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def forget_pages(folder):
    """All that is on disk of these files is on disk only."""
    for file in folder.rglob("*"):
        if file.is_file():
            descriptor = os.open(file, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def make_world(folder, arguments):
    world = World(folder, arguments.build.resolve())
    world.make_keys_and_roster([f"m{i}" for i in range(arguments.members)])
    world.make_certificate()
    ports = free_port(), free_port()
    world.make_configuration(
        CONFIGURATION.format(admin=ports[1], members=arguments.members, bound=_BOUND,
                             elements=arguments.elements, corrupt=max(1, arguments.members // 20)),
        port=ports[0])
    for kind in range(_DISTINCT_INPUTS):
        step = 2 * _BOUND + 1
        period = array.array("q", (value(kind, place) for place in range(step)))
        values = period * (arguments.elements // step + 1)
        write_npy(folder / f"input-{kind}.npy", values[:arguments.elements])
    return world, *ports


def kill_and_start(server, members, admin, is_cold):
    """Times since the new process was started."""
    server.kill()
    listen(members)
    before = sum(member.is_accepted() for member in members)
    if before == len(members):
        raise RuntimeError("all were acknowledged before the kill: take longer vectors")
    if is_cold:
        forget_pages(server.folder / "results")
        forget_pages(pathlib.Path(server.command[0]).parent)
    began = time.monotonic()
    server.start()
    times = {}

    def note(name, has_happened):
        if name not in times and has_happened:
            times[name] = round(1000 * (time.monotonic() - began))

    def all_noted():
        note("listens_ms", server.listens())
        if "listens_ms" in times and "ready_ms" not in times:
            note("ready_ms", is_ready(admin))
        new = listen(members)
        note("first_member_ms", any(event["event"] == "connected" for event in new))
        note("first_upload_ms", any(event["event"] == "phase" and event["text"] == "accepted"
                                    for event in new))
        if not server.alive():
            raise RuntimeError(f"blindsumd has ended: {server.log_file}")
        return len(times) == 4

    wait_for(all_noted, 3600)
    return before, times


def check(folder, members, elements):
    """How many are in the sum; raises if one is missing that was acknowledged, or it is wrong."""
    record = json.loads((folder / "results" / TASK / "round-000001.json").read_text())
    if record["outcome"] != "completed":
        raise RuntimeError(f"the round ended with {record['reason']}")
    summed = {entry["index"] for entry in record["u3"]}
    lost = [member.index for member in members
            if member.is_accepted() and member.index not in summed]
    if lost:
        raise RuntimeError(f"acknowledged, and not in the sum: {lost}")
    counts = [sum(1 for index in summed if index % _DISTINCT_INPUTS == kind)
              for kind in range(_DISTINCT_INPUTS)]
    step = 2 * _BOUND + 1
    period = array.array("q", (sum(count * value(kind, place) for kind, count in enumerate(counts))
                               for place in range(step)))
    expected = (period * (elements // step + 1))[:elements]
    if read_npy(folder / "results" / TASK / "round-000001" / "v.npy") != expected:
        raise RuntimeError("the sum is not exact")
    return sum(counts)


def run(folder, arguments):
    world, port, admin = make_world(folder, arguments)
    server = Server(world)
    server.start()
    server.wait_for_port()
    members = [Member(i, world, port) for i in range(arguments.members)]
    try:
        for member in members:
            member.start()
        began = time.monotonic()

        def enough():
            listen(members)
            return sum(member.is_accepted() for member in members) >= arguments.accepted

        wait_for(enough, 7200)
        until_kill = time.monotonic() - began
        before, times = kill_and_start(server, members, admin, arguments.cold)
        for member in members:
            member.process.wait(7200)
        listen(members)
        server.stop(60)
        return {"members": arguments.members, "elements": arguments.elements,
                "cold": arguments.cold, "acknowledged_before": before, **times,
                "in_sum": check(folder, members, arguments.elements), "exact": True,
                "until_kill_s": round(until_kill, 1),
                "after_start_s": round(time.monotonic() - began - until_kill, 1)}
    finally:
        for child in [*members, server]:
            if child.alive():
                child.kill()


def main():
    arguments = parse()
    folder = arguments.folder
    if folder is None:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="blindsum-restart-"))
    else:
        folder.mkdir(parents=True)
    try:
        result = run(folder, arguments)
    except RuntimeError as error:
        print(f"restart_bench: {error}; all of it is in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    if arguments.json:
        print(json.dumps(result))
    else:
        for name, one in result.items():
            print(f"{name.replace('_', ' '):<24}{one}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
