#!/usr/bin/env python3
"""Who reads secrets, and what for: every use of a Reveal, and the folders each purpose belongs to.

A purpose that is not in the table, a use outside its folders, and a purpose that nobody uses are
findings.
"""

import re

from tree import Report, Tree, code_only

HEADER = "crypto/secret.h"
_CRYPTO, _ROUND = "crypto/", "protocol/round/"

# Purpose -> the folders that may have it.
MAY = {
    "draw": (_CRYPTO,),
    "parse": (_CRYPTO, "support/"),
    "multiply_point": (_CRYPTO,),
    "split": (_CRYPTO,),
    "combine": (_CRYPTO,),
    "derive_key": (_CRYPTO,),
    "seal": (_CRYPTO,),
    "open": (_CRYPTO,),
    "sign": (_CRYPTO,),
    "expand_mask": (_CRYPTO,),
    "send_unmask": (_ROUND,),
    "save_identity": ("support/",),
    "test": ("tests/",),
}

_PURPOSES = re.compile(r"enum class Reveal \{([^}]*)\}")
_USE = re.compile(r"\bReveal::(\w+)")


def uses(tree):
    """purpose -> list of (path, line)."""
    found = {}
    for path in tree.sources():
        for number, content in enumerate(code_only(tree.read(path)).splitlines(), 1):
            for purpose in _USE.findall(content):
                found.setdefault(purpose, []).append((path, number))
    return found


def check(tree, report):
    enum = _PURPOSES.search(code_only(tree.read(HEADER)))
    purposes = re.findall(r"\w+", enum.group(1)) if enum else []
    if not purposes:
        report.fail(HEADER, 1, "no purposes found")
    found = uses(tree)
    for purpose in purposes:
        folders = MAY.get(purpose, ())
        if purpose not in MAY:
            report.fail(HEADER, 1, f"Reveal::{purpose} has no row in tests/tidy/secrets_read.py")
        if purpose not in found:
            report.fail(HEADER, 1, f"Reveal::{purpose} is used nowhere")
        for path, line in found.get(purpose, []):
            report.note(f"{purpose}: {path}:{line}")
            if not path.startswith(folders):
                report.fail(path, line, f"Reveal::{purpose} belongs to {', '.join(folders)}")


if __name__ == "__main__":
    result = Report()
    check(Tree(), result)
    result.finish("secrets")
