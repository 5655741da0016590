"""The roster: who may take part, signed by the authority (chapter 3)."""

from dataclasses import dataclass

from . import keys
from .errors import Refused, demand
from .protobuf import decode_message, encode_message
from .schema import MESSAGES
from .transcript import roster_hash, roster_statement
from .wire import check_lengths

Content, Member, Signed = MESSAGES["Roster"], MESSAGES["Member"], MESSAGES["SignedRoster"]
MAX_MEMBERS = 65_536


@dataclass
class Roster:
    """A verified one. `keys` and `names` by roster index; `hash` is ROSTER-1's."""

    epoch: int
    hash: bytes
    keys: dict
    names: dict
    not_after: int
    authority_key: bytes
    file: bytes

    def index_of(self, key):
        """The roster index of an identity key, or None."""
        return next((index for index, public in self.keys.items() if public == key), None)

    def expired(self, now):
        """[ROSTER-4], `now` in Unix seconds."""
        return self.not_after != 0 and now > self.not_after


def content(epoch, members, not_after=0, authority=""):
    """`members`: [(index, name, public key)]."""
    return Content(epoch, [Member(*member) for member in members], not_after, authority)


def sign(some, authority_key):
    """The SignedRoster of a Roster message (or of its bytes), a file."""
    data = some if isinstance(some, bytes) else encode_message(some)
    return encode_message(Signed(data, authority_key.sign(roster_statement(data))))


def _parse(kind, data):
    try:
        return decode_message(kind, data)
    except Refused as refused:
        raise Refused("bad_roster", refused.detail) from None


def _check_lengths(message):
    try:
        check_lengths(message)
    except Refused as refused:
        raise Refused("bad_roster", refused.detail) from None


def read(file, authority_public):
    """The roster of a file, verified [ROSTER-2, ROSTER-3]."""
    signed = _parse(Signed, file)
    demand(signed.signature, "bad_signature", "not signed")
    _check_lengths(signed)
    parsed = _parse(Content, signed.roster)
    _check_lengths(parsed)
    keys.verify(authority_public, roster_statement(signed.roster), signed.signature)
    check(parsed)
    members = parsed.members
    return Roster(parsed.epoch, roster_hash(signed.roster),
                  {member.index: member.identity_key for member in members},
                  {member.index: member.name for member in members},
                  parsed.not_after, authority_public, file)


def check(some):
    """ROSTER-3 of a Roster message that parsed."""
    demand(some.epoch != 0, "bad_roster", "epoch 0")
    demand(1 <= len(some.members) <= MAX_MEMBERS, "bad_roster", "number of members")
    indices = [member.index for member in some.members]
    demand(all(a < b for a, b in zip(indices, indices[1:])), "bad_roster", "order")
    for what in ("name", "identity_key"):
        values = [getattr(member, what) for member in some.members]
        demand(len(set(values)) == len(values), "bad_roster", f"two members with one {what}")
    demand(all(member.name for member in some.members), "bad_roster", "an empty name")
    for member in some.members:
        keys.check_key(member.identity_key)
