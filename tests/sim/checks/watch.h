// All checks together: the hosts report what they see, at every step, here.
#pragma once

#include "tests/sim/checks/blame_check.h"
#include "tests/sim/checks/book.h"
#include "tests/sim/checks/decision_check.h"
#include "tests/sim/checks/ending_check.h"
#include "tests/sim/checks/input_check.h"
#include "tests/sim/checks/once_check.h"
#include "tests/sim/checks/policy_check.h"
#include "tests/sim/checks/secrecy_check.h"
#include "tests/sim/checks/sum_check.h"

namespace blindsum::sim {

class Watch {
 public:
  Watch(const Plan& plan, const Cast& cast, Trace& trace, Statistics& statistics);

  void see(const Told& event);
  void see(const Said& event);
  void see(const InputGiven& event);
  void see(const Lied& event) { blame_.see(event); }
  void see(const RecoveryBegun& event) { blame_.see(event); }
  void see(const RecordMade& event);
  void see(const Rejected& event);
  void see(const RoundEnded& event) { endings_.see(event); }
  void aggregator_crashed() { blame_.aggregator_crashed(); }

  const Book& book() const { return book_; }

 private:
  const Plan& plan_;
  Book book_;
  OnceCheck once_;
  PolicyCheck policy_;
  SecrecyCheck secrecy_;
  InputCheck inputs_;
  SumCheck sums_;
  BlameCheck blame_;
  EndingCheck endings_;
  DecisionCheck decisions_;
};

}  // namespace blindsum::sim
