// The participant's states, one type each, and who takes which event in which of them. A transition
// consumes the old state, so what a later state does not carry is wiped. Internal to the machine;
// each phase has a file, machine.cc puts them together.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/round/participant/agreed.h"

namespace blindsum::detail::participant {

struct Secrets {
  MaskKey mask;
  ChannelKey channel;
  SelfMask self;
};
struct MaskSecrets {  // what is left of them once the boxes are open
  MaskKey mask;
  SelfMask self;
};
struct HeldItem {
  std::uint32_t from = 0;
  std::optional<OpenedShares> shares;  // none: not held [U2-9]
};
struct ChosenShare {  // of one in-neighbour; the other share is gone once th3 is fixed
  std::uint32_t from = 0;
  ShareKind kind{};
  std::optional<Share> share;
};

struct Idle {};
struct Advertised {
  AcceptedOffer offer;
  Secrets secrets;
  SignedAdvert own;
  std::optional<InputReady> input;
};
struct Shared {
  AcceptedOffer offer;
  AgreedCohort cohort;
  Secrets secrets;
  Members picks;
  std::optional<InputReady> input;
};
struct Delivered {  // waits for the input and for a grant
  AcceptedOffer offer;
  AgreedCohort cohort;
  AgreedDelivery delivery;
  MaskSecrets secrets;
  std::vector<HeldItem> held;
  std::optional<InputReady> input;
  std::optional<std::uint64_t> grant;  // the offset
};
struct Uploading {  // masked; the receipt has not left
  AgreedCohort cohort;
  AgreedDelivery delivery;
  std::vector<HeldItem> held;
  std::shared_ptr<MaskedVector> masked;
  InputId input;
  bool sending = true;
};
struct Uploaded {
  AgreedCohort cohort;
  AgreedDelivery delivery;
  std::vector<HeldItem> held;
  std::shared_ptr<MaskedVector> masked;  // none once the aggregator has it durably
  Receipt receipt;
  bool sending = false;
};
struct Attested {
  AgreedCohort cohort;
  AgreedDelivery delivery;
  AgreedSurvivors survivors;
  std::vector<ChosenShare> shares;
};
struct Unmasked {};
struct Over {};

using State = std::variant<Idle, Advertised, Shared, Delivered, Uploading, Uploaded, Attested,
                           Unmasked, Over>;

inline bool is_over(const State& state) {
  return std::holds_alternative<Over>(state);
}

// A message that is taken once in a round, and what was answered [ONCE-1, ONCE-2].
template <class Message>
struct Once {
  std::optional<Message> heard;
  std::optional<ToAggregator> answer;
};

// All of them; empty again once the round is over.
struct TakenOnce {
  Once<Offer> offer;
  Once<Cohort> cohort;
  Once<Delivery> delivery;
  Once<Survivors> survivors;
  Once<Certificate> certificate;
};

// What outlives the states. No secrets in here, but for the shares that the last answer gave away.
struct Ledger {
  TakenOnce once;

  // [RECORD-10] The hashes as far as they were agreed. The proof is what was in `once`, once that
  // is empty: all of it public.
  std::optional<Hash> th0, th1, th2, th3;
  RecordProof proof;

  std::optional<SessionId> session;
  Instant started{};         // when the advert left
  Instant limit{};           // all phase limits together
  bool cohort_kept = false;  // th1 is on disk: VOID may be asked for
  bool input_spent = false;  // by this round, and not released
  bool voted = false;        // VOID
  bool unmasked = false;
};

// Nothing is said again after the end, and among the answers are shares [PHASE-6, DISK-5]; what
// proves the record stays (ledger.cc).
void forget_answers(Ledger& ledger);
[[nodiscard]] OwnTranscript own_transcript(const Ledger& ledger);

struct Scene {
  const ParticipantContext& context;
  Ledger& ledger;
  Instant now;
  std::vector<ParticipantEffect>& effects;

  void send(ToAggregator message) { effects.emplace_back(SendToAggregator{std::move(message)}); }
};

// Ends (machine.cc). All secrets go with the state that is not returned.
[[nodiscard]] State end(RoundEnd how, Reason reason, Scene& scene);
[[nodiscard]] State refuse(Error why, Scene& scene);  // tells the aggregator

// The next state, or the refusal that its error is.
template <class Next>
[[nodiscard]] State settle(Result<Next> next, Scene& scene) {
  if (next.has_error()) return refuse(next.error(), scene);
  return *std::move(next);
}

// What a store's error is called: its own name where the contract has one, else store_failed.
[[nodiscard]] Error store_error(const Error& error);

// Which state takes which event; every other pair is wrong_phase [WIRE-5].
[[nodiscard]] State on(Idle state, OfferReceived event, Scene& scene);

[[nodiscard]] State on(Advertised state, Cohort event, Scene& scene);
[[nodiscard]] State on(Advertised state, InputReady event, Scene& scene);
[[nodiscard]] State on(Advertised state, InputDeclined event, Scene& scene);

[[nodiscard]] State on(Shared state, Delivery event, Scene& scene);
[[nodiscard]] State on(Shared state, InputReady event, Scene& scene);
[[nodiscard]] State on(Shared state, InputDeclined event, Scene& scene);

[[nodiscard]] State on(Delivered state, InputReady event, Scene& scene);
[[nodiscard]] State on(Delivered state, InputDeclined event, Scene& scene);
[[nodiscard]] State on(Delivered state, UploadGrant event, Scene& scene);
[[nodiscard]] State on(Delivered state, Survivors event, Scene& scene);
[[nodiscard]] State on(Delivered state, Certificate event, Scene& scene);

[[nodiscard]] State on(Uploading state, UploadGrant event, Scene& scene);
[[nodiscard]] State on(Uploading state, UploadSent event, Scene& scene);
[[nodiscard]] State on(Uploading state, Survivors event, Scene& scene);
[[nodiscard]] State on(Uploading state, Certificate event, Scene& scene);

[[nodiscard]] State on(Uploaded state, UploadGrant event, Scene& scene);
[[nodiscard]] State on(Uploaded state, UploadSent event, Scene& scene);
[[nodiscard]] State on(Uploaded state, UploadAck event, Scene& scene);
[[nodiscard]] State on(Uploaded state, Survivors event, Scene& scene);
[[nodiscard]] State on(Uploaded state, Certificate event, Scene& scene);

[[nodiscard]] State on(Attested state, Certificate event, Scene& scene);

[[nodiscard]] State on(Over state, Certificate event, Scene& scene);

// k of the n - 1 others, each set alike, ascending; all of them draw nothing [SHARE-4].
[[nodiscard]] Result<Members> draw_picks(std::uint32_t n, std::uint32_t u, std::uint32_t k,
                                         Entropy& entropy);

// Releases the input if this certificate, checked from disk, is one that leaves this participant
// out.
void release_if_left_out(const Certificate& certificate, Scene& scene);

// In every state (void.cc).
[[nodiscard]] State void_requested(State state, Scene& scene);
[[nodiscard]] State void_certified(State state, const VoidCertificate& certificate, Scene& scene);

// A message that the state does not take: dropped, by name.
[[nodiscard]] State out_of_phase(State state, const char* what, Scene& scene);

}  // namespace blindsum::detail::participant
