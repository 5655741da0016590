// What is known of a member in a round, from what it was told and what it said: the ground on which
// the checks stand. Corrupt members have seats, too.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocol/round/bitmap.h"
#include "protocol/round/graph_parameters.h"
#include "protocol/round/messages.h"
#include "tests/sim/cast.h"
#include "tests/sim/checks/observation.h"

namespace blindsum::sim {

struct Seat {
  // The newest of each kind that it was told.
  std::optional<Offer> offer;
  std::optional<Cohort> cohort;
  std::optional<Delivery> delivery;
  std::optional<Survivors> survivors;

  // From when it answered them.
  bool advertised = false;
  struct Dealt {
    Hash th0, th1;
    std::uint32_t u = 0;
    std::uint32_t c = 0;
    GraphParameters graph{};
    std::vector<std::uint32_t> members;  // by cohort index; not roster indices
    std::vector<std::uint32_t> picks;
    std::uint32_t n() const { return static_cast<std::uint32_t>(members.size()); }
  };
  std::optional<Dealt> dealt;
  struct Masked {
    Hash th2;
    Bitmap u2;
    std::vector<std::uint32_t> in_neighbours;
    std::set<std::uint32_t> neighbours;
  };
  std::optional<Masked> masked;
  std::uint64_t uploaded_bytes = 0;
  struct Attested {
    Hash th3;
    Bitmap u3;
  };
  std::optional<Attested> attested;
  bool receipt = false, unmasked = false, voided = false, refused = false;
  std::optional<InputId> input;

  bool has_uploaded() const;
};

// From what the seat was told: the ground on which it deals, and what it attests. Nothing if it was
// not told enough.
std::optional<Seat::Dealt> dealt_of(const Seat& seat, std::uint32_t member, const Shares& shares,
                                    const Cast& cast);
std::optional<Seat::Attested> attested_of(const Seat& seat);

class Book {
 public:
  explicit Book(const Cast& cast) : cast_(cast) {}

  void see(const Told& event);
  void see(const Said& event);
  void see(const InputGiven& event);

  // Of whoever never said or heard anything: an empty seat.
  const Seat& seat(const SessionId& session, std::uint32_t member) const;
  std::uint32_t members() const { return cast_.members(); }
  const Cast& cast() const { return cast_; }
  // Identity keys by cohort index, as the roster has them.
  std::vector<VerifyKey> keys(const Seat::Dealt& dealt) const;

 private:
  Seat& at(const SessionId& session, std::uint32_t member) { return seats_[{session, member}]; }
  void mask(Seat& seat);

  const Cast& cast_;
  std::map<std::pair<SessionId, std::uint32_t>, Seat> seats_;
};

}  // namespace blindsum::sim
