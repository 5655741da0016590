#!/usr/bin/env python3
"""Nothing of one machine is in the tree: no absolute paths of somebody's folders, no hosts of package registries."""

import re

from tree import Report, Tree

# Written so that this file does not match itself.
_FORBIDDEN = [
    (re.compile(r"(?<![\w.>~-])/(home|root|work|farm|Users)/\w"), "an absolute path of one machine"),
    (re.compile(r"(?<![\w.])/tmp/\w+_jobs"), "an absolute path of one machine"),
    (re.compile(r"\b(deb[.]debian[.]org|security[.]debian[.]org|registry[.]npmjs|pypi[.]org|files[.]pythonhosted"
                r"|proxy[.]golang[.]org|snapshot[.]debian)"), "the host of a package registry"),
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
