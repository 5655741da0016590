#!/usr/bin/env python3
"""Frames and messages of the reference; the table of messages against SPEC.md, Appendix B."""

import re
import struct
import unittest

from appendix import SPEC, appendix
from blindsum_conformance.reference import entropy, parameters, protobuf, schema, wire
from blindsum_conformance.reference.errors import Refused

ID = bytes(range(32))


def number(field, value):
    return protobuf.put_field(field, protobuf.VARINT, protobuf.put_varint(value))


def data(field, value):
    return protobuf.put_field(field, protobuf.BYTES, value)


def envelope(body_number, body):
    return b"\0" + data(body_number, body)


class Wire(unittest.TestCase):
    def refused(self, reason, frame, direction, session_id=None, welcomed=True):
        with self.assertRaises(Refused) as caught:
            wire.decode(frame, direction, welcomed)
        self.assertEqual(caught.exception.reason, reason)
        self.assertEqual(caught.exception.session_id, session_id)

    def up(self, reason, frame, session_id=None):
        self.refused(reason, frame, wire.TO_AGGREGATOR, session_id)

    def down(self, reason, frame, session_id=None):
        self.refused(reason, frame, wire.TO_PARTICIPANT, session_id)


def filled(kind, rng):
    """A message whose every field is filled, with lengths that the field allows."""
    def value(field):
        if isinstance(field.kind, type):
            return filled(field.kind, rng)
        size = field.size or 3 * field.entry or 5
        return {"uint32": 1 + rng.bytes(1)[0], "uint64": 1 << 40 | rng.bytes(1)[0], "double": 0.5,
                "bool": True, "string": "naïve", "bytes": rng.bytes(size)}[field.kind]
    message = kind()
    for field in kind.FIELDS:
        one = [value(field), value(field)] if field.repeated else value(field)
        setattr(message, field.name, one)
    if kind is wire.Delivery:
        message.items = wire.pack_inbound(7, rng.bytes(152), [ID, ID])
    if kind is wire.Offer:
        message.parameters = protobuf.encode_message(filled(wire.RoundParameters, rng))
    return message


class Table(unittest.TestCase):
    def test_messages_are_those_of_the_appendix(self):
        rows = {}
        for name, direction, fields in re.findall(
                r"^\| (\w+) \|(?: ([AP]→[AP]) \|)? (.*) \|$", appendix("B"), re.MULTILINE):
            if name == "message":
                continue
            text = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", fields)
            # "7 th0; 8 th1; … bytes[32 or 0]": the type stands for those without one before it.
            kind, found = None, []
            for part in reversed(text.split(";")):
                words = " ".join(part.split()).split(" ", 2)
                if not words[0].isdigit():  # "none", or a remark
                    continue
                kind = words[2] if len(words) > 2 else kind
                found.append((int(words[0]), words[1], kind))
            rows[name] = (direction or "-", found[::-1])
        ours = {}
        for row in re.sub(r"\n    ", " ", schema.TABLE.strip()).split("\n"):
            name, direction, fields = row.split(" | ")
            parts = [] if fields == "none" else [
                " ".join(part.split()).split(" ", 2) for part in fields.split(";")]
            ours[name] = (direction, [(int(one[0]), one[1], one[2]) for one in parts])
        self.assertGreater(len(rows), 35)
        self.assertEqual(ours, rows)

    def test_bodies(self):
        listed = re.search(r"`Envelope` oneof body: (.*)\.$", SPEC, re.MULTILINE).group(1)
        self.assertEqual(" ".join(schema.ENVELOPE.split()), listed)

    def test_every_message_survives(self):
        """[WIRE-1, WIRE-2]"""
        rng = entropy.Seeded("messages")
        for name, kind in wire.MESSAGES.items():
            message = filled(kind, rng)
            encoded = protobuf.encode_message(message)
            self.assertEqual(protobuf.decode_message(kind, encoded), message)
            direction = schema.DIRECTIONS[name]
            if direction != "-":
                self.assertEqual(wire.decode(wire.encode(message), direction), message)

    def test_defaults_are_left_out(self):
        self.assertEqual(protobuf.encode_message(wire.Joined()), b"")
        self.assertEqual(wire.encode(wire.Leave()), b"\0\xd2\x01\0")
        tensor = protobuf.encode_message(wire.Tensor("a", [1, 300]))
        self.assertEqual(tensor, b"\x0a\x01a\x12\x03\x01\xac\x02")


