#!/usr/bin/env python3
"""What docs/implementing.md names can be looked up: rules, faults, checks, vectors, files.

In `code`: a name with underscores is a fault of faults/list.def, or one of SPEC.md's reasons; one
with hyphens a check of the conformance suite; a path is in the tree. In its table of mistakes each
row names a rule, a fault and a check. A pattern of checks (`--only 'x-*'`) matches some.

Needs the packages of the suite, whose registry it reads; Debian's own Python has them.
"""

import fnmatch
import re
import sys

from faults import LIST, faults
from spec_ids import ID, SPEC, rules
from tree import ROOT, Report, Tree

PAGE = "docs/implementing.md"
VECTORS = "tests/vectors"
HEADER = "| mistake | what it cost | rules | fault | checks |"
STEPS = "| step | SPEC.md | vectors |"
_CODE = re.compile(r"`([^`]+)`")
_FAULT = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
_CHECK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_PATTERN = re.compile(r"--only '([^']+)'")
_REASON = re.compile(r"^\| (\w+) \|", re.MULTILINE)
# Words in code that look like a check, and are none.
_NOT_CHECKS = {"blindsum-conformance"}


def registered():
    """The names of the suite's checks."""
    sys.path.insert(0, str(ROOT / "tests/conformance"))
    from blindsum_conformance import checks
    return {check.name for check in checks.every_check()}


class Page:
    def __init__(self, tree, checks):
        spec = tree.read(SPEC)
        self.tree, self.checks = tree, checks
        self.rules = set(rules(spec)[0])
        self.reasons = set(_REASON.findall(spec))
        self.faults = {name for _, name, *_ in faults(tree.read(LIST))}

    def problems(self, line):
        """What the line names and the tree does not have."""
        yield from (f"{rule} is no rule" for rule in ID.findall(line)
                    if rule not in self.rules and not rule.startswith(("AES-", "SHA-", "HKDF-")))
        for word in _CODE.findall(line):
            if "/" in word and re.fullmatch(r"[\w./-]+", word):
                if not (self.tree.root / word).exists() and not word.startswith("bad/"):
                    yield f"{word} does not exist"
            elif _FAULT.fullmatch(word) and word not in self.faults | self.reasons | _FIELDS:
                yield f"{word} is no fault of {LIST}"
            elif _CHECK.fullmatch(word) and word not in self.checks | _NOT_CHECKS:
                yield f"{word} is no check"
        yield from (f"{pattern} matches no check" for pattern in _PATTERN.findall(line)
                    if not fnmatch.filter(self.checks, pattern))


_FIELDS = {"exporter_bound"}


def check(tree, report, checks):
    page = Page(tree, checks)
    mistakes, table = 0, None
    for number, line in enumerate(tree.read(PAGE).splitlines(), 1):
        for problem in page.problems(line):
            report.fail(PAGE, number, problem)
        table = (table or line) if line.startswith("|") else None
        if not table or line == table or set(line) <= set("|-"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if table == STEPS:
            for family in _CODE.findall(cells[-1]):
                if not tree.exists(f"{VECTORS}/{family}.json"):
                    report.fail(PAGE, number, f"{family} is no family of {VECTORS}")
        elif table == HEADER:
            mistakes += 1
            if len(cells) != 5 or not (ID.search(cells[2]) and _CODE.search(cells[3])
                                       and _CODE.search(cells[4])):
                report.fail(PAGE, number, "a mistake is due, its cost, rules, faults and checks")
    if not mistakes:
        report.fail(PAGE, 1, f"no table {HEADER}")
    report.note(f"{mistakes} mistakes")


if __name__ == "__main__":
    result = Report()
    check(Tree(), result, registered())
    result.finish("implementing")
