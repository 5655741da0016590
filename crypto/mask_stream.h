// [STREAM-1] [STREAM-2] Mask streams: the keystream AES-256(K, 0), AES-256(K, 1), … with a 128-bit
// big-endian counter, read as little-endian words of 16, 32 or 64 bits. Word j of a stream masks
// element j of the vector.
//
// This is the seam for a faster kernel: protocol/vector masks and unmasks only through
// apply_masks().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <variant>

#include "crypto/bytes.h"
#include "crypto/kdf.h"
#include "crypto/result.h"

struct evp_cipher_ctx_st;

namespace blindsum {

// The least of these that holds the ring's b bits. The caller keeps the low b bits of a word, after
// all masks.
enum class WordWidth { w16, w32, w64 };

constexpr std::size_t word_bytes(WordWidth width) {
  return width == WordWidth::w16 ? 2 : width == WordWidth::w32 ? 4 : 8;
}

// Words in the host's order, which is little-endian on every machine this builds for.
using WordSpan =
    std::variant<std::span<std::uint16_t>, std::span<std::uint32_t>, std::span<std::uint64_t>>;

enum class MaskSign { add, subtract };

// One expanded key with the sign of its mask, and the place up to which its keystream was read. To
// be used by one thread at a time; a thread that works on its own tiles takes its own duplicate.
class [[nodiscard]] MaskStream {
 public:
  // Errors: library_failed (both).
  [[nodiscard]] static Result<MaskStream> create(const StreamKey& key, MaskSign sign);
  [[nodiscard]] Result<MaskStream> duplicate() const;

  MaskSign sign() const { return sign_; }

  // Writes the keystream bytes [offset, offset + out.size()), in any order of calls; calls in
  // ascending order without a gap are the fast ones. After library_failed the stream is of no more
  // use. Errors: bad_length for more than read_bytes_max at once; library_failed.
  static constexpr std::size_t read_bytes_max = std::size_t{1} << 20;
  [[nodiscard]] Result<void> read(std::uint64_t offset_bytes, ByteSpan out);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_cipher_ctx_st, Free>;
  MaskStream(Context context, MaskSign sign) : context_(std::move(context)), sign_(sign) {}

  [[nodiscard]] Result<void> seek(std::uint64_t offset_bytes);

  Context context_;
  MaskSign sign_;
  std::uint64_t position_bytes_ = 0;
};

// Adds to (or subtracts from) tile[i] word first_element + i of every stream, mod 2^word, for all
// i. Any first_element, any length, any number of streams; the tile is walked in blocks that stay
// in the L1 cache while all streams pass over them. On an error the tile is spoilt: some streams
// may be in it and some not. Errors: bad_length if an element lies beyond 2^64 bytes of keystream;
// library_failed.
[[nodiscard]] Result<void> apply_masks(std::span<MaskStream> streams, std::uint64_t first_element,
                                       WordSpan tile);

}  // namespace blindsum
