"""Frames [WIRE-1 to WIRE-4]: bytes to a message of Appendix B or a chunk, and back.

decode() refuses as the receiver of the direction must. Refused.session_id is set where a frame is
malformed and names a round, so that only that round suffers.
"""

from dataclasses import dataclass
from typing import ClassVar

from .enc import u8, u64
from .errors import Refused, demand
from .protobuf import BYTES, decode_message, encode_message, put_field, raw_fields
from .schema import *  # noqa: F403: the messages, by their names in Appendix B
from .schema import BODIES, BODY_NUMBERS, DIRECTIONS, MAX_ENTRIES, MAX_TEXT

MAX_BEFORE_WELCOME = 4096
MAX_ENVELOPE = 4 << 20
MAX_CHUNK_DATA = 1 << 20
CHUNK_HEADER = 41
MAX_PARAMETERS = 64 << 10
MAX_BITMAP = MAX_ENTRIES // 8
MAX_PATH = 12
INBOUND_ITEM = 157  # from, item, u8 j; then j hashes [U2-2]


@dataclass
class Chunk:
    """A part of a vector or of a payload: its round, where it begins, 1 byte to 1 MiB of it."""

    session_id: bytes
    offset: int
    data: bytes
    TYPE: ClassVar[int] = 0


class UploadChunk(Chunk):
    TYPE = 1


class PayloadChunk(Chunk):
    TYPE = 2


class SumChunk(Chunk):
    TYPE = 3


_CHUNKS = {TO_AGGREGATOR: {1: UploadChunk},  # noqa: F405
           TO_PARTICIPANT: {2: PayloadChunk, 3: SumChunk}}  # noqa: F405


def encode(message):
    """The frame of a message or chunk. Nothing is checked: the suite sends wrong ones, too."""
    if isinstance(message, Chunk):
        return u8(message.TYPE) + message.session_id + u64(message.offset) + message.data
    body = encode_message(message)
    return b"\0" + put_field(BODY_NUMBERS[type(message)], BYTES, body)


def chunks(kind, session_id, data, offset=0, size=MAX_CHUNK_DATA):
    """The chunks of `data` from the offset to its end."""
    return [kind(session_id, start, data[start:start + size])
            for start in range(offset, len(data), size)]


def decode(frame, direction, welcomed=True):
    """The message or chunk of a frame that came in that direction."""
    demand(frame, "bad_frame", "an empty message")
    limit = MAX_ENVELOPE if frame[0] == 0 else MAX_CHUNK_DATA + CHUNK_HEADER
    limit = limit if welcomed else MAX_BEFORE_WELCOME
    demand(len(frame) <= limit, "message_too_large", f"{len(frame)} bytes")
    if frame[0] == 0:
        return _decode_envelope(frame[1:], direction)
    kind = _CHUNKS[direction].get(frame[0])
    demand(kind, "bad_frame", f"type {frame[0]} in this direction")
    demand(len(frame) > CHUNK_HEADER, "bad_frame", "a chunk without bytes")
    return kind(bytes(frame[1:33]), int.from_bytes(frame[33:41], "little"), bytes(frame[41:]))


def _decode_envelope(data, direction):
    bodies = list(raw_fields(data))
    demand(len(bodies) == 1, "bad_frame", f"{len(bodies)} bodies")
    number, wire_type, payload = bodies[0]
    kind = BODIES.get(number)
    demand(kind and wire_type == BYTES, "bad_frame", f"no body has the number {number}")
    demand(DIRECTIONS[kind.__name__] == direction, "bad_frame", "a body of the other direction")
    message = decode_message(kind, payload)
    named = round_of(message)
    try:
        check_lengths(message)
    except Refused as refused:
        reason = refused.reason if named else "bad_frame"
        raise Refused(reason, refused.detail, session_id=named) from None
    return message


def round_of(message):
    """The session id that a message of a round must name, or bad_frame; None for the others."""
    if isinstance(message, Offer):  # noqa: F405: it names its round in what is signed [PARAM-1]
        found = [payload for number, wire_type, payload in raw_fields(message.parameters)
                 if (number, wire_type) == (3, BYTES)]
        named = found[0] if len(found) == 1 else b""
    else:
        named = getattr(message, "session_id", None)
    demand(named is None or len(named) == 32, "bad_frame", "no session id")
    return named


def check_lengths(message):
    """wrong_length, or bad_bitmap, where a field of the message, at any depth, has another length
    than it must have."""
    for field in message.FIELDS:
        value = getattr(message, field.name)
        for one in value if field.repeated else [value]:
            if isinstance(field.kind, type):
                check_lengths(one)
            elif field.kind == "bytes":
                _check_bytes(type(message).__name__, field, one)
            elif field.kind == "string":
                limit = MAX_TEXT.get(field.name, 0)
                demand(len(one.encode()) <= limit, "wrong_length", f"{field.name} is too long")


def _check_bytes(message, field, value):
    size, what = len(value), f"{message}.{field.name} has {len(value)} bytes"
    if field.size:
        demand(size == field.size or field.may_lack and size == 0, "wrong_length", what)
    elif field.entry:
        demand(size % field.entry == 0, "wrong_length", what)
        demand(size // field.entry <= MAX_ENTRIES, "wrong_length", what)
    elif field.name in ("u2", "u3", "signers"):
        demand(size <= MAX_BITMAP, "bad_bitmap", what)
    elif message == "Delivery" and field.name == "items":
        inbound_items(value)


def inbound_items(data):
    """[(from, item of 152 bytes, path as a list of hashes)] of a Delivery's items [U2-2]."""
    found, place = [], 0
    while place < len(data):
        demand(len(data) - place >= INBOUND_ITEM, "wrong_length", "an item is cut off")
        hashes = data[place + INBOUND_ITEM - 1]
        end = place + INBOUND_ITEM + 32 * hashes
        demand(hashes <= MAX_PATH and end <= len(data), "wrong_length", "an item's path")
        path = [data[at:at + 32] for at in range(place + INBOUND_ITEM, end, 32)]
        found.append((int.from_bytes(data[place:place + 4], "little"),
                      data[place + 4:place + INBOUND_ITEM - 1], path))
        place = end
    demand(len(found) <= MAX_ENTRIES, "wrong_length", "too many items")
    return found


def pack_inbound(sender, item, path):
    """One inbound item, as a Delivery has it."""
    return sender.to_bytes(4, "little") + item + u8(len(path)) + b"".join(path)


def entries(data, size):
    """The parts of `size` bytes of a concatenation."""
    return [data[at:at + size] for at in range(0, len(data), size)]
