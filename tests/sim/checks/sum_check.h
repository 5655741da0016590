// A published sum is exact, over just the members of the record's U3. Inputs are one-hot, so that a
// member that counts twice, or not at all, shows at its own place. And no input is in two sums,
// whatever was aborted, voided and tried again.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/sim/checks/book.h"
#include "tests/sim/plan.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class SumCheck {
 public:
  SumCheck(const Book& book, const Plan& plan, Trace& trace, Statistics& statistics)
      : book_(book), plan_(plan), trace_(trace), statistics_(statistics) {}

  void see(const InputGiven& event) { inputs_[{event.session, event.member}] = event.elements; }
  void see(const RecordMade& event);

 private:
  void count_input(const SessionId& session, std::uint32_t member);

  const Book& book_;
  const Plan& plan_;
  Trace& trace_;
  Statistics& statistics_;
  std::map<std::pair<SessionId, std::uint32_t>, std::vector<std::uint64_t>> inputs_;
  std::map<std::pair<std::uint32_t, InputId>, SessionId> counted_;
};

}  // namespace blindsum::sim
