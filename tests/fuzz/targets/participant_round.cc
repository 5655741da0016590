// A participant's machine against an aggregator that the fuzzer plays: honest messages in any order
// and over any sets, and honest messages that were damaged on the way. Nothing aborts the process;
// each thing is said once [ONCE-1, ONCE-5]; VOID and unmask exclude each other [VOID-2]; after a
// refusal only VOID follows [ONCE-4]; no dealer's two shares are both revealed [UNMASK-2].
#include <map>
#include <optional>
#include <set>

#include "protocol/wire/frames.h"
#include "tests/fuzz/target.h"
#include "tests/support/scripted_round.h"

namespace blindsum::fuzz {
namespace {

constexpr int kMostSteps = 60;

// What the machine said so far.
class Said {
 public:
  explicit Said(const SessionId& session) : session_(session) {}

  void see(const ToAggregator& message) {
    const bool is_void = std::holds_alternative<VoidVote>(message);
    if (const auto* unmask = std::get_if<Unmask>(&message)) see_unmask(*unmask);
    if (is_void) FUZZ_EXPECT(!unmasked_);
    voided_ = voided_ || is_void;
    const auto* refusal = std::get_if<Refusal>(&message);
    FUZZ_EXPECT((!refused_ && !voided_) || refusal != nullptr || is_void);
    if (refusal != nullptr) return see_refusal(*refusal);
    const Bytes bytes = encode_in_round(session_, message);
    const auto [first, is_new] = first_.try_emplace(message.index(), bytes);
    FUZZ_EXPECT(is_new || first->second == bytes);
  }

  void see(MaskedVector& vector) {
    Bytes packed(vector.packed_size());
    FUZZ_EXPECT(vector.read(0, packed).has_value());
    FUZZ_EXPECT(!upload_ || *upload_ == packed);
    upload_ = std::move(packed);
  }

 private:
  // That a VOID cannot be given is an answer, not a refusal of the round [VOID-2].
  void see_refusal(const Refusal& refusal) {
    const bool is_answer =
        refusal.reason == Reason::already_unmasked || refusal.reason == Reason::unknown_round;
    refused_ = refused_ || !is_answer;
  }
  void see_unmask(const Unmask& unmask) {
    FUZZ_EXPECT(!voided_);
    unmasked_ = true;
    for (const UnmaskEntry& entry : unmask.entries) {
      const auto [kind, is_new] = revealed_.try_emplace(entry.member, entry.kind);
      FUZZ_EXPECT(is_new || kind->second == entry.kind);
    }
  }

