"""Where random bytes come from: always an argument `rng` with `.bytes(n)`."""

import os
from hashlib import sha256


class Seeded:
    """The same bytes for the same seed: SHA-256 over seed and counter. For vectors and tests."""

    def __init__(self, seed):
        self._seed = seed if isinstance(seed, bytes) else str(seed).encode()
        self._counter = 0
        self._left = b""

    def bytes(self, n):
        while len(self._left) < n:
            self._left += sha256(self._seed + self._counter.to_bytes(8, "little")).digest()
            self._counter += 1
        out, self._left = self._left[:n], self._left[n:]
        return out

    def child(self, name):
        """A source of its own, so that what one part draws does not shift what others draw."""
        return Seeded(sha256(self._seed + b"/" + str(name).encode()).digest())


class System:
    """The operating system's CSPRNG."""

    @staticmethod
    def bytes(n):
        return os.urandom(n)

    def child(self, _name):
        return self


def below(rng, bound):
    """A uniform integer in [0, bound), without modulo bias."""
    bits = (bound - 1).bit_length()
    size = (bits + 7) // 8
    while True:
        value = int.from_bytes(rng.bytes(size), "little") & ((1 << bits) - 1)
        if value < bound:
            return value


def sample(rng, population, k):
    """k of the population, uniformly, without replacement, ascending [SHARE-4]."""
    pool = list(population)
    for place in range(k):
        other = place + below(rng, len(pool) - place)
        pool[place], pool[other] = pool[other], pool[place]
    return sorted(pool[:k])
