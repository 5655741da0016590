#!/usr/bin/env python3
"""The tables of docs/operations.md: what rounds cost the aggregator's machine.

Memory, processor and time are those of docs/performance, where `./run bench --sweep all` has put
them. Disk is measured here: a round of `blindsum bench`, a real blindsumd in a process of its own,
whose folders are looked at while it runs: the most that the state of rounds takes, and what stays.

usage: sizing.py BUILD_FOLDER [--write]     prints the tables; --write puts them into the page
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
MEASURED = ROOT / "docs" / "performance"
BEGIN, END = "<!-- made by: tests/bench/sizing.py build --write -->\n", "<!-- end -->\n"
DROPOUT = "10%"
# Participants, length of the vector.
KNOWN = ((10, 100_000), (100, 100_000), (1000, 100_000), (4096, 100_000), (20, 1_000_000),
         (100, 1_000_000), (1000, 1_000_000), (20, 10_000_000), (200, 10_000_000))
DISK = ((10, 100_000), (32, 100_000), (20, 1_000_000), (20, 10_000_000))
LOOK_S = 0.01
MIB = 1 << 20
KNOWN_HEAD = ("| participants | vector length | bits | memory at its peak, MiB | processor s "
              "| time s |\n|---|---|---|---|---|---|\n")
DISK_HEAD = ("| participants | vector length | bits | state at its peak, MiB | kept, MiB "
             "| of it the record, KiB |\n|---|---|---|---|---|---|\n")


def short(seconds):
    return f"{seconds:,.0f}" if seconds >= 10 else f"{seconds:.2g}"


def known_rows():
    """The table of what is in docs/performance, and the machine."""
    found = {}
    for path in sorted(MEASURED.glob("*.json")):
        for one in map(json.loads, path.read_text().splitlines()):
            if one.get("command", "").endswith(f"--dropout {DROPOUT}"):
                found[one["macro"]["participants"], one["macro"]["length"]] = one
    table = KNOWN_HEAD
    for key in KNOWN:
        one = found[key]
        table += (f"| {key[0]:,} | {key[1]:,} | {one['macro']['bits']} "
                  f"| {one['aggregator']['peak_memory_bytes'] / MIB:.0f} "
                  f"| {short(one['aggregator']['cpu_s'])} | {short(one['wall_s'])} |\n")
    return table, found[KNOWN[0]]["machine"]


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


def disk_row(bench, participants, length):
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
                said = process.stdout.read()
            finally:
                if process.poll() is None:
                    process.kill()
        if process.returncode != 0 or not json.loads(said)["sum_exact"]:
            raise SystemExit(f"{' '.join(map(str, command))}: {process.returncode}")
        [record] = (results / "bench").glob("*.record")
        return (f"| {participants:,} | {length:,} | {json.loads(said)['macro']['bits']} "
                f"| {peak / MIB:.1f} | {size_of(results / 'bench') / MIB:.1f} "
                f"| {record.stat().st_size / 1024:.0f} |\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    bench = pathlib.Path(arguments.build, "tests", "bench", "blindsum-bench").resolve()
    table, machine = known_rows()
    table += (f"\n{machine['processor']}, {machine['processors']} cores, which all participants "
              f"share, kernel {machine['mask_kernel']}.\n\n{DISK_HEAD}")
    for participants, length in DISK:
        table += disk_row(bench, participants, length)
    print(table)
    if arguments.write:
        page = PAGE.read_text()
        begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
        PAGE.write_text(page[:begin] + table + "\n" + page[end:])


if __name__ == "__main__":
    main()
