// AES-256's key schedule as FIPS 197 lays it out: 15 round keys of 16 bytes, the first two of which
// are the key. All kernels read this one form; a processor without AES instructions leaves all but
// the key unwritten, and the one kernel that runs there reads no more.
#pragma once

#include <sodium.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace blindsum::detail {

inline constexpr std::size_t kAesBlockBytes = 16;
inline constexpr std::size_t kAesKeyBytes = 32;
inline constexpr std::size_t kAesRounds = 14;

// Wiped when it dies and when it is moved from [DISK-5]. Any number of threads may read it.
struct KeySchedule {
  // As vector instructions want a round key that they read from memory.
  alignas(kAesBlockBytes) std::array<std::uint8_t, (kAesRounds + 1) * kAesBlockBytes> bytes{};

  KeySchedule() = default;
  KeySchedule(const KeySchedule&) = delete;
  KeySchedule& operator=(const KeySchedule&) = delete;
  KeySchedule(KeySchedule&& other) noexcept : bytes(other.bytes) { other.wipe(); }
  KeySchedule& operator=(KeySchedule&& other) noexcept {
    if (this != &other) {
      bytes = other.bytes;
      other.wipe();
    }
    return *this;
  }
  ~KeySchedule() { wipe(); }

  const std::uint8_t* round_key(std::size_t round) const {
    return bytes.data() + round * kAesBlockBytes;
  }

 private:
  void wipe() { sodium_memzero(bytes.data(), bytes.size()); }
};

using KeyBytes = std::span<const std::uint8_t, kAesKeyBytes>;

// By this processor's AES instructions; without them only the key is written. No table is looked
// up: what a secret indexes shows in the cache.
void expand_key(KeyBytes key, KeySchedule& schedule);

}  // namespace blindsum::detail
