// The files of some participants: keys, a roster, a CA, in a folder that goes with the test.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/participant.h"
#include "crypto/sign.h"
#include "protocol/round/clock.h"
#include "protocol/round/roster.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {

class ParticipantWorld {
 public:
  static constexpr std::uint32_t kMembers = 3;

  ParticipantWorld();

  // Good ones for this member, but for the port. The callback has no update.
  ParticipantOptions options(std::uint32_t member) const;
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  // Roster of epoch 1 of all members, signed.
  std::filesystem::path write_roster(const std::string& name, UnixSeconds not_after) const;

  const Roster& roster() const { return *roster_; }
  std::uint32_t roster_index(std::uint32_t member) const { return 3 + 4 * member; }
  const SigningKey& identity(std::uint32_t member) const { return members_[member]; }
  const SigningKey& aggregator() const { return *aggregator_; }

 private:
  TemporaryFolder folder_;
  std::optional<SigningKey> authority_;
  std::optional<SigningKey> aggregator_;
  std::vector<SigningKey> members_;
  std::optional<Roster> roster_;
};

}  // namespace blindsum
