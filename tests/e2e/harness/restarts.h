// Rounds of five under a blindsumd that a test kills and starts again at the same port: m0 by hand,
// m1 to m4 by the SDK; inputs differ from round to round.
#pragma once

#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/mixed_round.h"
#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {

struct Restarts {
  const std::size_t length;
  Scene scene;
  std::deque<SdkMember> members;
  std::optional<HandMember> hand;

  // Elements of a vector: so few that sums need no files, or with.
  static constexpr std::size_t kFew = 4;
  static constexpr std::size_t kMany = 60'000;

  // `before` as for Scene::start(), the first time.
  explicit Restarts(std::size_t length = kFew, const std::string& limits = "",
                    const std::vector<std::string>& before = {});

  std::vector<std::int64_t> input(std::uint32_t index, std::uint64_t round) const;

  // The server goes as by a power cut, and the hand forgets what it kept.
  void kill();
  void restart();
  // Whether the round completed with all five in the sum of their inputs.
  bool is_exact(std::uint64_t round);
  // The same of the second round, which shows that server and chain go on.
  bool next_is_exact();
  // The files of sums that there are.
  std::vector<std::filesystem::path> sums() const;
};

}  // namespace blindsum::e2e
