#!/usr/bin/env python3
"""Bundles the operator's page and makes a .cc of it.

usage: build.py --work FOLDER --out FILE [--node NODE --npm NPM] [--required]

Packages are installed into FOLDER, as package-lock.json pins them, and only anew if it changes.
Without --node, or if something fails and --required is not given, the .cc has no page.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(SOURCE.parents[1] / "buildsupport"))

from embed import array_of  # noqa: E402

ENTRIES = ["src/main.js", "src/theme_first.js", "style/main.css"]
PLAIN = ["icon.svg"]
LICENCE = "uplot/LICENSE"  # of what is bundled, which asks for it
LIMIT_S = 300
NPM_OPTIONS = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
               "--loglevel=error", "--prefer-offline", "--fetch-retries=1",
               "--fetch-retry-mintimeout=1000", "--fetch-timeout=20000"]
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
         ".txt": "text/plain; charset=utf-8"}


class NotBuilt(Exception):
    pass


def run(command, what, **more):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=LIMIT_S, **more)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotBuilt(f"{what}: {error}") from error
    if done.returncode != 0:
        raise NotBuilt(f"{what} failed:\n{done.stdout.strip()}")


def install(npm, work):
    """node_modules, as the lock file says."""
    lock = (SOURCE / "package-lock.json").read_bytes() + (SOURCE / "package.json").read_bytes()
    stamp, wanted = work / "installed", hashlib.sha256(lock).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(SOURCE / name, work / name)
    run([npm, "ci", *NPM_OPTIONS], "npm ci", cwd=work)
    stamp.write_text(wanted)


def bundle(node, work):
    """The files of the page by name, index.html not among them."""
    packages, out = work / "node_modules", work / "bundle"
    shutil.rmtree(out, ignore_errors=True)
    run([node, packages / "esbuild/bin/esbuild", *ENTRIES, "--bundle", "--minify", "--format=iife",
         "--target=es2022", "--log-level=warning", "--legal-comments=none", "--entry-names=[name]",
         f"--outdir={out}"],
        "esbuild", cwd=SOURCE, env={**os.environ, "NODE_PATH": str(packages)})
    # main.js and main.css have names of their own in the bundle.
    files = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    files.update({name: (SOURCE / name).read_bytes() for name in PLAIN})
    files["licences.txt"] = (packages / LICENCE).read_bytes()
    return files


def hashed(name, content):
    stem, ending = os.path.splitext(name)
    return f"/assets/{stem}-{hashlib.sha256(content).hexdigest()[:16]}{ending}"


def assets_of(files):
    """(path, content type, content) of everything, by names that change with the content."""
    paths = {name: hashed(name, content) for name, content in files.items()}
    index = (SOURCE / "index.html").read_text(encoding="utf-8")
    index = re.sub(r"\{\{(.+?)\}\}", lambda found: paths[found[1]], index)
    yield "/", TYPES[".html"], index.encode()
    for name, content in files.items():
        yield paths[name], TYPES[os.path.splitext(name)[1]], content


def source_of(assets):
    arrays, entries = [], []
    for number, (path, kind, content) in enumerate(assets):
        tag = hashlib.sha256(content).hexdigest()[:32]
        arrays.append(array_of(f"kContent{number}", content))
        entries.append(f'      {{"{path}", "{kind}", "\\"{tag}\\"", view(kContent{number})}},\n')
    helper = ("template <std::size_t kSize>\n"
              "std::string_view view(const unsigned char (&content)[kSize]) {\n"
              "  return {reinterpret_cast<const char*>(content), kSize};\n}\n\n")
    return ('#include "server/admin/page_assets.h"\n\nnamespace blindsum {\n' +
            ("namespace {\n\n" + "\n".join(arrays) + "\n" + helper + "}  // namespace\n" if entries
             else "") +
            "\nstd::vector<PageAsset> page_assets() {\n  return {\n" + "".join(entries) +
            "  };\n}\n\n}  // namespace blindsum\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--node")
    parser.add_argument("--npm")
    parser.add_argument("--required", action="store_true")
    given = parser.parse_args()
    assets = []
    if given.node:
        try:
            given.work.mkdir(parents=True, exist_ok=True)
            install(given.npm, given.work.resolve())
            assets = list(assets_of(bundle(given.node, given.work.resolve())))
        except NotBuilt as error:
            print(f"page: {error}", file=sys.stderr)
            if given.required:
                sys.exit(1)
            print("page: blindsumd is built without the operator's page; with -Dpage=enabled this "
                  "is an error", file=sys.stderr)
    given.out.write_text(source_of(assets))


if __name__ == "__main__":
    main()
