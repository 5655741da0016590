#!/usr/bin/env python3
"""Constant time: runs every case of ct_secrets under valgrind's memcheck, with secrets marked
undefined, and fails on any branch or address that depends on one (CONTRIBUTING.md).

What the protocol publishes is declassified in published.cc; where a library branches on such an
answer before it gives it, published.supp hides that one function's branches. The leaks on purpose
must be reported, or nothing else means anything.

example: run_ct.py build/tests/ct/ct_secrets --only mask_kernels
"""

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SUPPRESSIONS = Path(__file__).resolve().parent / "published.supp"
SECONDS = 300
# The branches that are hidden in each case: one for a scalar that is drawn, parsed or opened, one
# for a box, one for a file. A further one is a leak like any, and so is each in any other case.
HIDDEN = {
    **{name: {"scalar_is_canonical": 1} for name in (
        "check_scalar", "draw", "public_point", "agree", "parse_share", "derive_keys")},
    "split": {"scalar_is_canonical": 9},
    "rebuild": {"scalar_is_canonical": 10},
    "move_and_wipe": {"scalar_is_canonical": 2},
    "seal_and_open": {"scalar_is_canonical": 4, "box_opens": 1},
    "open_what_was_changed": {"scalar_is_canonical": 2, "box_opens": 1},
    "key_file": {"key_file_is_good": 1}}


class Outcome:
    """What memcheck said of one case."""

    def __init__(self, status, output, errors, hidden):
        self.status = status
        self.output = output
        self.errors = errors
        self.hidden = hidden


def frames(error):
    names = [frame.findtext("fn") or "?" for frame in error.iter("frame")]
    return " <- ".join(names[:6])


def read_report(path):
    """([(what, frames)], {suppression: count})"""
    root = ElementTree.parse(path).getroot()
    errors = [(e.findtext("what") or e.findtext("xwhat/text") or e.findtext("kind"), frames(e))
              for e in root.findall("error")]
    pairs = root.findall("suppcounts/pair")
    return errors, {p.findtext("name"): int(p.findtext("count")) for p in pairs}


def run_case(program, name):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = ["valgrind", "--tool=memcheck", "--leak-check=no", "--xml=yes",
                   f"--xml-file={report}", f"--suppressions={SUPPRESSIONS}", program, name]
        environment = dict(os.environ)
        environment.pop("BLINDSUM_KERNEL", None)
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS,
                             env=environment)
        return Outcome(run.returncode, run.stdout + run.stderr, *read_report(report))


def judge(name, leaks, outcome):
    """What is wrong with the outcome, a line each."""
    if outcome.status != 0:
        return [f"ended with {outcome.status}: {outcome.output.strip()}"]
    if leaks:
        found = any(f"::{name}()" in where for _, where in outcome.errors)
        return [] if found else ["leaks on purpose, and memcheck did not see it"]
    wrong = [f"{what}: {where}" for what, where in outcome.errors]
    due = HIDDEN.get(name, {})
    for suppression in suppressions():
        hidden, count = outcome.hidden.get(suppression, 0), due.get(suppression, 0)
        if hidden != count:
            wrong.append(f"{suppression} hid {hidden} branches, not {count}")
    return wrong


def suppressions():
    """Names of those in published.supp; valgrind has some of its own."""
    lines = [line.strip() for line in SUPPRESSIONS.read_text("utf-8").splitlines()]
    return [name for brace, name in zip(lines, lines[1:]) if brace == "{"]


def list_cases(program):
    """[(name, leaks)]"""
    run = subprocess.run([program, "--list"], check=True, capture_output=True, text=True)
    return [(line.split()[0], line.endswith("leaks")) for line in run.stdout.splitlines()]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="ct_secrets")
    parser.add_argument("--only", metavar="CASE", help="one case; --list shows them")
    parser.add_argument("--list", action="store_true", help="names of the cases, and no more")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    cases = [one for one in list_cases(arguments.program)
             if arguments.only in (None, one[0])]
    if arguments.list:
        print("\n".join(name for name, _ in cases))
        return 0
    if not cases:
        print(f"no case is called '{arguments.only}'; --list shows them")
        return 1
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = pool.map(lambda one: run_case(arguments.program, one[0]), cases)
        for (name, leaks), outcome in zip(cases, outcomes):
            wrong = judge(name, leaks, outcome)
            failed += bool(wrong)
            verdict = "FAILED" if wrong else "reported, as it must" if leaks else "nothing depends"
            print(f"{name:24} {verdict}", flush=True)
            notes = [line for line in outcome.output.splitlines() if " kernel " in line]
            for line in wrong or notes:
                print(f"    {line}", flush=True)
    print(f"constant time: {len(cases) - failed} of {len(cases)} cases as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
