// What the aggregator reads back from its own disk [ONCE-6], and the proof of a record, which
// nobody signs [RECORD-8]: what is read is written as it was, in one document or in several.
#include "protocol/wire/documents.h"
#include "protocol/wire/fact_document.h"
#include "tests/fuzz/documents.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

constexpr std::size_t kInParts = 1;  // a member's shares a document

std::vector<Bytes> documents_of(const RoundFact& fact, std::size_t share_bytes) {
  std::vector<Bytes> documents;
  const auto written = encode_fact(
      fact,
      [&](ByteView document) -> Result<void> {
        documents.emplace_back(document.begin(), document.end());
        return {};
      },
      share_bytes);
  FUZZ_EXPECT(written.has_value());
  return documents;
}

void check(const RoundFact& fact) {
  const auto whole = documents_of(fact, kShareBytes);
  FactReader reader;
  for (const Bytes& part : documents_of(fact, kInParts)) {
    FUZZ_EXPECT(reader.add(part).has_value());
  }
  const auto back = std::move(reader).finish();
  FUZZ_EXPECT(back.has_value() && back->size() == 1);
  FUZZ_EXPECT(documents_of(back->front(), kShareBytes) == whole);
}

bool take(FactReader reader) {
  const auto facts = std::move(reader).finish();
  if (facts.has_error()) return false;
  for (const RoundFact& fact : *facts) check(fact);
  return true;
}

// One document after the other, each behind its size.
bool run_as_they_are(Input input) {
  FactReader reader;
  while (!input.empty()) {
    const std::size_t size = input.u16();
    if (reader.add(input.bytes(size)).has_error()) return false;
  }
  return take(std::move(reader));
}

// Those of a round, each with changes of its own.
bool run_changed(Input input) {
  FactReader reader;
  for (const RoundFact& fact : facts_of_round()) {
    for (const Bytes& document : documents_of(fact, kInParts)) {
      if (reader.add(damaged(document, input)).has_error()) return false;
    }
  }
  return take(std::move(reader));
}

bool run_proof(ByteView bytes) {
  const auto proof = decode_record_proof(bytes);
  if (proof.has_error()) return false;
  const auto again = decode_record_proof(encode_record_proof(*proof));
  FUZZ_EXPECT(again.has_value() && *again == *proof);
  return true;
}

bool run(ByteView input) {
  Input rest(input);
  switch (rest.u8() % 3) {
    case 0:
      return run_as_they_are(rest);
    case 1:
      return run_changed(rest);
    default:
      return run_proof(rest.rest());
  }
}

const Registered registered("facts", run);

}  // namespace
}  // namespace blindsum::fuzz
