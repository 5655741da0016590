// An honest member answers in no round that is weaker than its policy: said again here, without the
// machine's own code, from the bytes that it was told [POLICY-2, POLICY-3, POLICY-4]; nor in a
// cohort with anybody who did not advertise for that very round [SHARE-2].
#pragma once

#include <map>
#include <utility>

#include "tests/sim/checks/book.h"
#include "tests/sim/plan.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class PolicyCheck {
 public:
  PolicyCheck(const Book& book, const Plan& plan, Trace& trace)
      : book_(book), plan_(plan), trace_(trace) {}

  // Of an honest member, when the book has it.
  void after(const Said& event);

 private:
  const char* fault_of(const MemberPlan& member, const Offer& offer) const;
  const char* fault_of(const Policy& policy, const Offer& offer, const Seat::Dealt& dealt) const;
  const char* fault_of(const Seat& seat) const;
  bool is_newest(const Said& event, std::uint64_t round);

  const Book& book_;
  const Plan& plan_;
  Trace& trace_;
  std::map<std::uint32_t, std::pair<std::uint64_t, SessionId>> newest_;  // by member
};

}  // namespace blindsum::sim
