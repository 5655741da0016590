#include "tests/e2e/harness/options.h"

#include <fstream>
#include <numeric>
#include <stdexcept>

#include "support/key_file.h"

namespace blindsum::e2e {

VerifyKey public_key(const std::filesystem::path& keys, const std::string& name) {
  std::ifstream file(keys / (name + ".pub"));
  std::string digits;
  file >> digits;
  const auto key = parse_verify_key(digits);
  if (!key) throw std::runtime_error(name + ": " + key.error().message());
  return *key;
}

ParticipantOptions participant_options(const std::filesystem::path& keys,
                                       const std::filesystem::path& scene, const std::string& name,
                                       std::uint16_t port) {
  ParticipantOptions options;
  options.endpoint = {
      .host = "127.0.0.1", .port = port, .ca_file = keys / "ca.crt", .server_name = "localhost"};
  options.state_folder = scene / ("state-" + name);
  options.identity_file = keys / (name + ".key");
  options.roster_file = keys / "roster.bsr";
  options.authority_key = public_key(keys, "authority");
  options.policy.aggregator_key = public_key(keys, "aggregator");
  options.policy.tasks = {kTask};
  options.task = kTask;
  return options;
}

std::vector<std::int64_t> count_up(std::int64_t first, std::size_t length) {
  std::vector<std::int64_t> values(length);
  std::iota(values.begin(), values.end(), first);
  return values;
}

std::vector<std::int64_t> input_of(std::uint32_t index, std::uint64_t round) {
  return count_up(1000 * (index + 1) + 100 * static_cast<std::int64_t>(round), 4);
}

}  // namespace blindsum::e2e
