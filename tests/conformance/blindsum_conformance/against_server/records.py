"""The record, its proof, the sum [RECORD-1 to RECORD-9, CODEC-6]. That records verify and sums are
exact is checked with each round that is completed (play.py)."""
from ..checks import check, require, require_equal
from ..reference import codec, packing, record, transcript, wire
from ..reference.enc import sha256
from ..reference.errors import Refused


@check("record-honest", rules=["RECORD-1", "RECORD-2", "RECORD-3", "RECORD-4", "RECORD-5",
                               "RECORD-6", "RING-1", "PACK-1"])
def _(bench):
    """A completed round's record: everybody's the same, with every field, and the sum's digest"""
    play = bench.play().complete()
    some = play.checked.record
    honest = play[0].honest
    require_equal("th0 to th3", (honest.th0, honest.th1, honest.th2, honest.th3),
                  (some.th0, some.th1, some.th2, some.th3))
    require_equal("sum_hash", sha256(play[0].sum), some.sum_hash)
    require_equal("outcome, reason, certified", (1, "", True),
                  (some.outcome, some.reason, some.certified))
    require_equal("parameters", play[0].offer.parameters, some.parameters)
    require_equal("offer_signature", play[0].offer.signature, some.offer_signature)
    require_equal("blames", [], some.blames)
    signed = {player.result.signature for player in play.players}
    require_equal("different signatures of the record", 1, len(signed))


@check("record-proof", rules=["RECORD-8", "RECORD-9", "CERT-1"])
def _(bench):
    """The record comes without its proof to who unmasked, with it to all others"""
    for stage in ("mask", "unmask"):
        play = bench.play().to(stage)
        silent = play[4]
        play.silence(silent)
        play.complete()
        require(silent.result.proof, "a member that did not unmask got no proof")
        play.verified(silent.result, silent.result.proof)
        proof = record.parse(wire.RecordProof, silent.result.proof)
        require_equal("the proof's adverts", play[0].cohort.adverts, proof.adverts)
        # Answers that came after the phase had closed were not accepted: their members get it too.
        bare = [player for player in play.players[:4] if not player.result.proof]
        require(len(bare) >= play[0].honest.found.t, "members that unmasked got the proof again")


@check("record-signature", rules=["RECORD-1", "ENC-3", "SIG-3"])
def _(bench):
    """A record's signature is over Enc("record"; bytes) and over these bytes alone"""
    play = bench.play().complete()
    result = play[0].result
    changed = bytes([result.record[0] ^ 1]) + result.record[1:]
    for data, key in ((changed, bench.kit.aggregator.public),
                      (result.record, bench.kit.authority.public)):
        try:
            record.verify(data, result.signature, play.proof(), play[0].honest.roster, key)
        except Refused as refused:
            require_equal("the refusal", "bad_signature", refused.reason)
        else:
            require(False, "the signature verifies over other bytes or under another key")


@check("record-aborted", rules=["RECORD-6", "RECORD-8", "RECORD-9", "RECORD-1"])
def _(bench):
    """An aborted round's record has what was fixed, no more, and comes with its proof"""
    for stage, reason, fixed in (("share", "too_few_survivors", ("th1",)),
                                 ("mask", "too_few_survivors", ("th1", "th2", "u2")),
                                 ("attest", "certificate_short",
                                  ("th1", "th2", "u2", "th3", "u3"))):
        play = bench.play().to(stage)
        for player in play.players:
            player.refuse()
        checked = play.hear_abort(reason)
        there = tuple(name for name in ("th1", "th2", "u2", "th3", "u3", "sum_hash")
                      if getattr(checked.record, name))
        require_equal(f"what is fixed after an abort in {stage}", fixed, there)
        for player in play.players:
            require(player.result.proof, "an aborted round's record without its proof")
            require_equal("RoundResult.sum_size", 0, player.result.sum_size)


@check("record-secret-sum", rules=["RECORD-5", "RECORD-4"])
def _(bench):
    """Without publish_sum no sum is sent; the record has its digest all the same"""
    play = bench.play(task="conformance-secret").complete()
    total = sum(player.honest.x for player in play.players)
    digest = sha256(packing.pack(total, play.checked.parameters.ring_bits))
    require_equal("sum_hash", digest, play.checked.record.sum_hash)
    for player in play.players:
        require_equal("RoundResult.sum_size", 0, player.result.sum_size)
        player.session.hear_nothing(0.05, but=(wire.Offer, wire.PayloadChunk))


@check("record-mean", rules=["CODEC-6", "CODEC-3", "STREAM-2"])
def _(bench):
    """Of fixed_point vectors the sum decodes to their weighted mean"""
    play = bench.play(task="conformance-mean").complete()
    p = play.checked.parameters
    elements = packing.unpack(play[0].sum, p.vector_length, p.ring_bits)
    mean, weight = codec.decode(p, elements, len(play.players))
    inputs = [player.honest.input for player in play.players]
    require_equal("the sum of the weights", sum(one.weight for one in inputs), weight)
    for place, got in enumerate(mean):
        wanted = sum(max(-p.codec.clip, min(p.codec.clip, one.values()[place])) * one.weight
                     for one in inputs) / weight
        require(abs(got - wanted) <= len(inputs) / (p.codec.scale * weight) + 1e-9,
                f"element {place}: {wanted} is due, it is {got}")


@check("record-task-finished", rules=["JOIN-1"])
def _(bench):
    """After a task's last round a Join gets task_finished; its members get the record first"""
    bench.only("conformance-last")
    session = bench.session(6).greet()
    session.say(wire.Join("conformance-last"))
    answer = session.hear(wire.Joined, wire.SessionError)
    if isinstance(answer, wire.Joined):
        session.close()
        play = bench.play(task="conformance-last").complete()
        back = bench.session(0).greet()
        back.join("conformance-last")
        result = back.hear(wire.RoundResult)
        require_equal("the record", play[0].result.record, result.record)
        session = bench.session(6).greet()
        session.say(wire.Join("conformance-last"))
        answer = session.hear(wire.SessionError)
    require_equal("SessionError.reason", "task_finished", answer.reason)


@check("record-previous", rules=["PARAM-11", "RECORD-6"])
def _(bench):
    """A record names the record before it, as the offer of its round did"""
    first = bench.play().complete()
    second = bench.play().complete()
    require_equal("previous_record_hash",
                  transcript.record_hash(first[0].result.record),
                  second.checked.record.previous_record_hash)
    require_equal("session ids", True,
                  first.checked.record.session_id != second.checked.record.session_id)
