// How rounds end: with no more losses than d they complete, whoever is lost and whenever; no honest
// member ends a round of an honest aggregator, nor is it rejected by one, for a reason that only a
// lie explains. So liars push nobody out. And nothing ends by a fault of our own.
#pragma once

#include "tests/sim/checks/book.h"
#include "tests/sim/plan.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class EndingCheck {
 public:
  EndingCheck(const Book& book, const Plan& plan, Trace& trace, Statistics& statistics);

  void see(const RoundEnded& event);
  void see(const Rejected& event);
  void see(const RecordMade& event);

 private:
  // Members of the cohort that a fault or a lie may have taken out of it.
  std::uint32_t lost_of(const RecordProof& proof) const;

  const Book& book_;
  const Plan& plan_;
  Trace& trace_;
  Statistics& statistics_;
  std::vector<std::uint32_t> lossy_;
  bool is_damaged_ = false;  // a checkpoint of a round before
};

}  // namespace blindsum::sim
