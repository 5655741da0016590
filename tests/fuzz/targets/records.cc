// Record files [RECORD-1, RECORD-3, RECORD-6, RECORD-8]: as they come; and one of a round that was,
// changed: it never verifies but with the bytes that were signed, and a proof of them.
#include "protocol/wire/documents.h"
#include "tests/fuzz/documents.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

const SignedRecord& original() {
  static const SignedRecord record = signed_record();
  return record;
}

bool is_same(const SignedRecord& a, const SignedRecord& b) {
  return a.record_bytes == b.record_bytes && a.signature == b.signature;
}

const SignedRecord& original_abort() {
  static const SignedRecord record = signed_abort();
  return record;
}

// Nobody signed another than these two; with the proof that they had they verify. (Another quorum's
// attestations would do as well, but nobody made any.)
void check(const SignedRecord& record) {
  const bool verifies = verify_record(record, roster(), aggregator().verify_key()).has_value();
  const bool is_signed = is_same(record, original()) || is_same(record, original_abort());
  FUZZ_EXPECT(!verifies || is_signed);
  if (!is_signed) return;
  const auto& proof = is_same(record, original()) ? original().proof : original_abort().proof;
  FUZZ_EXPECT(verifies || record.proof != proof);
}

bool run_as_it_is(ByteView file) {
  const auto record = read_record_file(file);
  if (record.has_error()) return false;
  check(*record);
  const auto again = read_record_file(encode_record_file(*record));
  FUZZ_EXPECT(again.has_value() && again->record_bytes == record->record_bytes &&
              again->signature == record->signature && again->proof == record->proof);
  FUZZ_EXPECT(record_hash(record->record_bytes).has_value());
  // Signed anew it says the same, in its own bytes.
  const auto resigned = sign_record(record->content, record->proof, aggregator());
  if (resigned.has_error()) return true;
  FUZZ_EXPECT(sign_record(resigned->content, record->proof, aggregator())->record_bytes ==
              resigned->record_bytes);
  return true;
}

bool run_changed(Input input) {
  static const Bytes file = encode_record_file(original());
  const auto record = read_record_file(damaged(file, input));
  if (record.has_error()) return false;
  check(*record);
  return true;
}

// Even the aggregator's own key does not make a record of what was changed: th0 .. th3 are what the
// members proved [RECORD-3].
bool run_resigned(Input input) {
  const Bytes bytes = damaged(original().record_bytes, input);
  auto content = decode_record(bytes);
  if (content.has_error()) return false;
  const auto signature = aggregator().sign(record_statement(bytes)).value();
  const SignedRecord record{bytes, *content, signature, original().proof};
  if (!verify_record(record, roster(), aggregator().verify_key())) return true;
  const RecordContent& was = original().content;
  FUZZ_EXPECT(content->offer.parameter_bytes == was.offer.parameter_bytes);
  FUZZ_EXPECT(content->th1 == was.th1 && content->certified);
  FUZZ_EXPECT(content->u2 == was.u2 && content->u3 == was.u3);
  FUZZ_EXPECT(content->previous_record == was.previous_record);
  return true;
}

bool run(ByteView input) {
  Input rest(input);
  switch (rest.u8() % 3) {
    case 0:
      return run_as_it_is(rest.rest());
    case 1:
      return run_changed(rest);
    default:
      return run_resigned(rest);
  }
}

const Registered registered("records", run);

}  // namespace
}  // namespace blindsum::fuzz
