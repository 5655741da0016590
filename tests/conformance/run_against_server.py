#!/usr/bin/python3
"""Runs the suite against blindsumd: makes a kit, starts the server on a free port, ends it.

usage: run_against_server.py [--patience N] BLINDSUMD [ARGUMENTS of blindsum-conformance]

The exit code is the suite's; 3 if the server did not start, or did not end well. Its log is shown
if anything failed.
"""
import contextlib
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


@contextlib.contextmanager
def running(folder, blindsumd):
    """The URL of a blindsumd with the kit in folder/kit; raises OSError if it does not start, or
    does not end well."""
    port_file, log = folder / "port", folder / "blindsumd.log"
    with open(log, "wb") as out:
        server = subprocess.Popen([blindsumd, "--config", str(folder / "kit" / "blindsumd.toml"),
                                   "--port-file", str(port_file)],
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    ended_well = False
    try:
        port = wait_for_port(server, port_file)
        if port is None:
            raise OSError("blindsumd did not start")
        yield f"wss://127.0.0.1:{port}"
    finally:
        ended_well = stop(server)
    if not ended_well:
        raise OSError("blindsumd did not end well")


def run(folder, patience, blindsumd, arguments):
    kit, log = folder / "kit", folder / "blindsumd.log"
    suite = [sys.executable, str(SUITE)]
    subprocess.run([*suite, "kit", str(kit), "--for", "blindsumd", "--port", "0", "--patience",
                    patience], check=True)
    code = 3
    try:
        with running(folder, blindsumd) as url:
            code = subprocess.run([*suite, "--target", "server", url, "--kit", str(kit),
                                   *arguments]).returncode
    except OSError as error:
        print(error, file=sys.stderr)
        code = code or 3
    if code:
        print("the last lines of blindsumd's log:", file=sys.stderr)
        print("\n".join(log.read_text("utf-8", "replace").splitlines()[-30:]), file=sys.stderr)
    return code


def main():
    arguments = sys.argv[1:]
    patience = "1"
    if arguments[:1] == ["--patience"]:
        patience, arguments = arguments[1], arguments[2:]
    blindsumd, *arguments = arguments
    with tempfile.TemporaryDirectory(prefix="blindsum-conformance-") as folder:
        return run(pathlib.Path(folder), patience, blindsumd, arguments)


if __name__ == "__main__":
    sys.exit(main())
