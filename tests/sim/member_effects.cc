// What a member's process does on behalf of its machine.
#include <algorithm>
#include <utility>

#include "protocol/vector/codec.h"
#include "tests/sim/damage.h"
#include "tests/sim/member_host.h"
#include "tests/sim/names.h"

namespace blindsum::sim {
namespace {

constexpr std::uint32_t kChunkMs = 3;

// One-hot: the member's weight at its own place, so that it can be seen in a sum.
Update one_hot(const RoundParameters& terms, std::uint32_t member, std::uint64_t weight,
               const Hash& id) {
  Update update;
  const std::uint64_t values = terms.schema.values().value();
  if (terms.codec.kind == CodecKind::fixed_point) {
    std::vector<double> all(values);
    all[member] = 1;
    update.values = std::move(all);
    update.weight = weight;
  } else {
    std::vector<std::int64_t> all(values);
    all[member] = static_cast<std::int64_t>(weight);
    update.values = std::move(all);
  }
  update.id = id;
  return update;
}

Hash number_of_input(std::uint32_t member, std::uint32_t number) {
  Hash id;
  id.bytes[0] = static_cast<std::uint8_t>(member);
  id.bytes[1] = static_cast<std::uint8_t>(number);
  id.bytes[2] = 1;
  return id;
}

}  // namespace

void MemberHost::carry_out(std::vector<ParticipantEffect> effects) {
  for (std::size_t done = 0; done < effects.size(); ++done) {
    if (dies_within_ && (*dies_within_)-- == 0) {
      return die(done == 0 ? "all is written, nothing sent" : "between its effects");
    }
    if (carry_out(effects[done]) == Crash::yes) return;
  }
  if (dies_within_ && !effects.empty()) return die("after its effects");
  if (!held_) return;
  const bool is_done = held_->machine.phase() == ParticipantPhase::over;
  if (is_done) sending_.reset();
  if (is_done && (plan_.lets_go || held_->machine.over())) {
    held_.reset();
    return;
  }
  arm_timer();
}

MemberHost::Crash MemberHost::carry_out(ParticipantEffect& effect) {
  const std::uint32_t incarnation = incarnation_;
  std::visit([this](auto& one) { on_effect(one); }, effect);
  return incarnation == incarnation_ ? Crash::no : Crash::yes;
}

void MemberHost::on_effect(SendToAggregator& effect) {
  say(held_->session, effect.message);
}

void MemberHost::say(const SessionId& session, const ToAggregator& message) {
  if (const auto* refusal = std::get_if<Refusal>(&message)) {
    heard_ = refusal->reason;
    stage_.statistics.count(Group::refusal, blindsum::name_of(refusal->reason));
  }
  if (!liar_) return send(session, {.message = message});
  const std::uint64_t seed = held_ ? held_->entropy_seed : 0;
  for (const Utterance& utterance : liar_->say(session, message, seed)) send(session, utterance);
}

void MemberHost::send(const SessionId& session, const Utterance& utterance) {
  stage_.trace.say(
      [&] { return "member " + std::to_string(member_) + " -> " + name_of(utterance.message); });
  stage_.watch.see(Said{.session = session, .member = member_, .message = &utterance.message});
  Bytes bytes = encode_in_round(session, utterance.message);
  if (const auto& overwrite = utterance.overwrite) {
    bytes = with_overwritten(bytes, overwrite->first, overwrite->second);
  }
  stage_.network.to_aggregator(member_, {.bytes = std::make_shared<const Bytes>(std::move(bytes)),
                                         .must_reject = utterance.must_reject});
}

void MemberHost::on_effect(const NeedInput&) {
  const Instant late = std::exchange(input_delay_, Instant{});
  if (late > Instant{}) stage_.statistics.count(Group::fault, sim::name_of(Fault::input_late));
  const Instant delay = Instant{plan_.input_ms} + late;
  stage_.queue.after(delay, [this, session = held_->session] { give_input(session); });
}

// The application: it makes a new update when the last one is in a sum, and tries the same one
// again otherwise; unless it looks first, and finds it spent.
void MemberHost::give_input(const SessionId& session) {
  if (!held_ || held_->session != session || is_over()) return;
  if (std::exchange(declines_, false)) {
    stage_.statistics.count(Group::fault, sim::name_of(Fault::input_declined));
    return step(InputDeclined{.reason = Reason::input_declined});
  }
  if (std::exchange(counted_, false)) ++input_;
  if (plan_.asks_first) {
    const auto is_spent = disk_.is_spent(number_of_input(member_, input_));
    if (is_spent.has_error() || *is_spent) ++input_;
  }
  const RoundParameters& terms = held_->offer.offer.parameters;
  const InputId id = number_of_input(member_, input_);
  const Update update = one_hot(terms, member_, plan_.weight, id);
  const Ring ring = Ring::of_bits(terms.ring_bits).value();
  auto vector = encode(update, terms.codec, terms.schema, ring, *held_->entropy);
  if (vector.has_error()) {
    return step(InputDeclined{.reason = reason_of(vector.error())});
  }
  InputGiven given{.session = session, .member = member_, .input = id, .elements = {}};
  for (std::uint64_t i = 0; i < vector->size(); ++i) given.elements.push_back(vector->get(i));
  stage_.watch.see(given);
  step(InputReady{.vector = *std::move(vector), .id = id});
}

void MemberHost::on_effect(const BeginUpload& effect) {
  if (!stage_.network.is_up(member_)) return;
  sending_ = Sending{.vector = effect.vector, .offset = effect.offset, .number = ++uploads_};
  stage_.queue.after(Instant{1}, [this, number = uploads_] { send_chunk(number); });
}

void MemberHost::send_chunk(std::uint64_t number) {
  if (!sending_ || sending_->number != number || !held_) return;
  const std::uint64_t left = sending_->vector->packed_size() - sending_->offset;
  if (left == 0) {
    sending_.reset();
    return step(UploadSent{});
  }
  UploadChunk chunk{.offset = sending_->offset, .data = Bytes()};
  chunk.data.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, plan_.chunk_bytes)));
  if (sending_->vector->read(chunk.offset, chunk.data).has_error()) {
    return stage_.trace.fail("a masked vector could not be read");
  }
  sending_->offset += chunk.data.size();
  stage_.queue.after(Instant{kChunkMs}, [this, number] { send_chunk(number); });
  say(held_->session, chunk);
}

