// The evidence in a record, which liars fill [LIMIT-1]: whatever its size, a record can be signed
// and read, and only the last entries go short.
#include <cstdint>

#include "protocol/wire/documents.h"
#include "tests/fuzz/documents.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

constexpr std::uint32_t kMostBlames = 64;

RecordContent content_of(Input& input) {
  static const SignedRecord original = signed_record();
  RecordContent content = original.content;
  const auto n = static_cast<std::uint32_t>(content.cohort.size());
  for (std::uint32_t left = input.below(kMostBlames); left > 0; --left) {
    Blame blame;
    blame.kind = static_cast<BlameKind>(1 + input.below(5));
    blame.accused = input.below(n);
    const std::uint32_t witness = input.below(n);
    if (witness != blame.accused) blame.witness = witness;
    // Around powers of two, where lengths change their own length.
    const std::uint32_t bits = input.below(23);
    blame.evidence = Bytes((std::size_t{1} << bits) - 1 + input.below(3), input.u8());
    content.blame.push_back(std::move(blame));
  }
  return content;
}

// What was kept: the first ones whole, then some without evidence, then none.
void check_kept(const std::vector<Blame>& kept, const std::vector<Blame>& wanted) {
  FUZZ_EXPECT(kept.size() <= wanted.size());
  bool short_of = false;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    FUZZ_EXPECT(kept[i].kind == wanted[i].kind && kept[i].accused == wanted[i].accused &&
                kept[i].witness == wanted[i].witness);
    const bool whole = kept[i].evidence == wanted[i].evidence;
    FUZZ_EXPECT(whole || kept[i].evidence.empty());
    FUZZ_EXPECT(!short_of || !whole || wanted[i].evidence.empty());
    short_of = short_of || !whole;
  }
}

bool run(ByteView input) {
  Input rest(input);
  const RecordContent content = content_of(rest);
  const SignedRecord record = sign_record(content, aggregator()).value();
  FUZZ_EXPECT(record.record_bytes.size() <= kMaxRecordBytes);
  check_kept(record.content.blame, content.blame);
  const auto again = read_record_file(encode_record_file(record));
  FUZZ_EXPECT(again.has_value() && again->content == record.content);
  return true;
}

const Registered registered("evidence", run);

}  // namespace
}  // namespace blindsum::fuzz
