"""What a participant's policy says of an offer, and of a cohort [POLICY-1 to POLICY-8, ROSTER-4 to
ROSTER-6, PARAM-3, PARAM-7, PARAM-11].

`history` is what the participant has on disk that matters: the highest epoch and its roster's hash,
the task's highest round, adverts of the last 24 hours, whether the session id is known, and the
hash of the record of the round just before the offer's, if it has it.
"""

from dataclasses import asdict, replace

from ..reference import finder, parameters, policy, transcript
from ..reference.errors import Refused, demand
from . import samples
from .case import Bad, Good, digits, refused
from .samples import TimeLimits

NAME = "policy"
_POLICY = {
    "aggregator_key": "hex", "tasks": ["text"], "least_n": "u32", "least_survivors": "u32",
    "least_floor": "u32", "least_c": "u32", "least_gamma_ppm": "u32", "least_sigma": "u32",
    "trust_cohort_selection": "bool", "greatest_length": "digits", "greatest_payload": "digits",
    "greatest_time_ms": "digits", "rounds_per_day": "u32",
}
_HISTORY = {"highest_epoch": "digits", "epoch_hash": "hex", "highest_round": "digits",
            "adverts_of_last_day": "u32", "session_known": "bool", "previous_record": "hex"}
SHAPES = {
    "offer": ({"policy": _POLICY, "history": _HISTORY, "roster": "hex", "authority_key": "hex32",
               "parameters": "hex", "signature": "hex64", "now": "digits"}, {}),
    "cohort": ({"policy": _POLICY, "parameters": "hex", "n": "u32"},
               dict.fromkeys(finder.Found.__dataclass_fields__, "u32")),
}
_FILE, _ROSTER = samples.roster_of(8)
_PLAIN = policy.Policy(aggregator_key=samples.AGGREGATOR.public, tasks=("spam-filter", "other"),
                       greatest_length=1000, greatest_payload=10_000, greatest_time_ms=20_000,
                       rounds_per_day=5)
_NEW = {"highest_epoch": 0, "epoch_hash": b"", "highest_round": 2, "adverts_of_last_day": 0,
        "session_known": False, "previous_record": b""}


class _State:
    """A participant's disk as policy.check_offer asks it, from a history."""

    def __init__(self, history, p):
        self.highest_epoch, self.epoch_hash = history["highest_epoch"], history["epoch_hash"]
        self.highest_round = {p.task: history["highest_round"]}
        self.rounds = {p.session_id: None} if history["session_known"] else {}
        self.records = {}
        self._adverts = history["adverts_of_last_day"]
        self._held = history["previous_record"]

    def adverts_since(self, _):
        return self._adverts


def check(some_policy, history, some_roster, offer, now):
    """policy.check_offer; a record is known by its hash here [PARAM-11]."""
    try:
        p = parameters.decode(offer.parameters)
    except Refused:
        p = samples.round_parameters(some_roster)
    held, today = history["previous_record"], history["adverts_of_last_day"]
    without_days = replace(some_policy, rounds_per_day=2**32)
    policy.check_offer(without_days, offer, some_roster, _State(history, p), now)
    demand(not held or p.previous_record_hash == held, "wrong_previous_record")
    demand(today < some_policy.rounds_per_day, "too_many_rounds_today")


def json_policy(some):
    shown = asdict(some) | {"aggregator_key": some.aggregator_key.hex(), "tasks": list(some.tasks)}
    return {name: digits(shown[name]) if shape == "digits" else shown[name]
            for name, shape in _POLICY.items()}


def _input(some, history, file, offer, now):
    shown = {name: digits(value) if _HISTORY[name] == "digits" else
             value.hex() if _HISTORY[name] == "hex" else value for name, value in history.items()}
    return {"policy": json_policy(some), "history": shown, "roster": file.hex(),
            "authority_key": samples.AUTHORITY.public.hex(), "parameters": offer.parameters.hex(),
            "signature": offer.signature.hex(), "now": digits(now)}


def _parts(changes):
    """Policy, history, roster file, roster, offer, time: good ones with the changes."""
    some = changes.get("policy", _PLAIN)
    history = _NEW | changes.get("history", {})
    file, read = changes.get("roster", (_FILE, _ROSTER))
    p = samples.round_parameters(read, **changes.get("terms", {}))
    offer = samples.offer_of(p, changes.get("key", samples.AGGREGATOR))
    offer = changes.get("offer", lambda one: one)(offer)
    return some, history, file, read, offer, changes.get("now", samples.NOW)


