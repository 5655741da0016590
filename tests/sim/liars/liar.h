// A corrupt member: an honest machine whose words one kind of lie changes on their way out. It has
// the member's identity key and, since its entropy is known, the secrets of its machine.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/group.h"
#include "tests/sim/stage.h"

namespace blindsum::sim {

struct Utterance {
  ToAggregator message;
  std::optional<MustReject> must_reject = std::nullopt;
  // Bytes of the frame in whose place others stand, such as no message can hold.
  std::optional<std::pair<Bytes, std::uint8_t>> overwrite = std::nullopt;
};
using Utterances = std::vector<Utterance>;

// What a lie has to work with.
class LieScene {
 public:
  LieScene(const Stage& stage, std::uint32_t member, Random& random, const SessionId& session,
           std::uint64_t entropy_seed)
      : stage_(stage),
        member_(member),
        random_(random),
        session_(session),
        entropy_seed_(entropy_seed) {}

  const Seat& seat() const { return stage_.watch.book().seat(session_, member_); }
  std::uint32_t member() const { return member_; }
  Random& random() { return random_; }
  const Cast& cast() const { return stage_.cast; }
  const RoundParameters& terms() const { return seat().offer->parameters; }
  // The ground of shares that are about to leave.
  Seat::Dealt ground(const Shares& shares) const;
  Signature sign(const Encoded& text) const;
  // Keys of the member's own machine. Fails the run if they are not those of its advert.
  struct Secrets {
    MaskKey mask;
    ChannelKey channel;
    SelfMask self;
  };
  Secrets secrets();
  // A point, a share that nobody dealt.
  Point any_point();
  Share any_share();
  // Tells the checks what the record will have to show.
  void lied(Blameworthy how, std::vector<std::uint32_t> about);

 private:
  const Stage& stage_;
  std::uint32_t member_;
  Random& random_;
  const SessionId& session_;
  std::uint64_t entropy_seed_;
};

struct MemberLie {
  std::string_view name;
  bool may_spoil;  // the round can be lost to it, with however few losses
  // What is said instead; nothing if the lie is not about this message.
  std::optional<Utterances> (*say)(LieScene& scene, const ToAggregator& message);
};

class Liar {
 public:
  Liar(const Stage& stage, std::uint32_t member, std::size_t lie, Random random)
      : stage_(stage), member_(member), lie_(lie), random_(random) {}

  // The same message again is the same lie again.
  Utterances say(const SessionId& session, const ToAggregator& message, std::uint64_t entropy_seed);

 private:
  const Stage stage_;
  std::uint32_t member_;
  std::size_t lie_;
  Random random_;
  std::map<std::pair<SessionId, std::size_t>, Utterances> said_;
};

}  // namespace blindsum::sim
