#!/usr/bin/env python3
"""BLINDSUM_KERNEL: a mask kernel that is none, or not this processor's, ends the program."""

import os
import subprocess

import case
from case import BLINDSUM, DONE, ENVIRONMENT, Case

KERNELS = {"vaes512", "vaes256", "aesni", "armv8", "openssl"}


class Kernels(Case):
    def with_kernel(self, name):
        return subprocess.run([BLINDSUM, "params", "10", "10%", "10%"], capture_output=True,
                              env={**os.environ, "BLINDSUM_KERNEL": name}, text=True, timeout=60)

    def test_unknown(self):
        for name in ("nonsense", "VAES512", "openssl,aesni", " openssl"):
            done = self.with_kernel(name)
            self.assertEqual((ENVIRONMENT, ""), (done.returncode, done.stdout))
            self.assertRegex(done.stderr, "^blindsum: unknown_kernel: BLINDSUM_KERNEL=" + name)
            self.assertRegex(done.stderr, "this processor has .*openssl; unset it")
            self.assertEqual(1, done.stderr.count("\n"))

    def test_each_is_supported_or_says_so(self):
        supported = set()
        for name in KERNELS:
            done = self.with_kernel(name)
            if done.returncode == DONE:
                supported.add(name)
            else:
                self.assertEqual(ENVIRONMENT, done.returncode)
                self.assertIn("unsupported_kernel: BLINDSUM_KERNEL=" + name, done.stderr)
                self.assertNotIn(name + ",", done.stderr)
        self.assertIn("openssl", supported)
        # No processor is of two architectures.
        self.assertLess(len(supported), len(KERNELS))

    def test_empty_is_unset(self):
        self.assertEqual(DONE, self.with_kernel("").returncode)


if __name__ == "__main__":
    case.main()
