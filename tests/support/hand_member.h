// A member of a round made by hand from the primitives, without the participant's machine: it says
// what an honest member says, and hands out each message so that a test can spoil it and sign it
// again. For tests of the aggregator; never linked into a program.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/entropy.h"
#include "crypto/group.h"
#include "crypto/shamir.h"
#include "crypto/sign.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/messages.h"

namespace blindsum {

// A canonical scalar, to stand where a share belongs.
inline RevealedShare some_scalar(std::uint8_t value) {
  RevealedShare share;
  share.bytes[0] = value;
  return share;
}

class HandMember {
 public:
  HandMember(std::uint32_t roster_index, SigningKey identity, std::uint64_t seed);

  std::uint32_t roster_index() const { return roster_index_; }
  std::uint32_t u() const { return u_; }  // after join()
  const SigningKey& identity() const { return identity_; }
  const std::vector<std::int64_t>& input() const { return input_; }
  void set_input(std::vector<std::int64_t> input) { input_ = std::move(input); }

  // Phase 1. The same keys whenever it is called.
  SignedAdvert advert(const Offer& offer);
  // Phase 2: finds its own index and the graph, then picks k others and deals.
  void join(const Cohort& cohort);
  Shares shares();
  // Phase 3.
  void receive(const Delivery& delivery);
  Bytes upload();
  Receipt receipt() const;
  // Phases 4 and 5, and VOID. The th3 is that of the survivors that came last.
  Attestation attest(const Survivors& survivors);
  Unmask unmask() const;
  VoidVote void_vote() const;

  // To lie and sign for it.
  void sign(Shares& shares) const;
  void sign(Unmask& answer) const;
  // Deals shares of other secrets than were advertised: good shares that miss the point.
  void deal_false_secrets() { false_secrets_ = true; }
  // Seals something else for this member than the tags say.
  void deal_unopenable(std::uint32_t to) { unopenable_for_ = to; }

  const Hash& th1() const { return th1_; }
  const Hash& th2() const { return th2_; }
  const Hash& th3() const { return th3_; }
  const GraphParameters& graph() const { return graph_; }
  const std::vector<std::uint32_t>& picks() const { return picks_; }

 private:
  struct Held {
    Share mask_share;
    Share self_share;
  };
  ShareItem item(std::uint32_t to, std::uint32_t point, const Share& mask_share,
                 const Share& self_share) const;
  bool opens(const InboundItem& inbound);

  std::uint32_t roster_index_;
  SigningKey identity_;
  std::unique_ptr<Entropy> entropy_;
  MaskKey mask_key_;
  ChannelKey channel_key_;
  SelfMask self_mask_;
  RoundParameters parameters_;
  Hash th0_, th1_, th2_, th3_;
  std::uint32_t u_ = 0;
  GraphParameters graph_{};
  std::vector<SignedAdvert> cohort_;
  std::vector<std::uint32_t> picks_;
  std::optional<Shares> shares_;
  std::vector<std::uint32_t> neighbours_;              // M_u, ascending
  std::map<std::uint32_t, std::optional<Held>> held_;  // by in-neighbour; nothing if not opened
  Bitmap u2_, u3_;
  std::vector<std::int64_t> input_;
  bool false_secrets_ = false;
  std::optional<std::uint32_t> unopenable_for_;
};

}  // namespace blindsum
