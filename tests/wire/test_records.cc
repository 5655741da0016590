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
    const SignedRecord record = sign_record(content, aggregator).value();
    REQUIRE(record.content == content);
    REQUIRE(decode_record(record.record_bytes).value() == content);
    REQUIRE(verify(aggregator.verify_key(), Encoded(Label::record).bytes(record.record_bytes),
                   record.signature)
                .has_value());
    const SignedRecord again = read_record_file(encode_record_file(record)).value();
    REQUIRE(again.record_bytes == record.record_bytes);
    REQUIRE(again.content == content);
    REQUIRE(again.signature == record.signature);
  }
}

TEST_CASE("[RECORD-1] the fields of phases that were not reached are empty") {
  RandomMessages random(72);
  RecordContent content;
  content.offer = random.offer();
  content.th0 = random.hash();
  content.outcome = Reason::too_few_members;
  content.previous_record = content.offer.parameters.previous_record;
  const SignedRecord record = sign_record(content, aggregator_key()).value();
  CHECK(record.content == content);
  const RoundParameters& p = content.offer.parameters;
  CHECK(record.record_bytes == Proto()
                                   .number(1, p.version)
                                   .bytes(2, p.session_id.view())
                                   .text(3, p.task)
                                   .number(4, p.round)
                                   .bytes(5, content.offer.parameter_bytes)
                                   .bytes(6, content.offer.signature.view())
                                   .bytes(9, content.th0.view())
                                   .number(17, 2)
                                   .text(18, "too_few_members")
                                   .message(20, Proto())
                                   .bytes(22, p.previous_record.view())
                                   .view());
}

// All fields, by hand.
Bytes bytes_of(const RecordContent& content) {
  const RoundParameters& p = content.offer.parameters;
  Bytes indices;
  Bytes adverts;
  for (const SignedAdvert& member : content.cohort) {
    put_bytes(indices, Proto().varint(member.advert.roster_index).view());
    put_bytes(adverts, member.advert.bytes());
    put_bytes(adverts, member.signature.view());
  }
  Bytes signatures;
  for (const Signature& signature : content.attestations.signatures) {
    put_bytes(signatures, signature.view());
  }
  Proto proto;
  proto.number(1, p.version).bytes(2, p.session_id.view()).text(3, p.task).number(4, p.round);
  proto.bytes(5, content.offer.parameter_bytes).bytes(6, content.offer.signature.view());
  proto.bytes(7, indices).bytes(8, adverts);
  proto.bytes(9, content.th0.view()).bytes(10, content.th1.view());
  proto.bytes(11, content.th2.view()).bytes(12, content.th3.view());
  proto.bytes(13, content.u2).bytes(14, content.u3);
  proto.bytes(15, content.attestations.signers).bytes(16, signatures);
  const bool completed = content.outcome == Reason::ok;
  proto.number(17, completed ? 1 : 2).text(18, completed ? "" : name_of(content.outcome));
  for (const Blame& blame : content.blame) {
    proto.message(19, Proto()
                          .number(1, static_cast<std::uint32_t>(blame.kind))
                          .number(2, blame.accused)
                          .number(3, blame.witness.value_or(blame.accused))
                          .bytes(4, blame.evidence));
  }
  const PhaseTimings& t = content.timings;
  Proto timings;
  timings.number(1, t.advertise_ms).number(2, t.share_ms).number(3, t.mask_ms);
  timings.number(4, t.attest_ms).number(5, t.unmask_ms);
  proto.message(20, timings).bytes(21, content.sum_digest.view());
  proto.bytes(22, content.previous_record.view()).text(23, content.detail);
  return proto.view();
}

TEST_CASE("[RECORD-1] the bytes of a record, field by field") {
  RandomMessages random(73);
  for (int round = 0; round < 20; ++round) {
    const RecordContent content = random.record();
    CHECK(sign_record(content, aggregator_key()).value().record_bytes == bytes_of(content));
  }
}

