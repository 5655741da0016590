#!/usr/bin/env python3
"""Measures what docs/performance shows: series of whole rounds, one after the other.

usage: bench_sweeps.py --blindsum PROGRAM --sweep NAME[,NAME…]|all [--only TEXT] [--out FOLDER]
       bench_sweeps.py --names

Each row is a command of `blindsum bench`; its result is a line of FOLDER/<sweep>.json, which takes
the place of an older one of the same command. So a row can be measured again alone (--only: rows
whose command contains the text), and long ones on another day. At the end the page and its plots
are made anew (bench_report.py).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

_ROUND = "--participants {n} --length {m} --dropout {dropout}"


def _rounds(rows, more=""):
    return [(_ROUND.format(n=n, m=m, dropout=dropout) + more) for n, m, dropout in rows]


# Name -> commands, as they stand behind `blindsum bench`.
SWEEPS = {
    "micro": ["--micro"],
    "members": _rounds([(n, 100_000, "10%") for n in (10, 32, 100, 316, 1000, 2000, 4096)]),
    "length": _rounds([(20, 10 ** power, "10%") for power in (4, 5, 6, 7)] + [(5, 10 ** 8, "10%")]),
    "dropout": _rounds([(1000, 100_000, dropout) for dropout in ("0%", "5%", "10%")],
                       " --delta 10%"),
    # What others published, or what was measured of them; and a participant's bytes.
    "others": [
        "--participants 100 --length 100000 --dropout 10%",
        "--participants 100 --length 1000000 --dropout 10%",
        "--participants 100 --length 1000000 --dropout 10% --bits 32",
        "--participants 1000 --length 100000 --dropout 10%",
        "--participants 1000 --length 1000000 --dropout 10%",
        "--participants 500 --length 100000 --dropout 30% --gamma 39.8%",
        "--participants 500 --length 1000000 --dropout 30% --gamma 39.8%",
        "--participants 1000 --length 1048576 --dropout 10%",
    ],
    # Memory of a round: the accumulator and the uploads in flight.
    "memory": ["--participants 200 --length 10000000 --dropout 10%"],
}


def read_rows(file):
    """command -> its line."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return {row["command"]: row for row in map(json.loads, lines)}


def write_rows(file, name, rows):
    """In the order of the sweep, whatever order they were measured in."""
    known = [rows[c] for c in SWEEPS[name] if c in rows]
    text = "".join(json.dumps(row) + "\n" for row in known)
    partial = file.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)


def measure(blindsum, command):
    done = subprocess.run([blindsum, "bench", *command.split(), "--json"],
                          stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"bench: `blindsum bench {command}` failed, see above")
    return {"command": command, **json.loads(done.stdout)}


def run_sweep(arguments, name):
    file = arguments.out / f"{name}.json"
    for number, command in enumerate(SWEEPS[name], 1):
        if arguments.only and arguments.only not in command:
            continue
        print(f"bench: {name} {number}/{len(SWEEPS[name])}: blindsum bench {command}",
              file=sys.stderr)
        row = measure(arguments.blindsum, command)
        rows = read_rows(file)
        rows[command] = row
        write_rows(file, name, rows)


def chosen_sweeps(text):
    names = list(SWEEPS) if text == "all" else text.split(",")
    unknown = [name for name in names if name not in SWEEPS]
    if unknown:
        sys.exit(f"bench: no sweep '{unknown[0]}'; all or some of {', '.join(SWEEPS)}")
    return names


def main():
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--blindsum", default="build/client/blindsum")
    parser.add_argument("--sweep", metavar="NAME")
    parser.add_argument("--only", metavar="TEXT", help="rows whose command has this text")
    parser.add_argument("--out", type=Path, default=Path("docs/performance"))
    parser.add_argument("--names", action="store_true")
    arguments = parser.parse_args()
    if arguments.names or not arguments.sweep:
        print("all, " + ", ".join(SWEEPS))
        return
    names = chosen_sweeps(arguments.sweep)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in names:
        run_sweep(arguments, name)
    report = Path(__file__).with_name("bench_report.py")
    subprocess.run([sys.executable, report, arguments.out], check=True)


if __name__ == "__main__":
    main()
