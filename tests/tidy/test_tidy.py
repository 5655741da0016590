#!/usr/bin/env python3
"""The rules themselves can fail: each is shown small trees that break it, and some that do not."""

import shutil
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import errors
import faults
import formatting
import hygiene
import implementing
import layers
import lengths
import secrets_read
import spec_ids
import threat_model
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
        found = self.one("crypto/a.cc", '"protocol/vector/b.h"', "protocol/vector/b.h")
        self.assertIn("crypto may not", found[0])
        self.assertTrue(self.one("protocol/round/a.h", '"protocol/wire/b.h"', "protocol/wire/b.h"))
        self.assertTrue(self.one("server/a.cc", '"client/b.h"', "client/b.h"))
        self.assertTrue(self.one("client/a.cc", '"tests/support/b.h"', "tests/support/b.h"))

    def test_downward_include(self):
        for path, header in (("protocol/round/a.h", "protocol/vector/b.h"),
                             ("server/a.cc", "protocol/wire/b.h")):
            self.assertEqual([], self.one(path, f'"{header}"', header))

    def test_protobuf_behind_the_codec(self):
        self.assertEqual([], self.one("protocol/wire/a.cc", '"protocol/wire/blindsum.pb.h"'))
        self.assertTrue(self.one("protocol/wire/a.h", '"protocol/wire/blindsum.pb.h"'))
        self.assertTrue(self.one("server/a.cc", "<google/protobuf/message.h>"))

    def test_purity(self):
        self.assertTrue(self.one("protocol/round/a.cc", "<thread>"))
        self.assertTrue(self.one("protocol/round/a.cc", "<boost/asio.hpp>"))
        clock = "auto t = std::chrono::steady_clock::now();\n"
        self.assertTrue(findings(layers, {"protocol/round/a.cc": clock}))
        self.assertEqual([], findings(layers, {"server/a.cc": clock}))
        environment = 'auto k = std::getenv("K");\n'
        self.assertTrue(findings(layers, {"crypto/a.cc": environment}))
        self.assertEqual([], findings(layers, {"crypto/init.cc": environment}))
        self.assertTrue(findings(layers, {"crypto/init.cc": clock}))

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
        found = findings(formatting, {**style, "a.cc": "int   f( );\n", "b.cc": "int f();\n"})
        self.assertEqual(["a.cc:1"], [finding.split(": ")[0] for finding in found])


class Lengths(unittest.TestCase):
    long_body = "  g();\n" * 80

    def test_long_function(self):
        for signature in ("int f()", "template <class T>\nResult<T> C::f(T t) const",
                          'TEST_CASE("[A-1] x { y")', "C::C() : a_{1}, b_(2), c_{3}"):
            text = f"namespace n {{\n{signature} {{\n{self.long_body}}}\n}}\n"
            self.assertEqual(1, len(findings(lengths, {"a.cc": text})), signature)

    def test_reason(self):
        text = f"// long: a table\nint f() {{\n{self.long_body}}}\n"
        self.assertEqual([], findings(lengths, {"a.cc": text}))

    def test_what_is_no_function(self):
        members = "  int a();\n" + "  int b;\n" * 90
        text = "template <class T>\nclass C : B<decltype(f())> {\n" + members + "};\n"
        macro = "#define X(f) \\\n" + "  f({ \\\n" * 90 + "  0\n"
        self.assertEqual([], findings(lengths, {"a.h": text, "b.h": macro}))

    def test_long_file_python_and_wide_line(self):
        self.assertEqual(1, len(findings(lengths, {"a.cc": "int a;\n" * 401})))
        self.assertEqual(1, len(findings(lengths, {"a.sh": "x" * 101 + "\n"})))
        self.assertEqual(1, len(findings(lengths, {"a.py": "def f():\n" + "    pass\n" * 80})))


