#include "support/key_file.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "crypto/secret.h"
#include "support/descriptor.h"
#include "support/error.h"
#include "support/files.h"

namespace blindsum {
namespace {

constexpr std::string_view kFirstLine = "blindsum ed25519 secret key v1\n";
constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kHexDigits = 2 * Seed::size_bytes;
constexpr std::size_t kFileBytes = kFirstLine.size() + kHexDigits + 1;

int digit_value(std::uint8_t digit) {
  const auto found = kDigits.find(static_cast<char>(digit));
  return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

// Not from_hex(): it would leave the seed in memory that nobody wipes.
Result<void> decode_seed(ByteView digits, ByteSpan out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_value(digits[2 * i]);
    const int low = digit_value(digits[2 * i + 1]);
    if (high < 0 || low < 0) return SupportError::bad_key_file;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return {};
}

}  // namespace

Result<void> write_secret_key(const std::filesystem::path& path, const SigningKey& key) {
  detail::Scratch<kFileBytes> text;
  auto* out = std::copy(kFirstLine.begin(), kFirstLine.end(), text.data());
  for (const auto byte : key.seed().reveal(Reveal::save_identity)) {
    *out++ = static_cast<std::uint8_t>(kDigits[byte >> 4]);
    *out++ = static_cast<std::uint8_t>(kDigits[byte & 15]);
  }
  *out = '\n';
  return write_private_file(path, text.bytes);
}

Result<SigningKey> read_secret_key(const std::filesystem::path& path) {
  BLINDSUM_CHECK(check_private(path));
  BLINDSUM_TRY(file, Descriptor::open(path, O_RDONLY));
  // One byte more than is right, to see what follows.
  detail::Scratch<kFileBytes + 1> text;
  BLINDSUM_TRY(size, file.read_some(text.bytes));
  const ByteView read = ByteView(text.bytes).first(size);
  // An editor may have dropped the last line's end.
  if (size != kFileBytes && size != kFileBytes - 1) return SupportError::bad_key_file;
  if (size == kFileBytes && read.back() != '\n') return SupportError::bad_key_file;
  if (!std::equal(kFirstLine.begin(), kFirstLine.end(), read.begin())) {
    return SupportError::bad_key_file;
  }
  auto seed = Seed::produce(Reveal::parse, [&](ByteSpan out) {
    return decode_seed(read.subspan(kFirstLine.size(), kHexDigits), out);
  });
  if (!seed) return SupportError::bad_key_file;
  return SigningKey::from_seed(*std::move(seed));
}

Result<VerifyKey> parse_verify_key(std::string_view hex) {
  BLINDSUM_TRY(bytes, from_hex(hex));
  BLINDSUM_TRY(key, VerifyKey::from(bytes));
  BLINDSUM_CHECK(check_verify_key(key));
  return key;
}

}  // namespace blindsum
