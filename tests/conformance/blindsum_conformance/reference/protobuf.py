"""Protobuf's bytes, as strictly as Appendix B asks: what another parser could read otherwise is
refused. Lengths of fields are wire.py's matter."""

import struct

from .errors import Refused

VARINT, FIXED64, BYTES = 0, 1, 2
_WIRE_TYPES = {"uint32": VARINT, "uint64": VARINT, "bool": VARINT, "double": FIXED64}
_VARINT_LIMITS = {"uint32": 2**32, "uint64": 2**64, "bool": 2}


def _fail(detail):
    raise Refused("bad_frame", detail)


def put_varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def get_varint(data, place):
    """(value below 2^64, the place behind it)."""
    value = 0
    for count in range(10):
        if place >= len(data):
            _fail("a number is cut off")
        byte = data[place]
        place += 1
        value |= (byte & 127) << 7 * count
        if byte < 128:
            if value >= 2**64:
                _fail("a number above 64 bits")
            return value, place
    return _fail("a number of more than ten bytes")


def put_field(number, wire_type, payload):
    """One field; the payload of BYTES gets its length."""
    key = put_varint(number << 3 | wire_type)
    if wire_type == BYTES:
        return key + put_varint(len(payload)) + payload
    return key + payload


def _put_scalar(field, value):
    if field.kind in _VARINT_LIMITS:
        if not 0 <= int(value) < _VARINT_LIMITS[field.kind]:
            raise ValueError(f"{field.name} = {value} is no {field.kind}")
        return VARINT, put_varint(int(value))
    if field.kind == "double":
        return FIXED64, struct.pack("<d", value)
    if field.kind == "string":
        return BYTES, value.encode()
    if field.kind == "bytes":
        return BYTES, bytes(value)
    return BYTES, encode_message(value)


def _is_default(field, wire_type, payload):
    if isinstance(field.kind, type):
        return False
    return payload in ((b"",) if wire_type == BYTES else (b"\0", bytes(8)))


def encode_message(message):
    """Fields ascending, scalars of their default left out, numbers of a list packed."""
    out = b""
    for field in message.FIELDS:
        value = getattr(message, field.name)
        if value is None:  # a message that is not there
            continue
        if field.repeated and field.kind in _WIRE_TYPES:
            packed = b"".join(_put_scalar(field, one)[1] for one in value)
            out += put_field(field.number, BYTES, packed) if packed else b""
        elif field.repeated:
            out += b"".join(put_field(field.number, *_put_scalar(field, one)) for one in value)
        else:
            wire_type, payload = _put_scalar(field, value)
            if not _is_default(field, wire_type, payload):
                out += put_field(field.number, wire_type, payload)
    return out


def raw_fields(data):
    """(number, wire type, payload) one after another; a payload is an int or bytes."""
    place = 0
    while place < len(data):
        key, place = get_varint(data, place)
        number, wire_type = key >> 3, key & 7
        if key >= 2**32 or number == 0:
            _fail("a field's number is none")
        if wire_type == VARINT:
            payload, place = get_varint(data, place)
        elif wire_type in (FIXED64, BYTES):
            length = 8
            if wire_type == BYTES:
                length, place = get_varint(data, place)
            if length > len(data) - place:
                _fail("a field is cut off")
            payload, place = data[place:place + length], place + length
        else:
            _fail(f"wire type {wire_type}")
        yield number, wire_type, payload


def _get_scalar(field, wire_type, payload):
    if wire_type != _WIRE_TYPES.get(field.kind, BYTES):
        _fail(f"{field.name} has another wire type")
    if field.kind in _VARINT_LIMITS:
        if payload >= _VARINT_LIMITS[field.kind]:
            _fail(f"{field.name} is no {field.kind}")
        return bool(payload) if field.kind == "bool" else payload
    if field.kind == "double":
        return struct.unpack("<d", payload)[0]
    if field.kind == "bytes":
        return bytes(payload)
    if field.kind == "string":
        return _text(field, payload)
    return decode_message(field.kind, payload)


def _text(field, payload):
    try:
        text = bytes(payload).decode("utf-8")
    except UnicodeDecodeError:
        _fail(f"{field.name} is not UTF-8")
    if any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in text):
        _fail(f"{field.name} has a control character")
    return text


def _packed(field, payload):
    place = 0
    while place < len(payload):
        value, place = get_varint(payload, place)
        yield _get_scalar(field, VARINT, value)


def decode_message(kind, data):
    """A message of the dataclass, or Refused(bad_frame)."""
    fields = {field.number: field for field in kind.FIELDS}
    message, seen = kind(), set()
    for number, wire_type, payload in raw_fields(data):
        field = fields.get(number)
        if field is None:
            _fail(f"{kind.__name__} has no field {number}")
        if not field.repeated and number in seen:
            _fail(f"{field.name} comes twice")
        seen.add(number)
        if field.repeated and wire_type == BYTES and field.kind in _WIRE_TYPES:
            getattr(message, field.name).extend(_packed(field, payload))
        elif field.repeated:
            getattr(message, field.name).append(_get_scalar(field, wire_type, payload))
        else:
            setattr(message, field.name, _get_scalar(field, wire_type, payload))
    return message
