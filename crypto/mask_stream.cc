#include "crypto/mask_stream.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "crypto/error.h"
#include "crypto/kernels/kernel.h"
#include "crypto/mask_kernel.h"
#include "crypto/secret.h"

namespace blindsum {

namespace {

using detail::kAesBlockBytes;
using detail::KernelTile;
using detail::kGroupBytes;

static_assert(std::endian::native == std::endian::little,
              "keystream words are little-endian and are added as they lie in memory");

// Half of an L1 data cache of 32 KiB.
constexpr std::size_t kTileBytes = 16 * 1024;
static_assert(kTileBytes % kGroupBytes == 0);

// What lies in the same group as a tile's edge: the kernels work on whole groups, so this one is
// copied into a buffer, of which the rest is masked for nothing.
Result<void> apply_to_part(const MaskKernel& kernel, std::span<const MaskStream> streams,
                           WordWidth width, std::uint64_t offset_bytes,
                           std::span<std::uint8_t> part) {
  const std::size_t within = offset_bytes % kGroupBytes;
  alignas(64) detail::Scratch<kGroupBytes> group;
  std::memcpy(group.data() + within, part.data(), part.size());
  const KernelTile whole{width, (offset_bytes - within) / kAesBlockBytes, group.data(), 1};
  BLINDSUM_CHECK(kernel.streams(streams, whole));
  std::memcpy(part.data(), group.data() + within, part.size());
  return {};
}

// [STREAM-1] From group to group and, of whole groups, from tile to tile.
Result<void> apply_to_bytes(const MaskKernel& kernel, std::span<const MaskStream> streams,
                            WordWidth width, std::uint64_t offset_bytes,
                            std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const std::size_t within = offset_bytes % kGroupBytes;
    std::size_t size = std::min(bytes.size(), kGroupBytes - within);
    if (size < kGroupBytes) {
      BLINDSUM_CHECK(apply_to_part(kernel, streams, width, offset_bytes, bytes.first(size)));
    } else {
      const std::size_t groups = std::min(bytes.size(), kTileBytes) / kGroupBytes;
      const KernelTile tile{width, offset_bytes / kAesBlockBytes, bytes.data(), groups};
      BLINDSUM_CHECK(kernel.streams(streams, tile));
      size = groups * kGroupBytes;
    }
    bytes = bytes.subspan(size);
    offset_bytes += size;
  }
  return {};
}

template <class T>
constexpr WordWidth width_of = sizeof(T) == 2   ? WordWidth::w16
                               : sizeof(T) == 4 ? WordWidth::w32
                                                : WordWidth::w64;

}  // namespace

Result<MaskStream> MaskStream::create(const StreamKey& key, MaskSign sign) {
  static_assert(StreamKey::size_bytes == detail::kAesKeyBytes);
  MaskStream stream(sign);
  detail::expand_key(key.reveal(Reveal::expand_mask).first<detail::kAesKeyBytes>(),
                     stream.schedule_);
  return Result<MaskStream>(std::move(stream));
}

Result<void> apply_masks_with(const MaskKernel& kernel, std::span<const MaskStream> streams,
                              std::uint64_t first_element, WordSpan tile) {
  if (!kernel.supported) return CryptoError::unsupported_kernel;
  return std::visit(
      [&]<class T>(std::span<T> words) -> Result<void> {
        constexpr std::uint64_t most_words = std::numeric_limits<std::uint64_t>::max() / sizeof(T);
        if (words.size() > most_words || first_element > most_words - words.size()) {
          return CryptoError::bad_length;
        }
        const std::span bytes(reinterpret_cast<std::uint8_t*>(words.data()), words.size_bytes());
        return apply_to_bytes(kernel, streams, width_of<T>, first_element * sizeof(T), bytes);
      },
      tile);
}

Result<void> apply_masks(std::span<const MaskStream> streams, std::uint64_t first_element,
                         WordSpan tile) {
  return apply_masks_with(active_mask_kernel(), streams, first_element, tile);
}

}  // namespace blindsum
