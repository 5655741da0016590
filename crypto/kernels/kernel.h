// What the kernels share. crypto/mask_stream.cc cuts a tile into groups of 32 AES blocks that start
// at a multiple of 32, so a kernel has one loop and no edges; what is left at either end of a tile
// comes in a buffer of one group.
//
// A kernel's functions carry a target attribute of their own (BLINDSUM_TARGET) instead of its file
// having compiler flags: inline functions of the headers, which the linker takes from any file,
// stay code that every processor of the architecture runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "crypto/mask_stream.h"
#include "crypto/result.h"

#define BLINDSUM_TARGET(features) __attribute__((target(features)))
#define BLINDSUM_INLINE_TARGET(features) \
  __attribute__((target(features), always_inline)) static inline

namespace blindsum::detail {

inline constexpr std::size_t kGroupBlocks = 32;
inline constexpr std::size_t kGroupBytes = kGroupBlocks * kAesBlockBytes;

// A page is 256 blocks that start at a multiple of 256: their counters differ in the last byte
// only. So kPages pages share the first round: it substitutes byte by byte, and what follows is
// linear. Block i has the same last byte in every page, and its other bytes depend on the page
// alone; after the round, block i of page p is block i of page 0 xored with something that depends
// on p alone. For 3 of 4 blocks that saves a round of 14, in the one unit that all blocks wait for.
inline constexpr std::size_t kPages = 4;
inline constexpr std::size_t kPageBlocks = 256;
inline constexpr std::size_t kPageBytes = kPageBlocks * kAesBlockBytes;
inline constexpr std::size_t kPageGroups = kPageBlocks / kGroupBlocks;

struct KernelTile {
  WordWidth width;
  std::uint64_t first_block;  // a multiple of kGroupBlocks
  std::uint8_t* words;        // aligned to a word, no more
  std::size_t groups;
};

// Counter blocks 0..31. A group starts at a multiple of 32, so block j of it is its first block xor
// step j: the counter costs one xor a vector, which with the first round key in it is the cipher's
// own first step.
struct CounterSteps {
  alignas(64) std::array<std::uint8_t, kGroupBytes> bytes{};
};
inline constexpr CounterSteps kCounterSteps = [] {
  CounterSteps steps;
  for (std::size_t j = 0; j < kGroupBlocks; ++j) {
    steps.bytes[(j + 1) * kAesBlockBytes - 1] = static_cast<std::uint8_t>(j);
  }
  return steps;
}();

// One stream over so many groups.
using ApplyGroups = void (*)(const KeySchedule& keys, std::uint64_t first_block,
                             std::uint8_t* words, std::size_t groups);

struct GroupFunctions {
  ApplyGroups in_pages;  // the groups of one page, and those of the kPages - 1 after it
  ApplyGroups in_row;
};

// By width, in the order of WordWidth.
struct KernelFunctions {
  std::array<GroupFunctions, 3> add;
  std::array<GroupFunctions, 3> subtract;
};

inline void apply_one(const GroupFunctions& functions, const KeySchedule& keys, KernelTile tile) {
  constexpr std::size_t groups_at_once = kPages * kPageGroups;
  const auto skip = [&tile](std::size_t groups) {
    tile.first_block += groups * kGroupBlocks;
    tile.words += groups * kGroupBytes;
    tile.groups -= groups;
  };
  while (tile.first_block % kPageBlocks == 0 && tile.groups >= groups_at_once) {
    functions.in_pages(keys, tile.first_block, tile.words, kPageGroups);
    skip(groups_at_once);
  }
  if (tile.groups > 0) functions.in_row(keys, tile.first_block, tile.words, tile.groups);
}

inline Result<void> apply_each(const KernelFunctions& functions,
                               std::span<const MaskStream> streams, const KernelTile& tile) {
  const auto width = static_cast<std::size_t>(tile.width);
  for (const MaskStream& stream : streams) {
    const auto& of_sign = stream.sign() == MaskSign::add ? functions.add : functions.subtract;
    apply_one(of_sign[width], stream.schedule(), tile);
  }
  return {};
}

// Each is there on its architecture only. Errors: library_failed, of OpenSSL alone.
Result<void> apply_vaes512(std::span<const MaskStream> streams, const KernelTile& tile);
Result<void> apply_vaes256(std::span<const MaskStream> streams, const KernelTile& tile);
Result<void> apply_aesni(std::span<const MaskStream> streams, const KernelTile& tile);
Result<void> apply_armv8(std::span<const MaskStream> streams, const KernelTile& tile);
Result<void> apply_openssl(std::span<const MaskStream> streams, const KernelTile& tile);

// By AES instructions, which the caller knows are there.
void expand_key_aesni(KeyBytes key, KeySchedule& schedule);
void expand_key_armv8(KeyBytes key, KeySchedule& schedule);

}  // namespace blindsum::detail
