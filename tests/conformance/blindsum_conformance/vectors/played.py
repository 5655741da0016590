"""Whole rounds of the reference, played with everything that is drawn kept, for the families
rounds and records."""

from functools import lru_cache

from ..reference import codec, field, policy, shamir, wire
from ..reference.aggregator import Aggregator
from ..reference.enc import sha256
from ..reference.entropy import Seeded, below
from ..reference.member import Member
from ..reference.state import State
from . import samples
from .samples import Codec, Tensor

LEAST_SIGMA = 8


class PlayedMember(Member):
    """A member whose polynomials stay."""

    polynomial_s = polynomial_b = ()

    def draw_shares(self):
        (self.polynomial_s, self.shares_s), (self.polynomial_b, self.shares_b) = (
            self._deal(secret) for secret in (self.s, self.b))

    def _deal(self, secret):
        """(the coefficients but for the secret, the shares)"""
        while True:
            coefficients = shamir.polynomial(secret, self.found.t, self.rng)
            values = [shamir.value_at(coefficients, x) for x in range(1, self.found.k + 1)]
            if all(values):
                return coefficients[1:], [field.scalar_bytes(value) for value in values]


class Played:
    """A round: `who` says which cohort indices send in a phase (shares, masks); by default all who
    may. A quorum of the attestations, the lowest, make the certificate. `frames` has what
    travelled: bytes, or cohort index -> bytes."""

    def __init__(self, name, roster_file, p, inputs, **who):
        self.name, self.p, self.who = name, p, who
        self.file, self.roster = roster_file
        self.policy = policy.Policy(samples.AGGREGATOR.public, (p.task,), least_sigma=LEAST_SIGMA)
        self.aggregator = Aggregator(p, samples.AGGREGATOR, self.roster)
        self.members = [
            PlayedMember(samples.member_key(index), self.roster, self.policy, given,
                         Seeded(f"vectors/{name}/{index}"), State(), now=samples.NOW)
            for index, given in zip(self.roster.keys, inputs)]
        self.frames = {}
        self._play()

    def _keep(self, kind, messages):
        if isinstance(messages, dict):
            self.frames[kind] = {u: wire.encode(message) for u, message in messages.items()}
        else:
            self.frames[kind] = wire.encode(messages)
        return messages

    def _play(self):
        some, members = self.aggregator, self.members
        offer = self._keep("offer", some.offer())
        adverts = self._keep("adverts", {u: m.advert(offer) for u, m in enumerate(members)})
        cohort = self._keep("cohort", some.cohort({members[u].index: advert
                                                   for u, advert in adverts.items()}))
        shares = self._keep("shares", {u: members[u].shares(cohort)
                                       for u in self.who.get("shares", range(len(members)))})
        deliveries = self._keep("deliveries", some.deliveries(shares))
        masked = {u: members[u].masked(deliveries[u]) for u in self.who.get("masks", some.u2)}
        self._keep("uploads", {u: members[u].upload()[0] for u in masked})
        receipts = self._keep("receipts", {u: members[u].receipt() for u in masked})
        requests = self._keep("attest_requests", some.survivors(
            {u: (masked[u], receipts[u]) for u in masked}))
        attested = self._keep("attestations", {u: members[u].attest(requests[u])
                                               for u in some.u3})
        request = self._keep("unmask_request", some.certificate(
            {u: attested[u] for u in some.u3[:some.found.quorum]}))
        some.unmask(self._keep("unmasks", {u: members[u].unmask(request) for u in some.u3}))
        self._keep("result", some.record())
        if some.rejected or some.blames or some.sum is None:
            raise AssertionError(f"{self.name} is no good round: {some.rejected}")


def _whole(name, n, shapes, most):
    """Inputs of whole numbers up to `most` either way."""
    rng = Seeded(f"vectors/inputs/{name}")
    return [codec.Input([(shape, [below(rng, 2 * most + 1) - most for _ in range(size)])
                         for shape, size in shapes]) for _ in range(n)]


@lru_cache(maxsize=1)
def everybody_5():
    """5 members, the complete graph, means of fixed point; everybody stays."""
    made = samples.roster_of(5)
    p = samples.round_parameters(made[1], session_id=sha256(b"5"), round=1)
    inputs = [codec.Input([((2, 3), [u / 7, -u / 9, 0.5, -0.25, 1.5, 0.0]), ((), [1e-3])],
                          weight=u + 1) for u in range(5)]
    return Played("everybody-5", made, p, inputs)


@lru_cache(maxsize=1)
def dropout_5():
    """The same graph; member 2 is in U2 and not in U3."""
    made = samples.roster_of(5)
    p = samples.round_parameters(made[1], session_id=sha256(b"5 and a dropout"),
                                 codec=Codec(kind=2, bound=1000), vector_length=7, ring_bits=17)
    inputs = _whole("dropout-5", 5, [((2, 3), 6), ((), 1)], 1000)
    return Played("dropout-5", made, p, inputs, masks=[0, 1, 3, 4])


@lru_cache(maxsize=1)
def sparse_101():
    """101 members; 100 is not in U2, 7 and 50 are not in U3; small sigma and eta for few picks."""
    made = samples.roster_of(101)
    p = samples.round_parameters(
        made[1], session_id=sha256(b"101 members"), task="sparse", round=1, n_min=101, n_max=101,
        delta_ppm=30_000, sigma=LEAST_SIGMA, eta=2, codec=Codec(kind=2, bound=100),
        vector_length=3, ring_bits=15, tensors=[Tensor(name="counts", shape=[3])])
    inputs = _whole("sparse-101", 101, [((3,), 3)], 100)
    return Played("sparse-101", made, p, inputs, shares=range(100),
                  masks=[u for u in range(100) if u not in (7, 50)])
