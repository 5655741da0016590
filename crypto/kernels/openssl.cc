// The portable kernel: OpenSSL's AES-256-CTR for this processor, then an addition that the compiler
// vectorises. Keystream and words lie side by side in the L1 cache; a call makes a whole buffer of
// keystream, so that what it costs besides does not count.
#include "crypto/openssl.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "crypto/kernels/kernel.h"
#include "crypto/secret.h"

namespace blindsum::detail {

namespace {

constexpr std::size_t kBufferBytes = 16 * kGroupBytes;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// Restricted, or the compiler would not vectorise: bytes may alias all things.
template <class Word>
void combine(std::uint8_t* __restrict words, const std::uint8_t* __restrict masks,
             std::size_t bytes, MaskSign sign) {
  typedef Word Aliasing __attribute__((may_alias));
  auto* const sums = reinterpret_cast<Aliasing*>(words);
  const auto* const terms = reinterpret_cast<const Aliasing*>(masks);
  const std::size_t count = bytes / sizeof(Word);
  if (sign == MaskSign::add) {
    for (std::size_t i = 0; i < count; ++i) sums[i] = static_cast<Word>(sums[i] + terms[i]);
  } else {
    for (std::size_t i = 0; i < count; ++i) sums[i] = static_cast<Word>(sums[i] - terms[i]);
  }
}

void combine(WordWidth width, std::uint8_t* words, const std::uint8_t* masks, std::size_t bytes,
             MaskSign sign) {
  switch (width) {
    case WordWidth::w16:
      return combine<std::uint16_t>(words, masks, bytes, sign);
    case WordWidth::w32:
      return combine<std::uint32_t>(words, masks, bytes, sign);
    case WordWidth::w64:
      return combine<std::uint64_t>(words, masks, bytes, sign);
  }
}

std::array<std::uint8_t, kAesBlockBytes> counter_block(std::uint64_t block) {
  std::array<std::uint8_t, kAesBlockBytes> counter{};
  for (std::size_t i = counter.size(); block != 0; block >>= 8) {
    counter[--i] = static_cast<std::uint8_t>(block);
  }
  return counter;
}

}  // namespace

Result<void> apply_openssl(std::span<const MaskStream> streams, const KernelTile& tile) {
  const Context context(EVP_CIPHER_CTX_new());
  if (context == nullptr ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, nullptr, nullptr) != 1) {
    return openssl_failed();
  }
  alignas(64) Scratch<kBufferBytes> keystream;
  const auto counter = counter_block(tile.first_block);
  for (const MaskStream& stream : streams) {
    const std::uint8_t* const key = stream.schedule().bytes.data();  // its first two round keys
    if (EVP_EncryptInit_ex(context.get(), nullptr, nullptr, key, counter.data()) != 1) {
      return openssl_failed();
    }
    const std::size_t bytes = tile.groups * kGroupBytes;
    for (std::size_t done = 0; done < bytes; done += kBufferBytes) {
      const std::size_t size = std::min(kBufferBytes, bytes - done);
      // The keystream is what zeros encrypt to.
      std::memset(keystream.data(), 0, size);
      int written = 0;
      if (EVP_EncryptUpdate(context.get(), keystream.data(), &written, keystream.data(),
                            static_cast<int>(size)) != 1 ||
          written != static_cast<int>(size)) {
        return openssl_failed();
      }
      combine(tile.width, tile.words + done, keystream.data(), size, stream.sign());
    }
  }
  return {};
}

}  // namespace blindsum::detail
