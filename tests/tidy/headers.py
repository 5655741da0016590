#!/usr/bin/env python3
"""Every header compiles alone.

A header whose own .cc includes it first is proven by the build. The others are compiled here, two at a time; a header
whose text, includes and flags have not changed since it last compiled is not compiled again (BUILD/tidy-headers.json).

usage: headers.py BUILD_FOLDER
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from layers import includes
from tree import Report, Tree


def compile_commands(build):
    return json.loads((Path(build) / "compile_commands.json").read_text())


def flags_of(commands):
    """(compiler, flags) of the tree's own code: those of any command that has its include folders."""
    for entry in commands:
        words = shlex.split(entry["command"])
        if words[0] == "ccache":
            words = words[1:]
        if "buildsupport" in entry["file"]:
            continue
        kept = [w for w in words[1:] if w.startswith(("-D", "-std=", "-W", "-f")) and "color" not in w]
        return words[0], kept
    return None


def proven_by_build(tree, header, compiled):
    """Whether the build compiles a sibling source that includes this header before anything else."""
    source = header[:-2] + ".cc"
    if source not in compiled:
        return False
    first = next(includes(tree.read(source)), None)
    return first is not None and first[2] == header


def fingerprint(tree, header, salt):
    """A hash over the header, all that it includes of ours, and the flags."""
    seen, waiting, digest = set(), [header], hashlib.sha256(salt.encode())
    while waiting:
        path = waiting.pop()
        if path in seen or not tree.exists(path):
            continue
        seen.add(path)
        waiting += [name for _, quoted, name in includes(tree.read(path)) if quoted]
    for path in sorted(seen):
        digest.update(path.encode() + b"\0" + tree.read(path).encode() + b"\0")
    return digest.hexdigest()


def compile_alone(tree, compiler, flags, header):
    """The compiler's complaint, empty if there is none."""
    command = [compiler, *flags, "-I.", "-fsyntax-only", "-x", "c++", "-"]
    run = subprocess.run(command, input=f'#include "{header}"\n', cwd=tree.root, capture_output=True, text=True)
    return "" if run.returncode == 0 else (run.stderr.strip() or f"{compiler} ended with {run.returncode}")


def check(tree, report, build):
    commands = compile_commands(build)
    found = flags_of(commands)
    if found is None:
        report.fail(build, 1, "no compile command of the tree's own code")
        return
    compiler, flags = found
    compiled = {os.path.relpath(os.path.join(e["directory"], e["file"]), tree.root) for e in commands}
    cache_file = Path(build) / "tidy-headers.json"
    known = json.loads(cache_file.read_text()) if cache_file.exists() else {}
    salt = " ".join([compiler, *flags])
    wanted = {h: fingerprint(tree, h, salt) for h in tree.files(".h") if not proven_by_build(tree, h, compiled)}
    stale = [h for h in wanted if known.get(h) != wanted[h]]
    with ThreadPoolExecutor(2) as pool:
        complaints = dict(zip(stale, pool.map(lambda h: compile_alone(tree, compiler, flags, h), stale)))
    for header, complaint in complaints.items():
        if complaint:
            report.fail(header, 1, "does not compile alone:\n" + complaint)
    good = {h: mark for h, mark in wanted.items() if not complaints.get(h)}
    cache_file.write_text(json.dumps(good, indent=1))
    report.note(f"headers: {len(stale)} compiled alone, {len(wanted) - len(stale)} as when they last were")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    result = Report()
    check(Tree(), result, sys.argv[1])
    result.finish("headers")
