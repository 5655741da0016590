#include "tests/client/participant_world.h"

#include <stdexcept>

#include "protocol/wire/documents.h"
#include "support/files.h"
#include "support/key_file.h"
#include "tests/client/certificates.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

void must(const Result<void>& done) {
  if (!done) throw std::runtime_error(done.error().message());
}

}  // namespace

ParticipantWorld::ParticipantWorld() {
  authority_.emplace(seeded_key(1));
  aggregator_.emplace(seeded_key(2));
  must(write_secret_key(path("aggregator.key"), *aggregator_));
  for (std::uint32_t i = 0; i < kMembers; ++i) {
    members_.push_back(seeded_key(10 + i));
    must(write_secret_key(path("member-" + std::to_string(i) + ".key"), members_.back()));
  }
  const auto bytes = read_file(write_roster("roster.bsr", 0), kMaxRosterBytes).value();
  roster_.emplace(read_roster(bytes, authority_->verify_key()).value());
  write_test_certificate(path("server.crt"), path("server.key"), {});
}

std::filesystem::path ParticipantWorld::write_roster(const std::string& name,
                                                     UnixSeconds not_after) const {
  RosterContent content{.epoch = 1, .members = {}, .not_after = not_after, .authority = {}};
  for (std::uint32_t i = 0; i < kMembers; ++i) {
    content.members.push_back(
        {roster_index(i), "member " + std::to_string(i), members_[i].verify_key()});
  }
  must(write_file_atomically(path(name), sign_roster(content, *authority_).value()));
  return path(name);
}

ParticipantOptions ParticipantWorld::options(std::uint32_t member) const {
  ParticipantOptions options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.ca_file = path("server.crt");
  options.state_folder = path("state-" + std::to_string(member));
  options.identity_file = path("member-" + std::to_string(member) + ".key");
  options.roster_file = path("roster.bsr");
  options.authority_key = authority_->verify_key();
  options.policy.aggregator_key = aggregator_->verify_key();
  options.policy.tasks = {"t"};
  options.task = "t";
  options.on_round = [](const RoundOffer&, ByteView) -> std::optional<Update> {
    return std::nullopt;
  };
  return options;
}

}  // namespace blindsum
