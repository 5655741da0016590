// What members gave away in phase 5, by cohort index: wiped when the round is over [REBUILD-5].
#pragma once

#include <cstdint>
#include <map>

#include "crypto/secret.h"
#include "protocol/round/messages.h"

namespace blindsum::detail::aggregator {

class Answers : public std::map<std::uint32_t, Unmask> {
 public:
  Answers() = default;
  Answers(Answers&&) = default;
  Answers& operator=(Answers&&) = default;
  ~Answers() {
    for (auto& [u, answer] : *this) {
      for (UnmaskEntry& entry : answer.entries) wipe(ByteSpan(entry.share.bytes));
    }
  }
};

}  // namespace blindsum::detail::aggregator
