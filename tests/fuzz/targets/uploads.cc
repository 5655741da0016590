// A packed vector in whatever pieces it comes [UPLOAD-1, PACK-1]: the pieces do not matter to the
// sum, nor to what is refused; and what is held stays within a few times of what came.
#include <algorithm>

#include "protocol/vector/accumulator.h"
#include "protocol/vector/packed_upload.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

constexpr std::uint32_t kMostElements = 4096;

struct Cut {
  PackedUpload upload;
  Bytes whole;
};

// Pieces of the input's own bytes, each in front of a few that are not the upload's.
Cut cut(Input& input) {
  Cut made;
  while (!input.empty()) {
    const std::size_t skipped = input.u8() % 42;
    const std::uint32_t repeats = std::uint32_t{1} << (input.u8() % 12);
    const ByteView some = input.bytes(1 + input.u8());
    Bytes piece(skipped, 0xEE);
    for (std::uint32_t i = 0; i < repeats; ++i) put_bytes(piece, some);
    put_bytes(made.whole, ByteView(piece).subspan(skipped));
    made.upload.append(std::move(piece), skipped);
  }
  return made;
}

bool run(ByteView bytes) {
  Input input(bytes);
  const Ring ring = Ring::of_bits(2 + input.below(63)).value();
  const std::uint64_t wanted = input.below(kMostElements);
  Cut made = cut(input);
  FUZZ_EXPECT(made.upload.size() == made.whole.size());
  FUZZ_EXPECT(made.upload.joined() == made.whole);
  FUZZ_EXPECT(made.whole.empty() || made.upload.back() == made.whole.back());
  FUZZ_EXPECT(made.upload.pieces() <= 2 + made.whole.size() / (16U << 10));
  // The length that it is for, or some other one.
  const std::uint64_t fitting = made.whole.size() * 8 / ring.bits();
  const std::uint64_t length = wanted % 4 == 0 ? wanted : std::min<std::uint64_t>(fitting, 1 << 20);
  if (length == 0) return false;
  Accumulator by_pieces(ring, length);
  Accumulator at_once(ring, length);
  const auto added = by_pieces.add_packed(made.upload);
  FUZZ_EXPECT(added == at_once.add_packed(ByteView(made.whole)));
  FUZZ_EXPECT(by_pieces.packed().value() == at_once.packed().value());
  if (added.has_error()) return false;
  FUZZ_EXPECT(made.upload.size() == 0);
  FUZZ_EXPECT(at_once.packed().value() == made.whole);
  FUZZ_EXPECT(Accumulator::from_packed(ring, length, made.whole).has_value());
  return true;
}

const Registered registered("uploads", run);

}  // namespace
}  // namespace blindsum::fuzz
