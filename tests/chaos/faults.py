"""What is done to whom, when and for how long: decided by the seed alone, before anything runs."""
import dataclasses
import random

AGGREGATOR = 0  # as a target; participants are 1 to n

# (weight, shortest, longest duration in seconds)
_OF_MEMBERS = {"kill": (35, 0.1, 3.0), "stop": (25, 0.2, 7.0), "cut": (20, 0.3, 6.0),
               "slow": (20, 2.0, 10.0)}
_OF_AGGREGATOR = {"kill": (40, 0.0, 1.5), "stop": (15, 0.2, 5.0), "cut": (12, 0.3, 4.0),
                  "slow": (10, 2.0, 8.0), "full disk": (15, 0.5, 5.0)}
# A third of all participants at once.
_OF_CROWDS = {"kill": (1, 0.1, 3.0), "stop": (1, 0.2, 4.0), "cut": (2, 0.3, 4.0)}

_MEMBER_EVERY_S = 40     # each of them, on average
_AGGREGATOR_EVERY_S = 8
_CROWD_EVERY_S = 60
_MOST_SPARE_BYTES = 64 << 10  # what a full disk may still take


@dataclasses.dataclass(frozen=True)
class Fault:
    at_s: float
    kind: str
    target: int
    duration_s: float
    strength: float  # 0 to 1, for kinds that know more or less

    @property
    def spare_bytes(self):
        return int(self.strength * _MOST_SPARE_BYTES)


def _some(dice, menu, every_s, end_s, targets):
    """targets(dice) -> those of one moment."""
    at = dice.expovariate(1 / every_s)
    while at < end_s:
        kind = dice.choices(list(menu), [weight for weight, _, _ in menu.values()])[0]
        _, shortest, longest = menu[kind]
        duration = dice.uniform(shortest, longest)
        for target in targets(dice):
            yield Fault(at, kind, target, min(duration, end_s - at), dice.random())
        at += dice.expovariate(1 / every_s)


def plan(seed, participants, seconds):
    """All faults of a run, in the order of time. Nothing of them lasts beyond `seconds`."""
    members = range(1, participants + 1)

    def of(menu, every_s, name, targets):
        return _some(random.Random(f"{seed}/{name}"), menu, every_s, seconds, targets)

    faults = [
        *of(_OF_MEMBERS, _MEMBER_EVERY_S / participants, "members",
            lambda dice: [dice.choice(members)]),
        *of(_OF_AGGREGATOR, _AGGREGATOR_EVERY_S, "aggregator", lambda dice: [AGGREGATOR]),
        *of(_OF_CROWDS, _CROWD_EVERY_S, "crowds",
            lambda dice: dice.sample(members, max(1, participants // 3))),
    ]
    return sorted(faults, key=lambda fault: (fault.at_s, fault.target))
