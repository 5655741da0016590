#!/usr/bin/env python3
"""The Armv8 kernel on a machine of another architecture: cross-compiled and run in an emulator.

Left out (exit code 77) without the tools; in Debian these are clang-19, qemu-user,
libc6-dev-arm64-cross and g++-12-aarch64-linux-gnu.

usage: test_armv8.py SOURCE_ROOT
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

COMPILER, EMULATOR = "clang++-19", "qemu-aarch64"
HEADERS = Path("/usr/aarch64-linux-gnu/include")
SOURCES = ["tests/crypto/armv8/check.cc", "crypto/kernels/armv8.cc", "crypto/mask_kernel.cc",
           "crypto/mask_stream.cc", "crypto/error.cc"]
FLAGS = ["--target=aarch64-linux-gnu", "-std=c++20", "-O2", "-static", "-Wall", "-Wextra",
         "-Wconversion", "-Wold-style-cast", "-Werror", "-isystem", HEADERS,
         # Boost and libsodium, whose headers are the same everywhere.
         "-idirafter", "/usr/include"]
SKIPPED = 77


def main(root):
    if not (shutil.which(COMPILER) and shutil.which(EMULATOR) and HEADERS.is_dir()):
        print(f"skipped: no {COMPILER}, {EMULATOR} or {HEADERS}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "check"
        subprocess.run([COMPILER, *FLAGS, "-I", root, *SOURCES, "-o", program],
                       cwd=root, check=True)
        return subprocess.run([EMULATOR, program], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
