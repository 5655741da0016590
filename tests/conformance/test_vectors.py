#!/usr/bin/env python3
"""The generator of vectors: what it compares, validates and counts can fail."""

import json
import tempfile
import unittest
from pathlib import Path

from blindsum_conformance.reference.errors import Refused
from blindsum_conformance.vectors import case, encoding, packs, seals, tree


class Folder(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = Path(held.name)
        self.files, self.counts = tree.all_files([encoding, seals])
        tree.write(self.files, self.folder, whole=True)

    def test_as_written(self):
        self.assertEqual(tree.differences(self.files, self.folder), [])
        self.assertEqual(tree.invalid(self.folder), [])

    def test_the_same_again(self):
        self.assertEqual(tree.all_files([encoding, seals]), (self.files, self.counts))

    def test_a_byte_changed(self):
        path = self.folder / "seals.json"
        path.write_text(path.read_text().replace("a", "b", 1))
        self.assertEqual(tree.differences(self.files, self.folder), ["seals.json: differs"])

    def test_a_file_missing_and_one_too_many(self):
        (self.folder / "bad/seals/zeros.json").rename(self.folder / "bad/seals/more.json")
        self.assertEqual(tree.differences(self.files, self.folder), [
            "bad/seals/zeros.json: missing",
            "bad/seals/more.json: not made by the generator"])

    def test_what_is_not_made_any_more_goes(self):
        files, _ = tree.all_files([encoding])
        tree.write(files, self.folder, whole=True)
        self.assertEqual(tree.existing(self.folder), set(files))

    def change(self, path, **changes):
        document = json.loads((self.folder / path).read_text()) | changes
        (self.folder / path).write_text(json.dumps(document))

    def test_schemas_refuse(self):
        for path, changes in (("bad/seals/zeros.json", {"layer": "nobody"}),
                              ("bad/seals/zeros.json", {"reason": "no_reason"}),
                              ("bad/seals/zeros.json", {"input": {}}),
                              ("bad/seals/zeros.json", {"more": 1}),
                              ("seals.json", {"cases": []}),
                              ("encoding.json", {"family": "seals"})):
            with self.subTest(path=path, changes=changes):
                tree.write(self.files, self.folder, whole=True)
                self.change(path, **changes)
                self.assertEqual(len(tree.invalid(self.folder)), 1)

    def test_counts(self):
        good, bad = self.counts["seals"]
        cases = seals.cases()
        self.assertEqual(good + bad, len(cases))
        self.assertEqual(bad, len(list((self.folder / "bad/seals").iterdir())))


class Claims(unittest.TestCase):
    def test_a_bad_vector_is_refused_by_the_reference_for_this_reason(self):
        def refuse(reason):
            raise Refused(reason)
        case.refused("bad_point", refuse, "bad_point")
        with self.assertRaises(AssertionError):
            case.refused("bad_scalar", refuse, "bad_point")
        with self.assertRaises(AssertionError):
            case.refused("bad_point", lambda: 1)

    def test_two_cases_of_one_name(self):
        made = packs.cases()
        with self.assertRaises(ValueError):
            tree.family_files(packs, [*made, made[0]])


if __name__ == "__main__":
    unittest.main()
