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
  // These would have nothing to write to, and libsodium takes no null pointers.
  if (text.empty()) return Bytes();
  if (text.size() == 1) return CryptoError::bad_hex;
  Bytes bytes(text.size() / 2);
  if (sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, nullptr,
                     nullptr) != 0) {
    return CryptoError::bad_hex;
  }
  return bytes;
}

}  // namespace blindsum