void MemberHost::on_effect(const EvidenceFound& effect) {
  stage_.trace.say([&] {
    return "member " + std::to_string(member_) + " keeps " +
           std::string(blindsum::name_of(effect.reason)) + ": " + effect.what;
  });
}

void MemberHost::on_effect(const ParticipantRoundOver& effect) {
  stage_.trace.say([&] {
    return "member " + std::to_string(member_) +
           "'s round is over: " + std::string(blindsum::name_of(effect.reason)) +
           (effect.input_spent ? ", its input is spent" : "");
  });
  if (effect.end == RoundEnd::completed) counted_ = true;
  stage_.watch.see(
      RoundEnded{.session = held_->session, .member = member_, .reason = effect.reason});
}

void MemberHost::crash(std::uint32_t detail, Instant outage) {
  outage_ = outage;
  if (detail == kAtRest) return die("at rest");
  dies_within_ = detail - kWritten;
}

void MemberHost::count_loss(Fault fault) const {
  stage_.statistics.count(Group::fault, sim::name_of(fault));
  const auto phase = held_ ? held_->machine.phase() : ParticipantPhase::idle;
  stage_.statistics.count(
      Group::loss, std::string(sim::name_of(fault)) + ", " + std::string(sim::name_of(phase)));
}

// Memory goes, the disk stays, and the application starts it again.
void MemberHost::die(std::string_view where) {
  dies_within_.reset();
  if (!is_running_) return;
  stage_.trace.say(
      [&] { return "member " + std::to_string(member_) + " dies: " + std::string(where); });
  count_loss(Fault::member_crash);
  stage_.statistics.count(Group::loss, "member_crash, " + std::string(where));
  is_running_ = false;
  ++incarnation_;
  held_.reset();
  incoming_.reset();
  sending_.reset();
  armed_.reset();
  refused_.clear();
  disk_ = plan_.forgets ? MemoryParticipantStore() : disk_.restarted();
  stage_.network.leave(member_);
  stage_.queue.after(outage_, [this] { start(); });
}

}  // namespace blindsum::sim
