#!/usr/bin/env python3
"""What can be said of the image without building it: its bill of materials, and what its recipe
promises. `./run image` builds it and has it serve a round.

  test_image.py BLINDSUM BLINDSUMD [NAME...]
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
BLINDSUM = BLINDSUMD = ""


@unittest.skipUnless(shutil.which("dpkg-query"), "dpkg is missing")
class BillOfMaterials(unittest.TestCase):
    def bill(self):
        command = [sys.executable, str(ROOT / "scripts" / "image" / "sbom.py"), "--dpkg",
                   "/var/lib/dpkg", "--meson", str(ROOT / "meson.build"),
                   "--npm", str(ROOT / "server" / "page" / "package-lock.json")]
        return subprocess.run(command, check=True, text=True, capture_output=True,
                              env={**os.environ, "SOURCE_DATE_EPOCH": "86400"}).stdout

    def test_it_is_spdx(self):
        bill = json.loads(self.bill())
        self.assertEqual(bill["spdxVersion"], "SPDX-2.3")
        self.assertEqual(bill["dataLicense"], "CC0-1.0")
        self.assertEqual(bill["creationInfo"]["created"], "1970-01-02T00:00:00Z")
        for package in bill["packages"]:
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")
            for field in ("name", "versionInfo", "downloadLocation"):
                self.assertTrue(package[field])
        known = {package["SPDXID"] for package in bill["packages"]} | {"SPDXRef-DOCUMENT"}
        for relation in bill["relationships"]:
            self.assertIn(relation["spdxElementId"], known)
            self.assertIn(relation["relatedSpdxElement"], known)

    def test_it_has_what_dpkg_has(self):
        names = {package["name"] for package in json.loads(self.bill())["packages"]}
        self.assertIn("blindsum", names)
        self.assertIn("libc6", names)

    def test_it_has_what_is_bundled_and_not_what_bundles(self):
        packages = {package["name"]: package for package in json.loads(self.bill())["packages"]}
        self.assertEqual(packages["uplot"]["licenseDeclared"], "MIT")
        self.assertRegex(packages["uplot"]["externalRefs"][0]["referenceLocator"],
                         r"^pkg:npm/uplot@\d")
        self.assertNotIn("esbuild", packages)

    def test_the_same_packages_give_the_same_bill(self):
        self.assertEqual(self.bill(), self.bill())


class Recipe(unittest.TestCase):
    def test_every_package_is_pinned_with_a_reason(self):
        for line in (ROOT / "deploy" / "image" / "packages.txt").read_text().splitlines():
            if not line.startswith("#"):
                self.assertRegex(line, r"^[a-z0-9.+-]+=[A-Za-z0-9.+~:-]+ +# \S")

    def test_every_library_of_the_programs_is_pinned(self):
        pinned = set(re.findall(r"(?m)^([a-z0-9.+-]+)=",
                                (ROOT / "deploy" / "image" / "packages.txt").read_text()))
        for program in (BLINDSUM, BLINDSUMD):
            told = subprocess.run(["ldd", program], check=True, text=True,
                                  capture_output=True).stdout
            # Without what is before the last folder: it may be /lib or /usr/lib.
            files = re.findall(r"=> \S*(/[^/]+/[^/]+) \(0x", told)
            self.assertGreaterEqual(len(files), 5)
            owners = subprocess.run(["dpkg-query", "--search", *(f"*{name}" for name in files)],
                                    check=True, text=True, capture_output=True).stdout
            # What every Debian has is the base's.
            packages = {line.split(":")[0] for line in owners.splitlines()}
            self.assertLessEqual(packages - {"libc6", "libgcc-s1", "zlib1g"}, pinned, program)

    def test_it_is_nobody_and_is_asked_whether_it_is_well(self):
        last = DOCKERFILE[DOCKERFILE.rindex("\nFROM "):]
        self.assertIn("\nUSER 10001:10001\n", last)
        self.assertIn("\nVOLUME /var/lib/blindsum\n", last)
        self.assertIn("\nSTOPSIGNAL SIGTERM\n", last)
        self.assertEqual(set(re.findall(r"org\.opencontainers\.image\.(\w+)=", last)),
                         {"title", "description", "licenses", "version", "revision", "created",
                          "documentation"})
        asked = re.search(r'HEALTHCHECK .*\\\n +CMD \["/usr/bin/blindsumd", "(--\w+)"\]', last)[1]
        offered = subprocess.run([BLINDSUMD, "--help"], check=True, text=True,
                                 capture_output=True).stdout
        self.assertIn(f"  {asked} ", offered)


if __name__ == "__main__":
    BLINDSUM, BLINDSUMD = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
