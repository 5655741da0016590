"""ristretto255 (RFC 9496) in plain integers.

A point inside is (X, Y, Z, T), extended coordinates of the curve -x^2 + y^2 = 1 + d x^2 y^2 with
x = X/Z, y = Y/Z, xy = T/Z. At the borders it is its 32 bytes. Decoding is strict [KEY-2]: one
encoding a point, and the identity refused.
"""

from functools import lru_cache

from .errors import Refused

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
D2 = 2 * D % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)
IDENTITY_BYTES = bytes(32)


def _inverse_root(v):
    """(whether 1/v is a square, the even square root of 1/v or of SQRT_M1/v)."""
    v3 = v * v % P * v % P
    r = v3 * pow(v3 * v3 % P * v % P, (P - 5) // 8, P) % P
    check = v * r % P * r % P
    square = check == 1 or check == P - 1
    if check == P - 1 or check == P - SQRT_M1:
        r = r * SQRT_M1 % P
    return square, P - r if r & 1 else r


_, _INVSQRT_A_MINUS_D = _inverse_root((-1 - D) % P)


def decode(data):
    """The point of 32 bytes, or Refused: identity_point, bad_point, wrong_length."""
    return _decode(bytes(data))


@lru_cache(maxsize=16_384)
def _decode(data):
    if len(data) != 32:
        raise Refused("wrong_length", "a point has 32 bytes")
    if data == IDENTITY_BYTES:
        raise Refused("identity_point")
    s = int.from_bytes(data, "little")
    if s >= P or s & 1:
        raise Refused("bad_point", "not a canonical encoding")
    ss = s * s % P
    u1, u2 = (1 - ss) % P, 1 + ss
    u2_square = u2 * u2 % P
    v = (-D * u1 % P * u1 - u2_square) % P
    square, root = _inverse_root(v * u2_square % P)
    den_x = root * u2 % P
    x = 2 * s * den_x % P
    x = P - x if x & 1 else x
    y = u1 * (root * den_x % P * v % P) % P
    t = x * y % P
    if not square or t & 1 or y == 0:
        raise Refused("bad_point", "not on the curve")
    return x, y, 1, t


def encode(point):
    x0, y0, z0, t0 = point
    u1, u2 = (z0 + y0) * (z0 - y0) % P, x0 * y0 % P
    _, root = _inverse_root(u1 * u2 % P * u2 % P)
    den1, den2 = root * u1 % P, root * u2 % P
    z_inverse = den1 * den2 % P * t0 % P
    if t0 * z_inverse % P & 1:
        x, y = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P
        den = den1 * _INVSQRT_A_MINUS_D % P
    else:
        x, y, den = x0, y0, den2
    if x * z_inverse % P & 1:
        y = -y
    s = den * (z0 - y) % P
    return (P - s if s & 1 else s).to_bytes(32, "little")


def add(one, two):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = two
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = t1 * D2 % P * t2 % P, 2 * z1 * z2 % P
    e, f, g, k = b - a, d - c, d + c, b + a
    return e * f % P, g * k % P, f * g % P, e * k % P


def _niels(point):
    """What an addition needs of a point that is added often."""
    x, y, z, t = point
    return (y - x) % P, (y + x) % P, t * D2 % P, 2 * z % P


def _digits(value):
    """Of base 16, from the least, each from -8 to 7."""
    found = []
    while value:
        digit = ((value & 15) ^ 8) - 8
        found.append(digit)
        value = value - digit >> 4
    return found


def _multiple(value, point):
    """value * point, by signed windows of 4 bits, value >= 0."""
    multiples = [point]
    for _ in range(7):
        multiples.append(add(multiples[-1], point))
    table = [_niels(one) for one in multiples]
    x, y, z, t = IDENTITY
    for digit in reversed(_digits(value)):
        for _ in range(4):  # doubled; t is read by an addition only
            a, b = x * x % P, y * y % P
            k, g = a + b, a - b
            e, f = k - (x + y) ** 2 % P, 2 * z * z + g
            x, y, z = e * f % P, g * k % P, f * g % P
        t = e * k % P
        if digit:
            minus, plus, dt, z2 = table[abs(digit) - 1]
            if digit < 0:
                minus, plus, dt = plus, minus, -dt
            a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * dt % P, z * z2 % P
            e, f, g, k = b - a, d - c, d + c, b + a
            x, y, z, t = e * f % P, g * k % P, f * g % P, e * k % P
    return x, y, z, t


def _base_point():
    y = 4 * pow(5, -1, P) % P
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    square, root = _inverse_root(v * pow(u, -1, P) % P)  # x = sqrt(u/v), the even one
    assert square
    return root, y, 1, root * y % P


BASE = _base_point()


@lru_cache(maxsize=1)
def _comb():
    """(y - x, y + x, 2dxy) of digit * 256^place * G, by place and digit - 1."""
    points, first = [], BASE
    for _ in range(32):
        row = [first]
        for _ in range(254):
            row.append(add(row[-1], first))
        points += row
        first = add(row[-1], first)
    before, product = [], 1  # Montgomery's trick: one inversion for all
    for point in points:
        before.append(product)
        product = product * point[2] % P
    inverse, table = pow(product, -1, P), [None] * len(points)
    for place in range(len(points) - 1, -1, -1):
        x, y, z, _ = points[place]
        z_inverse = inverse * before[place] % P
        inverse = inverse * z % P
        x, y = x * z_inverse % P, y * z_inverse % P
        table[place] = ((y - x) % P, (y + x) % P, x * y % P * D2 % P)
    return [table[start:start + 255] for start in range(0, len(table), 255)]


def base_multiple(value):
    """value * G as a point."""
    x, y, z, t = IDENTITY
    for row, digit in zip(_comb(), value.to_bytes(32, "little")):
        if digit:
            minus, plus, dxy = row[digit - 1]
            a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * dxy % P, 2 * z
            e, f, g, k = b - a, d - c, d + c, b + a
            x, y, z, t = e * f % P, g * k % P, f * g % P, e * k % P
    return x, y, z, t


def times_base(value):
    """value * G, 32 bytes."""
    return encode(base_multiple(value))


def times(value, data):
    """value times the point of `data`, 32 bytes; the identity is identity_point [MASK-3]."""
    result = encode(_multiple(value, decode(data)))
    if result == IDENTITY_BYTES:
        raise Refused("identity_point")
    return result


def combine(terms):
    """The sum of value * point over (value, 32 bytes), as 32 bytes; the identity is no error."""
    result = IDENTITY
    for value, data in terms:
        result = add(result, _multiple(value, decode(data)))
    return encode(result)
