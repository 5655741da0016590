#!/usr/bin/env python3
"""Records and rosters, good and spoilt, judged by the reference and by the program `blindsum`.

usage: test_against_program.py BLINDSUM     BLINDSUM: the program under test
"""

import copy
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from blindsum_conformance.reference import keys, protobuf, record, roster, transcript, wire
from blindsum_conformance.reference.errors import Refused
from suite import Case
from test_aggregator import WRONG
from world import Round, World, reason_of


def rounds():
    """name -> Round: completed with a loss, and aborted in phases 1, 2 and 5."""
    world = World(5, delta_ppm=200_000)
    completed = Round(world)
    completed.run(masks=range(4))
    blamed = Round(World(7, delta_ppm=150_000))
    blamed.advertise()
    dealer = blamed.members[2]
    cohort = blamed.aggregator.cohort_message()
    dealer.shares(cohort)
    dealer.b = WRONG
    dealer.draw_shares()
    dealer.items = [dealer.make_item(place) for place in range(6)]
    dealer.items[0].box = bytes(80)
    dealer.heard["cohort"] = cohort, dealer.make_shares()
    request = blamed.aggregator.certificate(blamed.attest(blamed.aggregator.survivors(
        blamed.mask(blamed.aggregator.deliveries(blamed.share())))))
    answers = blamed.unmask(request)
    found = {"completed": completed, "blamed": blamed}
    for name, some in (("phase 1", Round(World(3), n_min=4)), ("phase 2", Round(World(5)))):
        found[name] = some
    for name, call in (("blamed", lambda: blamed.aggregator.unmask(answers)),
                       ("phase 1", found["phase 1"].advertise),
                       ("phase 2", lambda: found["phase 2"].until_u2(range(3)))):
        try:
            call()
        except Refused:
            continue
        raise AssertionError(f"{name} was completed")
    return found


# Changes of a completed record's fields, or of its proof's.
SPOILT_RECORDS = (
    {"protocol_version": 2}, {"session_id": bytes(32)}, {"task": "task-2"}, {"round": 2},
    {"previous_record_hash": b"x" * 32}, {"th0": b"x" * 32}, {"th1": b"x" * 32},
    {"th2": b"x" * 32}, {"th3": b"x" * 32}, {"th2": b""}, {"th3": b""}, {"u2": b""}, {"u3": b""},
    {"th0": b"x"}, {"certified": False}, {"outcome": 3}, {"outcome": 0}, {"outcome": 2},
    {"sum_hash": b""}, {"reason": "time_limit"}, {"blames": [wire.Blame(1, 5, 0)]},
    {"blames": [wire.Blame(1, 0, 5)]}, {"blames": [wire.Blame(6, 0, 0)]},
    {"blames": [wire.Blame(2, 1, 1), wire.Blame(1, 1, 1)]}, {"u2": b"\x3f"}, {"u3": b"\x2f"},
    {"u3": b"\x0f\x00"}, {"offer_signature": bytes(64)}, {"u2": b"\x07"}, {"u3": b"\x07"},
    {"parameters": b"\xff"}, {"detail": "x" * 257}, {"detail": "two\nlines"})


def spoilt_proofs(proof):
    adverts, signatures = proof.adverts, proof.signatures
    return (
        {"adverts": b""}, {"signers": b"", "signatures": b""}, {"adverts": adverts[:-1] + b"\xff"},
        {"adverts": adverts[:-164]}, {"adverts": adverts[:-1]}, {"signers": b""},
        {"adverts": adverts[164:] + adverts[:164]}, {"adverts": adverts[:328]},
        {"adverts": b"\x0b" + adverts[1:]}, {"signers": b"\x07", "signatures": signatures[:192]},
        {"signers": b"\x17"}, {"signers": b"\x2f"}, {"signatures": signatures[:192]},
        {"signatures": bytes(256)}, {"signatures": signatures[:-1]})


def file_of(some, record_changes=None, proof_changes=None):
    """The RecordFile of a round, with fields changed, signed by its aggregator."""
    result = some.aggregator.record()
    made = protobuf.decode_message(wire.Record, result.record)
    evidence = protobuf.decode_message(wire.RecordProof, result.proof)
    for message, changes in ((made, record_changes), (evidence, proof_changes)):
        for name, value in (changes or {}).items():
            setattr(message, name, value)
    data = protobuf.encode_message(made)
    signature = some.world.aggregator_key.sign(transcript.record_statement(data))
    proof = protobuf.encode_message(evidence)
    return protobuf.encode_message(wire.RecordFile(data, signature, proof))


class Program(Case):
    program = None

    def run_program(self, *arguments):
        run = subprocess.run([self.program, *arguments, "--json"], capture_output=True, text=True,
                             timeout=60, check=False)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        said = json.loads(run.stdout)
        self.assertEqual(said["verified"], run.returncode == 0)
        return said


