// What tests of the checks feed them with by hand: what no liar of the simulator brings about.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/group.h"
#include "protocol/round/messages.h"
#include "tests/sim/cast.h"
#include "tests/sim/checks/book.h"
#include "tests/sim/plan.h"
#include "tests/sim/queue.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

// Of these members, not signed; all points are the same.
inline std::vector<SignedAdvert> adverts_of(std::initializer_list<std::uint32_t> members) {
  const Point point =
      Point::parse(
          from_hex("e8835e752e8aec919de2d5f0e1d9bf5b9021bafa0758b7ddd47033c08fe9e008").value())
          .value();
  std::vector<SignedAdvert> adverts;
  for (const std::uint32_t member : members) {
    adverts.push_back({.advert = {.roster_index = Cast::roster_index(member),
                                  .mask_point = point,
                                  .channel_point = point,
                                  .self_point = point},
                       .signature = {}});
  }
  return adverts;
}

inline const SessionId kFirst{};
inline const SessionId kSecond{{1}};

// What every check stands on, for rounds of all members of the plan.
struct Ground {
  explicit Ground(const Plan& with) : plan(with), cast(Cast::of(with.members)) {}
  std::string failure() const { return trace.failure().value_or(""); }
  bool found(std::string_view what) const { return failure().find(what) != std::string::npos; }

  const Plan plan;
  const Cast& cast;
  Queue queue;
  Trace trace{queue, false};
  Statistics statistics;
  Book book{cast};
};

}  // namespace blindsum::sim
