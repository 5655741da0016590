// What memcheck is told: which bytes are secret, and which of what comes out is published. Memcheck
// takes secret bytes for unwritten memory, follows them through every computation, and reports each
// branch and each address that depends on one.
#pragma once

#include <valgrind/memcheck.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/group.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::ct {

template <class T, std::size_t N>
void mark_secret(std::span<T, N> values) {
  VALGRIND_MAKE_MEM_UNDEFINED(values.data(), values.size_bytes());
}

// `why`: what publishes it.
template <class T, std::size_t N>
void publish(std::span<T, N> values, [[maybe_unused]] const char* why) {
  VALGRIND_MAKE_MEM_DEFINED(values.data(), values.size_bytes());
}

// Whether memcheck takes any bit of them for a secret: that marks arrive, and survive. Asks for the
// shadow, which is no finding.
inline bool is_secret(ByteView bytes) {
  Bytes shadow(bytes.size());
  if (VALGRIND_GET_VBITS(bytes.data(), shadow.data(), bytes.size()) != 1) return false;
  return std::ranges::any_of(shadow, [](std::uint8_t bits) { return bits != 0; });
}

// Everything that is drawn from it is secret.
class SecretEntropy final : public Entropy {
 public:
  explicit SecretEntropy(std::uint64_t seed) : below_(seed) {}
  Result<void> fill(ByteSpan out) override {
    BLINDSUM_CHECK(below_.fill(out));
    mark_secret(out);
    return {};
  }

 private:
  SeededEntropy below_;
};

// A result's secret, marked where it lies; the result itself says only that there is one.
template <class Tag>
Secret<Tag> marked(Result<Secret<Tag>> made) {
  Secret<Tag> secret = std::move(made).value();
  const ByteView view = secret.reveal(Reveal::test);
  mark_secret(view);
  return secret;
}

// One case: true if it did what it should.
struct Case {
  const char* name;
  bool (*run)();
  bool leaks;  // on purpose: memcheck has to report it
};

std::span<const Case> scalar_cases();
std::span<const Case> sealing_cases();
std::span<const Case> mask_cases();
std::span<const Case> leaky_cases();

}  // namespace blindsum::ct
