#!/usr/bin/python3
"""What judges a participant can fail it: the ledger, and the judge of each message."""
import types
import unittest

from blindsum_conformance.against_client import judge
from blindsum_conformance.against_client.ledger import Ledger
from blindsum_conformance.against_client.program import Program
from blindsum_conformance.checks import Failed
from blindsum_conformance.reference import schema, transcript, wire
from blindsum_conformance.reference.keys import SigningKey

ROUND, OTHER = bytes(32), b"\1" * 32
KEY = SigningKey(b"\2" * 32)


def advert(session_id, first):
    points = b"".join(bytes([first + place]) * 32 for place in range(3))
    return schema.Advert(session_id, bytes(4) + points, bytes(64))


def unmask(*entries):
    body = len(entries).to_bytes(4, "little") + b"".join(
        member.to_bytes(4, "little") + bytes([kind]) + bytes(32) for member, kind in entries)
    return schema.Unmask(ROUND, body + bytes(4), bytes(64))


class LedgerTest(unittest.TestCase):
    def setUp(self):
        self.ledger = Ledger()

    def fails(self, text, *messages):
        *before, last = messages
        for message in before:
            self.ledger.note(message)
        with self.assertRaisesRegex(Failed, text):
            self.ledger.note(last)

    def test_the_same_again_is_fine(self):
        for _ in range(2):
            self.ledger.note(advert(ROUND, 1))
            self.ledger.note(wire.UploadChunk(ROUND, 0, b"abc"))
            self.ledger.note(wire.UploadChunk(ROUND, 2, b"cd"))
            self.ledger.note(unmask((1, 0), (2, 1)))
        self.assertEqual(self.ledger.gave(ROUND), {"Advert", "UploadChunk", "Unmask"})
        self.assertEqual(self.ledger.gave(OTHER), set())

    def test_a_second_answer(self):
        self.fails("ONCE-1", schema.Receipt(ROUND, bytes(64)), schema.Receipt(ROUND, b"\1" * 64))

    def test_other_bytes_of_y(self):
        self.fails("ONCE-5", wire.UploadChunk(ROUND, 0, b"abcd"), wire.UploadChunk(ROUND, 2, b"xd"))

    def test_anything_after_a_refusal(self):
        for name in ("Receipt", "Attestation"):
            self.ledger = Ledger()
            self.fails("ONCE-4", schema.Refusal(ROUND, "bad_order", ""),
                       getattr(schema, name)(ROUND, bytes(64)))
        self.ledger.note(schema.Void(ROUND, bytes(64)))
        self.fails("ONCE-4", wire.UploadChunk(ROUND, 0, b"a"))

    def test_what_void_is_answered_with_ends_nothing(self):
        self.ledger.note(schema.Refusal(ROUND, "unknown_round", ""))
        self.ledger.note(advert(ROUND, 1))

    def test_void_and_unmask(self):
        self.fails("VOID-2", schema.Void(ROUND, bytes(64)), unmask((1, 0)))
        self.ledger = Ledger()
        self.fails("VOID-2", unmask((1, 0)), schema.Void(ROUND, bytes(64)))

    def test_a_vector_after_void(self):
        self.fails("VOID-2", schema.Void(ROUND, bytes(64)), wire.UploadChunk(ROUND, 0, b"a"))

    def test_a_key_used_again(self):
        self.fails("KEY-4", advert(ROUND, 1), advert(OTHER, 3))

    def test_one_key_for_two_uses(self):
        points = bytes(32) + b"\1" * 32 + bytes(32)
        self.fails("KEY-4", schema.Advert(ROUND, bytes(4) + points, bytes(64)))

    def test_both_secrets_of_a_member(self):
        self.fails("UNMASK-2", unmask((1, 0), (2, 1), (2, 0)))


class JudgeTest(unittest.TestCase):
    """The parts that need no whole round; those that do are seen to fail by ./run mutants."""

    def setUp(self):
        bench = types.SimpleNamespace(identity=KEY.public, roster_index=5)
        self.game = types.SimpleNamespace(
            bench=bench, me=1, th0=bytes(32), th1=b"\1" * 32, th2=lambda: b"\2" * 32,
            th3=lambda: b"\3" * 32, u3=[0, 1, 3], in_neighbours=lambda: [0, 2, 3],
            dealt={v: types.SimpleNamespace(share_b=bytes([v]) * 32, share_s=bytes([v + 9]) * 32)
                   for v in (0, 2, 3)})

    def signed(self, statement, kind):
        return kind(ROUND, KEY.sign(statement))

    def test_signatures(self):
        for name, kind, statement in (
                ("receipt", schema.Receipt, transcript.masked_statement(b"\2" * 32, 1)),
                ("attestation", schema.Attestation, transcript.attest_statement(b"\3" * 32, 1)),
                ("void", schema.Void, transcript.void_statement(b"\1" * 32, 1))):
            judging = getattr(judge, name)
            judging(self.game, self.signed(statement, kind))
            with self.assertRaises(Failed):
                judging(self.game, self.signed(statement + b"\0", kind))

    def answer(self, entries, not_held=()):
        body = len(entries).to_bytes(4, "little")
        for member, kind, share in entries:
            body += member.to_bytes(4, "little") + bytes([kind]) + share
        body += len(not_held).to_bytes(4, "little")
        body += b"".join(member.to_bytes(4, "little") for member in not_held)
        statement = transcript.unmask_statement(b"\3" * 32, 1, body)
        return schema.Unmask(ROUND, body, KEY.sign(statement))

    def test_unmask(self):
        right = [(0, 0, bytes(32)), (2, 1, bytes([11]) * 32), (3, 0, bytes([3]) * 32)]
        judge.unmask(self.game, self.answer(right), set())
        judge.unmask(self.game, self.answer(right[:2], [3]), {3})
        for wrong in (right[:2], [right[0], (2, 0, bytes([2]) * 32), right[2]],
                      [right[0], (2, 1, bytes([2]) * 32), right[2]], right[::-1]):
            with self.assertRaisesRegex(Failed, "UNMASK-2"):
                judge.unmask(self.game, self.answer(wrong), set())

    def test_a_point_that_is_none(self):
        with self.assertRaisesRegex(Failed, "KEY-2"):
            judge.advert(self.game, schema.Advert(
                ROUND, (5).to_bytes(4, "little") + b"\xff" * 96, bytes(64)))
        with self.assertRaisesRegex(Failed, "ADVERT-1"):
            judge.advert(self.game, schema.Advert(ROUND, bytes(100), bytes(64)))


class ProgramTest(unittest.TestCase):
    def test_its_life(self):
        program = Program("echo {word}; mkdir {state}; exec sleep 60")
        self.addCleanup(program.close)
        program.start({"word": "a b"})
        self.assertIsNone(program.exit_code(0.2))
        self.assertTrue(program.running())
        program.kill()
        self.assertFalse(program.running())
        self.assertEqual(program.said(), "a b")

    def test_a_name_that_stands_for_nothing(self):
        program = Program("echo {nothing}")
        self.addCleanup(program.close)
        with self.assertRaisesRegex(Failed, "nothing"):
            program.start({})


if __name__ == "__main__":
    unittest.main()
