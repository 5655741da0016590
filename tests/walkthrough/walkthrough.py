#!/usr/bin/env python3
"""Gives the very commands of docs/walkthrough.md, on machines that are network namespaces here.

Each command has to end as the page says, and to print what it shows. The programs are those of the
build folder. Exit code 0 says that all of this is so; 1 that it is not; 77 that this machine does
not let us make namespaces.
"""
import argparse
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in ("tests/chaos", "scripts"):
    sys.path.insert(0, str(ROOT / folder))

import jail
from machines import AS_USER, Machines, TooSlow
from page import Faulty, read_machines, read_steps

EXAMPLES = """examples:
  ./run walkthrough                      a line a command
  ./run walkthrough --json               an object a command, and a last one:
                                         {"steps":…,"ok":true,"exact":true}
  ./run walkthrough --keep walked        leaves the machines' folders there
"""
PROGRAMS = ("client/blindsum", "server/blindsumd")
NOT_POSSIBLE = 77  # meson shows such a test as skipped
EXACT = "exact"  # what a command prints that has compared a sum with the plain one
LIMIT_S = 60  # of a command


def parse():
    parser = argparse.ArgumentParser(prog="./run walkthrough", description=__doc__,
                                     epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"),
                        help="meson's build folder (%(default)s)")
    parser.add_argument("--page", type=pathlib.Path, default=ROOT / "docs" / "walkthrough.md",
                        help="another page than docs/walkthrough.md")
    parser.add_argument("--json", action="store_true", help="a JSON object a line")
    parser.add_argument("--keep", type=pathlib.Path, help="use and keep this (new) folder")
    parser.add_argument("--inside", help=argparse.SUPPRESS)  # the jail; its name
    return parser.parse_args()


class Output:
    def __init__(self, as_json, page):
        self._as_json, self._page, self._section = as_json, page, None

    def _tell(self, object):
        print(json.dumps(object, separators=(",", ":")), flush=True)

    def step(self, number, step, seconds, trouble):
        if self._as_json:
            return self._tell({"step": number, "line": step.line, "machine": step.machine,
                               "command": step.command, "seconds": round(seconds, 2),
                               "ok": not trouble, **({"trouble": trouble} if trouble else {})})
        if step.section != self._section:
            self._section = step.section
            print(f"\n{step.section}\n")
        first, *rest = step.prompt().splitlines()
        first = first.removesuffix("\\").rstrip() + (" …" if rest else "")
        print(f"  {seconds:5.1f} s  {first[:88]}", flush=True)
        if trouble:
            print(f"\n{self._page}:{step.line}: {trouble}", file=sys.stderr)

    def end(self, steps, ok, exact, seconds):
        if self._as_json:
            return self._tell({"steps": steps, "ok": ok, "exact": exact})
        print(f"\n{steps} commands, {seconds:.0f} s: "
              + ("everything went as the page says" if ok else "NOT as the page says")
              + ("; every sum is exact" if ok and exact else ""))


def give(step, machines):
    """What is wrong; empty: nothing. May raise RuntimeError."""
    try:
        code, printed = machines.run(step, LIMIT_S)
    except TooSlow as slow:
        return f"{step.prompt()}\nhas not ended after {LIMIT_S} s; so far it printed\n{slow}"
    got = "".join(f"  {line}\n" for line in printed)
    if code != 0 and not step.may_fail:
        return f"{step.prompt()}\nfailed with code {code}:\n{got}"
    if not step.matches(printed):
        expected = "".join(f"  {line}\n" for line in step.output)
        return f"{step.prompt()}\nprinted\n{got}where the page has\n{expected}"
    return ""


def walk(arguments, text, output):
    steps = read_steps(text)
    programs = [arguments.build.resolve() / program for program in PROGRAMS]
    machines = Machines(arguments.keep, read_machines(text), programs)
    begun, exact, number, trouble = time.monotonic(), False, 0, ""
    for number, step in enumerate(steps, 1):
        started = time.monotonic()
        trouble = give(step, machines)
        output.step(number, step, time.monotonic() - started, trouble)
        if trouble:
            exact = exact and EXACT not in step.output
            break
        exact = exact or EXACT in step.output
    ok = bool(steps) and not trouble
    output.end(number, ok, ok and exact, time.monotonic() - begun)
    return 0 if ok and exact else 1


def play(arguments):
    """Inside, as the first process: whatever happens, nothing of it outlives us."""
    jail.settle()
    threading.Thread(target=jail.end_with_outside, daemon=True).start()
    page = arguments.page.resolve()
    shown = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
    return walk(arguments, page.read_text(), Output(arguments.json, shown))


def check_users():
    """The page's users are no root: that takes a namespace of users inside the jail."""
    done = subprocess.run([*AS_USER, "true"], capture_output=True, text=True)
    if done.returncode != 0:
        raise jail.NotPossible("its users are no root, which takes namespaces of users"
                               f" (user.max_user_namespaces above 0)\n  {done.stderr.strip()}")


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    try:
        if arguments.inside:
            return play(arguments)
        check_users()
        if arguments.keep:
            arguments.keep.mkdir(parents=True)
            return jail.run_inside(__file__, sys.argv[1:], arguments.keep)
        with tempfile.TemporaryDirectory(prefix="blindsum-walkthrough-") as folder:
            return jail.run_inside(__file__, sys.argv[1:], pathlib.Path(folder))
    except jail.NotPossible as error:
        print(f"walkthrough: {error}", file=sys.stderr)
        return NOT_POSSIBLE
    except (Faulty, RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"walkthrough: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