class SpecIds(unittest.TestCase):
    spec = "- **OFFER-1** A rule.\n- **OFFER-2** Another (untested: only a reviewer can see it).\n"

    def found(self, test, spec=spec):
        return findings(spec_ids, {"protocol/SPEC.md": spec, "tests/a.cc": test})

    def test_cited(self):
        self.assertEqual([], self.found('TEST_CASE("[OFFER-1] works") {}\n'))
        of_both = 'TEST_CASE_TEMPLATE(\n    "of both "\n    "[OFFER-2, OFFER-1]", X) {}\n'
        self.assertEqual([], self.found(of_both))

    def test_a_conformance_check(self):
        path = "tests/conformance/blindsum_conformance/against_server/a.py"
        self.assertEqual([], findings(spec_ids, {
            "protocol/SPEC.md": self.spec, path: '@check(\n    "name", ["OFFER-2", "OFFER-1"])\n'}))

    def test_a_comment_or_a_failure_shows_nothing(self):
        for text in ("// [OFFER-1]", 'fail("wrong [OFFER-1]");', 'TEST_CASE("works") // [OFFER-1]'):
            self.assertIn("no test case is named [OFFER-1]", self.found(text)[0])

    def test_area_with_a_digit(self):
        spec = "- **U2-1** A rule.\n"
        self.assertEqual([], self.found('TEST_CASE("[U2-1]")', spec))
        self.assertIn("no test case is named [U2-1]", self.found("\n", spec)[0])

    def test_not_cited_or_unknown(self):
        self.assertIn("no test case is named [OFFER-1]", self.found("\n")[0])
        self.assertIn("[OFFER-9] is no rule", "".join(self.found("// [OFFER-1] [OFFER-9]\n")))

    def test_spec_itself(self):
        self.assertIn("twice", self.found("// [OFFER-1]", self.spec + "- **OFFER-1** Again.\n")[0])
        found = self.found("// [OFFER-1]", self.spec + "See OFFER-7.\n")
        self.assertIn("nowhere defined", found[0])


class Errors(unittest.TestCase):
    tree = {
        "protocol/SPEC.md": "## Appendix A. Reasons\n| reason | rules |\n| bad_frame | X |\n",
        "protocol/round/reason.h": '#define BLINDSUM_REASONS(X) \\\n  X(bad_frame, "text")\n',
        "crypto/error.h": "enum class CryptoError {\n  bad_point = 1,  // why\n};\n",
        "crypto/a.cc": "return CryptoError::bad_point; return Reason::bad_frame;\n",
        "tests/a.cc": "CryptoError::bad_point Reason::bad_frame\n",
    }

    def test_all_there(self):
        self.assertEqual([], findings(errors, self.tree))

    def test_missing(self):
        def changed(path, text):
            return findings(errors, {**self.tree, path: text})

        self.assertIn("bad_point: no test", changed("tests/a.cc", "bad_frame\n")[0])
        found = changed("crypto/a.cc", "CryptoError::bad_point\n")
        self.assertIn("bad_frame: no source", found[0])
        self.assertTrue(changed("protocol/SPEC.md", "## Appendix A.\n| other | X |\n"))

    def test_what_operators_read(self):
        def of(*rows):
            page = "## Errors by name\n| `disk_full` | room |\n### In records\n"
            text = page + "".join(f"| {row} |\n" for row in rows)
            store = {"server/store/store_error.h": "enum class StoreError {\n  disk_full,\n};\n",
                     "crypto/b.cc": "StoreError::disk_full\n", "tests/b.cc": "disk_full\n"}
            return findings(errors, {**self.tree, **store, "docs/operations.md": text})

        self.assertEqual([], of("`bad_frame` | text"))
        self.assertIn("says 'text'", of("`bad_frame` | other")[0])
        self.assertIn("no such error", of("`bad_farme` | text")[0])
        page = {"docs/operations.md": "## Errors by name\n### In records\n",
                "server/store/store_error.h": "enum class StoreError {\n  disk_full,\n};\n"}
        self.assertTrue(any("is not explained" in one
                            for one in findings(errors, {**self.tree, **page})))


class Secrets(unittest.TestCase):
    def test_purposes(self):
        header = {"crypto/secret.h": "enum class Reveal {\n  sign,  // Ed25519\n};\n"}
        use = "Reveal::sign\n"
        self.assertEqual([], findings(secrets_read, {**header, "crypto/a.cc": use}))
        found = findings(secrets_read, {**header, "server/a.cc": use})
        self.assertIn("belongs to crypto/", found[0])
        self.assertIn("used nowhere", findings(secrets_read, header)[0])


