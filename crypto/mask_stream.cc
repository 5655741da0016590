#include "crypto/mask_stream.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "crypto/openssl.h"

namespace blindsum {

namespace {

static_assert(std::endian::native == std::endian::little,
              "keystream words are little-endian and are added as they lie in memory");

constexpr std::size_t aes_block_bytes = 16;

// Keystream and tile side by side in an L1 data cache of 32 KiB; long enough to hide the cost of a
// call into OpenSSL.
constexpr std::size_t block_bytes = 8 * 1024;

template <class T>
void add_or_subtract(std::span<T> tile, const std::uint8_t* keystream, MaskSign sign) {
  const auto mask = [keystream](std::size_t i) {
    T word;
    std::memcpy(&word, keystream + i * sizeof(T), sizeof(T));
    return word;
  };
  if (sign == MaskSign::add) {
    for (std::size_t i = 0; i < tile.size(); ++i) tile[i] = static_cast<T>(tile[i] + mask(i));
  } else {
    for (std::size_t i = 0; i < tile.size(); ++i) tile[i] = static_cast<T>(tile[i] - mask(i));
  }
}

template <class T>
Result<void> apply_to(std::span<MaskStream> streams, std::uint64_t first_element,
                      std::span<T> tile) {
  constexpr std::uint64_t most_words = std::numeric_limits<std::uint64_t>::max() / sizeof(T);
  if (tile.size() > most_words || first_element > most_words - tile.size()) {
    return CryptoError::bad_length;
  }
  constexpr std::size_t block_words = block_bytes / sizeof(T);
  alignas(64) detail::Scratch<block_bytes> keystream;
  for (std::size_t done = 0; done < tile.size(); done += block_words) {
    const auto block = tile.subspan(done, std::min(block_words, tile.size() - done));
    const std::uint64_t offset_bytes = (first_element + done) * sizeof(T);
    for (MaskStream& stream : streams) {
      const ByteSpan out = ByteSpan(keystream.bytes).first(block.size_bytes());
      BLINDSUM_CHECK(stream.read(offset_bytes, out));
      add_or_subtract(block, keystream.data(), stream.sign());
    }
  }
  return {};
}

}  // namespace

void MaskStream::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}

Result<MaskStream> MaskStream::create(const StreamKey& key, MaskSign sign) {
  static_assert(StreamKey::size_bytes == 256 / 8);
  constexpr std::array<std::uint8_t, aes_block_bytes> counter_from_zero{};
  Context context(EVP_CIPHER_CTX_new());
  if (context == nullptr) return detail::openssl_failed();
  if (EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr,
                         key.reveal(Reveal::expand_mask).data(), counter_from_zero.data()) != 1) {
    return detail::openssl_failed();
  }
  return MaskStream(std::move(context), sign);
}

Result<MaskStream> MaskStream::duplicate() const {
  Context context(EVP_CIPHER_CTX_new());
  if (context == nullptr) return detail::openssl_failed();
  if (EVP_CIPHER_CTX_copy(context.get(), context_.get()) != 1) return detail::openssl_failed();
  MaskStream copy(std::move(context), sign_);
  copy.position_bytes_ = position_bytes_;
  return Result<MaskStream>(std::move(copy));
}

Result<void> MaskStream::read(std::uint64_t offset_bytes, ByteSpan out) {
  static_assert(read_bytes_max <= std::numeric_limits<int>::max());  // OpenSSL counts in int
  if (out.size() > read_bytes_max) return CryptoError::bad_length;
  if (offset_bytes != position_bytes_) BLINDSUM_CHECK(seek(offset_bytes));
  // The keystream is what zeros encrypt to.
  std::ranges::fill(out, std::uint8_t{0});
  const int size = static_cast<int>(out.size());
  int written = 0;
  if (EVP_EncryptUpdate(context_.get(), out.data(), &written, out.data(), size) != 1 ||
      written != size) {
    return detail::openssl_failed();
  }
  position_bytes_ += out.size();
  return {};
}

Result<void> MaskStream::seek(std::uint64_t offset_bytes) {
  std::array<std::uint8_t, aes_block_bytes> counter{};
  std::uint64_t block = offset_bytes / aes_block_bytes;
  for (std::size_t i = counter.size(); block != 0; block >>= 8) {
    counter[--i] = static_cast<std::uint8_t>(block);
  }
  if (EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, counter.data()) != 1) {
    return detail::openssl_failed();
  }
  const std::size_t into_block = offset_bytes % aes_block_bytes;
  position_bytes_ = offset_bytes - into_block;
  if (into_block == 0) return {};
  detail::Scratch<aes_block_bytes> skipped;
  return read(position_bytes_, ByteSpan(skipped.bytes).first(into_block));
}

Result<void> apply_masks(std::span<MaskStream> streams, std::uint64_t first_element,
                         WordSpan tile) {
  return std::visit([&](auto words) { return apply_to(streams, first_element, words); }, tile);
}

}  // namespace blindsum
