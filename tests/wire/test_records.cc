#include <doctest/doctest.h>

#include "crypto/transcript.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/wire/proto_writer.h"
#include "tests/wire/random_messages.h"

namespace blindsum {
namespace {

SigningKey aggregator_key() {
  return seeded_key(70);
}

TEST_CASE("[RECORD-1, RECORD-7, ENC-4] records come back as they were, signed over their bytes") {
  RandomMessages random(71);
  const SigningKey aggregator = aggregator_key();
  for (int round = 0; round < 200; ++round) {
    const RecordContent content = random.record();
    const RecordProof proof = random.proof();
    const SignedRecord record = sign_record(content, proof, aggregator).value();
    REQUIRE(record.content == content);
    REQUIRE(decode_record(record.record_bytes).value() == content);
    REQUIRE(verify(aggregator.verify_key(), Encoded(Label::record).bytes(record.record_bytes),
                   record.signature)
                .has_value());
    const SignedRecord again = read_record_file(encode_record_file(record)).value();
    REQUIRE(again.record_bytes == record.record_bytes);
    REQUIRE(again.content == content);
    REQUIRE(again.signature == record.signature);
    REQUIRE(again.proof == proof);
    REQUIRE(decode_record_proof(encode_record_proof(proof)).value() == proof);
  }
}

TEST_CASE("[RECORD-1] the fields of phases that were not reached are empty") {
  RandomMessages random(72);
  RecordContent content;
  content.offer = random.offer();
  content.th0 = random.hash();
  content.outcome = Reason::too_few_members;
  content.previous_record = content.offer.parameters.previous_record;
  const SignedRecord record = sign_record(content, {}, aggregator_key()).value();
  CHECK(record.content == content);
  const RoundParameters& p = content.offer.parameters;
  CHECK(record.record_bytes == Proto()
                                   .number(1, p.version)
                                   .bytes(2, p.session_id.view())
                                   .text(3, p.task)
                                   .number(4, p.round)
                                   .bytes(5, content.offer.parameter_bytes)
                                   .bytes(6, content.offer.signature.view())
                                   .bytes(7, content.th0.view())
                                   .number(14, 2)
                                   .text(15, "too_few_members")
                                   .message(17, Proto())
                                   .bytes(19, p.previous_record.view())
                                   .view());
}

// All fields, by hand.
Bytes bytes_of(const RecordContent& content) {
  const RoundParameters& p = content.offer.parameters;
  Proto proto;
  proto.number(1, p.version).bytes(2, p.session_id.view()).text(3, p.task).number(4, p.round);
  proto.bytes(5, content.offer.parameter_bytes).bytes(6, content.offer.signature.view());
  proto.bytes(7, content.th0.view()).bytes(8, content.th1.view());
  proto.bytes(9, content.th2.view()).bytes(10, content.th3.view());
  proto.bytes(11, content.u2).bytes(12, content.u3).number(13, content.certified ? 1 : 0);
  const bool completed = content.outcome == Reason::ok;
  proto.number(14, completed ? 1 : 2).text(15, completed ? "" : name_of(content.outcome));
  for (const Blame& blame : content.blame) {
    proto.message(16, Proto()
                          .number(1, static_cast<std::uint32_t>(blame.kind))
                          .number(2, blame.accused)
                          .number(3, blame.witness.value_or(blame.accused))
                          .bytes(4, blame.evidence));
  }
  const PhaseTimings& t = content.timings;
  Proto timings;
  timings.number(1, t.advertise_ms).number(2, t.share_ms).number(3, t.mask_ms);
  timings.number(4, t.attest_ms).number(5, t.unmask_ms);
  proto.message(17, timings).bytes(18, content.sum_digest.view());
  proto.bytes(19, content.previous_record.view()).text(20, content.detail);
  return proto.view();
}

TEST_CASE("[RECORD-1] the bytes of a record, field by field") {
  RandomMessages random(73);
  for (int round = 0; round < 20; ++round) {
    const RecordContent content = random.record();
    CHECK(sign_record(content, {}, aggregator_key()).value().record_bytes == bytes_of(content));
  }
}

TEST_CASE("[RECORD-6] what is there twice must agree: record_mismatch") {
  RandomMessages random(74);
  RecordContent content = random.record();
  const Bytes bytes = bytes_of(content);
  REQUIRE(decode_record(bytes).has_value());
  const auto& p = content.offer.parameters;
  const auto mismatch = [&](const Proto& again) {
    return decode_record(replaced(bytes, again)).error() == Reason::record_mismatch;
  };
  CHECK(mismatch(Proto().raw_number(1, p.version ^ 1)));
  CHECK(mismatch(Proto().message(2, Bytes(32, 1))));
  CHECK(mismatch(Proto().message(2, Bytes(31, 1))));
  CHECK(mismatch(Proto().message(3, view_of(p.task + "x"))));
  CHECK(mismatch(Proto().raw_number(4, p.round ^ 1)));
  CHECK(mismatch(Proto().message(19, Bytes(32, 1))));
  content.previous_record = random.hash();
  CHECK(sign_record(content, {}, aggregator_key()).error() == Reason::record_mismatch);
}

TEST_CASE("[RECORD-3] records that are none, by the name of what is wrong") {
  RandomMessages random(75);
  RecordContent content = random.record();
  content.outcome = Reason::ok;
  const Bytes bytes = bytes_of(content);
  const auto error_of = [&](const Proto& again) {
    const auto decoded = decode_record(replaced(bytes, again));
    return decoded.has_error() ? decoded.error().message() : "fine";
  };
  CHECK(error_of(Proto()) == "fine");
  CHECK(error_of(Proto().number(21, 1)) == "record_mismatch");
  CHECK(error_of(Proto().message(16, Proto().number(1, 1).number(5, 1))) == "record_mismatch");
  CHECK(error_of(Proto().message(16, Proto().number(1, 6))) == "record_mismatch");
  CHECK(error_of(Proto().message(16, Proto())) == "record_mismatch");
  CHECK(error_of(Proto().raw_number(14, 0)) == "record_mismatch");
  CHECK(error_of(Proto().number(14, 3)) == "record_mismatch");
  CHECK(error_of(Proto().text(15, "bad_order")) == "record_mismatch");  // completed, with a reason
  CHECK(error_of(Proto().number(14, 2)) == "record_mismatch");          // aborted, without one
  CHECK(error_of(Proto().number(14, 2).text(15, "bad_order")) == "fine");
  CHECK(error_of(Proto().message(5, Bytes(3, 0xFF))) == "bad_parameters");
  CHECK(error_of(Proto().message(6, Bytes(63))) == "wrong_length");
  CHECK(error_of(Proto().raw_number(13, 2)) == "record_mismatch");  // neither true nor false
  for (const std::uint32_t field : {7U, 8U, 9U, 10U, 18U}) {
    CHECK(error_of(Proto().message(field, Bytes(31))) == "wrong_length");
    CHECK(error_of(Proto().message(field, Bytes())) == "fine");
  }
  CHECK(error_of(Proto().message(11, Bytes(513))) == "bad_bitmap");
  CHECK(error_of(Proto().message(19, Bytes())) == "wrong_length");
  CHECK(error_of(Proto().text(20, std::string(kMaxDetailBytes + 1, 'x'))) == "wrong_length");
  CHECK(read_record_file(Bytes(9, 0xFF)).error() == Reason::record_mismatch);
  CHECK(read_record_file(Proto().bytes(1, bytes).bytes(2, Bytes(63)).view()).error() ==
        Reason::wrong_length);
  CHECK(read_record_file(Proto().bytes(1, bytes).bytes(2, Bytes(64, 1)).number(3, 1).view())
            .error() == Reason::record_mismatch);
  const Proto file = Proto().bytes(1, bytes).bytes(2, Bytes(64, 1));
  CHECK(read_record_file(file.view()).has_value());
  CHECK(read_record_file(appended(file.view(), Proto().bytes(3, Bytes(1, 0xFF)))).error() ==
        Reason::record_mismatch);
  CHECK(decode_record(Bytes(kMaxRecordBytes + 1)).error() == Reason::record_mismatch);
}

TEST_CASE("[RECORD-8] the bytes of a proof, field by field; nothing of it is no bytes") {
  RandomMessages random(78);
  for (int round = 0; round < 20; ++round) {
    const RecordProof proof = random.proof();
    Bytes adverts;
    for (const SignedAdvert& member : proof.adverts) {
      put_bytes(adverts, member.advert.bytes());
      put_bytes(adverts, member.signature.view());
    }
    Bytes signatures;
    for (const Signature& signature : proof.attestations.signatures) {
      put_bytes(signatures, signature.view());
    }
    CHECK(
        encode_record_proof(proof) ==
        Proto().bytes(1, adverts).bytes(2, proof.attestations.signers).bytes(3, signatures).view());
  }
  CHECK(encode_record_proof({}).empty());
  CHECK(decode_record_proof({}).value() == RecordProof{});
}

TEST_CASE("[RECORD-8, LIMIT-1] proofs that are none, by the name of what is wrong") {
  const auto error_of = [](const Proto& proof) {
    const auto decoded = decode_record_proof(proof.view());
    return decoded.has_error() ? decoded.error().message() : "fine";
  };
  CHECK(error_of(Proto().bytes(1, Bytes(163))) == "wrong_length");
  CHECK(error_of(Proto().bytes(1, Bytes(164))) == "identity_point");
  CHECK(error_of(Proto().bytes(1, Bytes(164, 0xFF))) == "bad_point");
  CHECK(error_of(Proto().bytes(2, Bytes(513))) == "bad_bitmap");
  CHECK(error_of(Proto().bytes(3, Bytes(63))) == "wrong_length");
  CHECK(error_of(Proto().bytes(4, Bytes(1))) == "record_mismatch");
  CHECK(error_of(Proto().bytes(2, Bytes(1, 1)).bytes(2, Bytes(1, 1))) == "record_mismatch");
  CHECK(decode_record_proof(Bytes(kMaxProofBytes + 1)).error() == Reason::record_mismatch);
}

// The largest cohort that there may be, and the largest record.
TEST_CASE("[LIMIT-1] any record travels with its proof in one message, and fits a file") {
  RandomMessages random(79);
  RecordProof proof;
  proof.adverts.assign(kMaxCohort, random.advert());
  proof.attestations.signers.assign(kMaxCohort / 8, 0xFF);
  proof.attestations.signatures.assign(kMaxCohort, random.fixed<Signature>());
  RecordContent content = random.record();
  content.blame.assign(100, {BlameKind::bad_share, 1, 2, random.bytes(60'000)});
  const SignedRecord record = sign_record(content, proof, aggregator_key()).value();
  CHECK(record.record_bytes.size() > kMaxRecordBytes - 60'000);
  const Bytes proof_bytes = encode_record_proof(proof);
  CHECK(proof_bytes.size() <= kMaxProofBytes);
  const RoundRecord message{record.record_bytes, record.signature, ~std::uint64_t{0}, proof_bytes};
  const Bytes frame = encode_in_round(random.fixed<SessionId>(), ToParticipant(message));
  REQUIRE(decode_to_participant(frame).has_value());
  CHECK(read_record_file(encode_record_file(record)).value().proof == proof);
}

TEST_CASE("[LIMIT-1] evidence that does not fit is left out from the last blame backwards") {
  RandomMessages random(76);
  RecordContent content = random.record();
  content.blame.clear();
  for (std::uint32_t i = 0; i < 100; ++i) {
    content.blame.push_back({BlameKind::bad_share, i, i + 1, random.bytes(60'000)});
  }
  const SignedRecord record = sign_record(content, {}, aggregator_key()).value();
  CHECK(record.record_bytes.size() <= kMaxRecordBytes);
  REQUIRE(record.content.blame.size() == content.blame.size());
  std::size_t kept = 0;
  while (!record.content.blame[kept].evidence.empty()) ++kept;
  // The next one would not have fitted.
  CHECK(record.record_bytes.size() + content.blame[kept].evidence.size() > kMaxRecordBytes);
  for (std::size_t i = 0; i < content.blame.size(); ++i) {
    Blame expected = content.blame[i];
    if (i >= kept) expected.evidence.clear();
    CHECK(record.content.blame[i] == expected);
  }
  CHECK(decode_record(record.record_bytes).value() == record.content);
}

TEST_CASE("[LIMIT-1] liars cannot make a record impossible: blames beyond the limit are left out") {
  RandomMessages random(77);
  RecordContent content = random.record();
  content.blame.assign(kMaxBlames + 7, {BlameKind::unopened_pair, 4000, 4001, {}});
  const SignedRecord record = sign_record(content, {}, aggregator_key()).value();
  CHECK(record.content.blame.size() == kMaxBlames);
  const Bytes one_more = Proto().message(16, Proto().number(1, 3)).view();
  CHECK(decode_record(appended(record.record_bytes, Proto().append(one_more))).error() ==
        Reason::record_mismatch);
}

}  // namespace
}  // namespace blindsum
