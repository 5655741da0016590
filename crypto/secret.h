// Secret<Tag, N>: N bytes that are wiped when they die and when they are moved from [DISK-5],
// cannot be copied, compared, printed or mistaken for a secret of another kind. Reading them takes
// a Reveal, which names what for: grep for `Reveal::` finds every reader.
//
// A secret of zeros cannot be made: it is what an unwritten buffer holds. So reveal() of zeros is a
// use after a move, a bug of ours, and asserts. A Tag may add its own rule as `static Result<void>
// check(ByteView)` (scalars do, see crypto/group.h); then a value of the type is proof that the
// rule holds.
#pragma once

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/error.h"
#include "crypto/result.h"

namespace blindsum {

// Why a secret is read, or written by a library. A new reader gets a new purpose.
enum class Reveal {
  draw,            // fresh from entropy
  parse,           // copied from bytes that arrived or were stored
  multiply_point,  // scalar multiplication: public keys, agreements, share tags
  split,           // into shares
  combine,         // from shares
  derive_key,      // HKDF, in and out
  seal,            // a key that seals, and the shares that are sealed
  open,            // a key that opens
  sign,            // Ed25519
  expand_mask,     // AES key schedule of a mask stream
  send_unmask,     // the shares that phase 5 gives away
  save_identity,   // the identity's seed, into its own file
  test,            // tests only
};

// For secret values that are no Secret: vectors, buffers of variable size. Not optimised away.
template <class T>
  requires std::is_trivially_copyable_v<T>
void wipe(std::span<T> values) {
  sodium_memzero(values.data(), values.size_bytes());
}

namespace detail {

// Working memory for secret values inside one function; wiped when it dies.
template <std::size_t N>
struct Scratch {
  std::array<std::uint8_t, N> bytes{};

  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { sodium_memzero(bytes.data(), N); }

  std::uint8_t* data() { return bytes.data(); }
  const std::uint8_t* data() const { return bytes.data(); }
};

template <class Tag>
concept Checked = requires(ByteView bytes) { Tag::check(bytes); };

}  // namespace detail

template <class Tag, std::size_t N = 32>
class [[nodiscard]] Secret {
 public:
  static constexpr std::size_t size_bytes = N;

  // Runs `write`, (ByteSpan of N bytes) -> Result<void>, on a zeroed buffer: how library outputs
  // become secrets. Errors: those of `write`; zero_secret; those of the tag's rule, which then
  // judges zeros too.
  template <class Writer>
  static Result<Secret> produce([[maybe_unused]] Reveal purpose, Writer&& write) {
    Secret secret;
    BLINDSUM_CHECK(std::forward<Writer>(write)(ByteSpan(secret.bytes_)));
    if constexpr (detail::Checked<Tag>) {
      BLINDSUM_CHECK(Tag::check(secret.bytes_));
    } else {
      if (secret.is_zero()) return CryptoError::zero_secret;
    }
    return Result<Secret>(std::move(secret));
  }

  // A copy of `bytes`, which the caller wipes. Errors: bad_length; as produce().
  static Result<Secret> from(ByteView bytes) {
    return produce(Reveal::parse, [&](ByteSpan out) -> Result<void> {
      if (bytes.size() != N) return CryptoError::bad_length;
      std::copy(bytes.begin(), bytes.end(), out.begin());
      return {};
    });
  }

  // N uniform bytes. Scalars are drawn by random_scalar() instead. Errors: entropy_failed;
  // zero_secret.
  static Result<Secret> random(Entropy& entropy)
    requires(!detail::Checked<Tag>)
  {
    return produce(Reveal::draw, [&](ByteSpan out) { return entropy.fill(out); });
  }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }

  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.wipe();
    }
    return *this;
  }

  ~Secret() { wipe(); }

  // The bytes, valid while the secret lives and is not moved from.
  ByteView reveal([[maybe_unused]] Reveal purpose) const {
    assert(!is_zero() && "a secret was used after it was moved from");
    return bytes_;
  }

 private:
  Secret() = default;

  bool is_zero() const { return sodium_is_zero(bytes_.data(), N) == 1; }
  void wipe() { sodium_memzero(bytes_.data(), N); }

  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace blindsum
