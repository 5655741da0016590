"""Whether the conformance suite can fail: it is run against a faulty build, one fault at a time.

usage: mutants.py --build BUILD [--only FAULT ...] [--json] [--jobs N] [--patience N] [--list]

BUILD has the option `faults`: its programs list their faults (faults/list.def). A mutant
is a program with one fault, on the side that the fault is of: blindsum as a participant, blindsumd
as an aggregator. First the programs without a fault must pass the whole suite. Then each mutant
meets the checks of the rule that it is about, then those of its other rules, then all others; the
first that fails has killed it.

Prints a line a mutant: fault, side, the rule it is about, the check that caught it, seconds. With
--json an object a mutant, then {"mutants": N, "killed": N}. Exit codes: 0 all were killed; 1 one
survived; 2 wrong usage, or the suite does not pass without a fault.
"""
import argparse
import concurrent.futures
import dataclasses
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import time

SUITE = pathlib.Path(__file__).resolve().parents[1] / "tests/conformance"
sys.path.insert(0, str(SUITE))
from blindsum_conformance import checks  # noqa: E402

# side: (target of the suite, what starts it, the program)
SIDES = {"participant": ("client", "run_against_client.py", "client/blindsum"),
         "aggregator": ("server", "run_against_server.py", "server/blindsumd")}
MOST_S = 900  # for one run of the suite
END_S = 60    # for it to end when it is told to


@dataclasses.dataclass(frozen=True)
class Programs:
    build: pathlib.Path
    patience: int  # times the time limits of the aggregator's rounds


@dataclasses.dataclass(frozen=True)
class Mutant:
    fault: str
    side: str
    rules: tuple[str, ...]
    text: str


@dataclasses.dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    check: str | None  # what caught it
    seconds: float


class Broken(Exception):
    """The suite did not run, or does not pass without a fault."""


def mutants(build, patterns):
    """The mutants of the build's faults that any pattern names; all without patterns."""
    listed = subprocess.run([build / "server/blindsumd", "--faults"], text=True, check=True,
                            capture_output=True).stdout
    found = []
    for line in listed.splitlines():
        fault, side, rules, text = line.split("\t")
        if not patterns or any(fnmatch.fnmatchcase(fault, pattern) for pattern in patterns):
            sides = SIDES if side == "both" else (side,)
            found += [Mutant(fault, one, tuple(rules.split()), text) for one in sides]
    if not found:
        raise Broken(f"no such fault: {' '.join(patterns)}")
    return found


