"""Sets of cohort members as bitmaps, least significant bit first [BITMAP-1]."""

from .errors import Refused


def size(n):
    return (n + 7) // 8


def pack(n, members):
    """The bitmap of ceil(n/8) bytes with the bits of the members set."""
    data = bytearray(size(n))
    for member in members:
        if not 0 <= member < n:
            raise ValueError(f"{member} is no index of a cohort of {n}")
        data[member // 8] |= 1 << member % 8
    return bytes(data)


def parse(n, data):
    """The members, ascending; bad_bitmap if the length or a padding bit is wrong."""
    if len(data) != size(n):
        raise Refused("bad_bitmap", f"{len(data)} bytes for a cohort of {n}")
    if int.from_bytes(data, "little") >> n:
        raise Refused("bad_bitmap", "a padding bit is set")
    return [member for member in range(n) if data[member // 8] >> member % 8 & 1]
