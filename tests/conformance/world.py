"""A world for the suite's own tests: authority, aggregator, members; and whole rounds in it."""

from blindsum_conformance.reference import entropy, keys, packing, parameters, policy, roster
from blindsum_conformance.reference.aggregator import Aggregator
from blindsum_conformance.reference.codec import Input
from blindsum_conformance.reference.enc import sha256
from blindsum_conformance.reference.errors import Refused
from blindsum_conformance.reference.member import Member
from blindsum_conformance.reference.state import State
from rounds import some_parameters


class World:
    """`count` members with roster indices 10, 13, 16, … and integer vectors of `length`."""

    def __init__(self, count, seed="world", length=5, **changes):
        self.rng = entropy.Seeded(seed)
        self.authority, self.aggregator_key = (self.key() for _ in range(2))
        self.identities = [self.key() for _ in range(count)]
        listed = [(10 + 3 * place, f"member {place}", identity.public)
                  for place, identity in enumerate(self.identities)]
        signed = roster.sign(roster.content(1, listed, authority="us"), self.authority)
        self.roster = roster.read(signed, self.authority.public)
        self.states = [State() for _ in range(count)]
        self.changes = {"length": length, **changes}
        self.inputs = [[entropy.below(self.rng, 2001) - 1000 for _ in range(length)]
                       for _ in range(count)]

    def key(self):
        return keys.SigningKey(self.rng.bytes(32))

    def parameters(self, **more):
        changes = {**self.changes, **more}
        length = changes.pop("length")
        return some_parameters(**{
            "session_id": self.rng.bytes(32), "roster_epoch": 1, "roster_hash": self.roster.hash,
            "aggregator_key": self.aggregator_key.public, "vector_length": length,
            "payload_hash": sha256(b""), "codec": parameters.Codec(2, bound=1000),
            "ring_bits": 21, "tensors": [parameters.Tensor("v", [length])], **changes})

    def policy(self, **changes):
        changes = {"least_sigma": 1, **changes}
        return policy.Policy(self.aggregator_key.public, ("task-1",), **changes)

    def aggregator(self, **more):
        return Aggregator(self.parameters(**more), self.aggregator_key, self.roster)

    def member(self, place, **changes):
        given = Input([([len(self.inputs[place])], self.inputs[place])])
        return Member(self.identities[place], self.roster, self.policy(**changes), given,
                      self.rng.child(f"member {place}"), self.states[place])

    def members(self):
        return [self.member(place) for place in range(len(self.identities))]


class Round:
    """One round, phase by phase; each takes who answers in it (cohort indices, all by default)."""

    def __init__(self, world, **more):
        self.world = world
        self.members = world.members()
        self.aggregator = world.aggregator(**more)

    def among(self, who, default):
        return default if who is None else who

    def advertise(self):
        offer = self.aggregator.offer()
        adverts = {member.index: member.advert(offer) for member in self.members}
        return self.aggregator.cohort(adverts)

    def share(self, who=None):
        cohort = self.aggregator.cohort_message()
        return {u: self.members[u].shares(cohort)
                for u in self.among(who, range(len(self.members)))}

    def mask(self, deliveries, who=None):
        uploads = {}
        for u in self.among(who, self.aggregator.u2):
            packed = self.members[u].masked(deliveries[u])
            uploads[u] = packed, self.members[u].receipt()
        return uploads

    def attest(self, requests, who=None):
        return {u: self.members[u].attest(requests[u])
                for u in self.among(who, self.aggregator.u3)}

    def unmask(self, request, who=None):
        return {u: self.members[u].unmask(request) for u in self.among(who, self.aggregator.u3)}

    def until_u2(self, shares=None):
        self.advertise()
        return self.aggregator.deliveries(self.share(shares))

    def until_u3(self, shares=None, masks=None):
        return self.aggregator.survivors(self.mask(self.until_u2(shares), masks))

    def until_certificate(self, shares=None, masks=None, attests=None):
        requests = self.until_u3(shares, masks)
        return self.aggregator.certificate(self.attest(requests, attests))

    def run(self, shares=None, masks=None, attests=None, unmasks=None):
        """The signed sum."""
        request = self.until_certificate(shares, masks, attests)
        total = self.aggregator.unmask(self.unmask(request, unmasks))
        return packing.signed(total, self.aggregator.p.ring_bits)

    def expected(self):
        """The sum of the inputs of U3."""
        vectors = [self.world.inputs[u] for u in self.aggregator.u3]
        return [sum(column) for column in zip(*vectors)]


def reason_of(call, *arguments):
    """The reason of a refusal, or "fine"."""
    try:
        call(*arguments)
    except Refused as refused:
        return refused.reason
    return "fine"
