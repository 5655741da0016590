#include "server/round_host.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "faults/faults.h"
#include "protocol/wire/answer_size.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "server/store/store_error.h"

namespace blindsum {
namespace {

constexpr Instant kRetryPause{1000};

SharedBytes share(Bytes bytes) {
  return std::make_shared<const Bytes>(std::move(bytes));
}

// The phase that a message of a member answers. An upload is one once it is durable.
std::optional<MemberAnswered> answer_in(const AggregatorEvent& event, const RoundKey& round) {
  if (const auto* const added = std::get_if<Accumulated>(&event); added != nullptr) {
    if (added->error) return std::nullopt;
    return MemberAnswered{round, added->roster_index, AggregatorPhase::mask};
  }
  const auto* const message = std::get_if<MemberMessage>(&event);
  if (message == nullptr) return std::nullopt;
  const auto in = [&](AggregatorPhase phase) {
    return MemberAnswered{round, message->roster_index, phase};
  };
  if (std::holds_alternative<SignedAdvert>(message->message)) return in(AggregatorPhase::advertise);
  if (std::holds_alternative<Shares>(message->message)) return in(AggregatorPhase::share);
  if (std::holds_alternative<Attestation>(message->message)) return in(AggregatorPhase::attest);
  if (std::holds_alternative<Unmask>(message->message)) return in(AggregatorPhase::unmask);
  return std::nullopt;
}

}  // namespace

RoundHost::RoundHost(const RoundEnvironment& environment, Offer offer, Ring ring,
                     SharedBytes payload, OnOver on_over)
    : environment_(environment),
      session_id_(offer.parameters.session_id),
      name_(fmt::format("{}/{}", offer.parameters.task, offer.parameters.round)),
      log_(environment.log, {name_, to_hex(session_id_.view())}),
      peer_log_(environment.peer_log, {name_, to_hex(session_id_.view())}),
      offer_(std::move(offer)),
      ring_(ring),
      payload_(std::move(payload)),
      on_over_(std::move(on_over)) {}

Result<std::shared_ptr<RoundHost>> RoundHost::make(const RoundEnvironment& environment,
                                                   const Offer& offer, SharedBytes payload,
                                                   OnOver on_over) {
  BLINDSUM_TRY(ring, Ring::of_bits(offer.parameters.ring_bits));
  const std::shared_ptr<RoundHost> host(
      new RoundHost(environment, offer, ring, std::move(payload), std::move(on_over)));
  const SumKeeper::Context context{environment.store, environment.checkpoints, environment.pool,
                                   environment.clock, environment.log,         host->session_id_,
                                   host->name_,       &environment.watcher};
  host->keeper_ = std::make_shared<SumKeeper>(
      context, ring, offer.parameters.vector_length,
      [weak = std::weak_ptr(host), &strand = environment.strand](AggregatorEvent event) {
        strand.post_last([weak, event = std::move(event)]() mutable {
          if (const auto self = weak.lock()) self->handle(std::move(event));
        });
      });
  return host;
}

Result<std::shared_ptr<RoundHost>> RoundHost::start(const RoundEnvironment& environment,
                                                    Offer offer, SharedBytes payload,
                                                    OnOver on_over) {
  BLINDSUM_TRY(host, make(environment, offer, std::move(payload), std::move(on_over)));
  std::vector<std::uint32_t> invited;
  for (const auto& [roster_index, member] : environment.members) {
    if (member.waits) invited.push_back(roster_index);
  }
  auto offered = invited;
  std::vector<AggregatorEffect> effects;
  auto machine = AggregatorRound::start({environment.roster, environment.store, environment.limits},
                                        std::move(offer), std::move(invited),
                                        environment.clock.now(), effects);
  if (!machine) return machine.error();
  host->machine_.emplace(*std::move(machine));
  host->tell_started(std::move(offered), false);
  host->carry_out(std::move(effects));
  host->arm_timer();
  return host;
}

void RoundHost::leave() {
  left_ = true;
  if (recovery_) recovery_->give_up();
}

void RoundHost::handle(AggregatorEvent event) {
  if (left_) return;
  const auto* message = std::get_if<MemberMessage>(&event);
  if (message != nullptr && std::holds_alternative<SignedAdvert>(message->message)) {
    adverted_.insert(message->roster_index);
  }
  const auto answer = answer_in(event, key());
  auto effects = machine_->handle(std::move(event), environment_.clock.now());
  tell_advance(answer, effects);
  carry_out(std::move(effects));
  tell_more_may_come();
  arm_timer();
}

void RoundHost::tell_started(std::vector<std::uint32_t> members, bool resumed) {
  environment_.watcher.see(RoundStarted{key(), std::move(members), resumed});
  tell_advance(std::nullopt, {});
}

// An answer that the machine has not rejected was taken.
void RoundHost::tell_advance(const std::optional<MemberAnswered>& answer,
                             const std::vector<AggregatorEffect>& effects) {
  const auto rejects = [&](const AggregatorEffect& effect) {
    const auto* const rejected = std::get_if<MemberRejected>(&effect);
    return rejected != nullptr && rejected->roster_index == answer->roster_index;
  };
  if (answer && std::none_of(effects.begin(), effects.end(), rejects)) {
    environment_.watcher.see(*answer);
  }
  const auto phase = machine_->phase();
  if (std::exchange(told_phase_, phase) != phase)
    environment_.watcher.see(PhaseBegan{key(), phase});
}

// In phase 3 the keeper waits for more before it writes; so it has to hear when none can come.
void RoundHost::tell_more_may_come() {
  const bool may = machine_->phase() < AggregatorPhase::mask || machine_->awaits_uploads();
  if (std::exchange(more_may_come_, may) != may) keeper_->may_come(may);
}

void RoundHost::connected(std::uint32_t roster_index) {
  handle(MemberConnected{roster_index});
  const auto member = environment_.members.find(roster_index);
  if (member != environment_.members.end() && cohort_.contains(roster_index)) {
    send_result(roster_index, *member->second.link);
  }
}

void RoundHost::publish(const SignedRecord& record, SharedBytes sum) {
  RoundRecord message{record.record_bytes, record.signature, sum ? sum->size() : 0};
  bare_result_ = share(encode_in_round(session_id_, message));
  message.proof_bytes = encode_record_proof(record.proof);
  proven_result_ = share(encode_in_round(session_id_, message));
  sum_ = std::move(sum);
  for (const auto& signed_advert : record.proof.adverts) {
    cohort_.insert(signed_advert.advert.roster_index);
  }
  for (const auto& [roster_index, member] : environment_.members) {
    if (cohort_.contains(roster_index)) send_result(roster_index, *member.link);
  }
}

void RoundHost::send_result(std::uint32_t roster_index, MemberLink& link) {
  const bool is_bare = machine_->holds_proof(roster_index) || fault(Fault::proof_missing);
  link.send(is_bare ? bare_result_ : proven_result_);
  if (sum_) link.send(Blob{ChunkType::sum, session_id_, sum_});
}

void RoundHost::carry_out(std::vector<AggregatorEffect> effects) {
  for (auto& effect : effects) {
    std::visit([this](auto& one) { carry_out(one); }, effect);
  }
}

void RoundHost::carry_out(SendToMembers& effect) {
  const bool is_offer = std::holds_alternative<Offer>(*effect.message);
  if (const auto* cohort = std::get_if<Cohort>(effect.message.get())) {
    cohort_size_ = static_cast<std::uint32_t>(cohort->adverts.size());
  }
  const auto answer = largest_answer_frame(*effect.message, cohort_size_,
                                           ring_.packed_size(offer_.parameters.vector_length));
  SharedBytes frame;
  for (const auto roster_index : effect.roster_indices) {
    const auto member = environment_.members.find(roster_index);
    // Whoever is away gets the message of the phase when it comes back.
    if (member == environment_.members.end()) continue;
    if (!frame) frame = share(encode_in_round(session_id_, *effect.message));
    member->second.link->expect_frame(answer);
    member->second.link->send(frame);
    if (is_offer && payload_ && !adverted_.contains(roster_index)) {
      member->second.link->send(Blob{ChunkType::payload, session_id_, payload_});
    }
  }
}

// Away from the strand; only the machine's bound on uploads in flight limits how many wait there.
void RoundHost::carry_out(Accumulate& effect) {
  keeper_->add(std::move(effect));
}

// The machine has had all answers of the keeper by now, so nobody else touches the sum.
void RoundHost::carry_out(Recover& effect) {
  recovery_ = std::make_shared<RecoveryWatch>(name_, environment_.pool, environment_.clock, log_);
  environment_.pool.post([self = shared_from_this(), job = std::move(effect.job),
                          sum = keeper_->sum(), watch = recovery_] {
    RecoveryOutcome outcome;
    try {
      outcome = recover(*job, *sum, self->environment_.pool, *watch);
    } catch (const std::exception& exception) {
      self->log_.error("{}: internal_error: {}", self->name_, exception.what());
      outcome = {};
      outcome.reason = Reason::internal_error;
    }
    watch->done(outcome);
    if (outcome.reason == Reason::ok) {
      self->environment_.watcher.see(SumUnmasked{self->key(), self->offer_.parameters.vector_length,
                                                 outcome.work.mask_streams, watch->elapsed()});
    }
    self->keep_result(std::move(outcome), sum);
  });
}

// On the pool. Members have spent their inputs on this sum: for want of room on a disk it is not
// given up, but by whoever stops the round.
void RoundHost::keep_result(RecoveryOutcome outcome, const std::shared_ptr<Accumulator>& sum) {
  if (outcome.reason == Reason::ok) {
    const auto kept = packed_and_kept(*sum);
    if (!kept && !is_for_good(kept.error()) && recovery_->is_wanted()) {
      log_.error("{}: the sum is not kept yet: {}; tried again in {} ms", name_,
                 kept.error().message(), kRetryPause.count());
      const auto again = environment_.clock.now() + kRetryPause;
      return environment_.pool.post_at(
          again, [self = shared_from_this(), outcome = std::move(outcome), sum]() mutable {
            self->keep_result(std::move(outcome), sum);
          });
    }
    if (!kept) outcome.reason = Reason::store_failed;
  }
  environment_.strand.post(
      [self = shared_from_this(), outcome = std::move(outcome), sum]() mutable {
        if (outcome.reason == Reason::ok) self->result_ = sum;
        self->handle(Recovered{std::move(outcome)});
      });
}

// Want of memory passes as want of room does.
Result<void> RoundHost::packed_and_kept(const Accumulator& sum) {
  try {
    BLINDSUM_TRY(packed, sum.packed());
    return environment_.store.keep_result(session_id_, packed);
  } catch (const std::exception& exception) {
    log_.error("{}: internal_error: {}", name_, exception.what());
    return Reason::internal_error;
  }
}

void RoundHost::carry_out(MemberRejected& effect) {
  if (effect.reason == Reason::ok) return;
  environment_.watcher.see(AnswerRejected{key(), effect.roster_index, effect.reason});
  peer_log_.info("{}: {}: rejected, {} ({})", name_, member_name(effect.roster_index),
                 name_of(effect.reason), effect.detail);
}

void RoundHost::carry_out(MemberDropped& effect) {
  log_.info("{}: {} dropped in {}: {}", name_, member_name(effect.roster_index), effect.phase,
            name_of(effect.reason));
  dropped_.push_back({effect.roster_index, effect.reason, effect.phase});
  environment_.watcher.see(MemberWasDropped{key(), dropped_.back()});
}

void RoundHost::carry_out(PhaseClosed& effect) {
  log_.info("{}: {} closed, {} of {}", name_, effect.phase, effect.answered, effect.expected);
}

void RoundHost::carry_out(AggregatorRoundOver& effect) {
  if (recovery_) recovery_->give_up();
  RoundEnding ending{std::move(effect.record), std::move(effect.proof), std::move(dropped_),
                     nullptr};
  if (ending.record.outcome == Reason::ok) ending.sum = std::move(result_);
  result_.reset();
  keeper_->drop();  // what is left is as large as the vector
  payload_.reset();
  on_over_(std::move(ending));
}

// Machines move their deadline with every event: a timer is only set when none is due earlier.
void RoundHost::arm_timer() {
  const auto deadline = machine_->next_deadline();
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  environment_.strand.post_at(*deadline, [weak = weak_from_this(), when = *deadline] {
    const auto self = weak.lock();
    // An earlier one was set after this, and has set the next.
    if (!self || self->armed_ != when) return;
    self->armed_.reset();
    self->handle(AggregatorTick{});
  });
}

std::string RoundHost::describe() const {
  const auto deadline = machine_->next_deadline();
  const auto left = deadline ? (*deadline - environment_.clock.now()).count() : 0;
  return fmt::format("round {}, session {}: {}, {} ms left, {} adverts, {} dropped", name_,
                     to_hex(session_id_.view()), blindsum::name_of(machine_->phase()), left,
                     adverted_.size(), dropped_.size());
}

std::string RoundHost::member_name(std::uint32_t roster_index) const {
  const auto* member = environment_.roster.find(roster_index);
  return member == nullptr ? fmt::format("({})", roster_index)
                           : fmt::format("{} ({})", member->name, roster_index);
}

}  // namespace blindsum
