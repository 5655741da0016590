#!/usr/bin/env python3
"""server/page/build.py: without its tools, and when they fail, there is a source without a page."""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "server/page"
BUILD = PAGE / "build.py"


class BuildTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.out = self.folder / "page_assets.cc"

    def build(self, *options):
        return subprocess.run([sys.executable, BUILD, "--work", self.folder / "work",
                               "--out", self.out, *options], capture_output=True, text=True)

    def assert_no_page(self):
        self.assertIn("page_assets() {\n  return {\n  };", self.out.read_text())

    def test_a_change_of_any_source_is_a_reason_to_build(self):
        listed = re.search(r"files\(\n(.*?)\)", (PAGE / "meson.build").read_text(), re.S)[1]
        patterns = ("src/**/*.js", "style/*.css", "*.html", "*.svg", "*.json", ".npmrc")
        sources = {str(path.relative_to(PAGE)) for pattern in patterns
                   for path in PAGE.glob(pattern)}
        self.assertEqual(set(re.findall(r"'(.+?)'", listed)), sources)

    def test_without_node_there_is_no_page_and_nothing_to_say(self):
        done = self.build()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_no_page()

    def test_a_failing_npm_is_told_and_ends_nothing(self):
        done = self.build("--node", "/bin/false", "--npm", "/bin/false")
        self.assertEqual(done.returncode, 0)
        self.assertIn("page: npm ci failed", done.stderr)
        self.assertIn("without the operator's page", done.stderr)
        self.assert_no_page()
        self.assertFalse((self.folder / "work/installed").exists(), "it would not be tried again")

    def test_a_tool_that_is_not_there_is_a_failure_like_others(self):
        done = self.build("--node", "/bin/false", "--npm", self.folder / "npm")
        self.assertEqual(done.returncode, 0)
        self.assertIn("page: npm ci: ", done.stderr)
        self.assert_no_page()

    def test_a_page_that_is_required_fails_the_build(self):
        done = self.build("--node", "/bin/false", "--npm", "/bin/false", "--required")
        self.assertEqual(done.returncode, 1)
        self.assertIn("page: npm ci failed", done.stderr)
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    unittest.main()
