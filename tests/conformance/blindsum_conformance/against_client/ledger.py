"""What the program under test has given away, over all its sessions and restarts in one check.

Each message that came is noted. Failed is raised for what no participant may ever say, whatever
the aggregator asked:

    a second, different answer of one kind in a round; other bytes of y at one place   [ONCE-5]
    shares of both secrets of one member in one round                                  [UNMASK-2]
    anything but VOID after a refusal                                                  [ONCE-4]
    an unmask answer and a VOID of one round                                           [VOID-2]
    a point that was in an advert before                                               [KEY-4]
"""
import dataclasses

from ..checks import Failed, shown
from ..reference import wire

_ONCE = ("Advert", "Shares", "Receipt", "Attestation", "Unmask", "Void")
# What VOID is answered with is no end of a round that was not over.
_ANSWERS_TO_VOID = ("unknown_round", "already_unmasked")


@dataclasses.dataclass
class _Given:
    """Of one round."""
    answers: dict = dataclasses.field(default_factory=dict)  # name -> message
    vector: list = dataclasses.field(default_factory=list)   # (offset, bytes) as they came
    kinds: dict = dataclasses.field(default_factory=dict)    # member -> kind of share
    refused: str = ""


class Ledger:
    def __init__(self):
        self._rounds = {}
        self._points = {}  # point -> session id

    def of(self, session_id):
        return self._rounds.setdefault(session_id, _Given())

    def gave(self, session_id):
        """Names of what it gave in that round, 'UploadChunk' among them."""
        given = self.of(session_id)
        return {*given.answers, *(["UploadChunk"] if given.vector else [])}

    def note(self, message):
        name = type(message).__name__
        if not hasattr(message, "session_id"):
            return
        given = self.of(message.session_id)
        if name == "Refusal":
            if message.reason not in _ANSWERS_TO_VOID:
                given.refused = given.refused or message.reason
            return
        if given.refused and name != "Void":
            raise Failed(f"{name} came after it had refused the round ({given.refused}) [ONCE-4]")
        if name == "UploadChunk":
            self._note_chunk(given, message)
        elif name in _ONCE:
            self._note_answer(given, name, message)

    def _note_chunk(self, given, chunk):
        if "Void" in given.answers:
            raise Failed("a chunk came after VOID [VOID-2]")
        for offset, data in given.vector:
            first, last = max(offset, chunk.offset), min(offset + len(data), _end(chunk))
            if data[first - offset:max(first, last) - offset] != chunk.data[
                    first - chunk.offset:max(first, last) - chunk.offset]:
                raise Failed(f"other bytes of y came for offset {first} [ONCE-5]")
        given.vector.append((chunk.offset, chunk.data))

    def _note_answer(self, given, name, message):
        before = given.answers.get(name)
        if before is not None and before != message:
            raise Failed(f"a second, different {name} came in one round [ONCE-1]")
        if {*given.answers, name} >= {"Void", "Unmask"}:
            raise Failed("both VOID and an unmask answer came in one round [VOID-2]")
        if "Void" in given.answers and name != "Void":
            raise Failed(f"{name} came after VOID [VOID-2]")
        given.answers[name] = message
        if name == "Advert":
            self._note_points(message)
        elif name == "Unmask":
            self._note_kinds(given, message.body)

    def _note_points(self, message):
        points = (message.advert[4:36], message.advert[36:68], message.advert[68:100])
        if len(set(points)) < 3:
            raise Failed("two secrets of one advert have the same point [KEY-4]")
        for point in points:
            if self._points.setdefault(point, message.session_id) != message.session_id:
                raise Failed(f"point {shown(point)} was in an advert of another round [KEY-4]")

    @staticmethod
    def _note_kinds(given, body):
        count = int.from_bytes(body[:4], "little")
        for entry in wire.entries(body[4:4 + 37 * count], 37):
            member, kind = int.from_bytes(entry[:4], "little"), entry[4]
            if given.kinds.setdefault(member, kind) != kind:
                raise Failed(f"both secrets of member {member} came in one round [UNMASK-2]")


def _end(chunk):
    return chunk.offset + len(chunk.data)
