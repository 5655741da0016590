#!/usr/bin/env python3
"""What docs/threat-model.md claims can be looked up: its rules and its tests exist.

Each row of a table `| attack | rules | shown by |` names at least one rule of SPEC.md and at least
one test, as `tests/path` "name": a case of doctest, or a function of Python. Rules that are named
elsewhere on the page exist, too.
"""

import re

from spec_ids import ID, SPEC, rules
from tree import Report, Tree

PAGE = "docs/threat-model.md"
_HEADER = "| attack | rules | shown by |"
_TEST = re.compile(r'`(tests/[^`]+)` "([^"]+)"')
_CASE = re.compile(r'TEST_CASE(?:_TEMPLATE|_FIXTURE)?\(\s*((?:"(?:\\.|[^"\\])*"\s*)+)')
_PIECE = re.compile(r'"((?:\\.|[^"\\])*)"')


def names_of(path, text):
    """The tests of a file."""
    if path.endswith(".py"):
        return set(re.findall(r"^\s*def (\w+)\(", text, re.MULTILINE))
    return {"".join(_PIECE.findall(case)) for case in _CASE.findall(text)}


def check(tree, report):
    if not tree.exists(PAGE):
        report.fail(PAGE, 1, "is missing")
        return
    known, _ = rules(tree.read(SPEC))
    cases = {}
    attacks = 0
    in_table = False
    for number, line in enumerate(tree.read(PAGE).splitlines(), 1):
        for rule in sorted(set(ID.findall(_TEST.sub("", line))) - set(known)):
            report.fail(PAGE, number, f"{rule} is no rule of {SPEC}")
        for path, name in _TEST.findall(line):
            if not tree.exists(path):
                report.fail(PAGE, number, f"{path} does not exist")
                continue
            if path not in cases:
                cases[path] = names_of(path, tree.read(path))
            if name not in cases[path]:
                report.fail(PAGE, number, f"{path} has no test \"{name}\"")
        in_table = line.startswith("|") and (in_table or line == _HEADER)
        if not in_table or line == _HEADER or set(line) <= set("|-"):
            continue
        attacks += 1
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) != 3 or not ID.search(cells[1]) or not _TEST.search(cells[2]):
            report.fail(PAGE, number, "an attack is due, then its rules, then tests")
    if not attacks:
        report.fail(PAGE, 1, f"no table {_HEADER}")
    report.note(f"{attacks} attacks, {sum(map(len, cases.values()))} tests in the files named")


if __name__ == "__main__":
    result = Report()
    check(Tree(), result)
    result.finish("threat model")
