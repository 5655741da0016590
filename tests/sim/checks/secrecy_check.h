// The heart: no two shares of one member from one honest holder [UNMASK-2]; nobody ever has t
// shares of both s and b of an honest member [PRIV-4, PRIV-5, PRIV-6]; and of what honest members
// uploaded nothing comes off but one sum, over at least honest_floor of them [PRIV-7, PRIV-8]. The
// adversary has every share that was revealed, by whomever, and every share that corrupt members
// were dealt.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "tests/sim/checks/book.h"
#include "tests/sim/plan.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class SecrecyCheck {
 public:
  SecrecyCheck(const Book& book, const Plan& plan, Trace& trace, Statistics& statistics)
      : book_(book), plan_(plan), trace_(trace), statistics_(statistics) {}

  // Of any member, when the book has it.
  void after(const Said& event);
  // Everything that honest members uploaded in a session, against everything that is known.
  void look_for_islands(const SessionId& session);

 private:
  using Holders = std::set<std::uint32_t>;  // cohort indices
  struct Known {
    Holders of_s, of_b;
  };
  void see_shares(const Seat& seat, const Shares& shares);
  void see_unmask(const Said& event, const Seat& seat, const Unmask& unmask);
  void hold_against_threshold(const Seat::Dealt& dealt, std::uint32_t dealer);
  bool knows(const Seat::Dealt& dealt, std::uint32_t dealer, ShareKind kind) const;
  // Honest members that uploaded under this th1, by cohort index.
  std::map<std::uint32_t, const Seat*> uploads(const SessionId& session, const Hash& th1) const;
  // Whether the mask between u and v is on u's upload, and cannot be known.
  bool hides(const Seat& seat, std::uint32_t v) const;
  std::optional<std::uint32_t> comes_out(const std::map<std::uint32_t, const Seat*>& uploads,
                                         std::uint32_t start, std::set<std::uint32_t>& seen) const;
  void look_at(const std::map<std::uint32_t, const Seat*>& uploads);

  const Book& book_;
  const Plan& plan_;
  Trace& trace_;
  Statistics& statistics_;
  std::map<std::pair<Hash, std::uint32_t>, Known> known_;  // by th1 and dealer
};

}  // namespace blindsum::sim
