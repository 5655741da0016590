"""What the aggregator published, read back: records, checked by `blindsum record verify`, and sums.
"""
import dataclasses
import hashlib
import json
import pathlib
import subprocess
import typing

from testbed.npy import read_npy

_NO_DIGEST = 64 * "0"  # as `record verify` shows it


@dataclasses.dataclass
class Published:
    """The files of a completed round's folder."""
    flat: typing.Sequence[int]
    tensor: typing.Sequence[int]
    packed: bytes
    bits: int


@dataclasses.dataclass
class Round:
    number: int
    outcome: str                # "completed" or "aborted"
    reason: str
    survivors: frozenset        # names in U3
    sum_digest: str             # hex
    record_hash: str            # SHA-256 of the record's file
    trouble: str = ""           # what `blindsum record verify` has against it
    published: typing.Optional[Published] = None
    told: tuple = ()            # (outcome, reason, names in U3, digest) of its JSON


def _published(folder):
    if not folder.exists():
        return None
    told = json.loads(folder.with_suffix(".json").read_text())
    return Published(read_npy(folder / "flat.npy"), read_npy(folder / "values.npy"),
                     (folder / "sum.packed").read_bytes(), told["ring_bits"])


def _told(file):
    told = json.loads(file.read_text())
    return (told["outcome"], told["reason"], frozenset(one["name"] for one in told["u3"]),
            told["sum_digest"] or _NO_DIGEST)


def _verify(world, files):
    """One chain, as anybody would check it."""
    command = [world.program("client", "blindsum"), "record", "verify", *map(str, files), "--json",
               *world.public_arguments()]
    done = subprocess.run(command, capture_output=True, text=True)
    if not done.stdout:
        raise RuntimeError(f"blindsum record verify: {done.stderr}")
    return json.loads(done.stdout)["records"]


def read_rounds(world, results):
    """(all rounds that have a record, numbers of those that have only an offer)"""
    files = sorted(results.glob("round-*.record"))
    rounds = []
    for found in _verify(world, files) if files else []:
        file = pathlib.Path(found["file"])
        number = int(file.stem.split("-")[1])
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if not found["verified"]:
            rounds.append(Round(number, "", "", frozenset(), "", digest, found["reason"]))
            continue
        trouble = "" if found["round"] == number else f"it is of round {found['round']}"
        rounds.append(Round(number, found["outcome"], found["reason"],
                            frozenset(found["survivors"]), found["sum_digest"], digest, trouble,
                            _published(file.with_suffix("")), _told(file.with_suffix(".json"))))
    recorded = {file.stem for file in files}
    offers = [int(file.stem.split("-")[1]) for file in sorted(results.glob("round-*.offer"))
              if file.stem not in recorded]
    return rounds, offers
