#include <utility>

#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/aggregator/again.h"
#include "protocol/round/aggregator/state.h"
#include "protocol/vector/ring.h"

namespace blindsum::detail::aggregator {
namespace {

void grant(Masking& state, Turn& turn, std::uint32_t u, std::uint64_t offset) {
  state.uploads.told(u);
  turn.send(state.cohort->roster_index(u), UploadGrant{offset});
}

// [UPLOAD-2]
void take_turns(Masking& state, Turn& turn) {
  for (const UploadQueue::Notice& notice : state.uploads.turn(turn.now())) {
    if (notice.kind == UploadQueue::Notice::Kind::granted) {
      grant(state, turn, notice.member, notice.offset);
    } else {
      turn.reject(state.cohort->roster_index(notice.member), Reason::upload_stalled,
                  "others wait; it goes on with the next grant");
    }
  }
}

// Behind the offset come bytes again that a repeated grant asked for: naming the offset once more
// would make the member go back again, and so on. Ahead of it, or without such a grant, it has to
// be told.
void answer_astray(Masking& state, Turn& turn, std::uint32_t u, std::uint64_t offset) {
  if (!state.uploads.first_astray(u)) return;
  const std::uint64_t wanted = state.uploads.granted_offset(u).value();
  turn.reject(state.cohort->roster_index(u), Reason::wrong_offset,
              std::to_string(offset) + ", not " + std::to_string(wanted));
  if (offset > wanted || !state.uploads.may_repeat(u)) grant(state, turn, u, wanted);
}

State close(Masking state, Turn& turn) {
  const FixedCohort& cohort = *state.cohort;
  const Result<SurvivorsRef> fixed =
      fix_survivors(cohort, *state.shares, std::move(state.receipts));
  if (fixed.has_error()) {
    turn.fail(reason_of(fixed.error()), fixed.error().message());
    return state;
  }
  const Bitmap& u3 = (*fixed)->u3;
  if (!turn.keep(SurvivorsFact{u3})) return state;
  turn.emit(PhaseClosed{std::string(Masking::name), u3.count(), state.shares->u2.count()});
  for (const std::uint32_t u : state.shares->u2.members()) {
    const std::uint32_t member = cohort.roster_index(u);
    if (!u3.has(u) && !turn.is_gone(member)) {
      turn.drop(member, Reason::time_limit, Masking::name);
    }
  }
  for (const std::uint32_t u : u3.members()) {
    turn.send(cohort.roster_index(u), survivors_message(*state.shares, **fixed, u));
  }
  return begin_attesting(turn, state.cohort, state.shares, *fixed);
}

void not_added(Masking& state, Turn& turn, std::uint32_t u, const Error& error) {
  state.receipts.erase(u);
  const Reason reason = reason_of(error);
  if (reason == Reason::store_failed || reason == Reason::internal_error) {
    return turn.fail(reason, error.message());
  }
  const std::uint32_t member = state.cohort->roster_index(u);
  turn.reject(member, reason, "the upload is not in the sum");
  turn.leave(member, reason, Masking::name);
}

}  // namespace

Masking begin_masking(Turn& turn, CohortRef cohort, SharesRef shares) {
  turn.time_goes_to(&PhaseTimings::mask_ms);
  RecordContent& record = turn.shared().record;
  record.u2.assign(shares->u2.bytes().begin(), shares->u2.bytes().end());
  record.th2 = shares->th2;
  const RoundParameters& parameters = turn.parameters();
  const Ring ring = Ring::of_bits(parameters.ring_bits).value();  // start() checked it [PARAM-4]
  Masking state{.cohort = std::move(cohort),
                .shares = std::move(shares),
                .deadline = turn.now() + Instant(parameters.limits.mask_ms) *
                                             (fault(Fault::late_upload) ? 1000 : 1),
                .uploads = UploadQueue(turn.shared().context.limits,
                                       ring.packed_size(parameters.vector_length)),
                .receipts = {},
                .taken = {},
                .added = {}};
  for (const std::uint32_t u : state.shares->u2.members()) {
    const std::uint32_t member = state.cohort->roster_index(u);
    if (turn.shared().connected.contains(member) && !turn.is_gone(member)) {
      state.uploads.enter(u, turn.now());
    }
  }
  return state;
}

// [UPLOAD-3]
void take(Masking& state, Turn& turn, std::uint32_t u, UploadChunk message) {
  const std::uint32_t member = state.cohort->roster_index(u);
  if (state.receipts.contains(u)) {
    // y is made once [ONCE-5], so what a repeated grant brings again is what is there already.
    if (state.uploads.may_repeat(u)) return;
    return turn.reject(member, Reason::conflicting_answer, "the upload is complete");
  }
  if (state.closing) return turn.reject(member, Reason::wrong_phase, "the phase closes");
  const std::uint64_t offset = message.offset;
  const Result<void> good = state.uploads.add_chunk(u, std::move(message), turn.now());
  if (good.has_value()) return;
  const Reason reason = reason_of(good.error());
  if (reason == Reason::wrong_offset) return answer_astray(state, turn, u, offset);
  if (reason == Reason::wrong_length) {
    state.uploads.remove(u);
    state.uploads.enter(u, turn.now());
  }
  turn.reject(member, reason, "upload chunk");
}

// [RECEIPT-2]
void take(Masking& state, Turn& turn, std::uint32_t u, Receipt message) {
  const std::uint32_t member = state.cohort->roster_index(u);
  const Encoded text = receipt_statement(state.shares->th2, u);
  const auto first = state.receipts.find(u);
  if (first != state.receipts.end()) {
    if (first->second == message && state.added.contains(u)) turn.send(member, UploadAck{});
    return again(turn, member, Label::masked, text, first->second.signature, message.signature);
  }
  if (state.closing || !state.uploads.is_complete(u)) {
    return turn.reject(member, Reason::wrong_phase, "receipt without a complete upload");
  }
  if (verify(state.cohort->keys[u], text, message.signature).has_error() &&
      !fault(Fault::receipt_unverified)) {
    return turn.reject(member, Reason::bad_signature, "receipt");
  }
  state.receipts.emplace(u, message);
  turn.emit(Accumulate{member, state.uploads.hand_over(u), AddedFact{u, message}});
}

// The place is free, the member waits on.
void take(Masking& state, Turn& turn, std::uint32_t u, const UploadTaken& event) {
  if (!state.uploads.is_handed_over(u)) return;
  state.uploads.finish(u);
  if (event.error.failed()) return not_added(state, turn, u, event.error);
  state.taken.insert(u);
}

// [RECEIPT-2, DISK-7]
void take(Masking& state, Turn& turn, std::uint32_t u, const Accumulated& event) {
  if (state.uploads.is_handed_over(u)) {
    state.uploads.finish(u);
  } else if (state.taken.erase(u) == 0) {
    return;
  }
  if (event.error.failed()) return not_added(state, turn, u, event.error);
  state.added.insert(u);
  turn.send(event.roster_index, UploadAck{});
}

void resume(Masking& state, Turn& turn, std::uint32_t u) {
  const std::uint32_t member = state.cohort->roster_index(u);
  turn.send(member, delivery_of(*state.shares, u));
  if (!state.shares->u2.has(u)) return;
  if (state.added.contains(u)) return turn.send(member, UploadAck{});
  if (state.receipts.contains(u) || state.closing) return;  // the accumulator answers, or nobody
  state.uploads.enter(u, turn.now());
  const auto offset = state.uploads.granted_offset(u);
  if (offset) grant(state, turn, u, *offset);
}

void lost(Masking& state, std::uint32_t u) {
  state.uploads.remove(u);
}

State settle(Masking state, Turn& turn) {
  const FixedCohort& cohort = *state.cohort;
  const Bitmap& u2 = state.shares->u2;
  Standing standing;
  standing.answered = static_cast<std::uint32_t>(state.added.size());
  standing.needed = cohort.graph.survivors;
  standing.awaited = u2.count();
  if (turn.gone_may_matter(standing)) {
    standing.awaited -= count_gone(turn.shared().gone, cohort, u2, state.receipts);
  }
  state.closing = state.closing || turn.now() >= state.deadline;
  if (!state.closing) take_turns(state, turn);
  // Who is acknowledged once durable must be in U3: the accumulator's answers come first.
  const std::uint32_t to_come =
      state.uploads.handed_over() + static_cast<std::uint32_t>(state.taken.size());
  const bool answers_to_come = to_come > 0 && standing.answered + to_come >= standing.needed;
  switch (state.closing && answers_to_come ? Verdict::wait : turn.judge(standing, state.deadline)) {
    case Verdict::wait:
      return state;
    case Verdict::close:
      return close(std::move(state), turn);
    case Verdict::fail:
      break;
  }
  return abort_round(turn, state.cohort, Reason::too_few_survivors,
                     std::to_string(standing.answered) + " vectors were added, " +
                         std::to_string(standing.needed) + " are needed");
}

}  // namespace blindsum::detail::aggregator
