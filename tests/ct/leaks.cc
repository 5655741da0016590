// Leaks on purpose: if memcheck does not report these, nothing that it did not report means
// anything.
#include <array>

#include "crypto/shamir.h"
#include "tests/ct/marks.h"

namespace blindsum::ct {
namespace {

const std::array<std::uint8_t, 256>& table() {
  static std::array<std::uint8_t, 256> values = [] {
    std::array<std::uint8_t, 256> made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i * 7);
    return made;
  }();
  return values;
}

MaskKey mask_key() {
  SecretEntropy entropy(40);
  return random_scalar<MaskKeyTag>(entropy).value();
}

// As a comparison that stops at the first difference does.
bool leaky_branch() {
  const MaskKey key = mask_key();
  volatile int steps = 0;
  for (const std::uint8_t byte : key.reveal(Reveal::test)) {
    if (byte > 200) break;
    steps = steps + 1;
  }
  return true;
}

// As a substitution box does.
bool leaky_index() {
  const MaskKey key = mask_key();
  volatile std::uint8_t sum = 0;
  for (const std::uint8_t byte : key.reveal(Reveal::test)) {
    sum = static_cast<std::uint8_t>(sum + table()[byte]);
  }
  return true;
}

// Behind a derived value: marks follow arithmetic, not only copies.
bool leaky_share() {
  SecretEntropy coefficients(41);
  const auto shares = split(mask_key(), 3, 4, coefficients).value();
  volatile int odd = 0;
  if ((shares[2].reveal(Reveal::test)[0] & 1) != 0) odd = odd + 1;
  return true;
}

constexpr std::array kCases{
    Case{"leaky_branch", leaky_branch, true},
    Case{"leaky_index", leaky_index, true},
    Case{"leaky_share", leaky_share, true},
};

}  // namespace

std::span<const Case> leaky_cases() {
  return kCases;
}

}  // namespace blindsum::ct
