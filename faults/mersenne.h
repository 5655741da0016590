// What published implementations had for a mask stream: the words of std::mt19937_64.
#pragma once

#include <cstdint>
#include <random>

namespace blindsum {

class MersenneWords {
 public:
  // Begins with word number `first` of the stream.
  MersenneWords(std::uint64_t seed, std::uint64_t first) : generator_(seed) {
    generator_.discard(first);
  }
  std::uint64_t next() { return generator_(); }

 private:
  std::mt19937_64 generator_;
};

}  // namespace blindsum
