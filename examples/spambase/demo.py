#!/usr/bin/env python3
"""Twelve organisations train one spam filter through blindsum, while some of them are being killed.

Everything is real: an authority, a roster, TLS, one blindsumd, twelve participant processes with
e-mails of their own. In every round one or two of them get SIGKILL at a random phase and come back
later. An oracle outside the system checks each published sum.

  demo.py --build build                 a live table
  demo.py --build build --json          an object a round, and a last one
  demo.py --build build --seed 7        the same victims as every run with 7
"""
import argparse
import concurrent.futures
import json
import pathlib
import queue
import signal
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "scripts"))

from demo.member import Member
from demo.oracle import Oracle
from demo.shards import deal
from demo.table import JsonLines, Table
from demo.task import SCALE, task
from demo.victims import Victims
from testbed.npy import read_npy
from testbed.processes import Server
from testbed.world import World

LOCAL_EPOCHS = 50  # of training alone and on the pooled data: as many as 25 rounds of 2
ROUND_LIMIT_S = 60


def evaluate(world, *arguments):
    command = [world.program("examples", "spambase", "spambase-evaluate"), "--test",
               str(world.folder / "test.csv"), *map(str, arguments)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def local_accuracies(world, names):
    """(pooled, mean of alone)"""
    files = [["--train", world.folder / f"{name}.csv"] for name in names]
    epochs = ["--epochs", LOCAL_EPOCHS]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pooled = pool.submit(evaluate, world, *sum(files, []), *epochs)
        alone = list(pool.map(lambda file: evaluate(world, *file, *epochs), files))
        return pooled.result(), sum(alone) / len(alone)


class Demo:
    def __init__(self, world, names, arguments, output):
        self.world, self.arguments, self.output = world, arguments, output
        self.events = queue.Queue()
        self.server = Server(world)
        self.server.start()
        port = self.server.wait_for_port()
        self.members = {name: Member(name, world, port, self.events) for name in names}
        self.victims = Victims(arguments.seed, names)
        self.results = world.folder / "results" / "spam-filter"
        self.rows = []
        self.trouble = "none"

    def run(self):
        for member in self.members.values():
            member.start()
        number, completed = 1, 0
        while completed < self.arguments.rounds:
            row = self._round(number)
            self.rows.append(row)
            self.output.row(row)
            completed += row["outcome"] == "completed"
            number += 1

    def _round(self, number):
        record_file = self.results / f"round-{number:06}.json"
        begun, end = time.monotonic(), time.monotonic() + ROUND_LIMIT_S
        while not record_file.exists():
            self._pump(number)
            if not self.server.alive():
                raise RuntimeError("blindsumd ended: see blindsumd.log")
            if time.monotonic() > end:
                raise RuntimeError(f"round {number} did not end within {ROUND_LIMIT_S} s; "
                                   f"the last trouble of a participant: {self.trouble}")
        return self._row(number, json.loads(record_file.read_text()), time.monotonic() - begun)

    def _pump(self, number):
        self.victims.start_again(self.members)
        try:
            name, event = self.events.get(timeout=0.02)
        except queue.Empty:
            return
        if event["event"] == "disconnected":
            self.trouble = f"{name}: {event['text']}"
        if event["event"] == "phase":
            self.output.status(f"round {event['round']}: {name} has {event['text']}")
            self.victims.on_phase(self.members[name], event["round"], event["text"])

    def _row(self, number, record, seconds):
        row = {"round": number, "outcome": record["outcome"], "reason": record["reason"],
               "joined": len(record["cohort"]), "survivors": len(record["u3"]),
               "seconds": round(seconds, 3), "accuracy": None, "exact": None,
               "dropped": [{"name": one["name"], "phase": one["phase"]}
                           for one in record["dropped"]],
               "killed": [{"name": name, "phase": phase}
                          for name, phase in self.victims.killed.get(number, [])]}
        if record["outcome"] == "completed":
            folder = self.results / f"round-{number:06}"
            model = read_npy(folder / "weights.npy") + read_npy(folder / "bias.npy")
            oracle = Oracle({name: member.oracle for name, member in self.members.items()},
                            record["ring_bits"], float(SCALE))
            names = [member["name"] for member in record["u3"]]
            row["exact"] = oracle.is_exact(number, names, record["sum_digest"], model)
            file = self.world.folder / "current.f64"
            file.write_bytes(struct.pack(f"<{len(model)}d", *model))
            row["accuracy"] = evaluate(self.world, "--model", file)
        return row

    def stop(self):
        for member in self.members.values():
            member.stop()
        self.server.stop()


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="meson's build folder")
    parser.add_argument("--json", action="store_true",
                        help="one JSON object a round, and a last one")
    parser.add_argument("--seed", type=int, default=1, help="repeats the choice of victims")
    parser.add_argument("--rounds", type=int, default=25, help="completed rounds to run")
    parser.add_argument("--keep", type=pathlib.Path, help="use and keep this (new) folder")
    return parser.parse_args()


def play(folder, arguments):
    begun = time.monotonic()
    output = JsonLines() if arguments.json else Table(arguments.rounds)
    world = World(folder, arguments.build.resolve())
    organisations = deal(HERE / "spambase.csv", folder)
    names = [name for name, _, _ in organisations]
    world.make_keys_and_roster(names)
    world.make_certificate()
    (folder / "model-0.f64").write_bytes(bytes(58 * 8))
    world.make_configuration(task(sys.executable, arguments.rounds, HERE / "next_model.py"))
    output.begin(organisations)
    demo = Demo(world, names, arguments, output)
    try:
        demo.run()
    finally:
        demo.stop()
    pooled, alone = local_accuracies(world, names)
    completed = [row for row in demo.rows if row["outcome"] == "completed"]
    exact = all(row["exact"] for row in completed)
    output.end({"rounds": len(completed), "exact": exact, "killed": demo.victims.count(),
                "accuracy": completed[-1]["accuracy"], "pooled_accuracy": pooled,
                "alone_accuracy": round(alone, 6), "seconds": round(time.monotonic() - begun, 1)})
    return 0 if exact else 1


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if arguments.keep:
            arguments.keep.mkdir(parents=True)
            return play(arguments.keep.resolve(), arguments)
        with tempfile.TemporaryDirectory(prefix="blindsum-demo-") as folder:
            return play(pathlib.Path(folder), arguments)
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"demo: {error}\n(--keep FOLDER keeps all files and logs)", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
