// Record files [RECORD-1, RECORD-3, RECORD-6]: as they come; and one of a round that was, changed:
// it never verifies but with the bytes that were signed.
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

// One of the two that the aggregator signed.
bool is_signed(const SignedRecord& record) {
  static const SignedRecord abort = signed_abort();
  return is_same(record, original()) || is_same(record, abort);
}

bool verifies(const SignedRecord& record) {
  return verify_record(record, roster(), aggregator().verify_key()).has_value();
}

bool run_as_it_is(ByteView file) {
  const auto record = read_record_file(file);
  if (record.has_error()) return false;
  FUZZ_EXPECT(verifies(*record) == is_signed(*record));  // nobody signed another
  const auto again = read_record_file(encode_record_file(*record));
  FUZZ_EXPECT(again.has_value() && again->record_bytes == record->record_bytes &&
              again->signature == record->signature);
  FUZZ_EXPECT(record_hash(record->record_bytes).has_value());
  // Signed anew it says the same, in its own bytes.
  const auto resigned = sign_record(record->content, aggregator());
  if (resigned.has_error()) return true;
  FUZZ_EXPECT(sign_record(resigned->content, aggregator())->record_bytes == resigned->record_bytes);
  return true;
}

bool run_changed(Input input) {
  static const Bytes file = encode_record_file(original());
  const auto record = read_record_file(damaged(file, input));
  if (record.has_error()) return false;
  FUZZ_EXPECT(verifies(*record) == is_signed(*record));
  return true;
}

// Even the aggregator's own key does not make a record of what was changed: th0 .. th3, the adverts
// and the certificate are the members' [RECORD-3].
bool run_resigned(Input input) {
  const Bytes bytes = damaged(original().record_bytes, input);
  auto content = decode_record(bytes);
  if (content.has_error()) return false;
  const auto signature = aggregator().sign(record_statement(bytes)).value();
  const SignedRecord record{bytes, *content, signature};
  if (!verifies(record)) return true;
  const RecordContent& was = original().content;
  FUZZ_EXPECT(content->offer.parameter_bytes == was.offer.parameter_bytes);
  FUZZ_EXPECT(content->cohort == was.cohort || content->cohort.empty());
  FUZZ_EXPECT(content->u3 == was.u3 || content->attestations.signers.empty());
  FUZZ_EXPECT(content->attestations == was.attestations || content->attestations.signers.empty());
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
