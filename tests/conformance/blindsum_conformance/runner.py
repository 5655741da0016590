"""Runs checks, several at a time, each in a lane of its own.

A lane is a process with a bench; what lanes share is the implementation under test alone. A bench
is made once a lane, by the class `Bench` in against_server/bench.py or against_client/bench.py:

    Bench(options, lane)   options: those of the command line (cli.py); lane: 0, 1, …
    start(check)           before each check
    finish(check)          after each check, also one that failed: leaves nothing behind that could
                           disturb the next one
    close()                at the end of the lane

A check that hangs is ended after `options.check_time` seconds, by SIGALRM.
"""
import importlib
import multiprocessing
import os
import signal
import time
import traceback
from concurrent import futures

from . import checks
from .report import FAILED, PASSED, SKIPPED, Outcome

_bench = None


class _TookTooLong(BaseException):
    """Not an Exception: a check that catches everything does not catch this."""


def run(wanted, options, told):
    """Runs the checks `wanted`; told(outcome) hears of each as it is done.

    Returns the outcomes in the order of `wanted`. With options.fail_fast none is begun after the
    first failure, and those that were not are left out.
    """
    skips = options.skips
    outcomes = {c.name: _outcome(c, SKIPPED, skips[c.name]) for c in wanted if c.name in skips}
    for outcome in outcomes.values():
        told(outcome)
    due = [c for c in wanted if c.name not in skips]
    for part in ([c for c in due if not c.alone], [c for c in due if c.alone]):
        failed = any(o.status == FAILED for o in outcomes.values())
        if part and not (failed and options.fail_fast):
            _run_in_lanes(part, options, outcomes, told)
    return [outcomes[c.name] for c in wanted if c.name in outcomes]


def _run_in_lanes(due, options, outcomes, told):
    fork = multiprocessing.get_context("fork")
    lanes = fork.SimpleQueue()
    count = 1 if due[0].alone else max(1, min(options.jobs, len(due)))
    for lane in range(count):
        lanes.put(lane)
    with futures.ProcessPoolExecutor(
            count, fork, initializer=_open_lane, initargs=(due[0].target, options, lanes)) as pool:
        try:
            running = {pool.submit(_run_one, c.target, c.name, options.check_time): c
                       for c in due}
            while running:
                done, _ = futures.wait(running, return_when=futures.FIRST_COMPLETED)
                for future in done:
                    one = running.pop(future)
                    outcomes[one.name] = _result(future, one)
                    told(outcomes[one.name])
                if options.fail_fast and any(o.status == FAILED for o in outcomes.values()):
                    running = {f: c for f, c in running.items() if not f.cancel()}
        except BaseException:  # told to end: the pool would wait for every check that is due
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def _result(future, one):
    try:
        return future.result()
    except futures.process.BrokenProcessPool:
        return _outcome(one, FAILED, "a process of the suite died")


def _open_lane(target, options, lanes):
    global _bench
    checks.every_check()
    signal.signal(signal.SIGALRM, _ring)
    module = importlib.import_module(f"{__package__}.against_{target}.bench")
    _bench = module.Bench(options, lanes.get())
    multiprocessing.util.Finalize(_bench, _bench.close, exitpriority=1)


def _ring(_signal, _frame):
    raise _TookTooLong


def _run_one(target, name, limit_s):
    one = next(c for c in checks.every_check(target) if c.name == name)
    begun = time.monotonic()
    try:
        status, reason = _attempt(one, one.run, limit_s, _bench.start)
        ended, complaint = _attempt(one, lambda bench: bench.finish(one), limit_s)
    except SystemExit as told:  # to end (ending.py); a pool's process would go on to the next check
        try:
            _bench.finish(one)
        finally:
            os._exit(told.code)
    if status == PASSED and ended == FAILED:
        status, reason = ended, f"after the check: {complaint}"
    return _outcome(one, status, reason, time.monotonic() - begun)


def _attempt(one, step, limit_s, before=None):
    """Status and reason of step(bench), ended when the time is over."""
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        if before:
            before(one)
        step(_bench)
        return PASSED, ""
    except checks.NotApplicable as reason:
        return SKIPPED, str(reason)
    except checks.Failed as reason:
        return FAILED, str(reason)
    except _TookTooLong:
        return FAILED, f"not done after {limit_s:g} s"
    except Exception as error:
        return FAILED, _where(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _where(error):
    """The error and the places of the suite on its way, the last four."""
    places = [f"{frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})"
              for frame in traceback.extract_tb(error.__traceback__)[-4:]]
    return f"{type(error).__name__}: {error}\nin {', '.join(places)}"


def _outcome(one, status, reason="", seconds=0.0):
    return Outcome(one.name, one.target, one.rules, one.title, status, reason, seconds)
