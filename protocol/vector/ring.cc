#include "protocol/vector/ring.h"

#include <cassert>
#include <utility>

#include "crypto/secret.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {
namespace {

template <class Words>
auto part_of(Words& words, std::uint64_t first, std::uint64_t count) {
  assert(first <= words.size() && count <= words.size() - first);
  return std::span(words).subspan(first, count == 0 ? words.size() - first : count);
}

}  // namespace

Result<Ring> Ring::of_bits(std::uint32_t bits) {
  if (bits < kMinRingBits || bits > kMaxRingBits) return VectorError::bad_codec;
  return Ring(bits);
}

WordWidth Ring::width() const {
  return bits_ <= 16 ? WordWidth::w16 : bits_ <= 32 ? WordWidth::w32 : WordWidth::w64;
}

std::int64_t Ring::centred(std::uint64_t element) const {
  const std::uint64_t sign = std::uint64_t{1} << (bits_ - 1);
  return static_cast<std::int64_t>(((element & mask()) ^ sign) - sign);
}

ConstWordSpan read_only(const WordSpan& words) {
  return std::visit([](auto span) -> ConstWordSpan { return std::span(std::as_const(span)); },
                    words);
}

std::size_t word_count(const ConstWordSpan& words) {
  return std::visit([](auto span) { return span.size(); }, words);
}

RingVector::Words RingVector::zeros(WordWidth width, std::uint64_t length) {
  assert(length <= kMaxVectorLength);
  switch (width) {
    case WordWidth::w16:
      return Lines<std::uint16_t>(length);
    case WordWidth::w32:
      return Lines<std::uint32_t>(length);
    case WordWidth::w64:
      break;
  }
  return Lines<std::uint64_t>(length);
}

RingVector::RingVector(Ring ring, std::uint64_t length)
    : ring_(ring), words_(zeros(ring.width(), length)) {}

RingVector::RingVector(RingVector&& other) noexcept
    : ring_(other.ring_), words_(std::move(other.words_)) {}

RingVector& RingVector::operator=(RingVector&& other) noexcept {
  if (this != &other) {
    wipe();
    ring_ = other.ring_;
    words_ = std::move(other.words_);
  }
  return *this;
}

RingVector::~RingVector() {
  wipe();
}

void RingVector::wipe() noexcept {
  std::visit([](auto& words) { blindsum::wipe(std::span(words)); }, words_);
}

std::uint64_t RingVector::size() const {
  return std::visit([](const auto& words) -> std::uint64_t { return words.size(); }, words_);
}

std::uint64_t RingVector::get(std::uint64_t index) const {
  assert(index < size());
  return std::visit([&](const auto& words) -> std::uint64_t { return words[index]; }, words_) &
         ring_.mask();
}

void RingVector::set(std::uint64_t index, std::uint64_t element) {
  assert(index < size());
  std::visit([&]<class Word>(
                 Lines<Word>& words) { words[index] = static_cast<Word>(element & ring_.mask()); },
             words_);
}

WordSpan RingVector::words(std::uint64_t first, std::uint64_t count) {
  return std::visit([&](auto& words) -> WordSpan { return part_of(words, first, count); }, words_);
}

ConstWordSpan RingVector::words(std::uint64_t first, std::uint64_t count) const {
  return std::visit(
      [&](const auto& words) -> ConstWordSpan { return part_of(words, first, count); }, words_);
}

}  // namespace blindsum
