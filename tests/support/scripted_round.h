// One participant's machine in a round whose aggregator and other members are a script that keeps
// every rule. Each message is made afresh and valid, so that a test changes one thing in one
// message and sees what the machine makes of it. The other members are puppets: keys, and what an
// honest member would have signed with them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/round/bitmap.h"
#include "protocol/round/participant_round.h"
#include "tests/support/memory_participant_store.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {

struct ScriptSetup {
  std::uint32_t n = 5;
  std::uint32_t subject = 1;    // cohort index of the machine
  std::uint32_t in_degree = 4;  // how many picked it: the first ones
  std::uint32_t sigma = 64;
  std::uint32_t eta = 30;
  std::uint32_t delta_ppm = 200'000;
};
// n = 5: everybody picks everybody. k 4, t 3, quorum 4, survivors 4.
ScriptSetup complete_graph();
// n = 101 with little to prove, so that k is small. k 14, t 9, quorum 52, survivors 52, cap 75.
ScriptSetup sparse_graph();

class ScriptedRound {
 public:
  explicit ScriptedRound(ScriptSetup setup = complete_graph());
  ScriptedRound(const ScriptedRound&) = delete;  // the machine borrows from it
  ScriptedRound& operator=(const ScriptedRound&) = delete;

  // What the messages are made of; to be changed before offer().
  RoundParameters parameters;
  Policy policy;
  MemoryParticipantStore store;
  UnixSeconds wall_now = 1'700'000'000;
  Instant now{1000};

  // The messages of an honest aggregator, as far as the round has come.
  OfferReceived offer() const;
  InputReady input(std::uint8_t id = 1) const;
  Cohort cohort() const;
  Delivery delivery(const Bitmap& u2);
  Delivery delivery() { return delivery(everybody()); }
  Survivors survivors(const Bitmap& u3) const;
  Survivors survivors() const { return survivors(everybody()); }
  Certificate certificate(const Bitmap& u3, const Bitmap& signers) const;
  Certificate certificate(const Bitmap& u3) const { return certificate(u3, u3); }
  Certificate certificate() const { return certificate(everybody()); }
  VoidCertificate void_certificate(const Bitmap& signers) const;
  VoidCertificate void_certificate() const { return void_certificate(everybody()); }

  // What a member would sign; for messages that are valid but for one thing.
  Signature sign_as(std::uint32_t v, const Encoded& statement) const;
  std::uint32_t point_from(std::uint32_t v) const;  // the machine's on v's polynomials
  InboundItem item_from(std::uint32_t v) const;
  // Proves the item, changed, with a path as long as its point wants, in a tree that its dealer
  // might have signed; an item with a point that there is not stays as it is.
  void sign_item(Delivery& delivery, std::size_t i) const;
  SealKey channel_from(std::uint32_t v) const;  // to the machine
  SealKey channel_to(std::uint32_t v) const;    // from the machine
  SharesProof proof_of(std::uint32_t v) const;
  SharesProof proof_of(std::uint32_t v, const Hash& root) const;
  SharedPoint pair_with(std::uint32_t v) const;  // what a pairwise mask is derived from
  SelfMask rebuilt_self_mask() const;            // from the shares that the machine dealt

  // Gives the machine an event, notes what it sends, and returns the effects.
  std::vector<ParticipantEffect> give(ParticipantEvent event);
  // Gives it honest messages until it is in this phase (masking: masked and uploading).
  void advance(ParticipantPhase phase);
  // Every message and event of the round that the script can make.
  std::vector<ParticipantEvent> everything();

  std::uint32_t n() const { return setup_.n; }
  std::uint32_t subject() const { return setup_.subject; }
  std::uint32_t roster_index(std::uint32_t v) const { return 10 + 3 * v; }
  const GraphParameters& graph() const { return graph_; }
  const SessionId& session() const { return parameters.session_id; }
  const SigningKey& identity(std::uint32_t v) const { return puppets_[v].identity; }
  const SigningKey& aggregator() const { return aggregator_; }
  Bitmap everybody() const;
  Bitmap all_but(std::initializer_list<std::uint32_t> left_out) const;
  Hash th0() const;
  Hash th1() const;
  Hash th2() const;  // of the U2 delivered last
  Hash th3(const Bitmap& u3) const;

  const std::vector<std::uint32_t>& in_neighbours() const { return in_neighbours_; }
  std::vector<std::uint32_t> picks() const;  // of the machine
  const SignedAdvert& advert() const { return *sent<SignedAdvert>(); }
  // The last message of this kind that the machine sent, if any.
  template <class Message>
  const Message* sent() const {
    for (auto it = sent_.rbegin(); it != sent_.rend(); ++it) {
      if (const auto* message = std::get_if<Message>(&*it)) return message;
    }
    return nullptr;
  }
  std::shared_ptr<MaskedVector> upload;  // of the last BeginUpload

  ParticipantRound& machine() { return *machine_; }
  const Roster& roster() const { return roster_; }
  Entropy& entropy() { return machine_entropy_; }

 private:
  struct Puppet {
    SigningKey identity;
    MaskKey mask;
    ChannelKey channel;
    SelfMask self;
  };
  static std::vector<Puppet> make_puppets(std::uint32_t n, Entropy& entropy);
  static Roster make_roster(const std::vector<Puppet>& puppets, const SigningKey& authority);
  SignedAdvert advert_of(std::uint32_t v) const;
  SharedPoint agreed_with(std::uint32_t v) const;

  ScriptSetup setup_;
  mutable SeededEntropy script_entropy_;
  SeededEntropy machine_entropy_;
  SigningKey aggregator_;
  SigningKey authority_;
  std::vector<Puppet> puppets_;
  Roster roster_;
  std::vector<std::uint32_t> in_neighbours_;
  GraphParameters graph_{};
  std::vector<ToAggregator> sent_;
  std::optional<Bitmap> u2_;
  mutable std::optional<Cohort> cohort_;  // once the machine's advert is in it
  mutable std::optional<Hash> th1_;       // likewise
  std::unique_ptr<ParticipantRound> machine_;
};

}  // namespace blindsum
