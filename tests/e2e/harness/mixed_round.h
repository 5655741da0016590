// Rounds of five: m1 to m4 through the SDK, and m0 by hand, so that the test decides how far a
// round gets and what m0 says in it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {

inline const std::vector<std::uint32_t> kAllFive{0, 1, 2, 3, 4};
inline const std::vector<std::uint32_t> kAllButHand{1, 2, 3, 4};

class MixedRound {
 public:
  // The server runs, all are connected, nothing of the hand has been driven yet. Inputs are of a
  // vector of `length` counts.
  explicit MixedRound(const TaskSpec& task = {}, const std::string& limits = "",
                      std::size_t length = 4);

  Scene& scene() { return scene_; }
  HandMember& hand() { return *hand_; }
  SdkMember& member(std::uint32_t index) { return members_.at(index - 1); }

  // The hand lets go of what it holds. Whether the first round completes with exactly these
  // survivors and the sum of their inputs.
  [[nodiscard]] bool completes(const std::vector<std::uint32_t>& survivors = kAllFive);
  Outcome outcome() { return Outcome(scene_, 1); }

 private:
  Scene scene_;
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs_;
  std::optional<HandMember> hand_;
  std::deque<SdkMember> members_;
};

// One in the middle of its third phase, for tests of what must not harm it: m1 to m4 have uploaded,
// m0 holds its receipt back.
class PausedRound : public MixedRound {
 public:
  // Throws if the round does not get there.
  explicit PausedRound(const std::string& limits = "");
};

}  // namespace blindsum::e2e
