// A participant in a process of its own, to be killed: the program of member_main.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/e2e/harness/child.h"
#include "tests/e2e/harness/scene.h"

namespace blindsum::e2e {

class MemberProcess {
 public:
  // In round r its input is count_up(first + r · per_round, length).
  MemberProcess(const Scene& scene, std::uint32_t index, std::int64_t first, std::size_t length,
                std::int64_t per_round = 0);

  // Over the same state folder, once the last one has ended. `port` other than the server's: a
  // proxy's.
  void start(std::uint16_t port = 0);
  Child& child() { return *child_; }
  std::filesystem::path output() const { return output_; }

  // Whether it gets there.
  [[nodiscard]] bool reaches(const std::string& phase, std::uint64_t round);
  // What the result of the round was for it, by name; empty if none comes.
  std::string result(std::uint64_t round);

 private:
  const Scene& scene_;
  std::string name_;
  std::int64_t first_;
  std::size_t length_;
  std::int64_t per_round_;
  std::filesystem::path output_;
  std::optional<Child> child_;
};

}  // namespace blindsum::e2e