class Records(Program):
    @classmethod
    def setUpClass(cls):
        cls.rounds = rounds()

    def program_says(self, world, *files):
        """"fine", or the reason that `blindsum record verify` names first."""
        with tempfile.TemporaryDirectory() as folder:
            names = [Path(folder) / name for name in ("roster", *map(str, range(len(files))))]
            for name, data in zip(names, (world.roster.file, *files)):
                name.write_bytes(data)
            said = self.run_program(
                "record", "verify", *map(str, names[1:]), "--roster", str(names[0]),
                "--authority", world.authority.public.hex(),
                "--aggregator", world.aggregator_key.public.hex())
        reasons = [one["reason"] for one in said["records"] if not one["verified"]]
        return reasons[0] if reasons else "fine"

    def agree(self, world, file):
        """What both say of it."""
        ours = reason_of(record.verify_file, file, world.roster, world.aggregator_key.public)
        self.assertEqual(self.program_says(world, file), ours)
        return ours

    def test_good(self):
        """[RECORD-3, RECORD-6, RECORD-8]"""
        for name, some in self.rounds.items():
            with self.subTest(name):
                self.assertEqual(self.agree(some.world, file_of(some)), "fine")
        checked = record.verify_file(file_of(self.rounds["blamed"]),
                                     self.rounds["blamed"].world.roster,
                                     self.rounds["blamed"].world.aggregator_key.public)
        self.assertEqual([one.kind for one in checked.record.blames], [2, 3])

    def test_spoilt(self):
        """[RECORD-3, RECORD-6, RECORD-8, CERT-1]"""
        some = self.rounds["completed"]
        proof = protobuf.decode_message(wire.RecordProof, some.aggregator.record().proof)
        spoilt = [(change, None) for change in SPOILT_RECORDS]
        spoilt += [(None, change) for change in spoilt_proofs(proof)]
        seen = set()
        for changes in spoilt:
            with self.subTest(changes):
                seen.add(self.agree(some.world, file_of(some, *changes)))
        self.assertNotIn("fine", seen)
        self.assertGreater(len(seen), 10)

    def test_chain(self):
        """[PARAM-11]"""
        world = World(5, delta_ppm=200_000)
        first = Round(world)
        first.run()
        data = first.aggregator.record().record
        changed = [[value + 1 for value in vector] for vector in world.inputs]
        world.inputs = changed
        for previous, expected in ((transcript.record_hash(data), "fine"),
                                   (b"x" * 32, "wrong_previous_record")):
            second = Round(world, round=2, previous_record_hash=previous)
            for member in second.members:
                member.state = copy.deepcopy(member.state)
            second.run()
            files = file_of(first), file_of(second)
            self.assertEqual(self.program_says(world, *files), expected)
            ours = reason_of(record.verify_file, files[1], world.roster,
                             world.aggregator_key.public, None, data)
            self.assertEqual(ours, expected)


class Rosters(Program):
    def test_rosters(self):
        """[ROSTER-1, ROSTER-2, ROSTER-3]"""
        authority = keys.SigningKey(bytes(32))
        public = [keys.SigningKey(bytes([seed]) * 32).public for seed in range(1, 4)]
        fine = [(place * 2, f"m{place}", key) for place, key in enumerate(public)]
        contents = [
            roster.content(3, fine, 2**40, "us"), roster.content(3, fine), roster.content(0, fine),
            roster.content(1, []), roster.content(1, fine[::-1]), roster.content(1, [fine[0]] * 2),
            roster.content(1, [fine[0], (5, "m0", public[1])]),
            roster.content(1, [fine[0], (5, "x", public[0])]),
            roster.content(1, [(0, "", public[0])]), roster.content(1, [(0, "x" * 65, public[0])]),
            roster.content(1, [(0, "a\x7f", public[0])]),
            roster.content(1, [(0, "ä" * 32, public[0])]),
            roster.content(1, [(0, "a", public[0][:31])]), roster.content(1, fine, 0, "x" * 65),
            *(roster.content(1, [(0, "a", bad)])
              for bad in (bytes(32), b"\x01" + bytes(31), b"\xff" * 32))]
        files = [roster.sign(one, authority) for one in contents]
        files += [files[0][:-1] + b"\xff", files[0] + b"\x01", files[0][:-3], b""]
        seen = []
        for file in files:
            with tempfile.NamedTemporaryFile() as place:
                place.write(file)
                place.flush()
                said = self.run_program("roster", "verify", place.name,
                                        "--authority", authority.public.hex())
            ours = reason_of(roster.read, file, authority.public)
            self.assertEqual("fine" if said["verified"] else said["reason"], ours)
            seen.append(ours)
        self.assertEqual(set(seen), {"fine", "bad_roster", "bad_point", "bad_signature"})


if __name__ == "__main__":
    Program.program = sys.argv.pop(1)
    unittest.main()
