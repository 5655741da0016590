#include "tests/vectors/round_play.h"

#include <doctest/doctest.h>

#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/support/serial_parallel.h"
#include "tests/vectors/message_json.h"

namespace blindsum::vectors {
namespace {

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

ParticipantEvent event_of(const ToParticipant& message, const RoundScript& script) {
  return std::visit(Match{
                        [&](const Offer& offer) -> ParticipantEvent {
                          return OfferReceived{offer, sha256({}).value(), 0, script.now};
                        },
                        [](const auto& other) -> ParticipantEvent { return other; },
                    },
                    message);
}

std::string name_of_frame(const Bytes& frame, bool to_member) {
  return to_member ? named(decode_to_participant(frame)).name
                   : named(decode_to_aggregator(ByteView(frame))).name;
}

}  // namespace

RoundPlay::RoundPlay(RoundScript script, std::optional<Replacement> replacement)
    : script_(std::move(script)),
      replacement_(std::move(replacement)),
      accumulator_(Ring::of_bits(script_.offer.parameters.ring_bits).value(),
                   script_.offer.parameters.vector_length) {
  for (const ScriptedMember& scripted : script_.members) {
    auto& member = *members_.emplace_back(std::make_unique<Member>(scripted.draws));
    member.machine = std::make_unique<ParticipantRound>(
        ParticipantContext{script_.roster, scripted.roster_index, scripted.identity, script_.policy,
                           member.store, member.entropy});
  }
}

void RoundPlay::play() {
  std::vector<std::uint32_t> invited;
  for (const ScriptedMember& member : script_.members) invited.push_back(member.roster_index);
  AggregatorLimits limits;
  limits.uploads_in_flight = static_cast<std::uint32_t>(invited.size());
  std::vector<AggregatorEffect> effects;
  auto started = AggregatorRound::start({script_.roster, store_, limits}, script_.offer, invited,
                                        now_, effects);
  aggregator_.emplace(std::move(started.value()));
  for (AggregatorEffect& effect : effects) carry_out(std::move(effect));
  while (!refusal_ && (!on_the_way_.empty() || wait_for_lost_sender())) {
    if (on_the_way_.empty()) continue;
    const auto [u, message] = std::move(on_the_way_.front());
    on_the_way_.pop_front();
    to_member(u, *message);
  }
  if (record_ && !replacement_) keep_result();
}

bool RoundPlay::is_lost_sender(std::uint32_t u) const {
  return replacement_ && !replacement_->to_member && replacement_->member == u &&
         !script_.masks_from.contains(u);
}

bool RoundPlay::wait_for_lost_sender() {
  if (judged_ || !replacement_ || !is_lost_sender(replacement_->member)) return false;
  const std::optional<Instant> deadline = aggregator_->next_deadline();
  if (!deadline) return false;
  now_ = *deadline;
  give(AggregatorTick{});
  return true;
}

std::uint32_t RoundPlay::index_of(std::uint32_t roster_index) const {
  std::uint32_t u = 0;
  while (script_.members[u].roster_index != roster_index) ++u;
  return u;
}

bool RoundPlay::is_silent(std::uint32_t u, const ToParticipant& message) const {
  return (std::holds_alternative<Cohort>(message) && !script_.shares_from.contains(u)) ||
         (std::holds_alternative<Delivery>(message) && !script_.masks_from.contains(u));
}

bool RoundPlay::is_replaced(bool to_member, std::uint32_t u, const std::string& name) {
  if (!replacement_ || judged_ || replacement_->to_member != to_member ||
      replacement_->member != u || replacement_->replaces != name) {
    return false;
  }
  judged_ = u;
  return true;
}

void RoundPlay::to_member(std::uint32_t u, const ToParticipant& message) {
  Member& member = *members_[u];
  const Bytes frame = encode_in_round(script_.offer.parameters.session_id, message);
  const std::string name = name_of_frame(frame, true);
  frames_[name][u] = frame;
  if (is_replaced(true, u, name)) {
    const FrameToParticipant decoded = decode_to_participant(replacement_->frame).value();
    if (const auto* const broken = std::get_if<BrokenInRound>(&decoded)) {
      give(u, Malformed{broken->error});
    } else {
      give(u, event_of(std::get<InRound<ToParticipant>>(decoded).message, script_));
    }
    return;
  }
  if (name == "AttestRequest") speak_though_gone("Attestation");
  if (member.is_gone) return;
  if (is_silent(u, message)) {
    member.is_gone = true;
    if (is_lost_sender(u)) return;  // after a refusal nothing that it says would be looked at
    give(MemberMessage{script_.members[u].roster_index, Refusal{Reason::participant_stopped, ""}});
    return;
  }
  give(u, event_of(message, script_));
}

void RoundPlay::give(std::uint32_t u, ParticipantEvent event) {
  for (ParticipantEffect& effect : members_[u]->machine->handle(std::move(event), now_)) {
    carry_out(u, std::move(effect));
  }
}

void RoundPlay::carry_out(std::uint32_t u, ParticipantEffect effect) {
  std::visit(Match{
                 [&](SendToAggregator& send) { to_aggregator(u, std::move(send.message)); },
                 [&](NeedInput&) {
                   give(u, InputReady{script_.elements_of(u), script_.members[u].input});
                 },
                 [&](BeginUpload& begin) {
                   Bytes packed(begin.vector->packed_size() - begin.offset);
                   CHECK(begin.vector->read(begin.offset, packed).has_value());
                   to_aggregator(u, UploadChunk{begin.offset, std::move(packed)});
                   give(u, UploadSent{});
                 },
                 [&](EvidenceFound&) {},
                 [&](ParticipantRoundOver& over) {
                   if (replacement_ && replacement_->to_member && judged_ == u) {
                     refusal_ = over.reason;
                   }
                 },
             },
             effect);
}

void RoundPlay::to_aggregator(std::uint32_t u, ToAggregator message) {
  const Bytes frame = encode_in_round(script_.offer.parameters.session_id, message);
  const std::string name = name_of_frame(frame, false);
  if (is_replaced(false, u, name)) {
    give_replacement(u);
    return;
  }
  frames_[name][u] = frame;
  give(MemberMessage{script_.members[u].roster_index, std::move(message)});
}

void RoundPlay::give_replacement(std::uint32_t u) {
  const std::uint32_t roster_index = script_.members[u].roster_index;
  const FrameToAggregator decoded = decode_to_aggregator(ByteView(replacement_->frame)).value();
  if (const auto* const broken = std::get_if<BrokenInRound>(&decoded)) {
    give(MemberMalformed{roster_index, broken->error});
  } else {
    give(MemberMessage{roster_index, std::get<InRound<ToAggregator>>(decoded).message});
  }
}

void RoundPlay::speak_though_gone(const std::string& name) {
  if (!replacement_ || !members_[replacement_->member]->is_gone) return;
  if (is_replaced(false, replacement_->member, name)) give_replacement(replacement_->member);
}

void RoundPlay::give(AggregatorEvent event) {
  for (AggregatorEffect& effect : aggregator_->handle(std::move(event), now_)) {
    carry_out(std::move(effect));
  }
}

void RoundPlay::carry_out(AggregatorEffect effect) {
  std::visit(
      Match{
          [&](SendToMembers& send) {
            for (const std::uint32_t to : send.roster_indices) {
              on_the_way_.emplace_back(index_of(to), send.message);
            }
          },
          [&](Accumulate& accumulate) {
            const Result<void> added = accumulator_.add_packed(accumulate.packed);
            give(Accumulated{accumulate.roster_index, added.has_error() ? added.error() : Error{}});
          },
          [&](Recover& recover_it) {
            SerialParallel parallel;
            SilentMonitor monitor;
            give(Recovered{recover(*recover_it.job, accumulator_, parallel, monitor)});
          },
          [&](MemberRejected& rejected) {
            const bool is_it = replacement_ && !replacement_->to_member && judged_ &&
                               index_of(rejected.roster_index) == *judged_;
            if (is_it && !refusal_) refusal_ = rejected.reason;
          },
          [&](AggregatorRoundOver& over) {
            record_ = std::move(over.record);
            proof_ = std::move(over.proof);
          },
          [](auto&) {},
      },
      effect);
}

void RoundPlay::keep_result() {
  const SignedRecord record = sign_record(*record_, proof_, script_.aggregator).value();
  const bool is_published = script_.offer.parameters.share_sum;
  frames_["RoundResult"][0] =
      encode_in_round(script_.offer.parameters.session_id,
                      RoundRecord{record.record_bytes, record.signature,
                                  is_published ? sum().size() : 0, encode_record_proof(proof_)});
}

}  // namespace blindsum::vectors
