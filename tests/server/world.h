// What a server needs to run in a test: a folder with keys, a signed roster of members, a
// certificate, and the text of a configuration.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/entropy.h"
#include "crypto/sign.h"
#include "protocol/round/roster.h"
#include "server/config.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {

class World {
 public:
  explicit World(std::uint32_t members, UnixSeconds not_after = 0);

  // One task "t": two tensors a[2], b[1] of fixed_point, for all members, cohort from n_min on.
  // `task` and `limits` are more lines of those tables.
  std::string configuration(std::uint32_t n_min, const std::string& task = "",
                            const std::string& limits = "") const;
  // Written into the folder, and read. No problems.
  ServerConfig config(const std::string& text) const;

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  std::filesystem::path task_results() const { return folder_ / "results" / "t"; }
  const Roster& roster() const { return *roster_; }
  const SigningKey& identity(std::uint32_t position) const { return identities_[position]; }
  std::uint32_t index(std::uint32_t position) const { return 5 + 2 * position; }
  const VerifyKey& aggregator_key() const { return aggregator_->verify_key(); }
  const SigningKey& aggregator() const { return *aggregator_; }
  const SigningKey& authority() const { return *authority_; }
  // One of the roster that nobody here has the key of.
  Entropy& entropy() { return entropy_; }

  std::uint32_t size() const { return static_cast<std::uint32_t>(identities_.size()); }

 private:
  TemporaryFolder folder_;
  SystemEntropy entropy_;
  std::optional<SigningKey> aggregator_;
  std::optional<SigningKey> authority_;
  std::vector<SigningKey> identities_;
  std::optional<Roster> roster_;
};

// A task's on_result that runs this shell script.
std::string on_result_line(const std::string& script);

// A self-signed certificate for localhost and its key, as PEM files.
void write_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key,
                       long seconds_left = 86'400);

}  // namespace blindsum