TEST_CASE("[RECORD-6] what is there twice must agree: record_mismatch") {
  RandomMessages random(74);
  RecordContent content = random.record();
  content.cohort = {random.advert(), random.advert()};
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
  CHECK(mismatch(Proto().message(22, Bytes(32, 1))));
  CHECK(decode_record(appended(bytes, Proto().raw_number(7, 5))).error() ==
        Reason::record_mismatch);  // one index more
  Bytes only_first;
  put_bytes(only_first, content.cohort[0].advert.bytes());
  put_bytes(only_first, content.cohort[0].signature.view());
  CHECK(mismatch(Proto().message(8, only_first)));
  content.previous_record = random.hash();
  CHECK(sign_record(content, aggregator_key()).error() == Reason::record_mismatch);
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
  CHECK(error_of(Proto().number(24, 1)) == "record_mismatch");
  CHECK(error_of(Proto().message(19, Proto().number(1, 1).number(5, 1))) == "record_mismatch");
  CHECK(error_of(Proto().message(19, Proto().number(1, 6))) == "record_mismatch");
  CHECK(error_of(Proto().message(19, Proto())) == "record_mismatch");
  CHECK(error_of(Proto().raw_number(17, 0)) == "record_mismatch");
  CHECK(error_of(Proto().number(17, 3)) == "record_mismatch");
  CHECK(error_of(Proto().text(18, "bad_order")) == "record_mismatch");  // completed, with a reason
  CHECK(error_of(Proto().number(17, 2)) == "record_mismatch");          // aborted, without one
  CHECK(error_of(Proto().number(17, 2).text(18, "bad_order")) == "fine");
  CHECK(error_of(Proto().message(5, Bytes(3, 0xFF))) == "bad_parameters");
  CHECK(error_of(Proto().message(6, Bytes(63))) == "wrong_length");
  CHECK(error_of(Proto().message(8, Bytes(163))) == "wrong_length");
  CHECK(error_of(Proto().message(8, Bytes(164))) == "identity_point");
  CHECK(error_of(Proto().message(8, Bytes(164, 0xFF))) == "bad_point");
  for (const std::uint32_t field : {9U, 10U, 11U, 12U, 21U}) {
    CHECK(error_of(Proto().message(field, Bytes(31))) == "wrong_length");
    CHECK(error_of(Proto().message(field, Bytes())) == "fine");
  }
  CHECK(error_of(Proto().message(13, Bytes(513))) == "bad_bitmap");
  CHECK(error_of(Proto().message(16, Bytes(63))) == "wrong_length");
  CHECK(error_of(Proto().message(22, Bytes())) == "wrong_length");
  CHECK(error_of(Proto().text(23, std::string(kMaxDetailBytes + 1, 'x'))) == "wrong_length");
  CHECK(read_record_file(Bytes(9, 0xFF)).error() == Reason::record_mismatch);
  CHECK(read_record_file(Proto().bytes(1, bytes).bytes(2, Bytes(63)).view()).error() ==
        Reason::wrong_length);
  CHECK(read_record_file(Proto().bytes(1, bytes).bytes(2, Bytes(64, 1)).number(3, 1).view())
            .error() == Reason::record_mismatch);
  CHECK(decode_record(Bytes(kMaxRecordBytes + 1)).error() == Reason::record_mismatch);
}

TEST_CASE("[LIMIT-1] evidence that does not fit is left out from the last blame backwards") {
  RandomMessages random(76);
  RecordContent content = random.record();
  content.blame.clear();
  for (std::uint32_t i = 0; i < 100; ++i) {
    content.blame.push_back({BlameKind::bad_share, i, i + 1, random.bytes(60'000)});
  }
  const SignedRecord record = sign_record(content, aggregator_key()).value();
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
  const SignedRecord record = sign_record(content, aggregator_key()).value();
  CHECK(record.content.blame.size() == kMaxBlames);
  const Bytes one_more = Proto().message(19, Proto().number(1, 3)).view();
  CHECK(decode_record(appended(record.record_bytes, Proto().append(one_more))).error() ==
        Reason::record_mismatch);
}

}  // namespace
}  // namespace blindsum
