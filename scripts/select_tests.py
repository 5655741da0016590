#!/usr/bin/env python3
"""Turns the FILTER of `./run test --filter FILTER` into arguments of `meson test`, one a line.

A filter that is a piece of a test's name selects these tests. Any other is taken for a piece of a
doctest case's name (a rule's id, say): then every doctest program with such a case runs only these.
"""

import json
import os
import subprocess
import sys


def introspect(folder):
    command = ["meson", "introspect", "--tests", folder]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def has_case(command, pattern):
    """Whether the doctest program lists at least one case that matches."""
    arguments = ["--list-test-cases", "--no-colors=true", f"--test-case={pattern}"]
    out = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60)
    return "unskipped test cases passing the current filters: 0" not in out.stdout


def main():
    folder, wanted = sys.argv[1:]
    tests = introspect(folder)
    names = [t["name"] for t in tests if wanted.lower() in t["name"].lower()]
    if names:
        print("\n".join(names))
        return
    pattern = f"*{wanted}*"
    doctests = [t for t in tests if os.path.basename(t["cmd"][0]).startswith("test_")]
    names = [t["name"] for t in doctests if has_case(t["cmd"], pattern)]
    if names:
        print("\n".join([f"--test-args=--test-case={pattern}", *names]))


if __name__ == "__main__":
    main()
