// Public keys on the command line: 64 hexadecimal digits, or a file of them (NAME.pub, which
// `blindsum keygen` writes beside the secret key).
#pragma once

#include <filesystem>
#include <string>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum::cli {

// Errors: bad_hex, bad_length, bad_point; those of reading the file.
[[nodiscard]] Result<VerifyKey> read_key_argument(const std::string& argument);

// NAME.pub for NAME.key, and FILE.pub for any other name.
std::filesystem::path public_key_file(const std::filesystem::path& secret_key_file);

// One line of digits. Never over another file. Errors: the operating system's.
[[nodiscard]] Result<void> write_public_key(const std::filesystem::path& path,
                                            const VerifyKey& key);

}  // namespace blindsum::cli
