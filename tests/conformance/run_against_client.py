#!/usr/bin/python3
"""Runs the suite against a participant: makes a kit, says how the program is started.

usage: run_against_client.py PROGRAM [ARGUMENTS of blindsum-conformance]

PROGRAM: blindsum, of which `blindsum join` is run, or reference_participant.py.

The exit code is the suite's.
"""
import pathlib
import shlex
import subprocess
import sys
import tempfile

from blindsum_conformance import ending
from blindsum_conformance.against_client.terms import POLICY

SUITE = pathlib.Path(__file__).with_name("blindsum-conformance")


def command(program):
    """What --exec is told."""
    if program.endswith(".py"):
        return (f"exec {sys.executable} {shlex.quote(program)} {{url}} {{ca}} {{identity}}"
                " {roster} {authority_key} {aggregator_key} {task} {policy} {input} {state}")
    return f"exec {shlex.quote(program)} join {join_options()} --json"


def join_options():
    """The policy of KIT/README.md, and all that is in a name, as options of `blindsum join`."""
    options = {
        "server": "{address}", "ca": "{ca}", "identity": "{identity}", "roster": "{roster}",
        "authority": "{authority_key}", "aggregator": "{aggregator_key}", "task": "{task}",
        "state": "{state}", "input": "{input}",
        "least-n": POLICY["least_n"], "least-survivors": POLICY["least_survivors"],
        "least-floor": POLICY["least_floor"], "least-c": POLICY["least_c"],
        "least-gamma": POLICY["least_gamma_ppm"] / 1_000_000,
        "least-sigma": POLICY["least_sigma"],
        "most-elements": POLICY["greatest_vector_length"],
        "most-payload": f"{POLICY['greatest_payload_bytes'] >> 10}KiB",
        "most-round-time": f"{POLICY['greatest_round_time_ms']}ms",
        "most-rounds-per-day": POLICY["rounds_per_day"]}
    return " ".join(f"--{name} {value}" for name, value in options.items())


def main():
    ending.on_signals()
    program, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="blindsum-conformance-") as folder:
        kit = str(pathlib.Path(folder, "kit"))
        suite = [sys.executable, str(SUITE)]
        subprocess.run([*suite, "kit", kit], check=True)
        return ending.run([*suite, "--target", "client", "--listen", "127.0.0.1:0", "--kit", kit,
                           "--check-time", "120", "--exec", command(program), *arguments])


if __name__ == "__main__":
    sys.exit(main())
