#!/usr/bin/env python3
"""Nothing of one machine is in the tree: no paths of somebody's folders, no hosts of package
registries. Nothing is left for later either: what is not done is an issue, not a comment."""

import re

from tree import Report, Tree

# Written so that this file does not match itself.
_FORBIDDEN = [
    (re.compile(r"(?<![\w.>~-])/(home|root|work|farm|Users)/\w"), "a path of one machine"),
    (re.compile(r"(?<![\w.])/tmp/\w+_jobs"), "a path of one machine"),
    (re.compile(r"\b((deb|security|snapshot)[.]debian[.]org|registry[.]npmjs|pypi[.]org"
                r"|files[.]pythonhosted|proxy[.]golang[.]org)"), "the host of a package registry"),
    (re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b"), "something left for later"),
]
_BINARY = (".npy", ".png", ".gz", ".bin", ".pem")


def check(tree, report):
    for path in tree.files():
        if path.endswith(_BINARY):
            continue
        for number, content in enumerate(tree.read(path).splitlines(), 1):
            for pattern, what in _FORBIDDEN:
                if pattern.search(content):
                    report.fail(path, number, what)


if __name__ == "__main__":
    result = Report()
    check(Tree(), result)
    result.finish("hygiene")
