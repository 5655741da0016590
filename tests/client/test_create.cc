// Participant::create(): everything local is looked at, and named if it is wrong.
#include <doctest/doctest.h>

#include <fstream>
#include <memory>

#include "client/error.h"
#include "client/participant.h"
#include "client/sqlite_store.h"
#include "protocol/round/reason.h"
#include "protocol/wire/documents.h"
#include "support/error.h"
#include "support/files.h"
#include "support/key_file.h"
#include "tests/client/participant_world.h"

namespace blindsum {
namespace {

Error refused(const ParticipantOptions& options) {
  const auto participant = Participant::create(options);
  return participant ? Error() : participant.error();
}

TEST_CASE("a participant is made from good files, and holds its state folder") {
  ParticipantWorld world;
  const auto options = world.options(0);
  auto participant = Participant::create(options);
  REQUIRE(participant.has_value());
  CHECK(refused(options) == Reason::state_locked);  // [DISK-1]
}

TEST_CASE("files that are missing or wrong are called by what they are for") {
  ParticipantWorld world;
  auto options = world.options(0);
  options.identity_file = world.path("nowhere");
  CHECK(refused(options).message() == "identity_file: No such file or directory");
  options = world.options(0);
  std::filesystem::permissions(options.identity_file, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  CHECK(refused(options) == in_file(LocalFile::identity, SupportError::not_private));
  options = world.options(1);
  options.roster_file = world.path("nowhere");
  CHECK(refused(options).message() == "roster_file: No such file or directory");
  options.roster_file = options.identity_file;
  CHECK(refused(options) == in_file(LocalFile::roster, Reason::bad_roster));
  options = world.options(1);
  options.endpoint.ca_file = world.path("nowhere");
  CHECK(refused(options).message() == "ca_file: No such file or directory");
  options.endpoint.ca_file = options.roster_file;
  CHECK(refused(options) == in_file(LocalFile::ca, ClientError::bad_ca_file));
  options = world.options(1);
  options.state_folder = options.roster_file / "state";
  CHECK(refused(options).message() == "state_folder: Not a directory");
}

TEST_CASE("[ROSTER-2, ROSTER-4] the roster is the authority's, and still counts") {
  ParticipantWorld world;
  auto options = world.options(0);
  options.authority_key = world.identity(1).verify_key();
  CHECK(cause_of(refused(options)).message() == "bad_signature");
  options = world.options(0);
  options.roster_file = world.write_roster("old.bsr", 1'000'000);
  CHECK(refused(options) == in_file(LocalFile::roster, Reason::roster_expired));
}

TEST_CASE("[ROSTER-5] the roster is not older than, nor another one than, what was seen before") {
  ParticipantWorld world;
  const auto options = world.options(0);
  const auto saw = [&](std::uint64_t epoch, const Hash& hash) {
    auto store = SqliteStore::open(options.state_folder, world.identity(0).verify_key()).value();
    REQUIRE(store->keep_roster({.epoch = epoch, .hash = hash}).has_value());
  };
  saw(1, world.roster().hash());
  CHECK(Participant::create(options).has_value());
  saw(1, Hash{});
  CHECK(refused(options) == in_file(LocalFile::roster, Reason::roster_mismatch));
  saw(2, Hash{});
  CHECK(refused(options) == in_file(LocalFile::roster, Reason::roster_older));
  saw(0, Hash{});
  CHECK(Participant::create(options).has_value());
}

TEST_CASE("[SESSION-3] an identity that is not in the roster is no member") {
  ParticipantWorld world;
  auto options = world.options(0);
  options.identity_file = world.path("aggregator.key");
  CHECK(refused(options) == Reason::unknown_member);
}

TEST_CASE("[POLICY-5, POLICY-8, ROSTER-6] a policy that serves nobody, or would serve anybody") {
  ParticipantWorld world;
  auto options = world.options(0);
  options.policy.tasks.clear();
  CHECK(refused(options) == Reason::task_not_served);
  options = world.options(0);
  options.policy.least_floor = 1;
  CHECK(refused(options) == Reason::floor_too_low);
  options = world.options(0);
  options.policy.aggregator_key = options.authority_key;
  CHECK(refused(options) == Reason::wrong_aggregator);
  options = world.options(0);
  options.policy.aggregator_key = VerifyKey{};
  CHECK(refused(options).message() == "bad_point");
  options = world.options(0);
  options.on_round = nullptr;
  CHECK(refused(options) == ClientError::no_callback);
}

TEST_CASE("[DISK-1] another identity cannot use the folder") {
  ParticipantWorld world;
  auto options = world.options(0);
  REQUIRE(Participant::create(options).has_value());
  const auto folder = options.state_folder;
  options = world.options(1);
  options.state_folder = folder;
  CHECK(refused(options) == in_file(LocalFile::state_folder, ClientError::other_identity));
}

}  // namespace
}  // namespace blindsum