def _good(name, rules, **changes):
    some, history, file, read, offer, now = _parts(changes)
    check(some, history, read, offer, now)
    return Good(f"offer-{name}", rules, "offer", _input(some, history, file, offer, now), {})


def _bad(name, fault, rule, reason, layer="policy", **changes):
    some, history, file, read, offer, now = _parts(changes)
    refused(reason, check, some, history, read, offer, now)
    return Bad(f"offer-{name}", [rule], fault, layer, reason, "offer",
               _input(some, history, file, offer, now))


def _with(**changes):
    return replace(_PLAIN, **changes)


def _good_offers():
    return [
        _good("plain", ["POLICY-2"]),
        _good("just-enough", ["POLICY-2"], policy=_with(
            least_n=4, least_c=1, least_sigma=64, greatest_length=8, greatest_time_ms=15_000)),
        _good("known-epoch", ["ROSTER-5"],
              history={"highest_epoch": 7, "epoch_hash": _ROSTER.hash}),
        _good("newer-epoch", ["ROSTER-5"], history={"highest_epoch": 6, "epoch_hash": bytes(32)}),
        _good("last-second", ["ROSTER-4"], roster=samples.roster_of(8, not_after=samples.NOW)),
        _good("trusted-selection", ["PARAM-7", "POLICY-4"],
              policy=_with(trust_cohort_selection=True, least_gamma_ppm=250_000),
              terms={"max_corrupt": 0, "gamma_ppm": 250_000}),
        _good("chained", ["PARAM-11"], history={"previous_record": b"\7" * 32},
              terms={"previous_record_hash": b"\7" * 32}),
        _good("last-of-today", ["POLICY-7"], history={"adverts_of_last_day": 4}),
        _good("low-sigma", ["POLICY-5"], policy=_with(least_sigma=10), terms={"sigma": 10}),
        _good("no-corrupt", ["POLICY-5"], policy=_with(least_c=0), terms={"max_corrupt": 0}),
        _good("greatest-payload", ["POLICY-2"], terms={"payload_size": 10_000}),
    ]


def _bad_offers():
    changed = {"policy": _with(aggregator_key=samples.signing_key("other").public)}
    raw = samples.AGGREGATOR.sign(b"raw")
    by_authority = samples.AUTHORITY
    terms = {"aggregator_key": by_authority.public}
    return [
        _bad("version", "version 2", "PARAM-2", "unsupported_version", "parameters",
             terms={"protocol_version": 2}),
        _bad("ring", "a ring too narrow", "PARAM-8", "ring_too_narrow", "parameters",
             terms={"ring_bits": 17}),
        _bad("other-aggregator", "another key than the pinned one", "OFFER-2",
             "wrong_aggregator", **changed),
        _bad("nothing-pinned", "a policy without a key", "POLICY-8", "wrong_aggregator",
             policy=_with(aggregator_key=b"")),
        _bad("signature", "a signature of something else", "OFFER-2", "bad_signature",
             offer=lambda one: replace(one, signature=raw)),
        _bad("changed-after-signing", "n_max changed after signing", "PARAM-1", "bad_signature",
             offer=lambda one: replace(one, parameters=samples.offer_of(
                 samples.round_parameters(_ROSTER, n_max=9)).parameters)),
        _bad("signed-as-record", "signed with the label record", "SIG-3", "bad_signature",
             offer=lambda one: replace(one, signature=samples.AGGREGATOR.sign(
                 transcript.record_statement(one.parameters)))),
        _bad("roster-expired", "a second after not_after", "ROSTER-4", "roster_expired",
             roster=samples.roster_of(8, not_after=samples.NOW - 1)),
        _bad("roster-older", "an epoch below the highest", "ROSTER-5", "roster_older",
             history={"highest_epoch": 8, "epoch_hash": bytes(32)}),
        _bad("roster-hash", "another roster's hash", "ROSTER-5", "roster_mismatch",
             terms={"roster_hash": bytes(32)}),
        _bad("roster-epoch", "an epoch that the roster has not", "ROSTER-5", "roster_mismatch",
             terms={"roster_epoch": 8}),
        _bad("two-rosters-one-epoch", "the same epoch, and another hash on disk", "ROSTER-5",
             "roster_mismatch", history={"highest_epoch": 7, "epoch_hash": b"\1" * 32}),
        _bad("authority-aggregates", "the aggregator has the authority's key", "ROSTER-6",
             "wrong_aggregator", policy=_with(aggregator_key=by_authority.public), terms=terms,
             key=by_authority),
        _bad("task", "a task that is not served", "POLICY-2", "task_not_served",
             terms={"task": "spam"}),
        _bad("no-tasks", "a policy without tasks", "POLICY-8", "task_not_served",
             policy=_with(tasks=())),
        _bad("selection", "gamma_ppm without trust in the selection", "PARAM-7",
             "cohort_selection_not_trusted", terms={"max_corrupt": 0, "gamma_ppm": 250_000}),
        _bad("sigma", "sigma 63", "POLICY-2", "sigma_too_low", terms={"sigma": 63}),
        _bad("n-min", "n_min below least_n", "POLICY-2", "cohort_too_small",
             policy=_with(least_n=5)),
        _bad("c", "c below least_c", "POLICY-4", "corruption_bound_too_low",
             policy=_with(least_c=2)),
        _bad("c-0", "c of 0", "POLICY-4", "corruption_bound_too_low", terms={"max_corrupt": 0}),
        _bad("c-by-gamma", "c of 1 where a quarter of n_min = 5 is 2", "POLICY-4",
             "corruption_bound_too_low", policy=_with(least_gamma_ppm=250_000),
             terms={"n_min": 5}),
        _bad("gamma", "gamma below the least", "POLICY-4", "corruption_bound_too_low",
             policy=_with(trust_cohort_selection=True, least_gamma_ppm=250_001),
             terms={"max_corrupt": 0, "gamma_ppm": 250_000}),
        _bad("length", "one element too many", "POLICY-2", "vector_too_long",
             policy=_with(greatest_length=7)),
        _bad("payload", "one byte too many", "POLICY-2", "payload_too_large",
             terms={"payload_size": 10_001}),
        _bad("time", "a millisecond too long", "POLICY-2", "time_limits_too_long",
             terms={"time_limits": TimeLimits(1000, 2000, 3000, 4000, 10_001)}),
        _bad("round-again", "the round on disk", "POLICY-6", "round_not_newer",
             history={"highest_round": 3}),
        _bad("round-older", "a round below the one on disk", "POLICY-6", "round_not_newer",
             history={"highest_round": 2**64 - 1}),
        _bad("session-again", "a session id that is held", "PARAM-3", "round_not_newer",
             history={"session_known": True}),
        _bad("chain", "another record before this round", "PARAM-11", "wrong_previous_record",
             history={"previous_record": b"\7" * 32}),
        _bad("rounds-today", "the sixth of five rounds a day", "POLICY-7",
             "too_many_rounds_today", history={"adverts_of_last_day": 5}),
    ]


