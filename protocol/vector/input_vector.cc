#include "protocol/vector/input_vector.h"

#include <algorithm>

namespace blindsum {
namespace {

void copy_words(const ConstWordSpan& from, const WordSpan& to) {
  std::visit(
      [&]<class Word>(std::span<Word> target) {
        const auto source = std::get<std::span<const Word>>(from);
        std::copy(source.begin(), source.end(), target.begin());
      },
      to);
}

}  // namespace

Ring InputVector::ring() const {
  return std::visit([](const auto& source) { return source.ring(); }, source_);
}

std::uint64_t InputVector::size() const {
  return std::visit([](const auto& source) { return source.size(); }, source_);
}

Result<void> InputVector::fill(std::uint64_t first, const WordSpan& words) {
  if (auto* input = std::get_if<EncodedInput>(&source_)) return input->fill(first, words);
  const std::size_t count = word_count(read_only(words));
  if (count == 0) return {};
  copy_words(std::as_const(std::get<RingVector>(source_)).words(first, count), words);
  return {};
}

Result<RingVector> InputVector::whole() {
  RingVector vector(ring(), size());
  BLINDSUM_CHECK(fill(0, vector.words()));
  return Result<RingVector>(std::move(vector));
}

}  // namespace blindsum
