#!/usr/bin/env python3
"""The table of docs/operations.md: what a round costs the aggregator's machine.

Each row is one round of `blindsum bench`, a real blindsumd in a process of its own, whose folders
are looked at while it runs: the most that the state of rounds takes, and what stays as results.

usage: sizing.py BUILD_FOLDER [--write]     prints the table; --write puts it into the page
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operations.md"
BEGIN, END = "<!-- sizing: tests/bench/sizing.py build --write -->\n", "<!-- end -->\n"
# Participants, length of the vector.
ROWS = ((10, 100_000), (100, 100_000), (100, 1_000_000), (500, 100_000), (20, 10_000_000))
DROPOUT = "10%"
LOOK_S = 0.02
HEAD = ("| participants | vector length | bits | memory, peak MiB | state on disk, peak MiB "
        "| results a round, MiB | of them the record, KiB | processor s | time s |\n"
        "|---|---|---|---|---|---|---|---|---|\n")


def size_of(folder):
    """What its files take on the disk. They come and go while it is looked at."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.stat(os.path.join(place, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return size


def measure(bench, participants, length):
    """(what bench says, peak of the state folder, results, record), sizes in bytes."""
    with tempfile.TemporaryDirectory(prefix="blindsum-sizing-", dir="/var/tmp") as folder:
        results = pathlib.Path(folder, "kept", "results")
        command = [bench, "--participants", str(participants), "--length", str(length),
                   "--dropout", DROPOUT, "--json", "--keep", str(results.parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            peak = 0
            try:
                while process.poll() is None:
                    peak = max(peak, size_of(results / ".state"))
                    time.sleep(LOOK_S)
                said = json.loads(process.stdout.read())
            finally:
                if process.poll() is None:
                    process.kill()
        if process.returncode != 0 or not said["sum_exact"]:
            raise SystemExit(f"{' '.join(command)}: {process.returncode}")
        [record] = (results / "bench").glob("*.record")
        return said, peak, size_of(results / "bench"), record.stat().st_size


def row(bench, participants, length):
    said, state, results, record = measure(bench, participants, length)
    aggregator, mib = said["aggregator"], 1 << 20
    return (f"| {participants:,} | {length:,} | {said['macro']['bits']} "
            f"| {aggregator['peak_memory_bytes'] / mib:.0f} | {state / mib:.1f} "
            f"| {results / mib:.1f} | {record / 1024:.0f} "
            f"| {aggregator['cpu_s']:.2f} | {said['wall_s']:.1f} |\n", said["machine"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    bench = pathlib.Path(arguments.build, "tests", "bench", "blindsum-bench").resolve()
    table = HEAD
    for participants, length in ROWS:
        line, machine = row(bench, participants, length)
        print(line, end="", flush=True)
        table += line
    table += (f"\n{machine['processor']}, {machine['processors']} cores, kernel "
              f"{machine['mask_kernel']}; all participants on the same machine, {DROPOUT} of them "
              "vanish.\n")
    if arguments.write:
        page = PAGE.read_text()
        begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
        PAGE.write_text(page[:begin] + table + page[end:])


if __name__ == "__main__":
    main()
