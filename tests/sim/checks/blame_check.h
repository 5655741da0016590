// Liars are named where the protocol can tell, and nobody else ever is [BLAME-1] to [BLAME-5]. What
// has to be in the record follows from what the liars did and from what came to the rebuilding, not
// from the arithmetic that finds it there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "tests/sim/checks/book.h"
#include "tests/sim/plan.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class BlameCheck {
 public:
  BlameCheck(const Book& book, const Plan& plan, Trace& trace, Statistics& statistics)
      : book_(book), plan_(plan), trace_(trace), statistics_(statistics) {}

  void see(const Lied& event);
  void see(const Rejected& event);
  void see(const RecoveryBegun& event);
  void see(const RecordMade& event);
  // What it held in memory about second answers is gone.
  void aggregator_crashed() { rejected_.clear(); }

 private:
  // Kind, accused and witness, by cohort index.
  using Entry = std::tuple<BlameKind, std::uint32_t, std::optional<std::uint32_t>>;
  // Whether the member of this cohort index lied so about the other one.
  bool lied(const SessionId& session, std::uint32_t u, Blameworthy how, std::uint32_t about) const;
  void expect_of(const SessionId& session, const RecoveryJob& job, const RebuildTarget& target);
  void look_at(const SessionId& session, const RecordProof& proof, const Blame& blame);
  std::optional<std::uint32_t> member_at(const RecordProof& proof, std::uint32_t u) const;

  const Book& book_;
  const Plan& plan_;
  Trace& trace_;
  Statistics& statistics_;
  std::set<std::tuple<SessionId, std::uint32_t, Blameworthy, std::uint32_t>> lies_;
  std::set<std::pair<SessionId, std::uint32_t>> rejected_;  // with conflicting_answer
  std::map<SessionId, std::set<Entry>> expected_;
  std::set<SessionId> not_rebuilt_;  // that have to abort with secret_not_rebuilt
};

}  // namespace blindsum::sim
