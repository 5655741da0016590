#!/usr/bin/env python3
"""Runs one file of these tests in Node and Chromium, if they are there.

usage: run.py BUILD_FOLDER NODE NPM PAGE FILE [ARGUMENTS of node]

Exit code 77, and why on standard output, if something is missing. PAGE is the source that the build
made of the page; without its files it has none. The packages of package-lock.json
are installed below BUILD_FOLDER; temporary files are removed whatever happens.
"""
import fcntl
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED_EXIT = 77  # meson shows such a test as skipped
INSTALL_LIMIT_S = 120
STOP_S = 15
PINNED = ("package.json", "package-lock.json", ".npmrc")


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED_EXIT)


def install(npm, folder):
    """node_modules in `folder`, as package-lock.json says; one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in PINNED)).hexdigest()
    stamp = folder / "installed"
    with open(folder / "lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        for name in PINNED:
            shutil.copyfile(HERE / name, folder / name)
        try:
            done = subprocess.run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
                 "--no-update-notifier", "--fetch-retries=1"], cwd=folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, timeout=INSTALL_LIMIT_S)
        except (OSError, subprocess.TimeoutExpired) as error:
            skip(f"npm ci: {error}")
        if done.returncode != 0:
            skip(f"npm cannot install what package-lock.json names:\n{done.stdout}")
        stamp.write_text(wanted)


def run(command, environment):
    """Its exit code. A signal to us ends it with all that it has started."""
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                               start_new_session=True)

    def end(number, _frame):
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        sys.exit(128 + number)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    return process.wait()


def main():
    build, node, npm, page, file, *more = sys.argv[1:]
    build = pathlib.Path(build).resolve()
    if not shutil.which(node) or not shutil.which(npm):
        skip("node and npm, 18 or newer, are missing")
    chromium = shutil.which("chromium")
    if chromium is None:
        skip("chromium is missing")
    if '"text/html' not in pathlib.Path(page).read_text(encoding="utf-8"):
        skip("blindsumd is built without the page: see server/page/README.md")
    modules = build / "tests" / "page" / "packages"
    install(npm, modules)
    with tempfile.TemporaryDirectory(prefix="blindsum-page-") as folder:
        environment = {**os.environ, "TMPDIR": folder, "BLINDSUM_BUILD": str(build),
                       "PAGE_PACKAGES": str(modules), "PAGE_CHROMIUM": chromium}
        sys.exit(run([node, *more, str(HERE / file)], environment))


if __name__ == "__main__":
    main()