class Envelopes(Wire):
    def test_strict(self):
        """[WIRE-2]"""
        grant = data(1, ID) + number(2, 5)
        fine = wire.decode(envelope(12, grant), wire.TO_PARTICIPANT)
        self.assertEqual(fine, wire.UploadGrant(ID, 5))
        self.up("bad_frame", envelope(12, grant))
        for bad in (grant + number(3, 1), grant + number(2, 5), grant + grant, grant + b"\xff",
                    data(1, ID) + data(2, b"5"), data(1, ID) + number(2, 5)[:-1], b"\x0b" + grant,
                    grant + b"\x00\x00", data(1, ID) + b"\x10" + b"\xff" * 9 + b"\x7f",
                    data(1, ID) + protobuf.put_field(2, protobuf.FIXED64, struct.pack("<d", 5))):
            self.down("bad_frame", envelope(12, bad))
        self.down("bad_frame", envelope(12, grant) + envelope(14, data(1, ID))[1:])
        self.down("bad_frame", envelope(12, grant) + envelope(12, grant)[1:])
        self.down("bad_frame", envelope(27, grant))
        self.down("bad_frame", b"\0")
        self.down("bad_frame", b"")

    def test_values(self):
        def hello(index, bound):
            return envelope(2, number(2, index) + number(3, bound) + data(4, ID + ID))
        self.assertTrue(wire.decode(hello(2**32 - 1, 1), wire.TO_AGGREGATOR).exporter_bound)
        self.up("bad_frame", hello(2**32, 1))
        self.up("bad_frame", hello(1, 2))
        for text in (b"\xff\xfe", b"a\nb", b"\x1b[2J", "\x85".encode()):
            self.up("bad_frame", envelope(5, data(1, text)))

    def test_lengths(self):
        """[WIRE-3]"""
        signature = data(3, ID + ID)
        self.up("wrong_length", envelope(8, data(1, ID) + data(2, bytes(99)) + signature), ID)
        self.up("wrong_length", envelope(13, data(1, ID)), ID)
        self.up("wrong_length", envelope(10, data(1, ID) + data(2, bytes(153)) + signature), ID)
        self.up("bad_frame", envelope(13, data(1, ID[:31]) + data(2, ID + ID)))
        self.up("bad_frame", envelope(2, data(4, bytes(63))))
        self.up("wrong_length", envelope(21, data(1, ID) + data(2, b"x" * 65)), ID)
        self.up("wrong_length", envelope(21, data(1, ID) + data(3, b"x" * 257)), ID)
        self.up("bad_frame", envelope(5, data(1, b"x" * 65)))
        self.down("wrong_length", envelope(9, data(1, ID) + data(2, bytes(164 * 4097))), ID)
        self.down("bad_bitmap", envelope(11, data(1, ID) + data(2, bytes(513))), ID)
        for items in (bytes(156), bytes(156) + b"\x0d" + bytes(32 * 13), bytes(156) + b"\x01"):
            self.down("wrong_length", envelope(11, data(1, ID) + data(3, items)), ID)

    def test_offers_name_their_round(self):
        """[PARAM-1, WIRE-3]"""
        def offer(parameters, signature=bytes(64)):
            return envelope(7, data(1, parameters) + data(2, signature))
        self.down("wrong_length", offer(data(3, ID), bytes(63)), ID)
        for bad in (data(3, ID[:30]), data(3, ID) + data(3, ID), data(3, ID) + b"\xd0", b""):
            self.down("bad_frame", offer(bad))
        # The round can be told; that the parameters are none is for who reads them.
        for bad in (number(99, 1), data(5, b"x"), data(4, b"x" * 65536)):
            named = wire.decode(offer(data(3, ID) + bad), wire.TO_PARTICIPANT)
            self.assertEqual(wire.round_of(named), ID)
            with self.assertRaises(Refused) as caught:
                parameters.decode(named.parameters)
            self.assertEqual(caught.exception.reason, "bad_parameters")
        fine = wire.decode(offer(data(3, ID)), wire.TO_PARTICIPANT)
        self.assertEqual(wire.round_of(fine), ID)

    def test_sizes(self):
        """[WIRE-4]"""
        big = wire.encode(wire.RoundResult(ID, bytes(wire.MAX_ENVELOPE - 120), ID + ID, 1, b""))
        self.assertLess(wire.MAX_ENVELOPE - 20, len(big))
        wire.decode(big, wire.TO_PARTICIPANT)
        self.down("message_too_large", big + bytes(100))
        self.refused("message_too_large", wire.encode(wire.Join("x" * 4095)), wire.TO_AGGREGATOR,
                     welcomed=False)


class Chunks(Wire):
    def test_chunks(self):
        """[WIRE-1]"""
        chunk = wire.UploadChunk(ID, 2**40, b"abc")
        frame = wire.encode(chunk)
        self.assertEqual(frame[0], 1)
        self.assertEqual(wire.decode(frame, wire.TO_AGGREGATOR), chunk)
        self.down("bad_frame", frame)
        for kind in (wire.PayloadChunk, wire.SumChunk):
            short = wire.encode(kind(ID, 0, b"x"))
            self.up("bad_frame", short)
            self.assertIsInstance(wire.decode(short, wire.TO_PARTICIPANT), kind)
        self.up("bad_frame", frame[:41])
        self.up("bad_frame", frame[:20])
        self.up("bad_frame", b"\x04" + frame[1:])
        full = wire.UploadChunk(ID, 0, bytes(1 << 20))
        self.assertEqual(wire.decode(wire.encode(full), wire.TO_AGGREGATOR), full)
        self.up("message_too_large", wire.encode(full) + b"x")
        parts = wire.chunks(wire.UploadChunk, ID, bytes(2_500_000), 1000)
        self.assertEqual([part.offset for part in parts], [1000, 1000 + 2**20, 1000 + 2**21])
        self.assertEqual(sum(len(part.data) for part in parts), 2_499_000)


if __name__ == "__main__":
    unittest.main()
