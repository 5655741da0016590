#!/usr/bin/env python3
"""The rules themselves can fail: each is shown a small tree that breaks it, and one that does not."""

import shutil
import tempfile
import unittest
from pathlib import Path

import errors
import formatting
import hygiene
import layers
import lengths
import secrets_read
import spec_ids
from tree import Report, Tree


def findings(rule, files):
    """What the rule finds in a tree of these files (path -> text)."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        report = Report()
        rule.check(Tree(folder), report)
        return report.findings


class Layers(unittest.TestCase):
    def one(self, path, include, *others):
        return findings(layers, {path: f"#include {include}\n", **{o: "" for o in others}})

    def test_upward_include(self):
        self.assertIn("crypto may not", self.one("crypto/a.cc", '"protocol/vector/b.h"', "protocol/vector/b.h")[0])
        self.assertTrue(self.one("protocol/round/a.h", '"protocol/wire/b.h"', "protocol/wire/b.h"))
        self.assertTrue(self.one("server/a.cc", '"client/b.h"', "client/b.h"))
        self.assertTrue(self.one("client/a.cc", '"tests/support/b.h"', "tests/support/b.h"))

    def test_downward_include(self):
        self.assertEqual([], self.one("protocol/round/a.h", '"protocol/vector/b.h"', "protocol/vector/b.h"))
        self.assertEqual([], self.one("server/a.cc", '"protocol/wire/b.h"', "protocol/wire/b.h"))

    def test_protobuf_behind_the_codec(self):
        self.assertEqual([], self.one("protocol/wire/a.cc", '"protocol/wire/blindsum.pb.h"'))
        self.assertTrue(self.one("protocol/wire/a.h", '"protocol/wire/blindsum.pb.h"'))
        self.assertTrue(self.one("server/a.cc", "<google/protobuf/message.h>"))

    def test_purity(self):
        self.assertTrue(self.one("protocol/round/a.cc", "<thread>"))
        self.assertTrue(self.one("protocol/round/a.cc", "<boost/asio.hpp>"))
        self.assertTrue(findings(layers, {"protocol/round/a.cc": "auto t = std::chrono::steady_clock::now();\n"}))
        self.assertEqual([], findings(layers, {"server/a.cc": "auto t = std::chrono::steady_clock::now();\n"}))

    def test_libraries_through_crypto(self):
        self.assertTrue(self.one("protocol/round/a.cc", "<sodium.h>"))
        self.assertEqual([], self.one("crypto/a.cc", "<sodium.h>"))
        self.assertEqual([], self.one("server/a.cc", "<openssl/ssl.h>"))

    def test_relative_include_and_unknown_folder(self):
        self.assertIn("not a path from the root", self.one("crypto/a.cc", '"b.h"', "crypto/b.h")[0])
        self.assertIn("no known folder", findings(layers, {"misc/a.cc": ""})[0])


class Formatting(unittest.TestCase):
    @unittest.skipIf(shutil.which(formatting.TOOL) is None, formatting.TOOL + " is not installed")
    def test_unformatted(self):
        style = {".clang-format": "BasedOnStyle: Google\n"}
        self.assertEqual(1, len(findings(formatting, {**style, "a.cc": "int   f( );\n", "b.cc": "int f();\n"})))


class Lengths(unittest.TestCase):
    long_body = "  g();\n" * 80

    def test_long_function(self):
        for signature in ("int f()", "template <class T>\nResult<T> C::f(T t) const", 'TEST_CASE("[A-1] x { y")',
                          "C::C() : a_{1}, b_(2), c_{3}"):
            found = findings(lengths, {"a.cc": f"namespace n {{\n{signature} {{\n{self.long_body}}}\n}}\n"})
            self.assertEqual(1, len(found), signature)

    def test_reason(self):
        text = f"// long: a table\nint f() {{\n{self.long_body}}}\n"
        self.assertEqual([], findings(lengths, {"a.cc": text}))

    def test_what_is_no_function(self):
        text = f"template <class T>\nclass C : B<decltype(f())> {{\n{'  int a();' + chr(10):s}{'  int b;' + chr(10):s}" + "  int c;\n" * 90 + "};\n"
        macro = "#define X(f) \\\n" + "  f({ \\\n" * 90 + "  0\n"
        self.assertEqual([], findings(lengths, {"a.h": text, "b.h": macro}))

    def test_long_file_and_python(self):
        self.assertEqual(1, len(findings(lengths, {"a.cc": "int a;\n" * 401})))
        self.assertEqual(1, len(findings(lengths, {"a.py": "def f():\n" + "    pass\n" * 80})))


class SpecIds(unittest.TestCase):
    spec = "- **OFFER-1** A rule.\n- **OFFER-2** Another (untested: only a reviewer can see it).\n"

    def found(self, test, spec=spec):
        return findings(spec_ids, {"protocol/SPEC.md": spec, "tests/a.cc": test})

    def test_cited(self):
        self.assertEqual([], self.found('TEST_CASE("[OFFER-1] works") {}\n'))
        self.assertEqual([], self.found("// [OFFER-2, OFFER-1] both\n"))

    def test_not_cited_or_unknown(self):
        self.assertIn("no test cites [OFFER-1]", self.found("\n")[0])
        self.assertIn("[OFFER-9] is no rule", "".join(self.found("// [OFFER-1] [OFFER-9]\n")))

    def test_spec_itself(self):
        self.assertIn("twice", self.found("// [OFFER-1]", self.spec + "- **OFFER-1** Again.\n")[0])
        self.assertIn("nowhere defined", self.found("// [OFFER-1]", self.spec + "See OFFER-7.\n")[0])


class Errors(unittest.TestCase):
    tree = {
        "protocol/SPEC.md": "## Appendix A. Reasons\n| reason | rules |\n|---|---|\n| bad_frame | X |\n## Appendix B\n",
        "protocol/round/reason.h": '#define BLINDSUM_REASONS(X) \\\n  X(bad_frame, "text")\n',
        "crypto/error.h": "enum class CryptoError {\n  bad_point = 1,  // why\n};\n",
        "crypto/a.cc": "return CryptoError::bad_point; return Reason::bad_frame;\n",
        "tests/a.cc": "CryptoError::bad_point Reason::bad_frame\n",
    }

    def test_all_there(self):
        self.assertEqual([], findings(errors, self.tree))

    def test_missing(self):
        self.assertIn("bad_point: no test", findings(errors, {**self.tree, "tests/a.cc": "bad_frame\n"})[0])
        self.assertIn("bad_frame: no source", findings(errors, {**self.tree, "crypto/a.cc": "CryptoError::bad_point\n"})[0])
        self.assertTrue(findings(errors, {**self.tree, "protocol/SPEC.md": "## Appendix A.\n| other | X |\n"}))


class Secrets(unittest.TestCase):
    def test_purposes(self):
        header = {"crypto/secret.h": "enum class Reveal {\n  sign,  // Ed25519\n};\n"}
        self.assertEqual([], findings(secrets_read, {**header, "crypto/a.cc": "Reveal::sign\n"}))
        self.assertIn("belongs to crypto/", findings(secrets_read, {**header, "server/a.cc": "Reveal::sign\n"})[0])
        self.assertIn("used nowhere", findings(secrets_read, header)[0])


class Hygiene(unittest.TestCase):
    def test_paths_and_hosts(self):
        for text in ("see /ho" "me/somebody/x", "/wo" "rk/main", "https://pypi." "org/simple"):
            self.assertEqual(1, len(findings(hygiene, {"a.md": text + "\n"})), text)
        self.assertEqual([], findings(hygiene, {"a.md": "network/working, ~/homely, https://example.org/work/x\n"}))


if __name__ == "__main__":
    unittest.main()
