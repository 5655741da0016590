#!/usr/bin/env python3
"""Runs libFuzzer programs for a while each, several at a time: ./run fuzz --help says more."""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TARGETS = Path("tests/fuzz/targets")
CORPUS = Path("tests/fuzz/corpus")
# A frame has 4 MiB at most; what is allocated for an input stays far below that, times some.
MOST_INPUT_BYTES = 8192
MALLOC_LIMIT_MB = 64
RSS_LIMIT_MB = 1024
SECONDS_PER_INPUT = 60
# Checked in are inputs up to this size, and so many of a target.
SMALL_BYTES = 2048
MOST_CHECKED_IN = 24
# Inputs that stand for more than they weigh, or are large by nature.
MALLOC_LIMITS_MB = {"evidence": 256}


class Fuzzer:
    def __init__(self, build, name):
        self.name = name
        self.program = build / "tests/fuzz" / f"fuzz_{name}"
        self.working = build / "corpus" / name
        self.crashes = build / "crashes" / name
        self.log = build / "crashes" / f"{name}.log"
        self.checked_in = CORPUS / name

    def prepare(self):
        self.working.mkdir(parents=True, exist_ok=True)
        self.crashes.mkdir(parents=True, exist_ok=True)

    def options(self):
        return [f"-artifact_prefix={self.crashes}/", f"-max_len={MOST_INPUT_BYTES}",
                f"-rss_limit_mb={RSS_LIMIT_MB}", f"-timeout={SECONDS_PER_INPUT}",
                f"-malloc_limit_mb={MALLOC_LIMITS_MB.get(self.name, MALLOC_LIMIT_MB)}"]

    def command(self, seconds):
        return [self.program, self.working, self.checked_in, f"-max_total_time={seconds}",
                "-print_final_stats=1", "-use_value_profile=1", *self.options()]


def environment():
    return {**os.environ, "ASAN_OPTIONS": "detect_stack_use_after_return=1",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}


def last(pattern, text, otherwise="?"):
    found = re.findall(pattern, text)
    return found[-1] if found else otherwise


def describe(fuzzer, output):
    """Executions, speed and coverage, of libFuzzer's own words."""
    return (f"{fuzzer.name:24} {last(r'number_of_executed_units: *([0-9]+)', output):>10} runs "
            f"{last(r'average_exec_per_sec: *([0-9]+)', output):>7}/s "
            f"{last(r'cov: ([0-9]+)', output):>6} edges "
            f"{last(r'corp: ([0-9]+)', output):>5} inputs")


class Runs:
    """The children under way, so that Ctrl-C ends every one of them."""

    def __init__(self):
        self.children = set()
        self.stopped = False

    def stop(self, *_):
        self.stopped = True
        for child in list(self.children):
            child.send_signal(signal.SIGINT)

    def run(self, fuzzer, seconds):
        """True if nothing was found."""
        if self.stopped:
            return True
        fuzzer.prepare()
        with open(fuzzer.log, "wb") as log:
            child = subprocess.Popen(fuzzer.command(seconds), stdout=log, stderr=log,
                                     stdin=subprocess.DEVNULL, env=environment())
            self.children.add(child)
            status = child.wait()
            self.children.discard(child)
        output = fuzzer.log.read_text(errors="replace")
        good = status == 0 or (self.stopped and "libFuzzer: run interrupted" in output)
        print(describe(fuzzer, output) + ("" if good else "  FAILED"), flush=True)
        if not good:
            report(fuzzer, output, status)
        return good


def report(fuzzer, output, status):
    lines = [line for line in output.splitlines()
             if re.search(r"broken:|ERROR:|runtime error:|SUMMARY:|DEDUP", line)]
    for line in lines[:6]:
        print(f"    {line}")
    crash = last(r"Test unit written to (\S+)", output, None)
    if crash is None:
        print(f"    ended with {status}; the whole log: {fuzzer.log}")
        return
    print(f"    the input:  {crash}\n    again:      {fuzzer.program} {crash}"
          f"\n    the log:    {fuzzer.log}"
          f"\n    once mended, copy it to {fuzzer.checked_in}/ under a name that says what it was",
          flush=True)


def progress(runs, total, seconds, jobs, done):
    """A line a minute on stderr, for whoever waits."""
    started = time.monotonic()
    expected = seconds * -(-total // jobs)
    while not done():
        time.sleep(1)
        passed = int(time.monotonic() - started)
        if passed % 30 == 0 and not runs.stopped:
            print(f"fuzz: {passed} s of about {expected}", file=sys.stderr, flush=True)


def fuzz(fuzzers, seconds, jobs):
    runs = Runs()
    signal.signal(signal.SIGINT, runs.stop)
    signal.signal(signal.SIGTERM, runs.stop)
    print(f"fuzz: {len(fuzzers)} targets, {seconds} s each, {jobs} at a time", file=sys.stderr)
    with ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(runs.run, one, seconds) for one in fuzzers]
        progress(runs, len(fuzzers), seconds, jobs, lambda: all(r.done() for r in running))
        found = sum(not r.result() for r in running)
    print(f"fuzz: {'nothing' if found == 0 else f'{found} targets'} found"
          if not runs.stopped else "fuzz: stopped")
    return 1 if found else 130 if runs.stopped else 0


def minimise(fuzzers):
    """What reaches code that the checked-in corpus does not, smallest first, as long as it is
    small."""
    for fuzzer in fuzzers:
        fuzzer.prepare()
        small = fuzzer.working.parent / f"{fuzzer.name}-small"
        shutil.rmtree(small, ignore_errors=True)
        small.mkdir()
        checked_in = sorted(fuzzer.checked_in.iterdir())
        for path in checked_in:
            shutil.copy(path, small / path.name)
        run = subprocess.run([fuzzer.program, "-merge=1", small, fuzzer.working,
                              *fuzzer.options()], capture_output=True, env=environment())
        if run.returncode != 0:
            print(run.stderr.decode(errors="replace")[-2000:])
            return 1
        new = sorted((p for p in small.iterdir() if p.name not in {c.name for c in checked_in}
                      and p.stat().st_size <= SMALL_BYTES), key=lambda p: p.stat().st_size)
        taken = new[:max(0, MOST_CHECKED_IN - len(checked_in))]
        for path in taken:
            shutil.copy(path, fuzzer.checked_in / f"found-{path.name[:10]}.bin")
        print(f"{fuzzer.name:24} {len(new)} reach more, {len(taken)} taken", flush=True)
        shutil.rmtree(small)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["run", "minimise"])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", metavar="TARGET")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    names = sorted(path.stem for path in TARGETS.glob("*.cc"))
    if arguments.only is not None and arguments.only not in names:
        print(f"fuzz: no target is called '{arguments.only}'; there are {' '.join(names)}")
        return 1
    if arguments.seconds < 1 or arguments.jobs < 1:
        print("fuzz: --seconds and --jobs are at least 1")
        return 1
    fuzzers = [Fuzzer(arguments.build, name) for name in names
               if arguments.only in (None, name)]
    if arguments.what == "minimise":
        return minimise(fuzzers)
    return fuzz(fuzzers, arguments.seconds, arguments.jobs)


if __name__ == "__main__":
    sys.exit(main())
