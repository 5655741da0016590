"""The record: a right one ends the program with code 0, a wrong one is no completed round.

What a participant does with a record is not said on the wire; KIT/README.md asks for the exit code.
"""
from .certificates import after_attestation
from .deliveries import after_shares
from .play import Round
from ..checks import NotApplicable, check, require_equal
from ..reference import bitmap, packing, transcript, wire
from ..reference.enc import sha256
from ..reference.protobuf import encode_message
from ..reference.schema import (
    Advert, PhaseTimings, Record, RecordProof, Refusal, RoundAborted, RoundResult)

GRACE_S = 3.0
NOT_YET_S = 0.5


def packed_sum(game):
    """Of the program's input and one that the puppets share."""
    elements = [int(x) * 2 for x in game.bench.values]
    return packing.pack(elements, game.parameters.ring_bits)


class Story:
    """The record of a completed round, its proof and its sum, to be spoilt."""

    def __init__(self, game):
        request = game.certificate()
        self.game, self.sum = game, packed_sum(game)
        self.record = Record(
            1, game.session_id, game.parameters.task, game.parameters.round,
            game.parameter_bytes, game.offer_signature, game.th0, game.th1, game.th2(), game.th3(),
            bitmap.pack(game.n, game.u2), bitmap.pack(game.n, game.u3), True, 1, "", [],
            PhaseTimings(1, 2, 3, 4, 5), sha256(self.sum), bytes(32), "")
        self.proof = RecordProof(b"".join(game.signed[v] for v in range(game.n)), request.signers,
                                 request.signatures)
        self.key = game.bench.aggregator

    def tell(self):
        record = encode_message(self.record)
        signature = self.key.sign(transcript.record_statement(record))
        proof = encode_message(self.proof) if self.proof else b""
        self.game.say(RoundResult(self.game.session_id, record, signature, len(self.sum), proof))
        for chunk in wire.chunks(wire.SumChunk, self.game.session_id, self.sum):
            self.game.say(chunk)


def ends_well(bench):
    require_equal("exit code after a completed round whose record holds", 0,
                  bench.exit_code(GRACE_S))


def goes_on(bench):
    """It does not take the round for completed."""
    code = bench.exit_code(NOT_YET_S)
    require_equal("ends with 0 after a record that does not hold", False, code == 0)


@check("record-without-a-proof", ["RECORD-5", "RECORD-9", "RECORD-10"])
def _(bench):
    """Who has unmasked needs no proof beside the record: it holds cohort and certificate itself"""
    story = Story(after_attestation(bench).until("unmask"))
    story.proof = None
    story.tell()
    ends_well(bench)


@check("record-with-a-proof", ["RECORD-5", "RECORD-8"])
def _(bench):
    """A record that comes with its proof, after a reconnect, is as good"""
    story = Story(after_attestation(bench).until("unmask"))
    bench.reconnect()
    story.tell()
    ends_well(bench)


@check("record-with-another-proof", ["RECORD-8", "CERT-3"])
def _(bench):
    """Another quorum's certificate of the same th3 proves the same"""
    game = after_attestation(bench).until("unmask")
    story = Story(game)
    other = game.certificate(signers=game.u3)
    story.proof.signers, story.proof.signatures = other.signers, other.signatures
    story.tell()
    ends_well(bench)


def wrong(name, title, rules=("RECORD-5",)):
    """Registers a check: the decorated function spoils the story."""
    def register(spoil):
        def run(bench):
            story = Story(after_attestation(bench).until("unmask"))
            spoil(story)
            story.tell()
            goes_on(bench)
        run.__doc__ = title
        check(f"record-{name}", [*rules])(run)
        return spoil
    return register


@wrong("signed-by-another", "A record that another key signed is none", ["RECORD-1", "RECORD-5"])
def _(story):
    story.key = story.game.bench.stranger(7).key


@wrong("of-another-u3", "A record of another U3 than was unmasked")
def _(story):
    game = story.game
    u3 = game.u3[:-1]
    story.record.u3, story.record.th3 = bitmap.pack(game.n, u3), game.th3(u3)
    request = game.certificate(u3=u3, signers=[v for v in u3 if v != game.me][:game.quorum])
    story.proof.signers, story.proof.signatures = request.signers, request.signatures


@wrong("of-another-th2", "A record whose th2 is not that of its U2")
def _(story):
    story.record.th2 = bytes(32)


