// What a consortium makes before its first round, with the commands that it would use: identities
// and the roster by `blindsum`, certificates by `openssl`. Made once for a test program, and used
// by all its scenes.
//
//   authority, aggregator    keys; <name>.key is the secret file
//   m0 … m7                  the roster's members, index = number
//   stranger                 an identity that the roster does not have
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/sign.h"
#include "protocol/round/roster.h"
#include "tests/e2e/harness/child.h"

namespace blindsum::e2e {

inline constexpr std::uint32_t kMembers = 8;

std::string member_name(std::uint32_t index);

class Keys {
 public:
  // The program's own; throws when they cannot be made.
  static const Keys& instance();

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path(const std::string& file) const { return folder_ / file; }
  std::filesystem::path secret_file(const std::string& name) const { return path(name + ".key"); }
  // The public key of a name.
  VerifyKey key(const std::string& name) const;
  std::string hex(const std::string& name) const;
  SigningKey secret(const std::string& name) const;

  // roster.bsr: m0 … m7, epoch 1, for ever.
  std::filesystem::path roster_file() const { return path("roster.bsr"); }
  Roster roster() const;
  // Another one, of these names in this order. `more` are further arguments of `roster init`.
  std::filesystem::path make_roster(const std::string& file, const std::vector<std::string>& names,
                                    std::uint64_t epoch,
                                    const std::vector<std::string>& more = {}) const;

  // Runs `blindsum`.
  Finished blindsum(std::vector<std::string> arguments) const;

 private:
  Keys();
  std::string must(const std::vector<std::string>& command) const;
  void make_certificates() const;

  std::filesystem::path folder_;
};

// Where the build has them.
std::string blindsum_program();
std::string blindsumd_program();
std::string member_program();

}  // namespace blindsum::e2e
