#!/usr/bin/env python3
"""Installs the SDK's public headers and everything of ours that they include, with their paths.

usage: install_headers.py SOURCE_ROOT DESTINATION PUBLIC_HEADER...
Meson runs it; the destination is below the prefix.
"""

import os
import re
import shutil
import sys
from pathlib import Path

_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def closure(root, public):
    """The public headers and all that they include in quotes, by their paths from the root."""
    seen, waiting = set(), list(public)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _INCLUDE.findall((root / path).read_text(encoding="utf-8"))
    return sorted(seen)


def main(arguments):
    root, public = Path(arguments[0]), arguments[2:]
    destination = Path(os.environ["MESON_INSTALL_DESTDIR_PREFIX"]) / arguments[1]
    for path in closure(root, public):
        target = destination / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, target)
        target.chmod(0o644)
        if not os.environ.get("MESON_INSTALL_QUIET"):
            print(f"Installing {path} to {target.parent}")


if __name__ == "__main__":
    main(sys.argv[1:])
