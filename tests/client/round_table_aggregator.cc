// The table's aggregator: carries out what its machine wants done.
#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "tests/client/round_table.h"
#include "tests/support/serial_parallel.h"

namespace blindsum {

std::uint32_t RoundTable::position(std::uint32_t roster_index) const {
  for (std::uint32_t i = 0; i < seats_.size(); ++i) {
    if (seats_[i]->roster_index == roster_index) return i;
  }
  REQUIRE_MESSAGE(false, "no such seat");
  return 0;
}

void RoundTable::take_from(std::uint32_t i) {
  auto frame = host(i).take();
  if (auto* message = std::get_if<InRound<ToAggregator>>(&frame)) {
    // What belongs to an older round is nothing to this machine [WIRE-5].
    if (message->session_id != id()) return;
    events_.emplace_back(MemberMessage{seat(i).roster_index, std::move(message->message)});
  } else if (const auto* broken = std::get_if<BrokenInRound>(&frame)) {
    events_.emplace_back(MemberMalformed{seat(i).roster_index, broken->error});
  }
}

void RoundTable::answer_program(std::uint32_t i) {
  const ProgramJob job = std::move(host(i).jobs.front());
  host(i).jobs.erase(host(i).jobs.begin());
  if (!*job.wanted) return;
  driver(i).input(job.parameters->session_id, program(i, *job.parameters));
}

void RoundTable::event(AggregatorEvent event) {
  for (auto& effect : aggregator_->handle(std::move(event), now_)) perform(std::move(effect));
}

void RoundTable::perform(AggregatorEffect effect) {
  if (const auto* send = std::get_if<SendToMembers>(&effect)) {
    for (const std::uint32_t to : send->roster_indices) deliver(position(to), *send->message);
  } else if (auto* add = std::get_if<Accumulate>(&effect)) {
    const auto added = sum_->add_packed(add->packed);
    events_.emplace_back(Accumulated{add->roster_index, added ? Error() : added.error()});
  } else if (const auto* job = std::get_if<Recover>(&effect)) {
    SerialParallel serial;
    SilentMonitor silent;
    events_.emplace_back(Recovered{recover(*job->job, *sum_, serial, silent)});
  } else if (const auto* rejected = std::get_if<MemberRejected>(&effect)) {
    rejections_.push_back(rejected->reason);
  } else if (auto* over = std::get_if<AggregatorRoundOver>(&effect)) {
    record_ = std::move(over->record);
    proof_ = std::move(over->proof);
    publish();
  }
}

void RoundTable::deliver(std::uint32_t i, ToParticipant message) {
  if (!seat(i).connected) return;
  if (spoil && !spoil(i, message)) return;
  driver(i).frame(encode_in_round(id(), message));
  if (!std::holds_alternative<Offer>(message) || options_.payload.empty()) return;
  // In small pieces, so that there are several.
  constexpr std::size_t kPiece = 700;
  for (std::size_t at = 0; at < options_.payload.size(); at += kPiece) {
    const auto length = std::min(kPiece, options_.payload.size() - at);
    const ByteView piece = ByteView(options_.payload).subspan(at, length);
    say(i, PayloadChunk{id(), at, Bytes(piece.begin(), piece.end())});
  }
}

void RoundTable::publish() {
  const RoundRecord bare = bare_record();
  const RoundRecord proven = record_message();
  previous_record_ = record_hash(bare.record_bytes).value();
  for (std::uint32_t i = 0; i < seats_.size(); ++i) {
    if (!seat(i).connected) continue;
    ToParticipant copy = aggregator_->holds_proof(seat(i).roster_index) ? bare : proven;
    if (spoil && !spoil(i, copy)) continue;
    say(i, copy);
    if (bare.sum_size == 0) continue;
    say(i, SumChunk{id(), 0, sum_->packed().value()});
  }
}

}  // namespace blindsum
