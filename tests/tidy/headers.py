#!/usr/bin/env python3
"""Every header compiles alone.

A header whose own .cc includes it first is proven by the build. The others are compiled here, two
at a time; one whose text, includes and flags have not changed since it last compiled is left out
(BUILD/tidy-headers.json).

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
    """(compiler, flags) of the tree's own code."""
    for entry in commands:
        if "buildsupport" in entry["file"]:
            continue
        words = [word for word in shlex.split(entry["command"]) if word != "ccache"]
        wanted = ("-D", "-std=", "-W", "-f")
        return words[0], [w for w in words[1:] if w.startswith(wanted) and "color" not in w]
    return None


def proven_by_build(tree, header, compiled):
    """Whether the build compiles a sibling source that includes this header first."""
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
    run = subprocess.run(command, input=f'#include "{header}"\n', cwd=tree.root,
                         capture_output=True, text=True)
    if run.returncode == 0:
        return ""
    return run.stderr.strip() or f"{compiler} ended with {run.returncode}"


def check(tree, report, build):
    commands = compile_commands(build)
    found = flags_of(commands)
    if found is None:
        report.fail(build, 1, "no compile command of the tree's own code")
        return
    compiler, flags = found
    compiled = {os.path.relpath(os.path.join(entry["directory"], entry["file"]), tree.root)
                for entry in commands}
    cache_file = Path(build) / "tidy-headers.json"
    known = json.loads(cache_file.read_text()) if cache_file.exists() else {}
    salt = " ".join([compiler, *flags])
    wanted = {h: fingerprint(tree, h, salt) for h in tree.files(".h")
              if not proven_by_build(tree, h, compiled)}
    stale = [h for h in wanted if known.get(h) != wanted[h]]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda header: compile_alone(tree, compiler, flags, header), stale)
        complaints = dict(zip(stale, found))
    for header, complaint in complaints.items():
        if complaint:
            report.fail(header, 1, "does not compile alone:\n" + complaint)
    good = {h: mark for h, mark in wanted.items() if not complaints.get(h)}
    cache_file.write_text(json.dumps(good, indent=1))
    report.note(f"{len(stale)} compiled alone, {len(wanted) - len(stale)} as when they last were")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    result = Report()
    check(Tree(), result, sys.argv[1])
    result.finish("headers")
