// Everything of a participant that is on its own machine, read and checked once, before anything is
// connected: identity, roster, policy, CA file, state folder.
#pragma once

#include <cstdint>
#include <memory>

#include "client/participant.h"
#include "client/sqlite_store.h"
#include "client/tls.h"
#include "crypto/sign.h"
#include "protocol/round/roster.h"

namespace blindsum {

struct LocalState {
  std::shared_ptr<const Roster> roster;
  SigningKey identity;
  std::uint32_t roster_index = 0;
  ClientTls tls;
  std::unique_ptr<SqliteStore> store;
};

// Errors, besides those that in_file() names: no_callback; task_not_served if the policy does not
// have the task; floor_too_low if its least_floor is below 2; wrong_aggregator if the aggregator's
// key is the authority's; bad_point if it is no key; unknown_member if the identity is not in the
// roster; state_locked. Of the roster file: also roster_expired, and roster_older or
// roster_mismatch beside the newest one that the state folder has seen [ROSTER-5].
[[nodiscard]] Result<LocalState> load_local_state(const ParticipantOptions& options);

// Seconds of the wall clock.
[[nodiscard]] UnixSeconds wall_clock_now();

}  // namespace blindsum