@wrong("of-another-u2", "A record of another U2 than the program masked under")
def _(story):
    game = story.game
    u2 = game.u2[:-1]
    th2 = game.th2(u2)
    story.record.u2 = story.record.u3 = bitmap.pack(game.n, u2)
    story.record.th2, story.record.th3 = th2, game.th3(u2, th2)
    request = game.certificate(u3=u2, th3=story.record.th3,
                               signers=[v for v in u2 if v != game.me][:game.quorum])
    story.proof.signers, story.proof.signatures = request.signers, request.signatures


@wrong("not-certified", "A completed round that says that it is not certified",
       ["RECORD-6", "RECORD-5"])
def _(story):
    story.record.certified = False


@wrong("of-another-number", "A record whose round number is not that of its parameters",
       ["RECORD-6", "RECORD-5"])
def _(story):
    story.record.round += 1


@wrong("of-another-task", "A record whose task is not that of its parameters",
       ["RECORD-6", "RECORD-5"])
def _(story):
    story.record.task = "another"


@wrong("of-another-previous", "A record whose previous_record_hash is not that of its parameters",
       ["RECORD-6", "RECORD-5"])
def _(story):
    story.record.previous_record_hash = b"\1" * 32


@wrong("with-a-short-certificate", "A proof whose certificate is one short", ["RECORD-8", "CERT-1"])
def _(story):
    game = story.game
    request = game.certificate(signers=game.others[:game.quorum - 1])
    story.proof.signers, story.proof.signatures = request.signers, request.signatures


@wrong("with-another-cohort", "A proof with another cohort's adverts", ["RECORD-8"])
def _(story):
    story.proof.adverts = story.proof.adverts[164:]


@wrong("with-a-forged-advert", "A proof with an advert that its member did not sign",
       ["RECORD-8"])
def _(story):
    story.proof.adverts = story.proof.adverts[:150] + bytes(14) + story.proof.adverts[164:]


@wrong("without-offer-signature", "A record whose offer is not signed", ["RECORD-3", "RECORD-5"])
def _(story):
    story.record.offer_signature = bytes(64)


@check("record-before-unmasking", ["RECORD-5", "RECORD-10", "PHASE-6"])
def _(bench):
    """A record without a proof, to who has not unmasked, is none; nothing is given for it"""
    game = after_shares(bench)
    delivery = game.delivery()
    story = Story(game)
    story.proof = None
    story.tell()
    goes_on(bench)
    bench.settle()
    game.say(delivery)
    game.bench.settle()


@check("record-of-an-aborted-round", ["RECORD-5", "RECORD-6"])
def _(bench):
    """A round that was aborted is none that completed, whatever its record says of it"""
    game = after_shares(bench)
    game.say(RoundAborted(game.session_id, "too_few_survivors"))
    bench.settle()
    goes_on(bench)
    Round(bench, number=2).until("shares")


def after_a_record(bench):
    """A completed round, and the program anew. Gives the hash of its record."""
    story = Story(after_attestation(bench).until("unmask"))
    story.tell()
    ends_well(bench)
    bench.ended()
    bench.run()
    return transcript.record_hash(encode_message(story.record))


@check("record-chained", ["PARAM-11", "HASH-1"])
def _(bench):
    """The next offer, which names the record of the round before, is taken"""
    previous = after_a_record(bench)
    Round(bench, number=2, previous_record_hash=previous).until("advert")


@check("record-not-chained", ["PARAM-11"])
def _(bench):
    """The next offer with another hash is refused by name, if the program keeps records"""
    after_a_record(bench)
    game = Round(bench, number=2, previous_record_hash=bytes(31) + b"\1")
    game.say_offer()
    answer = game.hear(Advert, Refusal)
    if isinstance(answer, Advert):
        raise NotApplicable("it keeps no record of the round before, which it may")
    require_equal("reason", "wrong_previous_record", answer.reason)


@check("record-again", ["RECORD-2", "DISK-6"])
def _(bench):
    """Two different signed records of one round: the second changes nothing"""
    game = after_attestation(bench).until("unmask")
    first = Story(game)
    first.tell()
    ends_well(bench)
    bench.ended()
    bench.launch()
    if not bench.joins():
        return
    second = Story(game)
    second.record.detail = "another story"
    second.tell()
    goes_on(bench)
    bench.settle()