def cohort_input(some, p, n):
    return {"policy": json_policy(some), "parameters": parameters.encode(p).hex(), "n": n}


def _good_cohort(n, some=_PLAIN, **terms):
    p = samples.round_parameters(_ROSTER, **terms)
    return Good(f"cohort-{n}-of-{p.n_max}", ["POLICY-3", "FINDER-9"], "cohort",
                cohort_input(some, p, n), asdict(policy.check_cohort(some, p, n)))


def _bad_cohort(name, fault, reason, n, some=_PLAIN, rule="POLICY-3", **terms):
    p = samples.round_parameters(_ROSTER, **terms)
    refused(reason, policy.check_cohort, some, p, n)
    return Bad(f"cohort-{name}", [rule], fault, "policy", reason, "cohort",
               cohort_input(some, p, n))


def _cohorts():
    half = {"delta_ppm": 500_000}
    return [
        _good_cohort(4, delta_ppm=0), _good_cohort(8),
        _good_cohort(101, n_max=200, ring_bits=40, max_corrupt=10),
        _bad_cohort("below-n-min", "n below n_min", "cohort_too_small", 3),
        _bad_cohort("below-least-n", "n below least_n", "cohort_too_small", 7, _with(least_n=8)),
        _bad_cohort("above-n-max", "n above n_max", "cohort_too_large", 9),
        _bad_cohort("c-by-gamma", "c of 1 where a fifth of 6 is 2", "corruption_bound_too_low", 6,
                    _with(least_gamma_ppm=200_000), "POLICY-4"),
        _bad_cohort("infeasible", "half of the members may be lost", "infeasible_parameters", 8,
                    **half),
        _bad_cohort("infeasible-c", "one member is honest", "infeasible_parameters", 8,
                    max_corrupt=7),
        _bad_cohort("survivors", "survivors below least_survivors", "survivors_too_few", 8,
                    _with(least_survivors=6)),
        _bad_cohort("floor", "an honest floor below the least", "floor_too_low", 8,
                    _with(least_floor=5)),
    ]


def cases():
    return _good_offers() + _bad_offers() + _cohorts()