def outcomes(programs, side, fault=None, only=(), fail_fast=False):
    """Runs the suite, or these checks of it: name -> why it failed, "" if it did not, in order."""
    _, launcher, program = SIDES[side]
    patience = ["--patience", str(programs.patience)] if side == "aggregator" else []
    # Told to end when we do, whatever ends us; it ends what it has started.
    command = ["setpriv", "--pdeathsig", "TERM", sys.executable, SUITE / launcher, *patience,
               programs.build / program, "--json"]
    command += ["--fail-fast"] if fail_fast else []
    command += [word for name in only for word in ("--only", name)]
    environment = {name: value for name, value in os.environ.items() if name != "BLINDSUM_FAULT"}
    if fault:
        environment["BLINDSUM_FAULT"] = fault
    run = subprocess.Popen(command, text=True, env=environment, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, complaint = run.communicate(timeout=MOST_S)
    except subprocess.TimeoutExpired:
        run.terminate()
        run.communicate(timeout=END_S)
        raise Broken(f"the suite against {program} with {fault} was not done after {MOST_S} s")
    lines = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    found = {one["check"]: one["reason"] or "no reason" if one["status"] == "failed" else ""
             for one in lines if "check" in one}
    # With its closing line it is whole, even if the server was slow to end after it.
    if not any("checks" in one for one in lines):
        raise Broken(f"the suite against {program} with {fault} ended with {run.returncode}:\n"
                     f"{complaint[-2000:]}")
    return found


def caught_by(programs, mutant, group):
    """The first check of the group that fails, fails again by itself, and passes without the fault.

    A phase that took too long on a busy machine, or a server that another check has ended, is
    nothing that the check has found.
    """
    group = list(group)
    while group:
        found = outcomes(programs, mutant.side, mutant.fault, group, fail_fast=True)
        failed = [name for name, why in found.items() if why]
        for name in failed:
            again, without = (outcomes(programs, mutant.side, fault, [name])[name]
                              for fault in (mutant.fault, None))
            if again and not without:
                return name
        group = [name for name in group if name not in found] if failed else []
    return None


def judge(programs, mutant):
    """The checks of the rule that it is about first, those of its other rules, all others."""
    begun = time.monotonic()
    rest = list(checks.every_check(SIDES[mutant.side][0]))
    check = None
    for about in ({mutant.rules[0]}, set(mutant.rules), None):
        group = [c.name for c in rest if about is None or about & set(c.rules)]
        rest = [c for c in rest if c.name not in group]
        check = check or caught_by(programs, mutant, group)
    return Verdict(mutant, check, time.monotonic() - begun)


def without_faults(programs, sides):
    for side in sides:
        failed = {name: why for name, why in outcomes(programs, side).items() if why}
        if failed:
            name, why = next(iter(failed.items()))
            raise Broken(f"without a fault {len(failed)} checks of the {side} fail: {name}: {why}")


def table_line(verdict):
    word = "killed" if verdict.check else "SURVIVED"
    mutant = verdict.mutant
    return (f"{word:9}{mutant.fault:24}{mutant.side:12}{mutant.rules[0]:11}"
            f"{verdict.check or '-':40}{verdict.seconds:6.1f} s")


def json_line(verdict):
    mutant = verdict.mutant
    return json.dumps({"fault": mutant.fault, "side": mutant.side, "rules": mutant.rules,
                       "killed": verdict.check is not None, "check": verdict.check,
                       "seconds": round(verdict.seconds, 1)})


def closing_line(verdicts, seconds):
    caught = [v.check for v in verdicts if v.check]
    return (f"{len(verdicts)} mutants, {len(caught)} killed, by {len(set(caught))} checks, "
            f"in {seconds:.0f} s")


def parser():
    options = argparse.ArgumentParser(prog="./run mutants", description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    add = options.add_argument
    add("--build", type=pathlib.Path, default=pathlib.Path("build-mutants"), metavar="FOLDER")
    add("--only", action="append", default=[], metavar="FAULT", help="a name, or a pattern of them")
    add("--jobs", type=int, default=2, metavar="N", help="mutants at a time (2)")
    add("--patience", type=int, default=2, metavar="N",
        help="times the time limits of the aggregator's rounds, for a slow machine (2)")
    add("--json", action="store_true", help="an object a line")
    add("--list", action="store_true", help="what each fault does; runs nothing")
    return options


def run(options):
    begun = time.monotonic()
    chosen = mutants(options.build, options.only)
    if options.list:
        for mutant in chosen:
            print(f"{mutant.fault:24}{mutant.side:12}{' '.join(mutant.rules)}\n    {mutant.text}")
        return 0
    programs = Programs(options.build, options.patience)
    without_faults(programs, sorted({mutant.side for mutant in chosen}))
    verdicts = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = [pool.submit(judge, programs, mutant) for mutant in chosen]
        try:
            for done in concurrent.futures.as_completed(running):
                verdicts.append(done.result())
                print((json_line if options.json else table_line)(verdicts[-1]), flush=True)
        finally:
            pool.shutdown(cancel_futures=True)
    killed = sum(verdict.check is not None for verdict in verdicts)
    if options.json:
        print(json.dumps({"mutants": len(verdicts), "killed": killed}))
    else:
        print(f"\n{closing_line(verdicts, time.monotonic() - begun)}")
    return 0 if killed == len(verdicts) else 1


def main():
    try:
        return run(parser().parse_args())
    except Broken as why:
        print(f"mutants: {why}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
