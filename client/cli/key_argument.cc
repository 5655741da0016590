#include "client/cli/key_argument.h"

#include <fcntl.h>

#include <string_view>

#include "support/descriptor.h"
#include "support/files.h"
#include "support/key_file.h"

namespace blindsum::cli {
namespace {

constexpr std::size_t kKeyDigits = 2 * VerifyKey::size_bytes;
constexpr std::uint64_t kMostFileBytes = 4096;
constexpr unsigned kPublicMode = 0644;
constexpr const char* kBlank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

Result<VerifyKey> read_key_argument(const std::string& argument) {
  // Whoever has a file of that name can write ./NAME.
  const bool digits = argument.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (digits && argument.size() == kKeyDigits) return parse_verify_key(argument);
  BLINDSUM_TRY(text, read_text_file(argument, kMostFileBytes));
  return parse_verify_key(trimmed(text));
}

std::filesystem::path public_key_file(const std::filesystem::path& secret_key_file) {
  std::filesystem::path path = secret_key_file;
  if (path.extension() == ".key") return path.replace_extension(".pub");
  return path += ".pub";
}

Result<void> write_public_key(const std::filesystem::path& path, const VerifyKey& key) {
  const std::string line = to_hex(key.view()) + "\n";
  BLINDSUM_TRY(file, Descriptor::open(path, O_WRONLY | O_CREAT | O_EXCL, kPublicMode));
  // reinterpret_cast: characters are bytes.
  BLINDSUM_CHECK(file.write_all({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()}));
  BLINDSUM_CHECK(file.sync());
  return file.close();
}

}  // namespace blindsum::cli