  SessionId session_;
  std::map<std::size_t, Bytes> first_;  // by kind of message
  std::map<std::uint32_t, ShareKind> revealed_;
  std::optional<Bytes> upload_;
  bool unmasked_ = false, voided_ = false, refused_ = false;
};

// All members but those that the input leaves out, seldom more than one.
Bitmap some_members(const ScriptedRound& round, Input& input) {
  const std::uint8_t left_out = input.u8();
  Bitmap bitmap(round.n());
  for (std::uint32_t v = 0; v < round.n(); ++v) {
    if (left_out < 128 || (left_out >> (v % 7) & 1) == 0) bitmap.add(v);
  }
  return bitmap;
}

std::optional<ToParticipant> message_of(ScriptedRound& round, Input& input) {
  const bool advertised = round.sent<SignedAdvert>() != nullptr;
  const std::uint32_t kind = input.u8() % 10;
  if (kind == 0) return UploadGrant{input.u8() < 128 ? 0 : input.u64()};
  if (kind == 1) return UploadAck{};
  if (kind == 2) return VoidRequest{};
  if (kind == 3) return RoundRecord{};
  if (kind == 4) return RoundAborted{Reason::time_limit, {}};
  if (kind == 5)
    return Rejection{input.u8() < 128 ? Reason::upload_stalled : Reason::bad_order, {}};
  if (!advertised) return std::nullopt;  // the rest has its advert in it
  if (kind == 6) return round.cohort();
  if (kind == 7) return round.delivery(some_members(round, input));
  if (kind == 8) return round.survivors(some_members(round, input));
  const Bitmap u3 = some_members(round, input);
  if (input.u8() < 32) return round.void_certificate(u3);
  return round.certificate(u3, some_members(round, input));
}

ParticipantEvent event_of(ToParticipant message) {
  return std::visit(
      [](auto& inner) -> ParticipantEvent {
        using Message = std::remove_reference_t<decltype(inner)>;
        if constexpr (std::is_same_v<Message, Offer>) {
          return OfferReceived{std::move(inner), {}, 0, 0};
        } else {
          return std::move(inner);
        }
      },
      message);
}

// The message as it arrives: through the codec, whole or not.
ParticipantEvent arrived(const SessionId& session, const ToParticipant& message, Input& input) {
  Bytes frame = encode_in_round(session, message);
  if (input.u8() >= 160) frame = damaged(frame, input);
  auto decoded = decode_to_participant(frame);
  if (decoded.has_error()) return Malformed{decoded.error()};
  if (const auto* broken = std::get_if<BrokenInRound>(&*decoded)) return Malformed{broken->error};
  auto* in_round = std::get_if<InRound<ToParticipant>>(&*decoded);
  return in_round == nullptr ? ClockTick{} : event_of(std::move(in_round->message));
}

ParticipantEvent next_event(ScriptedRound& round, Input& input) {
  switch (input.u8() % 16) {
    case 0:
      return round.offer();
    case 1:
      return round.input(input.u8());
    case 2:
      return UploadSent{};
    case 3:
      round.now += Instant(input.u16());
      return ClockTick{};
    case 4:
      return ParticipantStop{};
    case 5:
      return InputDeclined{Reason::input_declined};
    case 6: {
      const std::uint8_t what = input.u8();
      if (what >= 192) return SessionLost{};
      if (what < 64) round.store.fail_writes_after(input.below(4));
      return ClockTick{};
    }
    default: {
      const auto message = message_of(round, input);
      if (!message) return ClockTick{};
      return arrived(round.session(), *message, input);
    }
  }
}

// Later, from the disk alone: another process of the same member.
void ask_the_disk(ScriptedRound& round, Said& said, Input& input) {
  MemoryParticipantStore store = round.store.restarted();
  const auto& identity = round.identity(round.subject());
  const std::uint32_t index = round.roster_index(round.subject());
  if (input.u8() < 128) {
    const auto vote = vote_void(store, identity, index, round.session());
    if (vote.has_value()) said.see(*vote);
  }
  if (round.sent<SignedAdvert>() == nullptr) return;
  const Bitmap signers = some_members(round, input);
  (void)accept_void_certificate(store, round.session(), round.void_certificate(signers));
  (void)accept_certificate(store, index, round.session(), round.certificate(signers));
}

bool run(ByteView bytes) {
  Input input(bytes);
  ScriptedRound round;
  Said said(round.session());
  // From some phase on, so that every phase is near.
  const auto from = static_cast<ParticipantPhase>(input.u8() % 8);
  const auto see = [&](const std::vector<ParticipantEffect>& effects) {
    for (const ParticipantEffect& effect : effects) {
      if (const auto* send = std::get_if<SendToAggregator>(&effect)) said.see(send->message);
      if (const auto* begin = std::get_if<BeginUpload>(&effect)) said.see(*begin->vector);
    }
  };
  round.advance(from);
  if (const auto* advert = round.sent<SignedAdvert>()) said.see(*advert);
  if (const auto* shares = round.sent<Shares>()) said.see(*shares);
  if (const auto* receipt = round.sent<Receipt>()) said.see(*receipt);
  if (const auto* attestation = round.sent<Attestation>()) said.see(*attestation);
  if (const auto* unmask = round.sent<Unmask>()) said.see(*unmask);
  if (round.upload) said.see(*round.upload);
  for (int step = 0; step < kMostSteps && !input.empty(); ++step) {
    see(round.give(next_event(round, input)));
  }
  ask_the_disk(round, said, input);
  return round.sent<SignedAdvert>() != nullptr;
}

const Registered registered("participant_round", run);

}  // namespace
}  // namespace blindsum::fuzz
