"""Signed rosters, and those that nobody may use [ROSTER-1, ROSTER-2, ROSTER-3]."""

from ..reference import group, roster
from ..reference.protobuf import VARINT, encode_message, put_field, put_varint
from . import samples, signatures
from .case import Bad, Good, digits, refused

NAME = "rosters"
_GIVEN = {"file": "hex", "authority_key": "hex32"}
SHAPES = {
    "read": (_GIVEN, {"hash": "hex32", "epoch": "digits", "not_after": "digits",
                      "authority": "text",
                      "members": [{"index": "u32", "name": "text", "key": "hex32"}]}),
}


def _input(file):
    return {"file": file.hex(), "authority_key": samples.AUTHORITY.public.hex()}


def _good(name, *content):
    some = roster.content(*content)
    file = roster.sign(some, samples.AUTHORITY)
    read = roster.read(file, samples.AUTHORITY.public)
    return Good(name, ["ROSTER-1", "ROSTER-2", "ROSTER-3"], "read", _input(file), {
        "hash": read.hash.hex(), "epoch": digits(read.epoch), "not_after": digits(read.not_after),
        "authority": some.authority,
        "members": [{"index": index, "name": read.names[index], "key": key.hex()}
                    for index, key in read.keys.items()]})


def _bad(name, fault, file, reason="bad_roster", rule="ROSTER-3"):
    refused(reason, roster.read, file, samples.AUTHORITY.public)
    return Bad(name, [rule], fault, "roster", reason, "read", _input(file))


def _of(name, fault, entries, reason="bad_roster", epoch=7, authority="consortium"):
    """Signed by the authority all the same: it must not be used."""
    some = roster.content(epoch, entries, 0, authority)
    return _bad(name, fault, roster.sign(some, samples.AUTHORITY), reason)


def _with(entries, place, **changes):
    index, name, key = entries[place]
    changed = (changes.get("index", index), changes.get("name", name), changes.get("key", key))
    return entries[:place] + [changed] + entries[place + 1:]


def _bad_members():
    three = samples.members(3)
    return [
        _of("members-none", "no members", []),
        _of("epoch-0", "epoch 0", three, epoch=0),
        _of("index-twice", "two members with one index", _with(three, 1, index=three[0][0])),
        _of("index-descending", "members change places", [three[1], three[0], three[2]]),
        _of("key-twice", "two members with one key", _with(three, 2, key=three[0][2])),
        _of("name-twice", "two members with one name", _with(three, 2, name=three[0][1])),
        _of("name-empty", "a member without a name", _with(three, 1, name="")),
        _of("name-65", "a name of 65 bytes", _with(three, 1, name="n" * 65)),
        _of("name-66-in-utf8", "a name of 33 letters of two bytes", _with(three, 1,
                                                                         name="é" * 33)),
        _of("name-line-feed", "a line feed in a name", _with(three, 1, name="a\nb")),
        _of("name-nul", "U+0000 in a name", _with(three, 1, name="a\0b")),
        _of("name-delete", "U+007F in a name", _with(three, 1, name="a\x7f")),
        _of("name-c1-control", "U+009B in a name", _with(three, 1, name="a\x9b")),
        _of("authority-65", "an authority of 65 bytes", three, authority="n" * 65),
        _of("authority-control", "a tabulator in the authority", three, authority="a\tb"),
        _of("key-31", "a key of 31 bytes", _with(three, 1, key=three[1][2][:31])),
        _of("key-absent", "no key", _with(three, 1, key=b"")),
        _of("key-identity", "the identity as key", _with(three, 1, key=b"\x01" + bytes(31)),
            "bad_point"),
        _of("key-small-order", "a key of order 4", _with(three, 1, key=bytes(32)), "bad_point"),
        _of("key-mixed-order", "a key with a part of order 8", _with(
            three, 1, key=signatures.mixed_order_key()), "bad_point"),
        _of("key-not-canonical", "the identity, not reduced", _with(
            three, 1, key=(group.P + 1).to_bytes(32, "little")), "bad_point"),
        _of("key-no-point", "a key that is no point", _with(
            three, 1, key=signatures.no_point()), "bad_point"),
    ]


def _bad_bytes():
    some = roster.content(7, samples.members(3))
    data = encode_message(some)
    file = roster.sign(data, samples.AUTHORITY)
    other = samples.signing_key("another authority")

    def signed(data):
        return roster.sign(data, samples.AUTHORITY)

    def resigned(signature):
        return encode_message(roster.Signed(data, signature))
    good = samples.AUTHORITY.sign
    return [
        _bad("signed-by-another", "another authority's signature", roster.sign(data, other),
             "bad_signature", "ROSTER-2"),
        _bad("signature-raw", "a signature of the bytes without Enc", resigned(good(data)),
             "bad_signature", "ROSTER-2"),
        _bad("changed-after-signing", "a name changed after signing",
             file.replace(b"member 1", b"member 7"), "bad_signature", "ROSTER-2"),
        _bad("signature-63", "a signature of 63 bytes", resigned(bytes(63))),
        _bad("unknown-field", "a field that is none", signed(data + put_field(5, VARINT, b"\1"))),
        _bad("epoch-twice", "the epoch twice", signed(data + put_field(1, VARINT, b"\7"))),
        _bad("wide-index", "an index of 2^32 + 10", signed(
            data.replace(put_field(1, VARINT, b"\x0a"),
                         put_field(1, VARINT, put_varint(2**32 + 10)), 1))),
        _bad("file-unknown-field", "a field of the file that is none",
             file + put_field(3, VARINT, b"\1")),
        _bad("file-cut-off", "the last byte is missing", file[:-1]),
        _bad("file-trailing", "a byte too many", file + b"\0"),
    ]


def cases():
    members = samples.members(5)
    names = [(1, "n" * 64, members[0][2]), (2, "é" * 32, members[1][2]),
             (2**32 - 1, "Ω – 合", members[2][2])]
    return [
        _good("five", 7, members, 0, "consortium"),
        _good("one", 1, members[:1], samples.NOW, ""),
        _good("names", 2**64 - 1, names, 2**63, "a" * 64),
    ] + _bad_members() + _bad_bytes()
