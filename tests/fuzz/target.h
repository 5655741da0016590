// One decoder, or one machine, under the fuzzer: what a file of targets/ registers. libFuzzer runs
// it on bytes that it makes up (./run fuzz), the tests on those that are checked in (replay.cc).
//
// A target gives true when the bytes were taken for something, false when they were refused. What
// must hold for either is in FUZZ_EXPECT; a broken property ends the process, for whoever runs it
// to keep the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"

namespace blindsum::fuzz {

struct Target {
  std::string_view name;  // also of its folder in corpus/
  bool (*run)(ByteView input);
};

class Registered {
 public:
  Registered(std::string_view name, bool (*run)(ByteView));
};

// In the order of their names.
std::vector<Target> targets();

[[noreturn]] void broken(std::string_view property, const char* file, int line);

// The fuzzer's bytes as a sequence of decisions; zeros when they are used up.
class Input {
 public:
  explicit Input(ByteView rest) : rest_(rest) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t u8() { return number<std::uint8_t>(); }
  std::uint16_t u16() { return number<std::uint16_t>(); }
  std::uint32_t u32() { return number<std::uint32_t>(); }
  std::uint64_t u64() { return number<std::uint64_t>(); }
  // Of 0 .. bound - 1.
  std::uint32_t below(std::uint32_t bound) { return u32() % bound; }
  // At most so many.
  ByteView bytes(std::size_t most) {
    const ByteView taken = rest_.first(most < rest_.size() ? most : rest_.size());
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  ByteView rest() { return bytes(rest_.size()); }

 private:
  template <class T>
  T number() {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes(sizeof(T))) value = value << 8 | byte;
    return static_cast<T>(value);
  }

  ByteView rest_;
};

// `original` with up to eight bytes changed, added or left out, as the input says.
Bytes damaged(ByteView original, Input& input);

}  // namespace blindsum::fuzz

#define FUZZ_EXPECT(property)                                                 \
  do {                                                                        \
    if (!(property)) ::blindsum::fuzz::broken(#property, __FILE__, __LINE__); \
  } while (false)
