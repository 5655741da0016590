"""The judge of a chaos run: what participants were told, held against what was published.

What the protocol promises (SPEC.md, RECEIPT-2, ONCE-6): an upload that was acknowledged is in the
sum of its round, once, if that round completes; and a published sum is that of the members in its
record, to the last bit. Pure: everything comes in by argument, so that its own test can forge it.
"""
import collections
import dataclasses
import hashlib
import typing

from testbed.sums import add, packed


@dataclasses.dataclass
class Testimony:
    """What one participant heard."""
    name: str
    index: int
    accepted: set                # rounds whose upload was acknowledged
    included: set                # rounds that it was told have its vector
    records: list                # (round, SHA-256 of the record's file)
    contradictions: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Verdict:
    started: int = 0
    completed: int = 0
    aborted: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    acknowledged: int = 0
    in_aborted: int = 0  # of these, in rounds that were aborted, for whatever reason
    lost: list = dataclasses.field(default_factory=list)   # acknowledged, and not in the sum
    wrong: list = dataclasses.field(default_factory=list)  # whatever else must not be

    def summary(self):
        return {"started": self.started, "completed": self.completed,
                "aborted": dict(self.aborted.most_common()), "acknowledged": self.acknowledged,
                "lost": len(self.lost)}


class Checker:
    """vector(index, round) -> what that member contributed to it; element `index` is the round."""

    def __init__(self, testimonies, length, vector: typing.Callable):
        self.testimonies, self.length, self.vector = testimonies, length, vector
        self.index_of = {one.name: one.index for one in testimonies}
        self.verdict = Verdict()

    def judge(self, rounds, only_offered=()):
        verdict = self.verdict
        verdict.started = len(rounds) + len(only_offered)
        for number in only_offered:
            self._wrong(number, "was offered, and has no record")
        self._check_numbers([one.number for one in rounds] + list(only_offered))
        for one in rounds:
            self._check_record(one)
            if one.outcome == "completed":
                verdict.completed += 1
                self._check_sum(one)
            elif one.outcome == "aborted":
                verdict.aborted[one.reason] += 1
                if one.published:
                    self._wrong(one.number, "was aborted, and has a published sum")
        by_number = {one.number: one for one in rounds}
        for one in self.testimonies:
            self._check_testimony(one, by_number)
        return verdict

    def _wrong(self, number, text):
        self.verdict.wrong.append(f"round {number}: {text}")

    def _check_numbers(self, numbers):
        for number, count in collections.Counter(numbers).items():
            if count > 1:
                self._wrong(number, "is there twice")
        for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
            self._wrong(number, "left nothing")

    def _check_record(self, one):
        if one.trouble:
            self._wrong(one.number, f"its record does not verify: {one.trouble}")
            return
        said = (one.outcome, one.reason, one.survivors, one.sum_digest)
        if one.told and one.told != said:
            self._wrong(one.number, "its JSON is not its record's")

    def _check_sum(self, one):
        if one.published is None:
            return self._wrong(one.number, "completed, and its sum is not there")
        found = one.published
        strangers = one.survivors - set(self.index_of)
        if strangers:
            return self._wrong(one.number, f"strangers in it: {', '.join(sorted(strangers))}")
        for name, index in self.index_of.items():
            if found.flat[index] != (one.number if name in one.survivors else 0):
                self._wrong(one.number, f"the sum has {found.flat[index]} where {name}"
                            f"{'' if name in one.survivors else ', who is not in it,'} is counted")
        inputs = [self.vector(self.index_of[name], one.number) for name in one.survivors]
        due = add(inputs, self.length)
        if list(found.flat) != list(due):
            self._wrong(one.number, "the sum is not that of its members")
        if list(found.tensor) != list(found.flat):
            self._wrong(one.number, "its two arrays differ")
        if found.packed != packed(due, found.bits):
            self._wrong(one.number, "the packed sum is not that of its members")
        if hashlib.sha256(found.packed).hexdigest() != one.sum_digest:
            self._wrong(one.number, "the packed sum is not the one that the record names")

    def _check_testimony(self, heard, by_number):
        verdict = self.verdict
        verdict.acknowledged += len(heard.accepted)
        for text in heard.contradictions:
            verdict.wrong.append(f"{heard.name} was told two things: {text}")
        for number in sorted(heard.accepted):
            one = by_number.get(number)
            if one is None:
                self._wrong(number, f"acknowledged to {heard.name}, and there is no record")
            elif one.outcome == "aborted":
                verdict.in_aborted += 1
            elif one.outcome == "completed" and not self._is_counted(heard, one):
                verdict.lost.append(f"round {number}: {heard.name}")
        for number in sorted(heard.included):
            one = by_number.get(number)
            if one is None or one.outcome != "completed" or heard.name not in one.survivors:
                self._wrong(number, f"{heard.name} was told to be in a sum that is not there")
        for number, record_hash in heard.records:
            one = by_number.get(number)
            if one is None or one.record_hash != record_hash:
                self._wrong(number, f"{heard.name} got another record than is published")

    @staticmethod
    def _is_counted(heard, one):
        found = one.published
        return (heard.name in one.survivors and found is not None
                and found.flat[heard.index] == one.number)
