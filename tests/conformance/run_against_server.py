#!/usr/bin/python3
"""Runs the suite against blindsumd: makes a kit, starts the server on a free port, ends it.

usage: run_against_server.py BLINDSUMD [ARGUMENTS of blindsum-conformance]

The exit code is the suite's; 3 if the server did not start, or did not end well. Its log is shown
if anything failed.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

SUITE = pathlib.Path(__file__).with_name("blindsum-conformance")
START_S, STOP_S = 20, 20


def wait_for_port(server, port_file):
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        if port_file.exists() and port_file.read_text().strip():
            return int(port_file.read_text())
        time.sleep(0.02)
    return None


def stop(server):
    """Whether it drained: twice asked, it ends at once."""
    server.terminate()
    time.sleep(0.2)
    server.terminate()
    try:
        return server.wait(STOP_S) in (0, 1)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
        return False


def run(folder, blindsumd, arguments):
    kit, log = folder / "kit", folder / "blindsumd.log"
    suite = [sys.executable, str(SUITE)]
    subprocess.run([*suite, "kit", str(kit), "--for", "blindsumd", "--port", "0"], check=True)
    port_file = folder / "port"
    with open(log, "wb") as out:
        server = subprocess.Popen([blindsumd, "--config", str(kit / "blindsumd.toml"),
                                   "--port-file", str(port_file)],
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    code = 3
    try:
        port = wait_for_port(server, port_file)
        if port is not None:
            code = subprocess.run([*suite, "--target", "server", f"wss://127.0.0.1:{port}",
                                   "--kit", str(kit), *arguments]).returncode
    finally:
        if not stop(server):
            code = code or 3
    if code:
        print("the last lines of blindsumd's log:", file=sys.stderr)
        print("\n".join(log.read_text("utf-8", "replace").splitlines()[-30:]), file=sys.stderr)
    return code


def main():
    blindsumd, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="blindsum-conformance-") as folder:
        return run(pathlib.Path(folder), blindsumd, arguments)


if __name__ == "__main__":
    sys.exit(main())
