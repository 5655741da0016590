#include <doctest/doctest.h>

#include "tests/round/records.h"

namespace blindsum {
namespace {

TEST_CASE("[RECORD-3] a true record is verified offline") {
  Records records;
  CHECK(records.verdict([](SignedRecord&) {}) == Reason::ok);
}

TEST_CASE("[RECORD-3] the aggregator's signatures are checked, under the key that is asked for") {
  Records records;
  SignedRecord record = records.good();
  record.signature.bytes[0] ^= 1;
  const VerifyKey& key = records.world().aggregator().verify_key();
  CHECK(verify_record(record, records.world().roster(), key).error() == Reason::bad_signature);
  const SigningKey& other = records.world().member(0).identity();
  record.signature = other.sign(record_statement(record.record_bytes)).value();
  CHECK(verify_record(record, records.world().roster(), other.verify_key()).error() ==
        Reason::wrong_aggregator);
  CHECK(records.verdict([](SignedRecord& changed) {
    changed.content.offer.signature.bytes[0] ^= 1;
  }) == Reason::bad_signature);
}

TEST_CASE("[RECORD-3] roster, parameters and chain are those of the offer") {
  Records records;
  CHECK(records.verdict([](SignedRecord& record) {
    record.content.offer.parameters.roster_epoch += 1;
  }) == Reason::roster_mismatch);
  CHECK(records.verdict([](SignedRecord& record) { record.content.offer.parameters.n_min = 1; }) ==
        Reason::bad_parameters);
  CHECK(records.verdict([](SignedRecord& record) { record.content.previous_record = Hash{}; }) ==
        Reason::record_mismatch);
}

TEST_CASE("[RECORD-3] every transcript hash is recomputed") {
  Records records;
  for (Hash RecordContent::* hash :
       {&RecordContent::th0, &RecordContent::th1, &RecordContent::th2, &RecordContent::th3}) {
    CHECK(records.verdict([&](SignedRecord& record) { (record.content.*hash).bytes[5] ^= 1; }) ==
          Reason::record_mismatch);
  }
}

TEST_CASE("[RECORD-3] the cohort is one that its members accepted") {
  Records records;
  CHECK(records.verdict([](SignedRecord& record) {
    std::swap(record.proof.adverts[0], record.proof.adverts[1]);
  }) == Reason::bad_order);
  CHECK(records.verdict([](SignedRecord& record) {
    record.proof.adverts[1] = record.proof.adverts[0];
  }) == Reason::bad_order);
  CHECK(records.verdict([](SignedRecord& record) {
    record.proof.adverts[0].advert.roster_index = 9;
  }) == Reason::unknown_member);
  CHECK(records.verdict([](SignedRecord& record) {
    record.proof.adverts[0].signature.bytes[0] ^= 1;
  }) == Reason::bad_signature);
  CHECK(records.verdict([](SignedRecord& record) {
    record.proof.adverts.erase(record.proof.adverts.begin() + 3, record.proof.adverts.end());
  }) == Reason::cohort_too_small);
  CHECK(records.verdict([](SignedRecord& record) {
    record.proof.adverts.resize(9, record.proof.adverts[0]);
  }) == Reason::cohort_too_large);
}

TEST_CASE("[FINDER-9] a cohort for which there is no graph has no record") {
  Records records;
  CHECK(records.verdict([&](SignedRecord& record) {
    record.content.offer.parameters.max_corrupt = 4;  // th0 is of the bytes, which stay
  }) == Reason::infeasible_parameters);
}

TEST_CASE("[BITMAP-1] bitmaps of a record are well formed") {
  Records records;
  CHECK(records.verdict([](SignedRecord& record) { record.content.u2 = {0xff}; }) ==
        Reason::bad_bitmap);
  CHECK(records.verdict([](SignedRecord& record) { record.content.u3 = {0x1b, 0}; }) ==
        Reason::bad_bitmap);
  CHECK(records.verdict([](SignedRecord& record) { record.proof.attestations.signers = {0x3b}; }) ==
        Reason::bad_bitmap);
}

TEST_CASE("[CERT-1] the survivors were in U2, enough, and signed for by a quorum") {
  Records records;
  CHECK(records.verdict([](SignedRecord& record) { record.content.u2 = {0x07}; }) ==
        Reason::too_few_survivors);
  CHECK(records.verdict([](SignedRecord& record) { record.content.u3 = {0x03}; }) ==
        Reason::too_few_survivors);
  CHECK(records.verdict([](SignedRecord& record) {
    record.content.u2 = {0x1b};
    record.content.th2 =
        hash_th2(record.content.th1, Bitmap::parse(record.content.u2, 5).value()).value();
    record.content.u3 = {0x0f};
  }) == Reason::not_in_u2);
  CHECK(records.verdict([&](SignedRecord& record) {
    record.proof.attestations.signers = {0x0b};
    records.attest_again(record);
  }) == Reason::certificate_short);
  CHECK(records.verdict([](SignedRecord& record) {
    record.proof.attestations.signatures.pop_back();
  }) == Reason::wrong_length);
  CHECK(records.verdict([](SignedRecord& record) {
    record.proof.attestations.signatures[0].bytes[0] ^= 1;
  }) == Reason::bad_signature);
  // Another U3, with attestations of the true one.
  CHECK(records.verdict([](SignedRecord& record) {
    record.content.u3 = {0x1f};
    record.content.th3 =
        hash_th3(record.content.th2, Bitmap::parse(record.content.u3, 5).value()).value();
  }) == Reason::bad_signature);
}

TEST_CASE("[RECORD-6] a record has every phase as a whole or not at all") {
  Records records;
  const auto aborted = [](SignedRecord& record) {
    record.content.outcome = Reason::time_limit;
    record.content.sum_digest = {};
  };
  const auto without_certificate = [&](SignedRecord& record) {
    aborted(record);
    record.content.certified = false;
    record.proof.attestations = {};
  };
  const auto without_u3 = [&](SignedRecord& record) {
    without_certificate(record);
    record.content.u3.clear();
    record.content.th3 = {};
  };
  const auto without_u2 = [&](SignedRecord& record) {
    without_u3(record);
    record.content.u2.clear();
    record.content.th2 = {};
  };
  const auto without_cohort = [&](SignedRecord& record) {
    without_u2(record);
    record.proof.adverts.clear();
    record.content.th1 = {};
  };
  CHECK(records.verdict(aborted) == Reason::ok);
  CHECK(records.verdict(without_certificate) == Reason::ok);
  CHECK(records.verdict(without_u3) == Reason::ok);
  CHECK(records.verdict(without_u2) == Reason::ok);
  CHECK(records.verdict(without_cohort) == Reason::ok);

  const auto broken = [&](const auto& base, const auto& change) {
    return records.verdict([&](SignedRecord& record) {
      base(record);
      change(record);
    });
  };
  const auto as_is = [](SignedRecord&) {};
  const auto completed = [](SignedRecord& record) {
    record.content.outcome = Reason::ok;
    record.content.sum_digest.bytes[0] = 1;
  };
  CHECK(broken(without_certificate, completed) == Reason::record_mismatch);
  CHECK(broken(without_cohort, completed) == Reason::record_mismatch);
  CHECK(broken(as_is, [](SignedRecord& record) { record.content.sum_digest = {}; }) ==
        Reason::record_mismatch);
  CHECK(broken(as_is, [](SignedRecord& record) { record.content.outcome = Reason::time_limit; }) ==
        Reason::record_mismatch);
  CHECK(broken(aborted, [](SignedRecord& record) { record.content.u2.clear(); }) ==
        Reason::record_mismatch);
  CHECK(broken(without_u3, [](SignedRecord& record) { record.content.th3.bytes[0] = 1; }) ==
        Reason::record_mismatch);
  CHECK(broken(without_u2, [](SignedRecord& record) { record.content.th1 = {}; }) ==
        Reason::record_mismatch);
  CHECK(broken(without_u3, [](SignedRecord& record) { record.content.certified = true; }) ==
        Reason::record_mismatch);
  CHECK(broken(without_certificate, [](SignedRecord& record) {
          record.proof.attestations.signatures.resize(1);
        }) == Reason::record_mismatch);
  CHECK(broken(without_u3, [](SignedRecord& record) {
          record.proof.attestations.signers = {0x1b};
        }) == Reason::record_mismatch);
}

TEST_CASE("[RECORD-3] blame names members of the cohort, in order") {
  Records records;
  const auto with = [&](std::vector<Blame> blame) {
    return records.verdict([&](SignedRecord& record) { record.content.blame = blame; });
  };
  const Blame first{BlameKind::bad_share, 1, 0, {}};
  const Blame second{BlameKind::bad_share, 1, 3, {}};
  const Blame third{BlameKind::bad_dealing, 0, std::nullopt, {}};
  CHECK(with({first, second, third}) == Reason::ok);
  CHECK(with({second, first}) == Reason::bad_order);
  CHECK(with({third, first}) == Reason::bad_order);
  CHECK(with({{BlameKind::bad_share, 5, 0, {}}}) == Reason::record_mismatch);
  CHECK(with({{BlameKind::bad_share, 0, 5, {}}}) == Reason::record_mismatch);
}

TEST_CASE("[PARAM-11] a record's hash is over its very bytes") {
  const Bytes bytes{1, 2, 3};
  CHECK(record_hash(bytes).value() == hash_of(Encoded(Label::record).bytes(bytes)).value());
}

}  // namespace
}  // namespace blindsum
