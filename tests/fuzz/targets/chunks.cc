// Payloads and sums in chunks [OFFER-1, RECORD-5]: complete only when every byte came once and in
// order, and holding nothing that did not come.
#include "client/chunks.h"

#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

bool run(ByteView bytes) {
  Input input(bytes);
  const std::uint64_t size = input.u8() % 2 == 0 ? input.u16() : input.u64();
  ChunkAssembly assembly(size);
  Bytes came;
  bool broken = false;
  while (!input.empty()) {
    // Mostly the offset that is due.
    const std::uint64_t offset = input.u8() < 200 ? came.size() : input.u64();
    const ByteView data = input.bytes(input.u8());
    const bool right = !broken && offset == came.size() && data.size() <= size - came.size();
    FUZZ_EXPECT(assembly.add(offset, data) == right);
    broken = broken || !right;
    if (!broken) put_bytes(came, data);
    FUZZ_EXPECT(assembly.bytes() == came);
  }
  FUZZ_EXPECT(assembly.complete() == (!broken && came.size() == size));
  return assembly.complete();
}

const Registered registered("chunks", run);

}  // namespace
}  // namespace blindsum::fuzz
