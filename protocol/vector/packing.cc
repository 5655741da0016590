#include "protocol/vector/packing.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "protocol/vector/vector_error.h"

namespace blindsum {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the stream is moved as 64-bit words that lie in memory as they travel");

constexpr std::uint32_t kBits = 64;

// Elements go through a 64-bit word that is stored whenever it is full: no bit is touched alone.
template <class Word>
void pack_words(Ring ring, std::span<const Word> words, std::uint8_t* out) {
  const std::uint32_t bits = ring.bits();
  const std::uint64_t mask = ring.mask();
  std::uint64_t pending = 0;
  std::uint32_t filled = 0;
  for (const Word word : words) {
    const std::uint64_t element = word & mask;
    pending |= element << filled;
    filled += bits;
    if (filled < kBits) continue;
    std::memcpy(out, &pending, sizeof pending);
    out += sizeof pending;
    filled -= kBits;
    pending = filled == 0 ? 0 : element >> (bits - filled);
  }
  if (filled != 0) std::memcpy(out, &pending, (filled + 7) / 8);
}

class WordReader {
 public:
  explicit WordReader(ByteView packed) : rest_(packed) {}

  // The next 64 bits of the stream; behind its end there are zeros.
  std::uint64_t next() {
    std::uint64_t word = 0;
    const std::size_t size = std::min(rest_.size(), sizeof word);
    std::memcpy(&word, rest_.data(), size);
    rest_ = rest_.subspan(size);
    return word;
  }

 private:
  ByteView rest_;
};

template <class Word>
void add_unpacked(Ring ring, ByteView packed, std::span<Word> words) {
  const std::uint32_t bits = ring.bits();
  const std::uint64_t mask = ring.mask();
  WordReader reader(packed);
  std::uint64_t pending = 0;
  std::uint32_t left = 0;  // bits of pending that are not used yet; always below 64
  for (Word& word : words) {
    std::uint64_t element = pending;
    if (left >= bits) {
      pending >>= bits;
      left -= bits;
    } else {
      const std::uint64_t next = reader.next();
      element |= next << left;
      const std::uint32_t taken = bits - left;
      pending = taken == kBits ? 0 : next >> taken;
      left = kBits - taken;
    }
    word = static_cast<Word>(word + (element & mask));
  }
}

}  // namespace

Result<void> pack(Ring ring, const ConstWordSpan& words, ByteSpan out) {
  assert(words.index() == static_cast<std::size_t>(ring.width()));
  if (out.size() != ring.packed_size(word_count(words))) return VectorError::wrong_length;
  std::visit([&](auto span) { pack_words(ring, span, out.data()); }, words);
  return {};
}

Result<void> pack(Ring ring, const WordSpan& words, ByteSpan out) {
  return pack(ring, read_only(words), out);
}

Result<void> unpack_add(Ring ring, ByteView packed, const WordSpan& words) {
  assert(words.index() == static_cast<std::size_t>(ring.width()));
  BLINDSUM_CHECK(check_packed(ring, word_count(read_only(words)), packed));
  std::visit([&](auto span) { add_unpacked(ring, packed, span); }, words);
  return {};
}

Result<void> check_packed(Ring ring, std::uint64_t length, ByteView packed) {
  if (packed.size() != ring.packed_size(length)) return VectorError::wrong_length;
  const std::uint64_t bits_in_last_byte = length * ring.bits() % 8;
  if (bits_in_last_byte != 0 && packed.back() >> bits_in_last_byte != 0) {
    return VectorError::bad_padding;
  }
  return {};
}

}  // namespace blindsum
