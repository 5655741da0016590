// Families certificates, records.
#include <doctest/doctest.h>

#include <stdexcept>

#include "protocol/round/record.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

json::object run_certificates(const std::string&, const Input& input) {
  std::vector<VerifyKey> keys;
  for (const Bytes& key : input.byte_strings("keys")) keys.push_back(VerifyKey::from(key).value());
  const auto n = static_cast<std::uint32_t>(keys.size());
  QuorumSignatures certificate{input.bytes("signers"), {}};
  for (const Bytes& signature : input.byte_strings("signatures")) {
    certificate.signatures.push_back(Signature::from(signature).value());
  }
  const StatementOf statement = input.text("label") == "attest" ? attest_statement : void_statement;
  const Bitmap members =
      at("crypto",
         verify_quorum(certificate, Bitmap::parse(input.bytes("allowed"), n).value(),
                       input.u32("quorum"), keys, input.fixed<Hash>("transcript"), statement));
  return {{"members", number_list(members.members())}};
}

json::array blames_of(const RecordContent& content) {
  json::array list;
  for (const Blame& blame : content.blame) {
    list.push_back(json::object{{"kind", static_cast<std::uint32_t>(blame.kind)},
                                {"accused", blame.accused},
                                {"witness", blame.witness.value_or(blame.accused)},
                                {"evidence", hex(blame.evidence)}});
  }
  return list;
}

json::array members_of(const Bytes& bitmap, std::uint32_t n) {
  if (bitmap.empty()) return {};
  return number_list(Bitmap::parse(bitmap, n).value().members());
}

// What a reader has beside the record [RECORD-4, PARAM-11].
void check_beside(const Input& input, const RecordContent& content) {
  const Bytes sum = input.bytes("sum");
  if (!sum.empty() && sha256(sum).value() != content.sum_digest) {
    refuse("record", Reason::record_mismatch);
  }
  const Bytes previous = input.bytes("previous");
  if (!previous.empty() && record_hash(previous).value() != content.previous_record) {
    refuse("record", Reason::wrong_previous_record);
  }
}

json::object run_records(const std::string&, const Input& input) {
  const Roster roster =
      at("roster", read_roster(input.bytes("roster"), input.fixed<VerifyKey>("authority_key")));
  const SignedRecord record = at("record", read_record_file(input.bytes("file")));
  at("record", verify_record(record, roster, input.fixed<VerifyKey>("aggregator_key")));
  check_beside(input, record.content);
  CHECK(encode_record(record.content) == record.record_bytes);
  json::array members;
  for (const SignedAdvert& advert : record.proof.adverts) {
    members.emplace_back(advert.advert.roster_index);
  }
  const RecordContent& content = record.content;
  const bool completed = content.outcome == Reason::ok;
  return {{"outcome", completed ? 1 : 2},
          {"reason", completed ? "" : std::string(name_of(content.outcome))},
          {"detail", content.detail},
          {"round", std::to_string(content.offer.parameters.round)},
          {"record_hash", hex(record_hash(record.record_bytes).value().view())},
          {"members", members},
          {"u2", members_of(content.u2, record.proof.n())},
          {"u3", members_of(content.u3, record.proof.n())},
          {"certified", content.certified},
          {"blames", blames_of(content)}};
}

}  // namespace

TEST_CASE("[CERT-1, VOID-3] vectors of certificates") {
  run_family("certificates", run_certificates);
}
TEST_CASE("[RECORD-1, RECORD-3, RECORD-4, RECORD-6, RECORD-8] vectors of records") {
  run_family("records", run_records);
}

}  // namespace blindsum::vectors
