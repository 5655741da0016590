#!/usr/bin/python3
"""Installs the suite into a scratch folder and uses it from there, away from the tree.

usage: test_installed.py BUILD_FOLDER
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = sys.argv.pop(1) if len(sys.argv) > 1 else "build"


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.root = pathlib.Path(scratch.name)
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--tags", "conformance",
                        "--destdir", str(cls.root)], check=True, capture_output=True)
        cls.caches = list(cls.root.rglob("__pycache__"))  # before any run makes some
        cls.program = next(cls.root.rglob("bin/blindsum-conformance"))

    def run_it(self, *arguments):
        # Nothing of the tree is in the way: another folder, no paths in the environment.
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        return subprocess.run([str(self.program), *arguments], cwd=self.root, text=True,
                              capture_output=True, env=environment)

    def test_it_knows_its_checks_and_the_rules(self):
        listed = self.run_it("--list", "--target", "server")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertGreater(len(listed.stdout.splitlines()), 150)
        covered = self.run_it("--coverage")
        self.assertIn("rules in SPEC.md", covered.stdout, covered.stderr)

    def test_it_makes_a_kit(self):
        made = self.run_it("kit", "KIT", "--for", "blindsumd")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertTrue((self.root / "KIT" / "blindsumd.toml").is_file())

    def test_its_man_page_has_examples_and_exit_codes(self):
        page = next(self.root.rglob("man1/blindsum-conformance.1")).read_text("utf-8")
        for part in (".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLES", "Exit codes", "skip"):
            self.assertIn(part, page)

    def test_no_caches_are_installed(self):
        self.assertEqual(self.caches, [])


if __name__ == "__main__":
    unittest.main()
