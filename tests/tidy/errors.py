#!/usr/bin/env python3
"""Every named error is real: the sources give it, a test provokes it, and the reasons are those of
SPEC.md, Appendix A.

What docs/operations.md says of errors is true of the program: every error of the configuration, the
store and backups is there, and reasons have the words of reason.h.

An error is an enumerator of an `enum class ...Error`, or a line of BLINDSUM_REASONS. Given: some
source outside tests/ says `Enum::name` (a blame's kind is a reason, too). Provoked: some file below
tests/ names it.
"""

import re

from tree import Report, Tree, code_only

REASONS = "protocol/round/reason.h"
SPEC = "protocol/SPEC.md"
OPERATIONS = "docs/operations.md"
OPERATORS = ("ConfigError", "StoreError", "BackupError")
_ENUM = re.compile(r"\benum class (\w+Error)\b[^{;]*\{([^}]*)\}")
_REASON = re.compile(r"^\s*X\((\w+),", re.MULTILINE)
_APPENDIX = re.compile(r"^## Appendix A\..*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (\w+) \|", re.MULTILINE)
_OPERATIONS_ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)


def declared(tree):
    """(enum, name) -> (path, line)."""
    found = {}
    for path in tree.files(".h"):
        text = code_only(tree.read(path))
        for enum in _ENUM.finditer(text):
            for name in re.finditer(r"^\s*(\w+)\s*(?:=[^,]*)?(?:,|$)", enum.group(2), re.MULTILINE):
                line = text.count("\n", 0, enum.start(2) + name.start(1)) + 1
                found[enum.group(1), name.group(1)] = (path, line)
    if tree.exists(REASONS):
        text = tree.read(REASONS)
        for name in _REASON.finditer(text):
            if name.group(1) != "name":
                found["Reason", name.group(1)] = (REASONS, text.count("\n", 0, name.start(1)) + 1)
    return found


def check_appendix(tree, report, names):
    appendix = _APPENDIX.search(tree.read(SPEC)) if tree.exists(SPEC) else None
    if appendix is None:
        report.fail(SPEC, 1, "no Appendix A")
        return
    listed = [name for name in _ROW.findall(appendix.group(0)) if name != "reason"]
    for name in sorted(set(listed) - set(names)):
        report.fail(SPEC, 1, f"Appendix A lists {name}, {REASONS} does not")
    for name in sorted(set(names) - set(listed)):
        report.fail(REASONS, 1, f"{name} is not in Appendix A")


def check_operations(tree, report, errors):
    """A name may stand in two tables: store_failed pauses a task, and ends a round."""
    if not tree.exists(OPERATIONS):
        return
    page = tree.read(OPERATIONS)
    page = page[page.index("## Errors by name"):]
    words = reason_words(tree)
    listed = {}
    for row in _OPERATIONS_ROW.finditer(page):
        name, text = row.groups()
        listed[name] = text
        line = page.count("\n", 0, row.start()) + 1
        if not any(name == other for _, other in errors):
            report.fail(OPERATIONS, line, f"{name}: there is no such error")
    for enum, name in errors:
        if enum in OPERATORS and name not in listed:
            report.fail(OPERATIONS, 1, f"{enum}::{name} is not explained")
    told = page[page.index("### In records"):]
    for row in _OPERATIONS_ROW.finditer(told):
        if words.get(row[1]) != row[2]:
            report.fail(OPERATIONS, 1, f"{row[1]}: {REASONS} says '{words.get(row[1])}'")


def reason_words(tree):
    """name -> what reason.h says of it."""
    text = tree.read(REASONS).replace("\\\n", "")
    found = re.findall(r'X\((\w+),\s*((?:"[^"]*"\s*)+)\)', text)
    return {name: "".join(re.findall(r'"([^"]*)"', words)) for name, words in found}


def check(tree, report):
    errors = declared(tree)
    check_appendix(tree, report, [name for enum, name in errors if enum == "Reason"])
    check_operations(tree, report, errors)
    given, provoked = set(), set()
    for path in tree.files(".cc", ".h", ".py"):
        if path.startswith("tests/tidy/"):
            continue
        text = tree.read(path)
        if path.startswith("tests/"):
            provoked.update(re.findall(r"\w+", text))
        else:
            used = re.findall(r"\b(\w+)::(\w+)\b", code_only(text))
            given.update(("Reason" if enum == "BlameKind" else enum, name) for enum, name in used)
    for (enum, name), (path, line) in errors.items():
        if (enum, name) not in given:
            report.fail(path, line, f"{enum}::{name}: no source gives it")
        if name not in provoked:
            report.fail(path, line, f"{enum}::{name}: no test names it")
    report.note(f"{len(errors)} named errors")


if __name__ == "__main__":
    result = Report()
    check(Tree(), result)
    result.finish("errors")
