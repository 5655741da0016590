#include "tests/bench/macro/world.h"

#include <fmt/core.h>

#include <stdexcept>
#include <utility>

#include "protocol/wire/documents.h"
#include "support/files.h"
#include "support/key_file.h"
#include "tests/client/certificates.h"

namespace blindsum::bench {
namespace {

// Beyond any benchmark: phases end because all have answered. All five together are below a day,
// the most that a participant accepts.
constexpr std::uint32_t kPhaseLimitS = 14'400;

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().message());
  return *std::move(result);
}

void must(const Result<void>& result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().message());
}

std::string identity_name(std::uint32_t index) {
  return fmt::format("member-{}.key", index);
}

}  // namespace

World::World(const Plan& plan, std::filesystem::path folder)
    : plan_(plan), folder_(std::move(folder)) {
  make_identities();
  write_test_certificate(path("server.crt"), path("server.pem.key"), {});
  write_configuration();
}

void World::make_identities() {
  SystemEntropy entropy;
  const auto generate = [&] { return must(SigningKey::generate(entropy), "a key"); };
  const SigningKey authority = generate();
  const SigningKey aggregator = generate();
  authority_key_ = authority.verify_key();
  aggregator_key_ = aggregator.verify_key();
  must(write_secret_key(path("aggregator.key"), aggregator), "aggregator.key");
  RosterContent content;
  content.epoch = 1;
  for (std::uint32_t i = 0; i < plan_.n(); ++i) {
    const SigningKey member = generate();
    must(write_secret_key(path(identity_name(i)), member), identity_name(i));
    content.members.push_back({i, fmt::format("member-{}", i), member.verify_key()});
  }
  const Bytes file = must(sign_roster(content, authority), "roster");
  must(write_file_atomically(path("roster.bsr"), file), "roster.bsr");
  roster_ = std::make_shared<const Roster>(must(read_roster(file, authority_key_), "roster"));
}

// After the one round the members stay connected, so that their connections can be looked at.
void World::write_configuration() const {
  const MacroOptions& options = plan_.options;
  const std::string text = fmt::format(
      R"([listen]
address = "127.0.0.1"
port = 0
certificate = "server.crt"
key = "server.pem.key"

[aggregator]
key = "aggregator.key"
roster = "roster.bsr"
authority = "{}"
results = "results"

[process]
allow_root = true

[limits]
handshake_time = "5min"
hello_time = "5min"
idle_time = "1h"
write_time = "1h"
upload_stall = "1h"
max_connections = 10000
max_connections_per_address = 10000
new_connections_per_address = 10000
queued_per_session = "1GiB"

[[task]]
name = "{}"
tensors = [{{ name = "v", shape = [{}] }}]
codec = {{ kind = "integer", bound = {} }}
ring_bits = {}
n_min = {}
n_max = {}
max_corrupt = {}
delta = "{}ppm"
sigma = {}
time_limits = {{ advertise = "{}s", share = "{}s", mask = "{}s", attest = "{}s", unmask = "{}s" }}
gather = "0s"
interval = "1h"
)",
      to_hex(authority_key_.view()), kTask, options.length, plan_.bound, plan_.ring.bits(),
      plan_.n(), plan_.n(), plan_.finder.c, plan_.delta_ppm, options.sigma, kPhaseLimitS,
      kPhaseLimitS, options.mask_limit_s, kPhaseLimitS, kPhaseLimitS);
  must(write_file_atomically(path("blindsumd.toml"), text), "blindsumd.toml");
}

std::filesystem::path World::result_folder() const {
  return path("results") / kTask / "round-000001";
}

ParticipantOptions World::participant(std::uint32_t index, std::uint16_t port) const {
  ParticipantOptions options;
  options.endpoint = {
      .host = "127.0.0.1", .port = port, .ca_file = path("server.crt"), .server_name = "localhost"};
  options.state_folder = path(fmt::format("state-{}", index));
  options.identity_file = path(identity_name(index));
  options.roster = roster_;
  options.authority_key = authority_key_;
  options.policy.aggregator_key = aggregator_key_;
  options.policy.tasks = {kTask};
  options.policy.least_corrupt = plan_.finder.c;
  options.policy.least_sigma = plan_.options.sigma;
  options.policy.most_elements = plan_.options.length;
  options.task = kTask;
  return options;
}

}  // namespace blindsum::bench
