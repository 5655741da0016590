#!/usr/bin/env python3
"""Faults on purpose (faults/list.def) are whole, and in no build that did not ask for them.

Each fault is new, breaks rules that SPEC.md has, says what it does, and is looked at somewhere in
the product; only `./run mutants` builds with them. With a build folder as argument: its programs
and its library hold nothing of them, unless they are declared faulty (-Dfaults=true).

usage: faults.py [BUILD_FOLDER]
"""

import json
import re
import sys
from pathlib import Path

from spec_ids import SPEC, rules
from tree import Report, Tree, code_only

LIST = "faults/list.def"
SIDES = ("participant", "aggregator", "both")
MARK = b"BLINDSUM_FAULT"  # the environment variable that a faulty build reads
PRODUCTS = ("server/blindsumd", "client/blindsum", "buildsupport/sdk/libblindsum.so")
OPTION = "-Dfaults=true"
MAY_SET = ("scripts/build.sh", "tests/tidy/faults.py")
_FAULT = re.compile(r'^FAULT\((\w+), (\w+), "([^"]*)",\s*((?:"[^"]*"\s*)+)\)', re.MULTILINE)
_PIECE = re.compile(r'"([^"]*)"')
_USE = re.compile(r"\bFault::(\w+)")


def faults(text):
    """(line, name, side, rules, text) of each fault of list.def."""
    for match in _FAULT.finditer(text):
        yield (text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2),
               match.group(3).split(), "".join(_PIECE.findall(match.group(4))))


def looked_at(tree):
    """The faults that the product asks for; faults/ itself does not count."""
    return {name for path in tree.sources() if not path.startswith(("faults/", "tests/"))
            for name in _USE.findall(code_only(tree.read(path)))}


def check_list(tree, report):
    known, _ = rules(tree.read(SPEC))
    text = tree.read(LIST)
    used = looked_at(tree)
    seen = set()
    for line, name, side, broken, about in faults(text):
        if name in seen:
            report.fail(LIST, line, f"{name} is there twice")
        seen.add(name)
        if side not in SIDES:
            report.fail(LIST, line, f"{name}: the side is one of {', '.join(SIDES)}")
        if not broken or not about:
            report.fail(LIST, line, f"{name}: the rules that it breaks are due, and what it does")
        for rule in broken:
            if rule not in known:
                report.fail(LIST, line, f"{name}: {rule} is no rule of {SPEC}")
        if name not in used:
            report.fail(LIST, line, f"{name} is nowhere looked at")
    if len(seen) != len(re.findall(r"^FAULT\(", text, re.MULTILINE)):
        report.fail(LIST, 1, "a fault that is not FAULT(name, side, \"rules\", \"text\")")
    report.note(f"{len(seen)} faults")


def check_settings(tree, report):
    for path in tree.files(".sh", ".py", ".build", ".yml", ".toml", "run"):
        if path not in MAY_SET and OPTION in tree.read(path):
            report.fail(path, 1, f"{OPTION}: only {MAY_SET[0]} asks for a faulty build")


def check_build(build, report):
    """Of the programs that are there; in a faulty build the mark must be in each."""
    options = json.loads((build / "meson-info/intro-buildoptions.json").read_text())
    declared = any(o["name"] == "faults" and o["value"] for o in options)
    for product in PRODUCTS:
        file = build / product
        if file.exists() and (MARK in file.read_bytes()) != declared:
            report.fail(str(file), 1, "is not faulty, as it should be" if declared
                        else "has faults in it")


def check(tree, report):
    check_list(tree, report)
    check_settings(tree, report)


if __name__ == "__main__":
    result = Report()
    check(Tree(), result)
    if len(sys.argv) > 1:
        check_build(Path(sys.argv[1]), result)
    result.finish("faults")
