"""What a participant asks of an offer and of a cohort, whatever the aggregator says (chapter 6)."""

from dataclasses import dataclass

from . import finder, keys, parameters
from .errors import demand
from .transcript import offer_statement, record_hash

DAY = 86_400


@dataclass
class Policy:
    """POLICY-1. Without a pinned key or tasks it serves nothing."""

    aggregator_key: bytes = b""
    tasks: tuple = ()
    least_n: int = 3
    least_survivors: int = 2
    least_floor: int = 2
    least_c: int = 1
    least_gamma_ppm: int = 0
    least_sigma: int = 64
    trust_cohort_selection: bool = False
    greatest_length: int = 1 << 30
    greatest_payload: int = 1 << 33
    greatest_time_ms: int = 5 * 86_400_000
    rounds_per_day: int = 1000

    def __post_init__(self):
        if self.least_floor < 2:
            raise ValueError("a floor below 2 hides nothing [POLICY-5]")


def check_offer(policy, offer, roster, state, now):
    """The parameters of an offer that may be answered [POLICY-2]; `now` in Unix seconds."""
    p = parameters.decode(offer.parameters)
    parameters.check(p)
    demand(policy.aggregator_key and p.aggregator_key == policy.aggregator_key, "wrong_aggregator")
    keys.verify(policy.aggregator_key, offer_statement(offer.parameters), offer.signature)
    _check_roster(p, roster, state, now)
    demand(p.task in policy.tasks, "task_not_served")
    demand(p.gamma_ppm == 0 or policy.trust_cohort_selection, "cohort_selection_not_trusted")
    demand(p.sigma >= policy.least_sigma, "sigma_too_low")
    demand(p.n_min >= policy.least_n, "cohort_too_small")
    _check_corrupt(policy, p, p.n_min)
    demand(p.vector_length <= policy.greatest_length, "vector_too_long")
    demand(p.payload_size <= policy.greatest_payload, "payload_too_large")
    total = sum(getattr(p.time_limits, name) for name in parameters.TIME_LIMITS)
    demand(total <= policy.greatest_time_ms, "time_limits_too_long")
    demand(p.round > state.highest_round.get(p.task, 0), "round_not_newer")  # [POLICY-6]
    demand(p.session_id not in state.rounds, "round_not_newer", "session id")  # [PARAM-3]
    _check_chain(p, state)
    demand(state.adverts_since(now - DAY) < policy.rounds_per_day, "too_many_rounds_today")
    return p


def _check_roster(p, roster, state, now):
    """[ROSTER-4, ROSTER-5, ROSTER-6]"""
    demand(not roster.expired(now), "roster_expired")
    demand(p.roster_epoch >= state.highest_epoch, "roster_older")
    demand((p.roster_epoch, p.roster_hash) == (roster.epoch, roster.hash), "roster_mismatch")
    if p.roster_epoch == state.highest_epoch:
        demand(p.roster_hash == state.epoch_hash, "roster_mismatch", "same epoch")
    demand(roster.authority_key != p.aggregator_key, "wrong_aggregator", "the authority's")


def _check_corrupt(policy, p, n):
    """[POLICY-4]"""
    least = max(policy.least_c, parameters.ceil_ppm(n, policy.least_gamma_ppm))
    demand(parameters.corrupt_bound(p, n) >= least, "corruption_bound_too_low")


def _check_chain(p, state):
    """[PARAM-11]"""
    number, record = state.records.get(p.task, (0, b""))
    if record and p.round == number + 1:
        demand(p.previous_record_hash == record_hash(record), "wrong_previous_record")


def check_cohort(policy, p, n):
    """The graph of a cohort of n, if the policy takes it [POLICY-3]."""
    demand(n >= max(p.n_min, policy.least_n), "cohort_too_small")
    demand(n <= p.n_max, "cohort_too_large")
    _check_corrupt(policy, p, n)
    found = graph_of(p, n)
    demand(found.survivors >= policy.least_survivors, "survivors_too_few")
    demand(found.honest_floor >= policy.least_floor, "floor_too_low")
    return found


def graph_of(p, n):
    """What the finder says of a cohort of n [FINDER-9]."""
    return finder.find(n, parameters.corrupt_bound(p, n), parameters.dropped_bound(p, n), p.sigma,
                       p.eta, p.min_survivors)
