"""Ends in order when told to: what was started is ended too, and temporary folders go."""
import signal
import subprocess
import sys

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def on_signals():
    """From here on a signal to end is SystemExit, so that every `finally` runs; further ones are
    nothing new. Processes that are forked inherit it."""
    for number in _SIGNALS:
        signal.signal(number, _leave)


def _leave(number, _frame):
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    sys.exit(128 + number)


def run(command):
    """The exit code of a command that ends in order itself: if we are ended it is told, too, and
    waited for. (subprocess.run() would kill it.)"""
    with subprocess.Popen(command) as child:
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            raise
