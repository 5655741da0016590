"""Identities, a roster and round parameters that are good, for families that change one thing."""

from dataclasses import replace

from ..reference import keys, parameters, roster, transcript
from ..reference.enc import sha256
from ..reference.entropy import Seeded
from ..reference.schema import MESSAGES

Codec, Tensor = MESSAGES["Codec"], MESSAGES["Tensor"]
TimeLimits, Offer = MESSAGES["TimeLimits"], MESSAGES["Offer"]
NOW = 1_790_000_000  # Unix seconds; no roster here that expires does so earlier


def signing_key(name):
    return keys.SigningKey(Seeded(f"vectors/key/{name}").bytes(32))


AUTHORITY, AGGREGATOR = signing_key("authority"), signing_key("aggregator")


def member_key(index):
    return signing_key(f"member-{index}")


def members(n, first=10, step=3):
    """n roster entries: index, name, key. Indices that no cohort index is taken for."""
    return [(first + step * i, f"member {i}", member_key(first + step * i).public)
            for i in range(n)]


def roster_of(n, epoch=7, not_after=0):
    """(file, the verified roster)."""
    file = roster.sign(roster.content(epoch, members(n), not_after, "consortium"), AUTHORITY)
    return file, roster.read(file, AUTHORITY.public)


def round_parameters(some_roster, **changes):
    """Good ones for a cohort of 4 to 8 with c = 1: 7 values and their weight, 20 bits."""
    p = parameters.RoundParameters(
        protocol_version=1, suite=1, session_id=sha256(b"a round"), task="spam-filter", round=3,
        roster_epoch=some_roster.epoch, roster_hash=some_roster.hash, n_min=4, n_max=8,
        max_corrupt=1, gamma_ppm=0, delta_ppm=200_000, min_survivors=0, sigma=64, eta=30,
        vector_length=8, ring_bits=20,
        codec=Codec(kind=1, clip=1.0, scale=1000.0, weight_bound=10),
        tensors=[Tensor(name="dense/kernel", shape=[2, 3]), Tensor(name="bias", shape=[])],
        payload_hash=sha256(b""), previous_record_hash=bytes(32),
        time_limits=TimeLimits(1000, 2000, 3000, 4000, 5000), aggregator_key=AGGREGATOR.public,
        publish_sum=True, payload_size=0)
    return replace(p, **changes)


def offer_of(p, key=AGGREGATOR):
    data = p if isinstance(p, bytes) else parameters.encode(p)
    return Offer(data, key.sign(transcript.offer_statement(data)))
