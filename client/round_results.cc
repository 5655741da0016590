// The round driver's end of a round: the record, the sum behind it, what the program is told.
#include <algorithm>
#include <chrono>
#include <utility>

#include "client/round_driver.h"
#include "protocol/wire/documents.h"

namespace blindsum {
namespace {

// A sum that stops coming for so long will not come any more.
constexpr std::chrono::seconds kSumPause{60};

}  // namespace

// [RECORD-5]
void RoundDriver::received(const SessionId& id, const RoundRecord& message, ByteView frame) {
  const auto known = std::find_if(reported_.begin(), reported_.end(),
                                  [&](const Reported& one) { return one.id == id; });
  if (known != reported_.end()) {
    received_again(*known, message, frame);
    return;
  }
  const bool held = holds(id);
  const bool was_over = held && held_->is_over();
  const OwnTranscript own = held ? held_->transcript() : OwnTranscript{};
  auto record = check_record(message, id, context_.roster, context_.policy.aggregator_key, own);
  if (record) {
    const auto kept = keep_record(*record);
    if (!kept) record = kept.error();
  }
  if (held) held_->handle(message);
  // A record that fails releases nothing and withdraws nothing, but the program has to know; that
  // of a round which is nothing to us (any more) is not worth a word.
  const bool ends_now = held && !was_over && !own_end_;
  if (!record) {
    if (ends_now) tell_end(held_->parameters().round, reason_of(record.error()), false);
    return;
  }
  const RoundParameters& parameters = record->content.offer.parameters;
  reported_.push_back({.id = id,
                       .task = parameters.task,
                       .round = parameters.round,
                       .record_bytes = message.record_bytes,
                       .frame = Bytes(frame.begin(), frame.end())});
  if (reported_.size() > kMostReported) reported_.pop_front();
  release_input(id, *record);
  const Reason reason = reason_for(*record, held);
  if (ends_now) tell_over(parameters.round, reason);
  const bool counts = held && !held_reported_;
  if (counts) held_reported_ = true;
  report(*std::move(record), reason, counts, ends_now, message.sum_size);
}

// After a reconnect, the sum with it. Another record is a second story, if it is signed [RECORD-2];
// what was told and kept of the first stays.
void RoundDriver::received_again(Reported& known, const RoundRecord& message, ByteView frame) {
  if (message.record_bytes == known.record_bytes) {
    sum_comes_again(known.id, message.sum_size);
    return;
  }
  if (known.contradicted) return;
  if (!is_signed_record(message, known.id, context_.policy.aggregator_key)) return;
  known.contradicted = true;
  const auto kept = host_.keep({.number = 0,
                                .task = known.task,
                                .round = known.round,
                                .session_id = known.id,
                                .message = "RoundResult",
                                .found = host_.wall_now(),
                                .first = known.frame,
                                .second = Bytes(frame.begin(), frame.end())});
  host_.tell(evidence_told(known.round, "RoundResult", kept));
}

// From its start, and of the size that the record gives it: the message is not signed.
void RoundDriver::sum_comes_again(const SessionId& id, std::uint64_t sum_size) {
  if (!awaits_sum(id)) return;
  const std::uint64_t expected = sum_bytes(waiting_->record.content);
  if (sum_size == expected) {
    waiting_->sum = ChunkAssembly(expected);
  } else {
    finish_waiting(Reason::record_mismatch);
  }
}

// [PARAM-11] The next offer has to point to it.
Result<void> RoundDriver::keep_record(const SignedRecord& record) {
  const RoundParameters& parameters = record.content.offer.parameters;
  const auto& tasks = context_.policy.tasks;
  if (std::find(tasks.begin(), tasks.end(), parameters.task) == tasks.end()) {
    return Reason::task_not_served;
  }
  BLINDSUM_TRY(last, context_.store.last_record(parameters.task));
  if (last && last->round == parameters.round - 1 && last->hash != record.content.previous_record) {
    return Reason::wrong_previous_record;
  }
  if (last && last->round >= parameters.round) return {};
  BLINDSUM_TRY(hash, record_hash(record.record_bytes));
  return context_.store.keep_record(parameters.task, {.round = parameters.round, .hash = hash});
}

// [CERT-3, INPUT-3] The certificate in it may leave this participant out.
void RoundDriver::release_input(const SessionId& id, const SignedRecord& record) {
  if (!record.content.certified) return;
  const Certificate certificate{.th2 = record.content.th2,
                                .u3 = record.content.u3,
                                .attestations = record.proof.attestations};
  if (holds(id)) {
    held_->handle(certificate);
  } else {
    // Most often there is no input of that round, or it is in the sum: nothing to release then.
    static_cast<void>(accept_certificate(context_.store, context_.roster_index, id, certificate));
  }
}

// ok if this participant's vector is in the sum.
Reason RoundDriver::reason_for(const SignedRecord& record, bool held) const {
  if (record.content.outcome != Reason::ok) return record.content.outcome;
  if (is_survivor(record, context_.roster_index)) return Reason::ok;
  return held && own_end_ ? own_end_->reason : Reason::not_in_u3;
}

// Why a sum that is announced is not waited for. The record may be of a round whose offer nobody
// here has seen [POLICY-2].
std::optional<Reason> RoundDriver::why_no_sum(const RecordContent& record,
                                              std::uint64_t sum_size) const {
  if (sum_size == 0) return std::nullopt;
  if (sum_size != sum_bytes(record)) return Reason::record_mismatch;
  if (record.offer.parameters.vector_length > context_.policy.most_elements) {
    return Reason::vector_too_long;
  }
  return std::nullopt;
}

void RoundDriver::report(SignedRecord record, Reason reason, bool own, bool ends_now,
                         std::uint64_t sum_size) {
  RoundResult result{.round = record.content.offer.parameters.round,
                     .completed = reason == Reason::ok,
                     .reason = std::string(name_of(reason)),
                     .refused = false,
                     .record_file = encode_record_file(record),
                     .aggregate = std::nullopt};
  if (own && result.completed && own_end_ && summary_.not_completed > 0) --summary_.not_completed;
  if (!result.completed && ends_now) ++summary_.not_completed;
  if (const auto why = why_no_sum(record.content, sum_size); sum_size == 0 || why) {
    if (why) result.reason = name_of(*why);
    tell_result(std::move(result), own);
    return;
  }
  finish_waiting(Reason::time_limit);
  waiting_.emplace(WaitingResult{.result = std::move(result),
                                 .record = std::move(record),
                                 .sum = ChunkAssembly(sum_size),
                                 .deadline = host_.now() + kSumPause,
                                 .own = own});
}

void RoundDriver::on(const SumChunk& chunk) {
  if (!awaits_sum(chunk.session_id)) return;
  waiting_->deadline = host_.now() + kSumPause;
  if (!waiting_->sum.add(chunk.offset, chunk.data)) {
    finish_waiting(Reason::record_mismatch);
  } else if (waiting_->sum.complete()) {
    finish_waiting(std::nullopt);
  }
}

void RoundDriver::finish_waiting(std::optional<Reason> why_no_sum) {
  if (!waiting_) return;
  WaitingResult waiting = *std::move(waiting_);
  waiting_.reset();
  if (!why_no_sum) {
    auto aggregate = check_sum(waiting.record, waiting.sum.bytes());
    if (aggregate) {
      waiting.result.aggregate = *std::move(aggregate);
    } else {
      why_no_sum = reason_of(aggregate.error());
    }
  }
  if (why_no_sum) waiting.result.reason = name_of(*why_no_sum);
  tell_result(std::move(waiting.result), waiting.own);
}

void RoundDriver::tell_over(std::uint64_t round, Reason reason) {
  host_.tell(Progress{.kind = ProgressKind::round_over,
                      .round = round,
                      .text = std::string(name_of(reason)),
                      .done = 0,
                      .of = 0});
}

// Without a record, or without one that holds.
void RoundDriver::tell_end(std::uint64_t round, Reason reason, bool refused) {
  tell_over(round, reason);
  ++summary_.not_completed;
  tell_result(RoundResult{.round = round,
                          .completed = false,
                          .reason = std::string(name_of(reason)),
                          .refused = refused,
                          .record_file = {},
                          .aggregate = std::nullopt},
              true);
}

void RoundDriver::tell_result(RoundResult result, bool own) {
  if (own) summary_.last_reason = result.reason;
  if (own && result.completed) ++summary_.completed;
  host_.tell(std::move(result));
  if (finished_ || rounds_ == 0 || summary_.completed < rounds_) return;
  finished_ = true;
  host_.finished();
}

}  // namespace blindsum
