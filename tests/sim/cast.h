// Who there is: authority, aggregator, members and the roster that names them. The same for every
// seed with as many members, so that keys are made once. Members are numbers 0, 1, …; their roster
// indices have gaps, as those of a real roster have.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/sign.h"
#include "protocol/round/clock.h"
#include "protocol/round/roster.h"

namespace blindsum::sim {

// Wall time, in Unix seconds: that of the members, and of the end of the roster.
inline constexpr UnixSeconds kToday = 1'800'000'000;
inline constexpr UnixSeconds kRosterEnd = kToday + 1'000'000;

class Cast {
 public:
  // Lives as long as the process. At least one member.
  static const Cast& of(std::uint32_t members);

  std::uint32_t members() const { return static_cast<std::uint32_t>(identities_.size()); }
  const Roster& roster() const { return roster_; }
  const SigningKey& aggregator() const { return aggregator_; }
  const SigningKey& stranger() const { return stranger_; }  // a key that nobody pins
  const SigningKey& identity(std::uint32_t member) const { return identities_[member]; }
  static std::uint32_t roster_index(std::uint32_t member) { return 3 * member + 2; }
  std::optional<std::uint32_t> member_of(std::uint32_t roster_index) const;

 private:
  Cast(SigningKey aggregator, SigningKey stranger, std::vector<SigningKey> identities,
       Roster roster);
  static Result<Cast> make(std::uint32_t members);

  SigningKey aggregator_;
  SigningKey stranger_;
  std::vector<SigningKey> identities_;
  Roster roster_;
};

}  // namespace blindsum::sim
