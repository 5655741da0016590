#!/usr/bin/env python3
"""Installs the build into a scratch folder, then compiles, links and runs a program with what
pkg-config says, nothing else.

usage: test_installed_sdk.py BUILD_FOLDER COMPILER...
"""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path


def run(command, **options):
    """The command's output; its complaint ends the test."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def main(build, compiler):
    with tempfile.TemporaryDirectory() as scratch:
        run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", scratch])
        pc_file = next(Path(scratch).rglob("blindsum.pc"), None)
        if pc_file is None:
            sys.exit("no blindsum.pc was installed")
        environment = {**os.environ, "PKG_CONFIG_PATH": str(pc_file.parent)}
        # The prefix is where it would stand without the scratch folder in front.
        prefix = run(["pkg-config", "--variable=prefix", "blindsum"], env=environment).strip()
        moved = f"--define-variable=prefix={scratch}{prefix}"
        flags = shlex.split(run(["pkg-config", moved, "--cflags", "--libs", "blindsum"],
                                env=environment))
        program = Path(scratch) / "consumer"
        source = Path(__file__).with_name("consumer.cc")
        run([*compiler, "-std=c++20", str(source), "-o", str(program), *flags], cwd=scratch)
        output = run([str(program)], cwd=scratch)
        if not output.startswith("refused: "):
            sys.exit(f"the program printed {output!r}")
        print(output, end="")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
