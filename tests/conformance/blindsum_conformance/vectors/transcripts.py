"""th0 to th3, and what is signed over them [HASH-2, SIG-3]."""

from ..reference import bitmap, field, group, keys, transcript
from ..reference.enc import u32
from ..reference.entropy import Seeded
from .case import Bad, Good, refused

NAME = "transcripts"
SHAPES = {
    "hashes": ({"parameters": "hex", "adverts": ["hex100"], "u2": "hex", "u3": "hex"},
               {"th0": "hex32", "th1": "hex32", "th2": "hex32", "th3": "hex32"}),
    "statements": ({"th0": "hex32", "th1": "hex32", "th2": "hex32", "th3": "hex32", "u": "u32",
                    "advert": "hex100", "root": "hex32", "body": "hex"},
                   {"advert": "hex", "shares": "hex", "masked": "hex", "attest": "hex",
                    "void": "hex", "unmask": "hex"}),
    "documents": ({"document": "hex"},
                  {"offer": "hex", "record": "hex", "roster": "hex", "record_hash": "hex32",
                   "roster_hash": "hex32"}),
    "session": ({"nonce": "hex32", "aggregator_key": "hex32", "roster_index": "u32",
                 "exporter": "hex"}, {"statement": "hex"}),
}
_RNG = Seeded("vectors/transcripts")


def advert(rng, roster_index):
    points = (group.times_base(field.random_scalar(rng)) for _ in range(3))
    return u32(roster_index) + b"".join(points)


def _hashes_input(n, parameters, u2, u3):
    rng = _RNG.child(f"adverts-{n}")
    return {"parameters": parameters.hex(),
            "adverts": [advert(rng, 10 + 3 * i).hex() for i in range(n)],
            "u2": u2.hex(), "u3": u3.hex()}


def _hashes(n, parameters, out_of_u2, out_of_u3):
    """Without every 7th member or so, so that the bitmaps are no simple pattern."""
    u2 = bitmap.pack(n, [u for u in range(n) if u not in out_of_u2])
    u3 = bitmap.pack(n, [u for u in range(n) if u not in out_of_u2 + out_of_u3])
    given = _hashes_input(n, parameters, u2, u3)
    th0 = transcript.th0(parameters)
    th1 = transcript.th1(th0, n, [bytes.fromhex(a) for a in given["adverts"]])
    th2 = transcript.th2(th1, u2)
    return Good(f"hashes-{n}", ["HASH-1", "HASH-2"], "hashes", given, {
        "th0": th0.hex(), "th1": th1.hex(), "th2": th2.hex(),
        "th3": transcript.th3(th2, u3).hex()})


def _bad_hashes(name, fault, n, u2, u3):
    refused("bad_bitmap", lambda: (bitmap.parse(n, u2), bitmap.parse(n, u3)))
    return Bad(name, ["BITMAP-1", "HASH-2"], fault, "bitmap", "bad_bitmap", "hashes",
               _hashes_input(n, b"abc", u2, u3))


def _statements(u):
    rng = _RNG.child(f"statements-{u}")
    th = [rng.bytes(32) for _ in range(4)]
    own, root, body = advert(rng, u + 100), rng.bytes(32), rng.bytes(8 + 37)
    made = {
        "advert": transcript.advert_statement(th[0], own),
        "shares": transcript.shares_statement(th[1], u, root),
        "masked": transcript.masked_statement(th[2], u),
        "attest": transcript.attest_statement(th[3], u),
        "void": transcript.void_statement(th[1], u),
        "unmask": transcript.unmask_statement(th[3], u, body),
    }
    given = {f"th{i}": value.hex() for i, value in enumerate(th)}
    given |= {"u": u, "advert": own.hex(), "root": root.hex(), "body": body.hex()}
    return Good(f"statements-{u}", ["ENC-2", "SIG-3"], "statements", given,
                {label: text.hex() for label, text in made.items()})


def _documents(size):
    document = _RNG.child(f"document-{size}").bytes(size)
    return Good(f"documents-{size}", ["ROSTER-1", "PARAM-1", "PARAM-11", "RECORD-1"], "documents",
                {"document": document.hex()}, {
                    "offer": transcript.offer_statement(document).hex(),
                    "record": transcript.record_statement(document).hex(),
                    "roster": transcript.roster_statement(document).hex(),
                    "record_hash": transcript.record_hash(document).hex(),
                    "roster_hash": transcript.roster_hash(document).hex()})


def _session(name, exporter):
    rng = _RNG.child("session")
    nonce, key = rng.bytes(32), keys.SigningKey(rng.bytes(32)).public
    return Good(f"session-{name}", ["SESSION-2"], "session",
                {"nonce": nonce.hex(), "aggregator_key": key.hex(), "roster_index": 65535,
                 "exporter": exporter.hex()},
                {"statement": transcript.session_statement(nonce, key, 65535, exporter).hex()})


def cases():
    return [
        _hashes(3, b"abc", [], [1]),
        _hashes(5, _RNG.child("parameters").bytes(200), [2], [4]),
        _hashes(17, b"", [0, 16], [8]),
        _statements(0), _statements(4095),
        _documents(0), _documents(70),
        _session("unbound", b""), _session("bound", _RNG.child("exporter").bytes(32)),
        _bad_hashes("u2-padding", "U2 has a padding bit", 3, b"\x0f", b"\x07"),
        _bad_hashes("u2-length", "U2 has a byte too many", 3, b"\x07\x00", b"\x07"),
        _bad_hashes("u3-padding", "U3 has a padding bit", 3, b"\x07", b"\x85"),
        _bad_hashes("u3-length", "U3 has a byte too few", 9, b"\xff\x01", b"\xff"),
    ]
