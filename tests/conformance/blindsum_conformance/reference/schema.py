"""The messages of Appendix B as a table in its own notation, and a dataclass for each.

A test holds the table against SPEC.md. What the lengths in brackets mean is in `Field`.
"""

import re
from dataclasses import dataclass, field, make_dataclass

TO_AGGREGATOR = "P→A"
TO_PARTICIPANT = "A→P"

ENVELOPE = """1 Challenge, 2 Hello, 3 Welcome, 4 SessionError, 5 Join, 6 Joined, 7 Offer, 8 Advert,
9 Cohort, 10 Shares, 11 Delivery, 12 UploadGrant, 13 Receipt, 14 UploadAccepted, 15 AttestRequest,
16 Attestation, 17 UnmaskRequest, 18 Unmask, 19 RoundResult, 20 RoundAborted, 21 Refusal,
22 Rejected, 23 VoidRequest, 24 Void, 25 VoidCertificate, 26 Leave"""

TABLE = """
Challenge | A→P | 1 nonce bytes[32]; 2 aggregator_key bytes[32]; 3 protocol_version uint32
Hello | P→A | 1 protocol_version uint32; 2 roster_index uint32; 3 exporter_bound bool;
    4 signature bytes[64]
Welcome | A→P | 1 roster_epoch uint64; 2 roster_hash bytes[32]
SessionError | A→P | 1 reason string; 2 detail string
Join | P→A | 1 task string
Joined | A→P | 1 task string; 2 waiting uint32; 3 needed uint32
Leave | P→A | none
Offer | A→P | 1 parameters bytes; 2 signature bytes[64]
Advert | P→A | 1 session_id bytes[32]; 2 advert bytes[100]; 3 signature bytes[64]
Cohort | A→P | 1 session_id bytes[32]; 2 adverts bytes[164·n]
Shares | P→A | 1 session_id bytes[32]; 2 items bytes[152·k]; 3 signature bytes[64]
Delivery | A→P | 1 session_id bytes[32]; 2 u2 bytes[⌈n/8⌉]; 3 items bytes; 4 proofs bytes[100·j]
UploadGrant | A→P | 1 session_id bytes[32]; 2 offset uint64
Receipt | P→A | 1 session_id bytes[32]; 2 signature bytes[64]
UploadAccepted | A→P | 1 session_id bytes[32]
AttestRequest | A→P | 1 session_id bytes[32]; 2 th2 bytes[32]; 3 u3 bytes[⌈n/8⌉];
    4 receipts bytes[68·j]
Attestation | P→A | 1 session_id bytes[32]; 2 signature bytes[64]
UnmaskRequest | A→P | 1 session_id bytes[32]; 2 th2 bytes[32]; 3 u3 bytes[⌈n/8⌉];
    4 signers bytes[⌈n/8⌉]; 5 signatures bytes[64·j]
Unmask | P→A | 1 session_id bytes[32]; 2 body bytes; 3 signature bytes[64]
RoundResult | A→P | 1 session_id bytes[32]; 2 record bytes; 3 signature bytes[64];
    4 sum_size uint64; 5 proof bytes
RoundAborted | A→P | 1 session_id bytes[32]; 2 reason string; 3 detail string
Refusal | P→A | 1 session_id bytes[32]; 2 reason string; 3 detail string
Rejected | A→P | 1 session_id bytes[32]; 2 reason string; 3 detail string
VoidRequest | A→P | 1 session_id bytes[32]
Void | P→A | 1 session_id bytes[32]; 2 signature bytes[64]
VoidCertificate | A→P | 1 session_id bytes[32]; 2 signers bytes[⌈n/8⌉]; 3 signatures bytes[64·j]
Codec | - | 1 kind uint32; 2 clip double; 3 scale double; 4 weight_bound uint64; 5 bound uint64;
    6 rotation uint32; 7 noise uint32
Tensor | - | 1 name string; 2 shape repeated uint64
TimeLimits | - | 1 advertise_ms uint32; 2 share_ms uint32; 3 mask_ms uint32; 4 attest_ms uint32;
    5 unmask_ms uint32
RoundParameters | - | 1 protocol_version uint32; 2 suite uint32; 3 session_id bytes[32];
    4 task string; 5 round uint64; 6 roster_epoch uint64; 7 roster_hash bytes[32]; 8 n_min uint32;
    9 n_max uint32; 10 max_corrupt uint32; 11 gamma_ppm uint32; 12 delta_ppm uint32;
    13 min_survivors uint32; 14 sigma uint32; 15 eta uint32; 16 vector_length uint64;
    17 ring_bits uint32; 18 codec Codec; 19 tensors repeated Tensor; 20 payload_hash bytes[32];
    21 previous_record_hash bytes[32]; 22 time_limits TimeLimits; 23 aggregator_key bytes[32];
    24 publish_sum bool; 25 payload_size uint64
Member | - | 1 index uint32; 2 name string; 3 identity_key bytes[32]
Roster | - | 1 epoch uint64; 2 members repeated Member; 3 not_after uint64; 4 authority string
SignedRoster | - | 1 roster bytes; 2 signature bytes[64]
Blame | - | 1 kind uint32; 2 accused uint32; 3 witness uint32; 4 evidence bytes
PhaseTimings | - | 1 advertise_ms uint32; 2 share_ms uint32; 3 mask_ms uint32; 4 attest_ms uint32;
    5 unmask_ms uint32
Record | - | 1 protocol_version uint32; 2 session_id bytes[32]; 3 task string; 4 round uint64;
    5 parameters bytes; 6 offer_signature bytes[64]; 7 th0 bytes[32 or 0]; 8 th1 bytes[32 or 0];
    9 th2 bytes[32 or 0]; 10 th3 bytes[32 or 0]; 11 u2 bytes[⌈n/8⌉ or 0]; 12 u3 bytes[⌈n/8⌉ or 0];
    13 certified bool; 14 outcome uint32; 15 reason string; 16 blames repeated Blame;
    17 timings PhaseTimings; 18 sum_hash bytes[32 or 0]; 19 previous_record_hash bytes[32];
    20 detail string
RecordProof | - | 1 adverts bytes[164·n]; 2 signers bytes[⌈n/8⌉ or 0]; 3 signatures bytes[64·j]
RecordFile | - | 1 record bytes; 2 signature bytes[64]; 3 proof bytes
"""

