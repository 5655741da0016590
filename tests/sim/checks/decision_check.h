// An honest aggregator decides once, whatever dies under it: every member is told the same cohort,
// U2 and U3, and the record has these [ONCE-6]; whoever was told that its upload is accepted is in
// the U3 of a record that completes [RECEIPT-2, DISK-7]; a session has one record [RECORD-2].
#pragma once

#include <map>
#include <set>
#include <utility>

#include "tests/sim/checks/book.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class DecisionCheck {
 public:
  DecisionCheck(const Book& book, Trace& trace) : book_(book), trace_(trace) {}

  void see(const Told& event);
  void see(const RecordMade& event);

 private:
  struct Decided {
    std::vector<SignedAdvert> cohort;
    Bytes u2, u3;
    std::set<std::uint32_t> accepted;  // members
    bool has_record = false;
  };
  template <class Value>
  void once(Value& first, const Value& now, const char* what);

  const Book& book_;
  Trace& trace_;
  std::map<SessionId, Decided> decided_;
};

}  // namespace blindsum::sim
