// What a consortium makes before its first round, made in one go in this process: identities,
// roster, certificate, the configuration of blindsumd.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "client/participant.h"
#include "protocol/round/roster.h"
#include "tests/bench/macro/plan.h"

namespace blindsum::bench {

inline constexpr const char* kTask = "bench";

class World {
 public:
  // Throws std::runtime_error.
  World(const Plan& plan, std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  std::filesystem::path result_folder() const;
  const Roster& roster() const { return *roster_; }
  const VerifyKey& aggregator_key() const { return aggregator_key_; }

  // Without callbacks and threads.
  ParticipantOptions participant(std::uint32_t index, std::uint16_t port) const;

 private:
  void make_identities();
  void write_configuration() const;

  const Plan& plan_;
  const std::filesystem::path folder_;
  VerifyKey authority_key_;
  VerifyKey aggregator_key_;
  std::shared_ptr<const Roster> roster_;
};

}  // namespace blindsum::bench
