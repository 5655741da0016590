#include "crypto/bytes.h"

#include <sodium.h>

namespace blindsum {

std::string to_hex(ByteView bytes) {
  std::string text(2 * bytes.size() + 1, '\0');  // libsodium ends it with a zero
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return CryptoError::bad_hex;
  if (text.empty()) return Bytes();  // libsodium takes no null pointers
  Bytes bytes(text.size() / 2);
  std::size_t written = 0;
  const char* end = nullptr;
  const int status =
      sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &written, &end);
  // With an end pointer libsodium calls it a success to stop early.
  if (status != 0 || written != bytes.size() || end != text.data() + text.size()) {
    return CryptoError::bad_hex;
  }
  return bytes;
}

}  // namespace blindsum
