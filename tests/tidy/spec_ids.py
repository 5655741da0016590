#!/usr/bin/env python3
"""The rules of protocol/SPEC.md can be found from the code and back.

A rule starts a line of SPEC.md as `- **AREA-N** `. Code and tests cite it as [AREA-N], or
[AREA-N, AREA-M]. Every id that is cited must exist. Every rule must be shown by a test, unless its
text says `(untested: reason)`: be cited in the name of a test case (by which `./run test --filter`
finds it), or be among the rules of a check of the conformance suite. A comment shows nothing.

usage: spec_ids.py [--list]     --list prints where each rule is cited
"""

import re
import sys

from tree import Report, Tree

SPEC = "protocol/SPEC.md"
_SUITE = "tests/conformance/blindsum_conformance/against_"
_AN_ID = r"[A-Z][A-Z0-9]*-\d+"
_RULE = re.compile(rf"^- \*\*({_AN_ID})\*\* (.*)$", re.MULTILINE)
_CITATION = re.compile(rf"\[({_AN_ID}(?:(?:,| and|,? ) ?{_AN_ID})*)\]")
ID = re.compile(rf"\b{_AN_ID}\b")
_CASE = re.compile(r'\bTEST_CASE(?:_TEMPLATE)?\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
_CHECK = re.compile(r'@check\(\s*"[^"]*",\s*\[([^\]]*)\]')
_UNTESTED = re.compile(r"\(untested: [^)]+\)")


def rules(spec):
    """id -> (line, text up to the next rule), and the ids defined twice."""
    found, twice = {}, []
    matches = list(_RULE.finditer(spec))
    for match, following in zip(matches, matches[1:] + [None]):
        text = spec[match.start(2):following.start() if following else len(spec)]
        if match.group(1) in found:
            twice.append(match.group(1))
        found[match.group(1)] = (spec.count("\n", 0, match.start()) + 1, text.split("\n## ")[0])
    return found, twice


def citations(tree):
    """id -> list of (path, line)."""
    found = {}
    for path in tree.files(".cc", ".h", ".py", ".proto"):
        if path.startswith("tests/tidy/"):
            continue
        for number, content in enumerate(tree.read(path).splitlines(), 1):
            for group in _CITATION.finditer(content):
                for rule in ID.findall(group.group(1)):
                    found.setdefault(rule, []).append((path, number))
    return found


def shown(tree):
    """The ids that a test case's name cites, or that a conformance check is registered for."""
    found = set()
    for path in tree.files(".cc", ".h"):
        for case in _CASE.finditer(tree.read(path)) if path.startswith("tests/") else ():
            for group in _CITATION.finditer(case.group(1)):
                found.update(ID.findall(group.group(1)))
    for path in tree.files(".py"):
        for one in _CHECK.finditer(tree.read(path)) if path.startswith(_SUITE) else ():
            found.update(ID.findall(one.group(1)))
    return found


def check(tree, report, listing=False):
    known, twice = rules(tree.read(SPEC))
    if not known:
        report.fail(SPEC, 1, "no rules found")
    for rule in twice:
        report.fail(SPEC, known[rule][0], f"{rule} is defined twice")
    areas = {rule.split("-")[0] for rule in known}
    cited = citations(tree)
    for rule in sorted(set(cited) - set(known)):
        for path, line in cited[rule]:
            report.fail(path, line, f"[{rule}] is no rule of {SPEC}")
    for number, content in enumerate(tree.read(SPEC).splitlines(), 1):
        for rule in ID.findall(content):
            if rule not in known and rule.split("-")[0] in areas:
                report.fail(SPEC, number, f"{rule} is mentioned and nowhere defined")
    tested = shown(tree)
    for rule, (line, text) in known.items():
        in_tests = [place for place in cited.get(rule, []) if place[0].startswith("tests/")]
        in_code = [place for place in cited.get(rule, []) if not place[0].startswith("tests/")]
        if listing:
            places = ", ".join(f"{p}:{n}" for p, n in in_code + in_tests)
            report.note(f"{rule}: {places or 'cited nowhere'}")
        if rule not in tested and not _UNTESTED.search(text):
            report.fail(SPEC, line, f"no test case is named [{rule}], and it does not say"
                        " `(untested: reason)`")
    report.note(f"{len(known)} rules, {len(tested & set(known))} shown by tests")


if __name__ == "__main__":
    result = Report()
    check(Tree(), result, "--list" in sys.argv[1:])
    result.finish("spec ids")
