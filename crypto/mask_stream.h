// [STREAM-1] [STREAM-2] Mask streams: the keystream AES-256(K, 0), AES-256(K, 1), … with a 128-bit
// big-endian counter, read as little-endian words of 16, 32 or 64 bits. Word j of a stream masks
// element j of the vector.
//
// This is the seam to the kernels (crypto/mask_kernel.h): protocol/ masks and unmasks only through
// apply_masks().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include "crypto/kdf.h"
#include "crypto/kernels/key_schedule.h"
#include "crypto/result.h"

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

// One expanded key with the sign of its mask: 256 bytes, wiped when it dies and when it is moved
// from [DISK-5]. It never changes, so any number of threads may use it at once.
class [[nodiscard]] MaskStream {
 public:
  // Errors: none today; the Result is for a kernel whose key schedule a library makes.
  [[nodiscard]] static Result<MaskStream> create(const StreamKey& key, MaskSign sign);

  MaskSign sign() const { return sign_; }
  // For the kernels alone: it is as secret as the key.
  const detail::KeySchedule& schedule() const { return schedule_; }

 private:
  explicit MaskStream(MaskSign sign) : sign_(sign) {}

  detail::KeySchedule schedule_;
  MaskSign sign_;
};

// Adds to (or subtracts from) tile[i] word first_element + i of every stream, mod 2^word, for all
// i. Any first_element, any length, any number of streams; the tile is walked in blocks that stay
// in the L1 cache while all streams pass over them. Disjoint tiles may be worked on at once, with
// the same streams. On an error the tile is spoilt: some streams may be in it and some not. Errors:
// bad_length if an element lies beyond 2^64 bytes of keystream, nothing is done then;
// library_failed.
[[nodiscard]] Result<void> apply_masks(std::span<const MaskStream> streams,
                                       std::uint64_t first_element, WordSpan tile);

}  // namespace blindsum
