#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "crypto/secret.h"
#include "protocol/vector/kernels/packing_kernel.h"

namespace blindsum::detail {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the stream is moved as 64-bit words that lie in memory as they travel");

constexpr std::uint32_t kBits = 64;
// So many elements end on a byte in every ring.
constexpr std::size_t kStep = 8;
// What the load of one element may touch: a word, and one byte more in rings above 57 bits.
constexpr std::size_t kReach = sizeof(std::uint64_t) + 1;
constexpr std::uint32_t kMostBitsOfOneLoad = kBits - 7;

std::uint64_t load_word(const std::uint8_t* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// Every element is loaded from the byte where it starts: no element waits for the one before.
template <bool kOneLoad, class Word>
void add_from(Ring ring, const std::uint8_t* packed, std::span<Word> words) {
  const std::uint64_t bits = ring.bits();
  const std::uint64_t mask = ring.mask();
  std::uint64_t at = 0;
  for (Word& word : words) {
    const std::uint8_t* from = packed + at / 8;
    const std::uint64_t phase = at % 8;
    std::uint64_t element = load_word(from) >> phase;
    // Shifted twice: 64 − phase may be 64.
    if constexpr (!kOneLoad) element |= std::uint64_t{from[8]} << 1 << (kBits - 1 - phase);
    word = static_cast<Word>(word + (element & mask));
    at += bits;
  }
}

template <class Word>
void add_all_from(Ring ring, const std::uint8_t* packed, std::span<Word> words) {
  if (ring.bits() <= kMostBitsOfOneLoad) {
    add_from<true>(ring, packed, words);
  } else {
    add_from<false>(ring, packed, words);
  }
}

template <class Word>
void add_unpacked(Ring ring, ByteView packed, std::span<Word> words) {
  // Elements whose load stays inside; the others are loaded from a copy with room behind.
  std::size_t inside = 0;
  if (packed.size() >= kReach) {
    const std::size_t most = (packed.size() - kReach) * 8 / ring.bits() + 1;
    inside = std::min(words.size(), most) / kStep * kStep;
  }
  add_all_from(ring, packed.data(), words.first(inside));
  const ByteView rest = packed.subspan(ring.packed_size(inside));
  Scratch<2 * kStep * sizeof(std::uint64_t) + 2 * kReach> copy;
  std::copy(rest.begin(), rest.end(), copy.bytes.begin());
  add_all_from(ring, copy.data(), words.subspan(inside));
}

// Fields of up to 64 bits go through a word that is stored whenever it is full.
class BitWriter {
 public:
  explicit BitWriter(std::uint8_t* out) : out_(out) {}

  // field < 2^bits, bits in 1..64
  void put(std::uint64_t field, std::uint32_t bits) {
    pending_ |= field << filled_;
    filled_ += bits;
    if (filled_ < kBits) return;
    std::memcpy(out_, &pending_, sizeof pending_);
    out_ += sizeof pending_;
    filled_ -= kBits;
    pending_ = filled_ == 0 ? 0 : field >> (bits - filled_);
  }
  void finish() {
    if (filled_ != 0) std::memcpy(out_, &pending_, (filled_ + 7) / 8);
  }

 private:
  std::uint8_t* out_;
  std::uint64_t pending_ = 0;
  std::uint32_t filled_ = 0;
};

template <class Word>
void pack_words(Ring ring, std::span<const Word> words, std::uint8_t* out) {
  constexpr std::size_t kTogether = sizeof(std::uint64_t) / sizeof(Word);
  const std::uint32_t bits = ring.bits();
  const std::uint64_t mask = ring.mask();
  BitWriter writer(out);
  std::size_t i = 0;
  for (; i + kTogether <= words.size(); i += kTogether) {
    std::uint64_t field = words[i] & mask;
    for (std::uint32_t k = 1; k < kTogether; ++k) field |= (words[i + k] & mask) << (k * bits);
    writer.put(field, static_cast<std::uint32_t>(kTogether) * bits);
  }
  for (; i < words.size(); ++i) writer.put(words[i] & mask, bits);
  writer.finish();
}

}  // namespace

void pack_portable(Ring ring, const ConstWordSpan& words, ByteSpan out) {
  std::visit([&](auto span) { pack_words(ring, span, out.data()); }, words);
}

void unpack_add_portable(Ring ring, ByteView packed, const WordSpan& words) {
  std::visit([&](auto span) { add_unpacked(ring, packed, span); }, words);
}

}  // namespace blindsum::detail
