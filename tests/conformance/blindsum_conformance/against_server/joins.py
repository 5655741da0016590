"""Joining a task and leaving it, outside of rounds [JOIN-1, JOIN-3, OFFER-3]."""
from ..checks import check, require, require_equal
from ..reference import wire


@check("join-joined", rules=["JOIN-1"])
def _(bench):
    """Join of a task that is served is answered with Joined, and the members that it takes"""
    joined = bench.welcomed().join(bench.task)
    require(joined.waiting >= 1, f"Joined.waiting is {joined.waiting}")
    require_equal("Joined.needed", bench.kit.tasks[bench.task]["n_min"], joined.needed)


@check("join-unknown-task", rules=["JOIN-1", "WIRE-7"])
def _(bench):
    """Join of a task that there is none of is answered with task_not_served"""
    for task in ("conformance-none", "", bench.task.upper(), bench.task + "."):
        session = bench.welcomed()
        session.say(wire.Join(task))
        error = session.hear(wire.SessionError)
        require_equal(f"SessionError.reason for the task {task!r}", "task_not_served",
                      error.reason)


@check("join-twice", rules=["JOIN-1"])
def _(bench):
    """A second Join without Leave ends the session with wrong_phase"""
    session = bench.joined()
    session.say(wire.Join(bench.task))
    session.hear_end("wrong_phase")


@check("join-leave", rules=["JOIN-3"])
def _(bench):
    """After Leave another Join follows in the same session, of the same task or another"""
    session = bench.joined()
    for task in (bench.task, "conformance-mean", bench.task):
        session.say(wire.Leave())
        session.join(task)


@check("join-too-few", rules=["OFFER-3"])
def _(bench):
    """Fewer than n_min members that joined are offered nothing"""
    needed = bench.kit.tasks[bench.task]["n_min"]
    sessions = [bench.joined(place) for place in range(needed - 1)]
    for session in sessions:
        session.hear_nothing(0.3)


@check("join-left-too-few", rules=["JOIN-3", "OFFER-3"])
def _(bench):
    """Who took its Join back, or whose session ended, is counted no more"""
    needed = bench.kit.tasks[bench.task]["n_min"]
    left, gone, *others = [bench.joined(place) for place in range(needed - 2, -1, -1)]
    left.say(wire.Leave())
    gone.close()
    others[0].link.ping(b"")
    others += [bench.joined(needed), bench.joined(needed - 1)]
    for session in [left, *others]:
        session.hear_nothing(0.3)
