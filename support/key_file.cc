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
constexpr std::size_t kHexDigits = 2 * Seed::size_bytes;
constexpr std::size_t kFileBytes = kFirstLine.size() + kHexDigits + 1;

// The digits are the key: they decide no branch and no address, only whether all of them are
// digits.
struct Digit {
  unsigned value;
  unsigned valid;  // all ones, or zero
};

Digit read_digit(std::uint8_t character) {
  const unsigned number = unsigned{character} ^ unsigned { '0' };
  const unsigned is_number = (number - 10U) >> 8;  // it borrows below ten
  const unsigned letter = unsigned{character} - ('a' - 10U);
  const unsigned is_letter = ((letter - 10U) ^ (letter - 16U)) >> 8;  // only one of them borrows
  return {(number & is_number) | (letter & is_letter), is_number | is_letter};
}

std::uint8_t write_digit(unsigned value) {
  const unsigned is_number = (value - 10U) >> 8;
  return static_cast<std::uint8_t>('a' - 10U + value - (is_number & ('a' - 10U - '0')));
}

// Not from_hex(): it would leave the seed in memory that nobody wipes.
Result<void> decode_seed(ByteView digits, ByteSpan out) {
  unsigned valid = ~0U;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Digit high = read_digit(digits[2 * i]);
    const Digit low = read_digit(digits[2 * i + 1]);
    valid &= high.valid & low.valid;
    out[i] = static_cast<std::uint8_t>(high.value * 16 + low.value);
  }
  if (valid == 0) return SupportError::bad_key_file;
  return {};
}

}  // namespace

Result<void> write_secret_key(const std::filesystem::path& path, const SigningKey& key) {
  detail::Scratch<kFileBytes> text;
  auto* out = std::copy(kFirstLine.begin(), kFirstLine.end(), text.data());
  for (const auto byte : key.seed().reveal(Reveal::save_identity)) {
    *out++ = write_digit(byte >> 4);
    *out++ = write_digit(byte & 15U);
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
