// Files of Ed25519 keys, the same for participants, the authority and the aggregator.
//
//   blindsum ed25519 secret key v1
//   <64 hexadecimal digits: the seed>
//
// A secret key's file is made with mode 0600, never over another file, and refused when it is
// readable by others. Public keys have no file of their own: they are 64 hexadecimal digits in
// configurations and rosters.
#pragma once

#include <filesystem>
#include <string_view>

#include "crypto/result.h"
#include "crypto/sign.h"

namespace blindsum {

// Errors: the operating system's (file_exists if there is one).
[[nodiscard]] Result<void> write_secret_key(const std::filesystem::path& path,
                                            const SigningKey& key);
// Errors: the operating system's, not_private, bad_key_file, library_failed.
[[nodiscard]] Result<SigningKey> read_secret_key(const std::filesystem::path& path);

// 64 hexadecimal digits, checked as a key that may be trusted (check_verify_key).
// Errors: bad_hex, bad_length, bad_point.
[[nodiscard]] Result<VerifyKey> parse_verify_key(std::string_view hex);

}  // namespace blindsum
