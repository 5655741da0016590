// What the server does on behalf of the aggregator's machine.
#include <algorithm>
#include <utility>

#include "crypto/transcript.h"
#include "tests/sim/aggregator_host.h"
#include "tests/sim/damage.h"
#include "tests/sim/names.h"
#include "tests/support/serial_parallel.h"

namespace blindsum::sim {
namespace {

constexpr std::uint32_t kMostWorkMs = 30;  // of the pool, for one job

}  // namespace

void AggregatorHost::carry_out(const SessionId& session, std::vector<AggregatorEffect> effects) {
  const std::uint32_t incarnation = incarnation_;
  for (std::size_t done = 0; done < effects.size(); ++done) {
    if (dies_within_ && (*dies_within_)-- == 0) return die_amid(session, effects[done], done);
    std::visit([&](auto& one) { on_effect(session, one); }, effects[done]);
    if (incarnation != incarnation_) return;
  }
  if (dies_within_ && !effects.empty()) return die("after its effects");
  arm_timer(session);
}

// Of a message to several, some may have got it.
void AggregatorHost::die_amid(const SessionId& session, const AggregatorEffect& effect,
                              std::size_t done) {
  const auto* const several = std::get_if<SendToMembers>(&effect);
  if (several != nullptr && several->roster_indices.size() > 1 && random_.chance(500)) {
    SendToMembers some = *several;
    some.roster_indices.resize(
        1 + random_.below(static_cast<std::uint32_t>(some.roster_indices.size() - 1)));
    on_effect(session, some);
    return die("amid a message to several");
  }
  die(done == 0 ? "all is written, nothing sent" : "between its effects");
}

void AggregatorHost::on_effect(const SessionId& session, const SendToMembers& effect) {
  const auto bytes = std::make_shared<const Bytes>(encode_in_round(session, *effect.message));
  for (const std::uint32_t roster_index : effect.roster_indices) {
    const auto member = stage_.cast.member_of(roster_index);
    if (!member) {
      stage_.trace.fail("a message to nobody");
    } else if (connected_.contains(*member)) {
      send(session, *member, *effect.message, bytes);
    }
  }
}

void AggregatorHost::send(const SessionId& session, std::uint32_t member,
                          const ToParticipant& message, const std::shared_ptr<const Bytes>& bytes) {
  const auto forged = forger_ ? forger_->forge(session, member, message) : std::optional<Forged>();
  if (forged) return send_forged(session, member, *forged);
  stage_.trace.say([&] { return "-> member " + std::to_string(member) + ": " + name_of(message); });
  stage_.network.to_member(member, {.bytes = bytes});
  if (std::holds_alternative<Offer>(message)) send_payload(session, member);
}

void AggregatorHost::send_forged(const SessionId& session, std::uint32_t member,
                                 const Forged& forged) {
  for (std::size_t i = 0; i < forged.messages.size(); ++i) {
    const ToParticipant& message = forged.messages[i];
    const bool is_last = i + 1 == forged.messages.size();
    Bytes bytes = encode_in_round(session, message);
    if (is_last && forged.overwrite) {
      bytes = with_overwritten(bytes, forged.overwrite->first, forged.overwrite->second);
    }
    stage_.trace.say(
        [&] { return "-> member " + std::to_string(member) + ", forged: " + name_of(message); });
    Frame frame{.bytes = std::make_shared<const Bytes>(std::move(bytes))};
    const auto* offer = std::get_if<Offer>(&message);
    const bool has_payload = offer != nullptr && offer->parameters.payload_size > 0;
    if (is_last && !has_payload) frame.must_refuse = forged.must_refuse;
    stage_.network.to_member(member, std::move(frame));
    if (!has_payload) continue;
    // The payload that the offer announces, whatever it is.
    Bytes data = kept(session).payload;
    data.resize(static_cast<std::size_t>(offer->parameters.payload_size));
    if (forged.spoils_payload) data.back() ^= 1;
    Bytes chunk = chunk_header(ChunkType::payload, offer->parameters.session_id, 0);
    put_bytes(chunk, data);
    stage_.network.to_member(member, {.bytes = std::make_shared<const Bytes>(std::move(chunk)),
                                      .must_refuse = forged.must_refuse});
  }
}

void AggregatorHost::send_payload(const SessionId& session, std::uint32_t member) {
  const Bytes& payload = kept(session).payload;
  if (payload.empty() || live_.at(session).adverted.contains(member)) return;
  // In two pieces, so that a connection can break between them.
  const std::size_t half = (payload.size() + 1) / 2;
  for (std::size_t offset = 0; offset < payload.size(); offset += half) {
    Bytes chunk = chunk_header(ChunkType::payload, session, offset);
    put_bytes(chunk, ByteView(payload).subspan(offset, std::min(half, payload.size() - offset)));
    stage_.network.to_member(member, {.bytes = std::make_shared<const Bytes>(std::move(chunk))});
  }
}

// The upload is added by a job; it is durable with the next checkpoint.
void AggregatorHost::on_effect(const SessionId& session, Accumulate& effect) {
  stage_.queue.after(Instant{random_.below(kMostWorkMs)},
                     [this, session, incarnation = incarnation_,
                      job = std::make_shared<Accumulate>(std::move(effect))] {
                       if (incarnation == incarnation_) accumulate(session, *job);
                     });
}

void AggregatorHost::accumulate(const SessionId& session, Accumulate& effect) {
  Live& live = live_.at(session);
  const RoundParameters& terms = stage_.plan.terms;
  const Ring ring = Ring::of_bits(terms.ring_bits).value();
  if (!live.accumulator) live.accumulator.emplace(ring, terms.vector_length);
  const auto added = live.accumulator->add_packed(effect.packed);
  const Error error = added ? Error() : added.error();
  if (added) {
    live.waiting.roster_indices.push_back(effect.roster_index);
    live.waiting.facts.push_back(effect.fact);
  }
  handle(session, UploadTaken{.roster_index = effect.roster_index, .error = error});
}

void AggregatorHost::on_effect(const SessionId& session, const Recover& effect) {
  stage_.watch.see(RecoveryBegun{.session = session, .job = effect.job.get()});
  stage_.queue.after(Instant{random_.below(kMostWorkMs)},
                     [this, session, incarnation = incarnation_, job = effect.job] {
                       if (incarnation == incarnation_) recover_sum(session, *job);
                     });
}

// Whatever dies, the masked sum is in the checkpoint for another try.
void AggregatorHost::recover_sum(const SessionId& session, const RecoveryJob& job) {
  Live& live = live_.at(session);
  if (!live.accumulator) return stage_.trace.fail("a sum of nothing is to be recovered");
  Accumulator& sum = *live.accumulator;
  SerialParallel serial;
  SilentMonitor silent;
  RecoveryOutcome outcome = recover(job, sum, serial, silent);
  keep_result(session, std::move(outcome), sum.packed().value());
}

void AggregatorHost::on_effect(const SessionId& session, const MemberRejected& effect) {
  const auto member = stage_.cast.member_of(effect.roster_index);
  stage_.trace.say([&] {
    return "member " + std::to_string(*member) +
           " is rejected: " + std::string(blindsum::name_of(effect.reason)) + ", " + effect.detail;
  });
  stage_.watch.see(Rejected{.session = session, .member = *member, .reason = effect.reason});
}

void AggregatorHost::on_effect(const SessionId&, const MemberDropped& effect) {
  stage_.trace.say([&] {
    return "member " + std::to_string(*stage_.cast.member_of(effect.roster_index)) +
           " is dropped in " + effect.phase + ": " + std::string(blindsum::name_of(effect.reason));
  });
}

void AggregatorHost::on_effect(const SessionId&, const PhaseClosed& effect) {
  stage_.trace.say([&] {
    return effect.phase + " closes: " + std::to_string(effect.answered) + " of " +
           std::to_string(effect.expected);
  });
}

void AggregatorHost::on_effect(const SessionId& session, const AggregatorRoundOver& effect) {
  Kept& round = kept(session);
  if (round.record) {
    // [RECORD-2] The first is kept, also if a fact whose sync failed tells of another ending.
    const bool is_same =
        round.record->content == effect.record && round.record->proof == effect.proof;
    if (!is_same && !has_failed_disk_) {
      stage_.trace.fail("a second record of one session [RECORD-2]");
    }
  } else {
    publish(round, effect);
  }
  for (const std::uint32_t member : connected_) send_record(session, member);
  idle_since_ = stage_.queue.now();
  stage_.queue.after(Instant{0}, [this] { consider_start(); });
}

void AggregatorHost::publish(Kept& round, const AggregatorRoundOver& over) {
  const RecordContent& content = over.record;
  stage_.trace.say([&] {
    return "the round is over: " + std::string(blindsum::name_of(content.outcome)) + " " +
           content.detail;
  });
  if (round.is_spoilt && content.outcome != Reason::checkpoint_damaged && !has_failed_disk_) {
    stage_.trace.fail("the checkpoint is damaged, and the round ends with " +
                      std::string(blindsum::name_of(content.outcome)) + " [DISK-8]");
  }
  const bool goes_on =
      content.outcome == Reason::ok &&
      std::any_of(disk_.begin(), disk_.end(), [](const Kept& before) { return before.is_spoilt; });
  if (goes_on) stage_.statistics.count(Group::disk, "rounds completed after a damaged one");
  const auto record = sign_record(content, over.proof, stage_.cast.aggregator());
  if (record.has_error()) return stage_.trace.fail("a record cannot be signed");
  const auto good =
      verify_record(*record, stage_.cast.roster(), stage_.cast.aggregator().verify_key());
  if (good.has_error()) {
    return stage_.trace.fail("an honest record does not verify: " + good.error().message());
  }
  round.record = *record;
  if (content.outcome == Reason::ok) round.sum = live_.at(round.session).sum;
  const RoundParameters& terms = stage_.plan.terms;
  std::optional<Accumulator> sum;
  if (content.outcome == Reason::ok && round.sum) {
    const Ring ring = Ring::of_bits(terms.ring_bits).value();
    sum = Accumulator::from_packed(ring, terms.vector_length, *round.sum).value();
    if (sha256(*round.sum).value() != content.sum_digest) {
      stage_.trace.fail("the record has the digest of another sum [RECORD-4]");
    }
  }
  stage_.watch.see(RecordMade{.session = round.session,
                              .record = &round.record->content,
                              .proof = &round.record->proof,
                              .sum = sum ? &sum->sum() : nullptr});
}

// [RECORD-5, RECORD-9] To who is in the cohort.
void AggregatorHost::send_record(const SessionId& session, std::uint32_t member) {
  const Kept& round = kept(session);
  if (!round.record) return;
  const std::uint32_t roster_index = Cast::roster_index(member);
  const std::vector<SignedAdvert>& cohort = round.record->proof.adverts;
  const bool is_in = std::any_of(cohort.begin(), cohort.end(), [&](const SignedAdvert& one) {
    return one.advert.roster_index == roster_index;
  });
  if (!is_in) return;
  RoundRecord result{.record_bytes = round.record->record_bytes,
                     .signature = round.record->signature,
                     .sum_size = round.sum ? round.sum->size() : 0};
  // [RECORD-9]
  const auto live = live_.find(session);
  if (live == live_.end() || !live->second.machine->holds_proof(roster_index)) {
    result.proof_bytes = encode_record_proof(round.record->proof);
  }
  const ToParticipant message = std::move(result);
  const auto bytes = std::make_shared<const Bytes>(encode_in_round(session, message));
  stage_.network.to_member(member, {.bytes = bytes});
}

}  // namespace blindsum::sim