class ThreatModel(unittest.TestCase):
    tree = {
        "protocol/SPEC.md": "- **DISK-1** A rule.\n",
        "tests/a.cc": 'TEST_CASE(\n    "[DISK-1] of "\n    "two pieces") {\n',
        "tests/b.py": "    def test_it(self):\n",
    }

    def found(self, *rows):
        page = "| attack | rules | shown by |\n|---|---|---|\n" + "".join(
            f"| {row} |\n" for row in rows)
        return findings(threat_model, {**self.tree, "docs/threat-model.md": page})

    def test_all_there(self):
        self.assertEqual([], self.found('a | DISK-1 | `tests/a.cc` "[DISK-1] of two pieces"',
                                        'b | DISK-1 | `tests/b.py` "test_it"'))

    def test_what_does_not_exist(self):
        good = 'a | DISK-1 | `tests/b.py` "test_it"'
        for row, text in ((good.replace("DISK-1", "DISK-9"), "DISK-9 is no rule"),
                          (good.replace("b.py", "c.py"), "tests/c.py does not exist"),
                          (good.replace("_it", "_that"), "has no test"),
                          ('a | DISK-1 | `tests/a.cc` "[DISK-1] of"', "has no test")):
            self.assertIn(text, self.found(row)[0])

    def test_what_is_not_said(self):
        for row in ('a | none | `tests/b.py` "test_it"', "a | DISK-1 | nothing", "a | DISK-1"):
            self.assertIn("an attack is due", self.found(row)[0])
        self.assertIn("no table", self.found()[0])
        self.assertIn("missing", findings(threat_model, self.tree)[0])


class Faults(unittest.TestCase):
    good = 'FAULT(no_mask, participant, "MASK-2",\n      "leaves "\n      "it out")\n'

    def found(self, listed=good, source="if (fault(Fault::no_mask)) return;\n", **files):
        return findings(faults, {"protocol/SPEC.md": "- **MASK-2** A rule.\n",
                                 "faults/list.def": listed, "protocol/a.cc": source, **files})

    def test_all_there(self):
        self.assertEqual([], self.found())

    def test_what_is_wrong(self):
        for listed, text in ((self.good * 2, "twice"),
                             (self.good.replace("MASK-2", "MASK-9"), "MASK-9 is no rule"),
                             (self.good.replace("participant", "nobody"), "the side is"),
                             (self.good.replace(', "MASK-2"', ""), "that is not FAULT"),
                             (self.good.replace('"MASK-2"', '""'), "are due")):
            self.assertIn(text, self.found(listed)[0])
        self.assertIn("nowhere looked at", self.found(source="// Fault::no_mask\n")[0])

    def test_only_one_script_asks_for_them(self):
        asked = "meson setup b -Dfaults" "=true\n"
        self.assertIn("asks for a faulty build", self.found(**{"scripts/a.sh": asked})[0])
        self.assertEqual([], self.found(**{"scripts/build.sh": asked}))


class Implementing(unittest.TestCase):
    tree = {
        "protocol/SPEC.md": "- **MASK-2** A rule.\n| bad_point | P | when | MASK-2 |\n",
        "faults/list.def": Faults.good,
        "tests/vectors/masks.json": "[]\n",
    }
    good = "| a mistake | a vector | MASK-2 | `no_mask` | `whole-round` |"

    def found(self, row=good, text=""):
        page = f"{text}\n{implementing.HEADER}\n|---|---|---|---|---|\n{row}\n"
        rule = SimpleNamespace(
            check=lambda tree, report: implementing.check(tree, report, {"whole-round"}))
        return findings(rule, {**self.tree, implementing.PAGE: page})

    def test_all_there(self):
        self.assertEqual([], self.found(text="`bad_point`, `tests/vectors`, --only 'whole-*'"))
        steps = f"{implementing.STEPS}\n|---|---|---|\n| 3. | 12 | `masks` |\n"
        self.assertEqual([], self.found(text=steps))

    def test_what_does_not_exist(self):
        for text, complaint in (("MASK-9", "MASK-9 is no rule"), ("`no_masks`", "is no fault"),
                                ("`no-round`", "is no check"), ("`tests/a.cc`", "does not exist"),
                                ("--only 'none-*'", "matches no check")):
            self.assertIn(complaint, self.found(text=text)[0])
        steps = f"{implementing.STEPS}\n|---|---|---|\n| 3. | 12 | `packs` |\n"
        self.assertIn("packs is no family", self.found(text=steps)[0])

    def test_what_is_not_said(self):
        self.assertIn("a mistake is due", self.found(self.good.replace("`whole-round`", ""))[0])


class Hygiene(unittest.TestCase):
    def test_paths_and_hosts(self):
        for text in ("see /ho" "me/somebody/x", "/wo" "rk/main", "https://pypi." "org/simple",
                     "// TO" "DO: later"):
            self.assertEqual(1, len(findings(hygiene, {"a.md": text + "\n"})), text)
        fine = "network/working, ~/homely, https://example.org/wo" "rk/x\n"
        self.assertEqual([], findings(hygiene, {"a.md": fine}))


if __name__ == "__main__":
    unittest.main()
