#!/usr/bin/env python3
"""Every source is as clang-format 19 writes it."""

import shutil
import subprocess
import sys

from tree import SKIPPED_EXIT, Report, Tree

TOOL = "clang-format-19"


def check(tree, report):
    sources = tree.sources()
    if not sources:
        return
    run = subprocess.run([TOOL, "--dry-run", "-Werror", *sources], cwd=tree.root,
                         capture_output=True, text=True)
    complaints = [line for line in run.stderr.splitlines() if "error:" in line]
    unformatted = sorted({line.split(":")[0] for line in complaints})
    for path in unformatted:
        report.fail(path, 1, f"not formatted; {TOOL} -i {path}")
    if run.returncode != 0 and not unformatted:
        report.fail(TOOL, 1, run.stderr.strip() or f"ended with {run.returncode}")


if __name__ == "__main__":
    if shutil.which(TOOL) is None:
        print(f"skipped: {TOOL} is not installed (./run setup)")
        sys.exit(SKIPPED_EXIT)
    result = Report()
    check(Tree(), result)
    result.finish("formatting")