_FIELD = re.compile(r"(\d+) (\w+) (repeated )?(\w+)(?:\[(.*)\])?$")
_DEFAULTS = {"uint32": 0, "uint64": 0, "double": 0.0, "bool": False, "string": "", "bytes": b""}
MAX_ENTRIES = 4096
MAX_TEXT = {"task": 64, "reason": 64, "detail": 256, "name": 64, "authority": 64}


@dataclass(frozen=True)
class Field:
    """A row's field. `kind` is a scalar type or the dataclass of a message.

    A bytes field has exactly `size` bytes if that is set (or none, if `may_lack`), or a multiple of
    `entry` bytes; a bitmap has at most 512 here, and the length of n where it is read.
    """

    number: int
    name: str
    kind: object
    repeated: bool = False
    size: int = 0
    may_lack: bool = False
    entry: int = 0

    def default(self):
        if isinstance(self.kind, type):
            return self.kind()
        return _DEFAULTS[self.kind]


def _parse_field(text, known):
    number, name, repeated, kind, length = _FIELD.match(" ".join(text.split())).groups()
    length = length or ""
    exact = re.match(r"(\d+)( or 0)?$", length)
    entries = re.match(r"(\d+)·", length)
    return Field(int(number), name, known.get(kind, kind), bool(repeated),
                 size=int(exact.group(1)) if exact else 0,
                 may_lack=bool(exact and exact.group(2)),
                 entry=int(entries.group(1)) if entries else 0)


def _build():
    messages, directions = {}, {}
    for row in re.sub(r"\n    ", " ", TABLE.strip()).split("\n"):
        name, direction, fields = row.split(" | ")
        parsed = [] if fields == "none" else [_parse_field(part, messages)
                                              for part in fields.split(";")]
        made = make_dataclass(name, [
            (one.name, object, field(default_factory=list if one.repeated else one.default))
            for one in parsed], namespace={"FIELDS": tuple(parsed)})
        made.__module__ = __name__
        messages[name], directions[name] = made, direction
    return messages, directions


MESSAGES, DIRECTIONS = _build()
BODIES = {int(number): MESSAGES[name]
          for number, name in re.findall(r"(\d+) (\w+)", ENVELOPE)}
BODY_NUMBERS = {message: number for number, message in BODIES.items()}
globals().update(MESSAGES)
__all__ = [*MESSAGES, "TO_AGGREGATOR", "TO_PARTICIPANT", "MESSAGES"]
