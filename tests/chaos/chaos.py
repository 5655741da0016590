#!/usr/bin/env python3
"""Real processes, one blindsumd and many `blindsum join`, while everything happens to them.

Either side is killed and stopped, links are cut and slowed down, the aggregator's disk gets full,
all at moments that a seed decides. Every participant keeps what it was told. At the end each upload
that was acknowledged has to be in the sum of its round, if that completed; each published sum has
to be exact, and each record good. Exit code 0 says that all of this is so; 1 that it is not; 77
that this machine does not let us make namespaces.
"""
import argparse
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "scripts"))

import jail
from disk import SmallDisk
from faults import plan
from network import Network
from output import JsonLines, Lines
from run import Chaos
from testbed.world import World

EXAMPLES = """examples:
  ./run chaos                                       a minute, 40 participants
  ./run chaos --minutes 20 --participants 40
  ./run chaos --minutes 5 --seed 7 --json           the same faults as every run with 7
  ./run chaos --minutes 1 --keep chaos-run          leaves all logs, records and states there
"""
NOT_POSSIBLE = 77  # meson shows such a test as skipped
_LEAST_DISK_MIB = 32


def parse():
    parser = argparse.ArgumentParser(prog="./run chaos", description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"),
                        help="meson's build folder (%(default)s)")
    parser.add_argument("--minutes", type=float, default=1, help="of faults (%(default)s)")
    parser.add_argument("--participants", type=int, default=40, help="8 to 200 (%(default)s)")
    parser.add_argument("--length", type=int, default=20_000,
                        help="elements of a vector (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="decides all faults (%(default)s)")
    parser.add_argument("--json", action="store_true", help="a JSON object a line; the last one: "
                        '{"started":…,"completed":…,"aborted":{…},"acknowledged":…,"lost":0}')
    parser.add_argument("--keep", type=pathlib.Path, help="use and keep this (new) folder")
    parser.add_argument("--inside", help=argparse.SUPPRESS)  # the jail; its name
    arguments = parser.parse_args()
    if not 8 <= arguments.participants <= 200:
        parser.error("--participants: 8 to 200")
    if not arguments.participants < arguments.length <= 1_000_000:
        parser.error("--length: more than the participants, at most 1000000")
    if not 0 < arguments.minutes <= 600:
        parser.error("--minutes: more than 0, at most 600")
    return arguments


def play(arguments):
    """Inside, as the first process: whatever happens, nothing of it outlives us."""
    jail.settle()
    threading.Thread(target=jail.end_with_outside, daemon=True).start()
    folder, seconds = arguments.keep, arguments.minutes * 60
    shape = (arguments.participants, arguments.length)
    # Three arrays and a record a round; faster than this no machine has gone through them.
    rounds = seconds * min(1, 24 / arguments.participants)
    size_mib = _LEAST_DISK_MIB + int(rounds * (24 * arguments.length + (64 << 10)) / (1 << 20))
    output = JsonLines() if arguments.json else Lines()
    network = Network(arguments.participants)
    disk = SmallDisk(folder / "aggregator", size_mib)
    chaos = Chaos(World(folder, arguments.build.resolve()), network, disk, shape, output)
    faults = plan(arguments.seed, arguments.participants, seconds)
    output.begin({"participants": arguments.participants, "seconds": seconds,
                  "faults": len(faults), "seed": arguments.seed,
                  "namespaces": arguments.inside, "slow_by": network.slow_by})
    try:
        chaos.start()
        chaos.suffer(faults, seconds)
        chaos.calm()
        chaos.stop()
    finally:
        shutil.copytree(disk.folder, folder / "aggregator-kept")  # the mount goes with us
    verdict = chaos.verdict()
    recovered_s = None if chaos.recovered_s is None else round(chaos.recovered_s, 1)
    output.end(verdict, {"faults": dict(chaos.applied), "recovered_s": recovered_s,
                         **chaos.aggregator.hardships(),
                         "memory": {whose: one.summary() for whose, one in chaos.memory.items()}})
    return 1 if verdict.lost or verdict.wrong else 0


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    try:
        if arguments.inside:
            return play(arguments)
        if arguments.keep:
            arguments.keep.mkdir(parents=True)
            return jail.run_inside(__file__, sys.argv[1:], arguments.keep)
        with tempfile.TemporaryDirectory(prefix="blindsum-chaos-") as folder:
            return jail.run_inside(__file__, sys.argv[1:], pathlib.Path(folder))
    except jail.NotPossible as error:
        print(f"chaos: {error}", file=sys.stderr)
        return NOT_POSSIBLE
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"chaos: {error}\n(--keep FOLDER keeps all files and logs)", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
