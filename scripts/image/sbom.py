#!/usr/bin/env python3
"""The image's bill of materials, SPDX 2.3 in JSON, from dpkg's list of what is installed.

  sbom.py --dpkg FOLDER --meson meson.build [--npm package-lock.json]

FOLDER is the image's /var/lib/dpkg; the lock file has what is bundled into the operator's page.

SOURCE_DATE_EPOCH says when it was made; the same packages give the same document.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import urllib.parse

FIELDS = ("binary:Package", "Version", "Architecture", "source:Package", "source:Version",
          "db:Status-Status")


def installed(folder):
    """A dict of FIELDS for each installed package, sorted by name."""
    form = "\t".join(f"${{{field}}}" for field in FIELDS) + "\n"
    listed = subprocess.run(["dpkg-query", f"--admindir={folder}", "-W", "-f", form],
                            check=True, capture_output=True, text=True).stdout
    packages = [dict(zip(FIELDS, line.split("\t"))) for line in listed.splitlines()]
    return sorted((package for package in packages if package["db:Status-Status"] == "installed"),
                  key=lambda package: package["binary:Package"])


def spdx_package(identifier, name, version, license_name, locator=None, source=None):
    package = {
        "SPDXID": f"SPDXRef-{identifier}", "name": name, "versionInfo": version,
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "licenseConcluded": license_name, "licenseDeclared": license_name,
        "copyrightText": "NOASSERTION",
    }
    if source:
        package["sourceInfo"] = f"built from the source package {source}"
    if locator:
        package["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER",
                                    "referenceType": "purl", "referenceLocator": locator}]
    return package


def of_debian(package):
    name = package["binary:Package"].partition(":")[0]
    version, architecture = package["Version"], package["Architecture"]
    locator = (f"pkg:deb/debian/{urllib.parse.quote(name)}@{urllib.parse.quote(version, safe='')}"
               f"?arch={architecture}&distro=bookworm")
    identifier = "Package-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
    return spdx_package(identifier, name, version, "NOASSERTION", locator,
                        f"{package['source:Package']} {package['source:Version']}")


def bundled(lock):
    """The packages of a package-lock.json that are not only tools of the build."""
    packages = json.loads(lock.read_text())["packages"]
    for path, package in sorted(packages.items()):
        if path and not package.get("dev"):
            name = path.rpartition("node_modules/")[2]
            version = package["version"]
            yield spdx_package("Npm-" + re.sub(r"[^A-Za-z0-9.-]", "-", name), name, version,
                               package["license"],
                               f"pkg:npm/{urllib.parse.quote(name, safe='/')}@{version}")


def document(packages, npm, version, epoch):
    ours = spdx_package("blindsum", "blindsum", version, "Apache-2.0")
    theirs = [*(of_debian(package) for package in packages), *npm]
    digest = hashlib.sha256(json.dumps([ours, theirs]).encode()).hexdigest()
    made = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"blindsum-{version}-image",
        "documentNamespace": f"urn:blindsum:image:{digest}",
        "creationInfo": {"created": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: blindsum-sbom"]},
        "packages": [ours, *theirs],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
             "relatedSpdxElement": ours["SPDXID"]},
            *({"spdxElementId": ours["SPDXID"], "relationshipType": "DEPENDS_ON",
               "relatedSpdxElement": package["SPDXID"]} for package in theirs)],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dpkg", required=True, help="the image's /var/lib/dpkg")
    parser.add_argument("--meson", required=True, type=pathlib.Path, help="has the version")
    parser.add_argument("--npm", type=pathlib.Path, help="the lock file of the operator's page")
    arguments = parser.parse_args()
    version = re.search(r"^\s*version: '([^']+)'", arguments.meson.read_text(), re.M)[1]
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    npm = bundled(arguments.npm) if arguments.npm else ()
    print(json.dumps(document(installed(arguments.dpkg), npm, version, epoch), indent=1))


if __name__ == "__main__":
    main()
