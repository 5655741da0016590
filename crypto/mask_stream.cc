#include "crypto/mask_stream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/kernels/kernel.h"
#include "crypto/mask_kernel.h"
#include "crypto/secret.h"
#include "faults/faults.h"

namespace blindsum {

namespace {

using detail::kAesBlockBytes;
using detail::kGroupBytes;

static_assert(std::endian::native == std::endian::little,
              "keystream words are little-endian and are added as they lie in memory");

// Half of an L1 data cache of 32 KiB; the pages that share a round.
constexpr std::size_t kTileBytes = 16 * 1024;
static_assert(kTileBytes == detail::kPages * detail::kPageBytes);

// A cache line, and the widest vector. Words that are not aligned so cost each vector two lines: 5
// % of all time. From so many streams on, to copy a tile to and fro costs less.
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kCopiedStreams = 8;

struct Job {
  const MaskKernel& kernel;
  std::span<const MaskStream> streams;
  WordWidth width;
};

// A whole number of groups, of one tile at most.
Result<void> apply_to_groups(const Job& job, std::uint64_t offset_bytes, ByteSpan groups) {
  const std::size_t count = groups.size() / kGroupBytes;
  return job.kernel.streams(job.streams,
                            {job.width, offset_bytes / kAesBlockBytes, groups.data(), count});
}

// A tile's edge within one group: the kernels work on whole groups, so it is copied into a buffer,
// of which the rest is masked for nothing.
Result<void> apply_to_part(const Job& job, std::uint64_t offset_bytes, ByteSpan part) {
  const std::size_t within = offset_bytes % kGroupBytes;
  alignas(kAlignment) detail::Scratch<kGroupBytes> group;
  std::memcpy(group.data() + within, part.data(), part.size());
  BLINDSUM_CHECK(apply_to_groups(job, offset_bytes - within, group.bytes));
  std::memcpy(part.data(), group.data() + within, part.size());
  return {};
}

// [STREAM-1] Up to a group's start, on to a page's, then tile by tile. `copy` has room for a tile
// if the tiles are to be worked on there, else for nothing.
Result<void> apply_to_bytes(const Job& job, std::uint64_t offset_bytes, ByteSpan bytes,
                            ByteSpan copy) {
  while (!bytes.empty()) {
    const std::size_t in_page = offset_bytes % detail::kPageBytes;
    const std::size_t most = in_page == 0 ? kTileBytes : detail::kPageBytes - in_page;
    std::size_t size = std::min(bytes.size(), kGroupBytes - offset_bytes % kGroupBytes);
    if (size < kGroupBytes) {
      BLINDSUM_CHECK(apply_to_part(job, offset_bytes, bytes.first(size)));
    } else {
      size = std::min(bytes.size(), most) / kGroupBytes * kGroupBytes;
      const ByteSpan place = copy.empty() ? bytes.first(size) : copy.first(size);
      if (!copy.empty()) std::memcpy(place.data(), bytes.data(), size);
      BLINDSUM_CHECK(apply_to_groups(job, offset_bytes, place));
      if (!copy.empty()) std::memcpy(bytes.data(), place.data(), size);
    }
    bytes = bytes.subspan(size);
    offset_bytes += size;
  }
  return {};
}

Result<void> apply_to_copies(const Job& job, std::uint64_t offset_bytes, ByteSpan bytes) {
  alignas(kAlignment) detail::Scratch<kTileBytes> copy;
  return apply_to_bytes(job, offset_bytes, bytes, copy.bytes);
}

// Whether the first whole group is off.
bool is_misaligned(std::uint64_t offset_bytes, ByteSpan bytes) {
  const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
  return (address - offset_bytes) % kAlignment != 0;
}

Result<void> apply_job(const Job& job, std::uint64_t offset_bytes, ByteSpan bytes) {
  if (job.streams.size() >= kCopiedStreams && bytes.size() >= kTileBytes &&
      is_misaligned(offset_bytes, bytes)) {
    return apply_to_copies(job, offset_bytes, bytes);
  }
  return apply_to_bytes(job, offset_bytes, bytes, {});
}

template <class T>
constexpr WordWidth width_of = sizeof(T) == 2   ? WordWidth::w16
                               : sizeof(T) == 4 ? WordWidth::w32
                                                : WordWidth::w64;

}  // namespace

Result<MaskStream> MaskStream::create(const StreamKey& key, MaskSign sign) {
  static_assert(StreamKey::size_bytes == detail::kAesKeyBytes);
  MaskStream stream(sign);
  const auto bytes = key.reveal(Reveal::expand_mask).first<detail::kAesKeyBytes>();
  if (fault(Fault::seeds_of_32_bits)) {
    std::array<std::uint8_t, detail::kAesKeyBytes> seed{};
    std::copy_n(bytes.begin(), sizeof(std::uint32_t), seed.begin());
    detail::expand_key(seed, stream.schedule_);
  } else {
    detail::expand_key(bytes, stream.schedule_);
  }
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
        const ByteSpan bytes(reinterpret_cast<std::uint8_t*>(words.data()), words.size_bytes());
        return apply_job({kernel, streams, width_of<T>}, first_element * sizeof(T), bytes);
      },
      tile);
}

Result<void> apply_masks(std::span<const MaskStream> streams, std::uint64_t first_element,
                         WordSpan tile) {
  return apply_masks_with(active_mask_kernel(), streams, first_element, tile);
}

}  // namespace blindsum
