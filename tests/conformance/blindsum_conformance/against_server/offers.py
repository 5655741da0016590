"""The offer: its signature, its parameters, its payload, its place in the chain of records
[OFFER-1, OFFER-3, PARAM-1 to PARAM-13]."""
from ..checks import check, require, require_equal
from ..reference import keys, parameters, policy, transcript, wire
from ..reference.enc import sha256
from ..reference.errors import Refused

AS_CONFIGURED = ("n_min", "n_max", "max_corrupt", "delta_ppm", "min_survivors", "sigma", "eta",
                 "ring_bits", "publish_sum")


@check("offer-signed", rules=["PARAM-1", "ENC-4", "SIG-3", "OFFER-1"])
def _(bench):
    """Everybody gets the same parameter bytes, signed by the pinned key, and the payload"""
    play = bench.play()
    first = play[0].offer
    for player in play.players:
        require_equal("the offer of all", first, player.offer)
        p = player.parameters
        require_equal("payload_size", p.payload_size, len(player.payload))
        require_equal("payload_hash", p.payload_hash, sha256(player.payload))
    require(keys.is_valid(bench.kit.aggregator.public,
                          transcript.offer_statement(first.parameters), first.signature),
            "the offer's signature does not verify")
    play.complete()


@check("offer-parameters", rules=["PARAM-2", "PARAM-4", "PARAM-6", "PARAM-8", "PARAM-9",
                                  "PARAM-13", "CODEC-1", "CODEC-2", "LIMIT-1"])
def _(bench):
    """The parameters are well formed, and those that the task is configured with"""
    for name in (None, "conformance-mean", "conformance-secret"):
        play = bench.play(task=name)
        name = play.task
        p, task = play[0].parameters, bench.kit.tasks[name]
        try:
            parameters.check(p)
        except Refused as refused:
            require(False, f"{name}: the parameters are refused: {refused}")
        for field in AS_CONFIGURED:
            require_equal(f"{name}: {field}", task[field], getattr(p, field))
        require_equal(f"{name}: tensors", task["tensors"], [[t.name, t.shape] for t in p.tensors])
        for field in ("kind", "clip", "scale", "weight_bound", "bound"):
            require_equal(f"{name}: codec.{field}", task["codec"].get(field, 0),
                          getattr(p.codec, field))
        for phase, ms in task["time_limits_ms"].items():
            require_equal(f"{name}: time limit of {phase}", ms,
                          getattr(p.time_limits, f"{phase}_ms"))
        play.complete()


@check("offer-roster", rules=["ROSTER-1", "ROSTER-6", "PARAM-3", "PARAM-1"])
def _(bench):
    """Epoch, hash and key are the roster's and the pinned one; no session id comes twice"""
    seen = set()
    for _ in range(2):
        play = bench.play()
        p = play[0].parameters
        require_equal("aggregator_key", bench.kit.aggregator.public, p.aggregator_key)
        require_equal("roster_epoch", bench.kit.roster.epoch, p.roster_epoch)
        require_equal("roster_hash", transcript.roster_hash(bench.kit.roster_bytes), p.roster_hash)
        require_equal("task", bench.task, p.task)
        seen.add(p.session_id)
        play.complete()
    require_equal("different session ids in two rounds", 2, len(seen))


@check("offer-chain", rules=["PARAM-11", "PARAM-12", "RECORD-1"])
def _(bench):
    """Rounds of a task are numbered upward, each names the record before it, aborted ones too"""
    first = bench.play().complete()
    second = bench.play().to("share")
    for player in second.players:
        player.refuse()
    second.hear_abort("too_few_survivors")
    third = bench.play().complete()
    rounds = [play[0].parameters.round for play in (first, second, third)]
    require_equal("round numbers", [rounds[0] + i for i in range(3)], rounds)
    for before, after in ((first, second), (second, third)):
        require_equal("previous_record_hash",
                      transcript.record_hash(before[0].result.record),
                      after[0].parameters.previous_record_hash)


@check("offer-graph", rules=["FINDER-1", "FINDER-2", "FINDER-9", "PARAM-5", "PARAM-13"])
def _(bench):
    """n_min and n_max are both feasible; quorum and threshold are those of the cohort's own n"""
    play = bench.play(count=6)
    p = play[0].parameters
    for n in (p.n_min, p.n_max):
        try:
            policy.graph_of(p, n)
        except Refused as refused:
            require(False, f"n = {n}: {refused}")
    play.complete()
    require_equal("U3", list(range(6)), play.u3())


@check("offer-late-join", rules=["OFFER-3"])
def _(bench):
    """Who joins while phase 1 is open is offered the round, or waits for the next one"""
    play = bench.play()
    late = play.newcomer(bench.members[5])
    message = late.offered_within(0.5)
    if message is None:
        play.gone.add(late)
    else:
        require_equal("the offer of one that joined late", play[0].offer, message)
    play.complete()
    require_equal("the cohort's size", 6 if message else 5, play[0].honest.n)


@check("offer-after-leave", rules=["JOIN-3", "OFFER-3"])
def _(bench):
    """Who left before the round began is offered nothing; the round goes on with a sixth"""
    bench.only("conformance-mean")
    left = bench.joined(5)
    left.say(wire.Leave())
    left.join("conformance-mean")  # its answer says that the Leave has been dealt with
    left.say(wire.Leave())
    play = bench.play()
    left.hear_nothing(0.2)
    play.complete()
    left.hear_nothing(0.1)
    require_equal("the cohort's size", 5, play[0].honest.n)


@check("leave-in-round", rules=["JOIN-3"])
def _(bench):
    """Leave in a running round takes nobody out of it"""
    play = bench.play().to("mask")
    play[1].say(wire.Leave())
    play.complete()
    require_equal("U3", list(range(5)), play.u3())
