"""The hashes that a round agrees on, and the statements that are signed [HASH-2, SIG-3]."""

from .enc import enc, h, sha256, u32


def th0(parameters):
    """Over the parameter bytes as they travelled."""
    return h("th0", parameters)


def th1(th0_hash, n, adverts):
    """`adverts`: the n adverts of 100 bytes in order, without signatures; bytes or a list."""
    joined = adverts if isinstance(adverts, (bytes, bytearray)) else b"".join(adverts)
    return h("th1", th0_hash, u32(n), joined)


def th2(th1_hash, u2):
    return h("th2", th1_hash, u2)


def th3(th2_hash, u3):
    return h("th3", th2_hash, u3)


# What is signed, a function a label. Authority: roster; aggregator: offer, record; member: rest.

def roster_statement(roster):
    return enc("roster", roster)


def offer_statement(parameters):
    return enc("offer", parameters)


def record_statement(record):
    return enc("record", record)


def session_statement(nonce, aggregator_key, roster_index, exporter=b""):
    """exporter: 32 bytes if the session is bound to the TLS channel, else empty [SESSION-2]."""
    return enc("session", nonce, aggregator_key, u32(roster_index), exporter)


def advert_statement(th0_hash, advert):
    return enc("advert", th0_hash, advert)


def shares_statement(th1_hash, member, root):
    return enc("shares", th1_hash, u32(member), root)


def masked_statement(th2_hash, member):
    return enc("masked", th2_hash, u32(member))


def attest_statement(th3_hash, member):
    return enc("attest", th3_hash, u32(member))


def void_statement(th1_hash, member):
    return enc("void", th1_hash, u32(member))


def unmask_statement(th3_hash, member, body):
    return enc("unmask", th3_hash, u32(member), sha256(body))


def roster_hash(roster):
    return h("roster", roster)


def record_hash(record):
    """What the next round's previous_record_hash is [PARAM-11]."""
    return h("record", record)
