#include "server/round_host.h"

#include <exception>
#include <utility>

#include "protocol/wire/answer_size.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"

namespace blindsum {
namespace {

SharedBytes share(Bytes bytes) {
  return std::make_shared<const Bytes>(std::move(bytes));
}

}  // namespace

RoundHost::RoundHost(const RoundEnvironment& environment, const Offer& offer, Ring ring,
                     SharedBytes payload, OnOver on_over)
    : environment_(environment),
      session_id_(offer.parameters.session_id),
      name_(fmt::format("{}/{}", offer.parameters.task, offer.parameters.round)),
      ring_(ring),
      vector_length_(offer.parameters.vector_length),
      payload_(std::move(payload)),
      on_over_(std::move(on_over)),
      adding_(environment.pool) {}

Result<std::shared_ptr<RoundHost>> RoundHost::start(const RoundEnvironment& environment,
                                                    Offer offer, SharedBytes payload,
                                                    OnOver on_over) {
  BLINDSUM_TRY(ring, Ring::of_bits(offer.parameters.ring_bits));
  const std::shared_ptr<RoundHost> host(
      new RoundHost(environment, offer, ring, std::move(payload), std::move(on_over)));
  std::vector<std::uint32_t> invited;
  for (const auto& [roster_index, member] : environment.members) {
    if (member.waits) invited.push_back(roster_index);
  }
  std::vector<AggregatorEffect> effects;
  auto machine = AggregatorRound::start({environment.roster, environment.store, environment.limits},
                                        std::move(offer), std::move(invited),
                                        environment.clock.now(), effects);
  if (!machine) return machine.error();
  host->machine_.emplace(*std::move(machine));
  host->carry_out(std::move(effects));
  host->arm_timer();
  return host;
}

void RoundHost::handle(AggregatorEvent event) {
  const auto* message = std::get_if<MemberMessage>(&event);
  if (message != nullptr && std::holds_alternative<SignedAdvert>(message->message)) {
    adverted_.insert(message->roster_index);
  }
  carry_out(machine_->handle(std::move(event), environment_.clock.now()));
  arm_timer();
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
  link.send(machine_->holds_proof(roster_index) ? bare_result_ : proven_result_);
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
  const auto answer =
      largest_answer_frame(*effect.message, cohort_size_, ring_.packed_size(vector_length_));
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

// Checked, added and made durable away from the strand; only the machine's bound on uploads in
// flight limits how many wait here.
void RoundHost::carry_out(Accumulate& effect) {
  adding_.post_last([self = shared_from_this(), upload = std::move(effect)]() mutable {
    Error error = Reason::internal_error;
    try {
      error = self->add(upload);
    } catch (const std::exception& exception) {
      self->environment_.log.error("{}: internal_error: {}", self->name_, exception.what());
    }
    upload.packed.wipe();  // [REBUILD-5]
    self->environment_.strand.post_last([self, roster_index = upload.roster_index, error] {
      self->handle(Accumulated{roster_index, error});
    });
  });
}

Error RoundHost::add(Accumulate& upload) {
  if (!accumulator_) accumulator_ = std::make_shared<Accumulator>(ring_, vector_length_);
  const auto added = accumulator_->add_packed(upload.packed);
  if (!added) return added.error();
  const auto kept = environment_.store.keep(session_id_, upload.fact);
  return kept ? Error() : Error(Reason::store_failed);
}

// The machine has had all answers of the accumulator by now, so nobody else touches it.
void RoundHost::carry_out(Recover& effect) {
  recovery_ = std::make_shared<RecoveryWatch>(name_, environment_.pool, environment_.clock,
                                              environment_.log);
  environment_.pool.post([self = shared_from_this(), job = std::move(effect.job),
                          accumulator = accumulator_, watch = recovery_] {
    RecoveryOutcome outcome;
    try {
      outcome = recover(*job, *accumulator, self->environment_.pool, *watch);
    } catch (const std::exception& exception) {
      self->environment_.log.error("{}: internal_error: {}", self->name_, exception.what());
      outcome = {};
      outcome.reason = Reason::internal_error;
    }
    watch->done(outcome);
    self->environment_.strand.post([self, outcome = std::move(outcome)]() mutable {
      self->handle(Recovered{std::move(outcome)});
    });
  });
}

void RoundHost::carry_out(MemberRejected& effect) {
  if (effect.reason == Reason::ok) return;
  environment_.peer_log.info("{}: {}: rejected, {} ({})", name_, member_name(effect.roster_index),
                             name_of(effect.reason), effect.detail);
}

void RoundHost::carry_out(MemberDropped& effect) {
  environment_.log.info("{}: {} dropped in {}: {}", name_, member_name(effect.roster_index),
                        effect.phase, name_of(effect.reason));
  dropped_.push_back({effect.roster_index, effect.reason, effect.phase});
}

void RoundHost::carry_out(PhaseClosed& effect) {
  environment_.log.info("{}: {} closed, {} of {}", name_, effect.phase, effect.answered,
                        effect.expected);
}

void RoundHost::carry_out(AggregatorRoundOver& effect) {
  if (recovery_) recovery_->give_up();
  RoundEnding ending{std::move(effect.record), std::move(effect.proof), std::move(dropped_),
                     nullptr};
  if (ending.record.outcome == Reason::ok) ending.sum = std::move(accumulator_);
  // What is left is as large as the vector; an addition may still be under way.
  adding_.post([self = shared_from_this()] { self->accumulator_.reset(); });
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

std::string RoundHost::member_name(std::uint32_t roster_index) const {
  const auto* member = environment_.roster.find(roster_index);
  return member == nullptr ? fmt::format("({})", roster_index)
                           : fmt::format("{} ({})", member->name, roster_index);
}

}  // namespace blindsum
