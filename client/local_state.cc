#include "client/local_state.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "client/error.h"
#include "crypto/init.h"
#include "protocol/round/reason.h"
#include "protocol/wire/documents.h"
#include "support/files.h"
#include "support/key_file.h"

namespace blindsum {
namespace {

constexpr std::uint32_t kLeastFloor = 2;

template <class Value>
Result<Value> of_file(LocalFile file, Result<Value> value) {
  if (!value) return in_file(file, value.error());
  return value;
}

Result<void> check_options(const ParticipantOptions& options) {
  const Policy& policy = options.policy;
  if (!options.on_round) return ClientError::no_callback;
  const auto& tasks = policy.tasks;
  if (std::find(tasks.begin(), tasks.end(), options.task) == tasks.end()) {
    return Reason::task_not_served;  // [POLICY-8]
  }
  if (policy.least_floor < kLeastFloor) return Reason::floor_too_low;  // [POLICY-5]
  BLINDSUM_CHECK(check_verify_key(policy.aggregator_key));
  if (policy.aggregator_key == options.authority_key)
    return Reason::wrong_aggregator;  // [ROSTER-6]
  return {};
}

Result<std::shared_ptr<const Roster>> find_roster(const ParticipantOptions& options) {
  if (options.roster) {
    if (options.roster->authority_key() != options.authority_key) return Reason::bad_signature;
    return options.roster;
  }
  BLINDSUM_TRY(file, read_file(options.roster_file, kMaxRosterBytes + kFileOverheadBytes));
  BLINDSUM_TRY(roster, read_roster(file, options.authority_key));
  return std::make_shared<const Roster>(std::move(roster));
}

Result<std::shared_ptr<const Roster>> load_roster(const ParticipantOptions& options) {
  BLINDSUM_TRY(roster, find_roster(options));
  if (roster_expired(*roster, wall_clock_now())) return Reason::roster_expired;
  return roster;
}

// [ROSTER-5] Every offer for it would be refused; whoever runs this participant can know now.
Result<void> check_seen(ParticipantStore& store, const Roster& roster) {
  BLINDSUM_TRY(seen, store.newest_roster());
  if (!seen) return {};
  if (roster.epoch() < seen->epoch) return Reason::roster_older;
  if (roster.epoch() == seen->epoch && roster.hash() != seen->hash) return Reason::roster_mismatch;
  return {};
}

Result<std::uint32_t> find_self(const Roster& roster, const VerifyKey& key) {
  const auto& members = roster.members();
  const auto self = std::find_if(members.begin(), members.end(),
                                 [&](const RosterMember& member) { return member.key == key; });
  if (self == members.end()) return Reason::unknown_member;
  return self->index;
}

}  // namespace

UnixSeconds wall_clock_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<UnixSeconds>(std::chrono::floor<std::chrono::seconds>(since).count());
}

Result<LocalState> load_local_state(const ParticipantOptions& options) {
  BLINDSUM_CHECK(init_crypto());
  BLINDSUM_CHECK(check_options(options));
  BLINDSUM_TRY(identity, of_file(LocalFile::identity, read_secret_key(options.identity_file)));
  BLINDSUM_TRY(roster, of_file(LocalFile::roster, load_roster(options)));
  BLINDSUM_TRY(index, find_self(*roster, identity.verify_key()));
  BLINDSUM_TRY(tls, of_file(LocalFile::ca, ClientTls::load(options.endpoint.ca_file,
                                                           options.endpoint.server_key_pin)));
  auto store = SqliteStore::open(options.state_folder, identity.verify_key());
  if (!store) {
    // Of this one the name says enough, and it is the one that SPEC.md has.
    if (store.error() == Reason::state_locked) return store.error();
    return in_file(LocalFile::state_folder, store.error());
  }
  const auto seen = check_seen(**store, *roster);
  if (!seen) return in_file(LocalFile::roster, seen.error());
  return LocalState{.roster = std::move(roster),
                    .identity = std::move(identity),
                    .roster_index = index,
                    .tls = std::move(tls),
                    .store = *std::move(store)};
}

}  // namespace blindsum
