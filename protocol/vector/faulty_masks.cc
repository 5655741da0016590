#include "protocol/vector/faulty_masks.h"

#include <cstddef>
#include <vector>

#include "crypto/bytes.h"
#include "faults/faults.h"
#include "faults/mersenne.h"

namespace blindsum::detail {
namespace {

template <class Word>
void add_twister(const MaskStream& stream, std::uint64_t first, std::span<Word> words) {
  const ByteView key = stream.schedule().bytes;
  MersenneWords mask(get_u64(key.first<8>()), first);
  for (Word& word : words) {
    const auto value = static_cast<Word>(mask.next());
    word = static_cast<Word>(stream.sign() == MaskSign::add ? word + value : word - value);
  }
}

// A mask of 2^b − 1 is one of 0 instead.
template <class Word>
Result<void> add_without_top(Ring ring, const MaskStream& stream, std::uint64_t first,
                             std::span<Word> words) {
  std::vector<Word> mask(words.size());
  BLINDSUM_CHECK(apply_masks(std::span(&stream, 1), first, std::span(mask)));
  const std::uint64_t top = stream.sign() == MaskSign::add ? ring.mask() : 1;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if ((mask[i] & ring.mask()) != top) words[i] = static_cast<Word>(words[i] + mask[i]);
  }
  return {};
}

}  // namespace

Result<void> apply_faulty_masks(Ring ring, std::span<const MaskStream> streams, std::uint64_t first,
                                const WordSpan& words) {
  return std::visit(
      [&](auto span) -> Result<void> {
        for (const MaskStream& stream : streams) {
          if (fault(Fault::mersenne_twister)) {
            add_twister(stream, first, span);
          } else {
            BLINDSUM_CHECK(add_without_top(ring, stream, first, span));
          }
        }
        return {};
      },
      words);
}

}  // namespace blindsum::detail
