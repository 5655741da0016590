// A spent input goes into another round only when it has been released: by a VOID certificate of
// the round where it was spent, or by a certificate of that round that leaves the member out
// [INPUT-3]. The certificates that a member was told are verified here, not by the machine's own
// code.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/sim/checks/book.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class InputCheck {
 public:
  InputCheck(const Book& book, Trace& trace, Statistics& statistics)
      : book_(book), trace_(trace), statistics_(statistics) {}

  // Of an honest member.
  void after(const Told& event);
  void after(const Said& event);

 private:
  bool releases(const Seat& seat, const VoidCertificate& certificate) const;
  bool releases(const Seat& seat, const Certificate& certificate) const;

  const Book& book_;
  Trace& trace_;
  Statistics& statistics_;
  std::map<std::pair<std::uint32_t, InputId>, std::set<SessionId>> spent_;
  std::set<std::pair<SessionId, std::uint32_t>> released_;
};

}  // namespace blindsum::sim
