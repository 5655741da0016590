#!/usr/bin/env python3
"""Installs the build into a scratch folder, then compiles, links and runs a program with what
pkg-config says, nothing else: without its files, which it has to say, and with them.

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
        words = shlex.join(map(str, command))
        sys.exit(f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_files(blindsum, folder):
    """Everything that the program needs: keys, a roster with it, a CA."""
    for name in ("authority", "aggregator", "north"):
        run([blindsum, "keygen", "--out", f"{name}.key"], cwd=folder)
    run([blindsum, "roster", "init", "--epoch", "1", "roster.bsr"], cwd=folder)
    run([blindsum, "roster", "add", "roster.bsr", "--name", "north", "--key", "north.pub"],
        cwd=folder)
    run([blindsum, "roster", "sign", "roster.bsr", "--authority-key", "authority.key"], cwd=folder)
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-subj", "/CN=localhost", "-keyout", "ca.key", "-out", "ca.pem"], cwd=folder)


def says(program, expected, folder):
    output = run([program], cwd=folder)
    if not output.startswith(expected):
        sys.exit(f"the program printed {output!r}, not {expected!r}")
    print(output, end="")


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
        says(program, "refused: ", scratch)
        make_files(Path(scratch + prefix) / "bin" / "blindsum", scratch)
        says(program, "left after 0 rounds", scratch)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
