#!/usr/bin/python3
"""Runs the suite against blindsumd: makes a kit, starts the server, kills and starts it again where
a check asks for that, ends it.

usage: run_against_server.py [--patience N] BLINDSUMD [ARGUMENTS of blindsum-conformance]

The exit code is the suite's; 3 if the server did not start, or did not end. Its log is shown if
anything failed.
"""
import contextlib
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time

from blindsum_conformance import ending

SUITE = pathlib.Path(__file__).with_name("blindsum-conformance")
STOP_S = 20

# The server is no child of the suite: whoever restarts it has ended by then.
START = """\
cd {folder}
rm -f port
{blindsumd} --config kit/blindsumd.toml --port-file port </dev/null >>blindsumd.log 2>&1 &
echo $! >pid
tries=0
while [ ! -s port ]; do
  kill -0 "$(cat pid)" 2>/dev/null && [ $tries -lt 400 ] || exit 1
  tries=$((tries + 1))
  sleep 0.05
done
"""
RESTART = """\
cd {folder}
pid=$(cat pid)
kill -9 "$pid"
while [ -d "/proc/$pid" ] && ! grep -q ') Z ' "/proc/$pid/stat"; do sleep 0.02; done
exec sh start.sh
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def stop(folder):
    """Whether it ended: asked twice, it does at once."""
    pid = int((folder / "pid").read_text())
    end = time.monotonic() + STOP_S
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        if is_alive(pid):
            os.kill(pid, number)
        while is_alive(pid) and time.monotonic() < end:
            time.sleep(0.05)
            if number == signal.SIGTERM and time.monotonic() > end - STOP_S + 0.3:
                break
        if not is_alive(pid):
            return number != signal.SIGKILL
    return False


@contextlib.contextmanager
def running(folder, blindsumd):
    """A blindsumd with the configuration in folder/kit, and folder/restart.sh, which kills it and
    starts it again. Raises OSError if it does not start, or does not end."""
    places = {"folder": shlex.quote(str(folder)),
              "blindsumd": shlex.quote(str(pathlib.Path(blindsumd).resolve()))}
    (folder / "start.sh").write_text(START.format(**places))
    (folder / "restart.sh").write_text(RESTART.format(**places))
    ended = False
    try:
        if subprocess.run(["sh", str(folder / "start.sh")]).returncode:
            raise OSError("blindsumd did not start")
        yield
    finally:
        ended = stop(folder)
    if not ended:
        raise OSError("blindsumd did not end")


def run(folder, patience, blindsumd, arguments):
    kit, port = folder / "kit", free_port()
    suite = [sys.executable, str(SUITE)]
    subprocess.run([*suite, "kit", str(kit), "--for", "blindsumd", "--port", str(port),
                    "--patience", patience], check=True)
    code = 0
    try:
        with running(folder, blindsumd):
            code = ending.run([
                *suite, "--target", "server", f"wss://127.0.0.1:{port}", "--kit", str(kit),
                "--restart", f"sh {shlex.quote(str(folder / 'restart.sh'))}", "--check-time",
                "120", *arguments])
    except OSError as error:
        print(error, file=sys.stderr)
        code = code or 3
    if code:
        log = (folder / "blindsumd.log").read_text("utf-8", "replace")
        print("the last lines of blindsumd's log:", file=sys.stderr)
        print("\n".join(log.splitlines()[-30:]), file=sys.stderr)
    return code


def main():
    ending.on_signals()
    arguments = sys.argv[1:]
    patience = "1"
    if arguments[:1] == ["--patience"]:
        patience, arguments = arguments[1], arguments[2:]
    blindsumd, *arguments = arguments
    with tempfile.TemporaryDirectory(prefix="blindsum-conformance-") as folder:
        return run(pathlib.Path(folder), patience, blindsumd, arguments)


if __name__ == "__main__":
    sys.exit(main())
