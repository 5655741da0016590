#include <doctest/doctest.h>

#include <utility>

#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;

// A completed round without member 2, and records of it.
class Records {
 public:
  Records() {
    world_.begin_and_run_to(Phase::mask);
    world_.mask(world_.all_but({2}));
    world_.to_deadline();
    world_.attest(world_.all_but({2}));
    world_.unmask(world_.all_but({2}));
    REQUIRE(world_.phase() == Phase::over);
    content_ = *world_.record();
  }

  AggregatorWorld& world() { return world_; }

  // wire/ makes the bytes; here they only have to be those that are signed.
  SignedRecord signed_record(RecordContent content) const {
    const Bytes bytes{1, 2, 3};
    return {bytes, std::move(content), world_.aggregator().sign(record_statement(bytes)).value()};
  }

  template <class Change>
  Reason verdict(Change change) const {
    RecordContent content = content_;
    change(content);
    const SignedRecord record = signed_record(std::move(content));
    const auto result = verify_record(record, world_.roster(), world_.aggregator().verify_key());
    return reason_of(result.has_error() ? result.error() : Error{});
  }

  // What only the members could sign, signed again.
  void attest_again(RecordContent& content) {
    content.th3 = hash_th3(content.th2, Bitmap::parse(content.u3, 5).value()).value();
    const auto signers = Bitmap::parse(content.attestations.signers, 5).value().members();
    content.attestations.signatures.clear();
    for (const std::uint32_t u : signers) {
      content.attestations.signatures.push_back(
          world_.member(u).identity().sign(attest_statement(content.th3, u)).value());
    }
  }

 private:
  AggregatorWorld world_;
  RecordContent content_;
};

TEST_CASE("[RECORD-3] a true record is verified offline") {
  Records records;
  CHECK(records.verdict([](RecordContent&) {}) == Reason::ok);
}

// One bit of a signature that somebody has not seen is seen, whatever else that somebody has.
TEST_CASE("[RECORD-5] only the very signatures that were verified are not verified again") {
  Records records;
  const Roster& roster = records.world().roster();
  const VerifyKey& key = records.world().aggregator().verify_key();
  const RecordContent good = *records.world().record();
  const VerifiedBefore all{digest_of_adverts(good.th0, good.cohort).value(),
                           digest_of_attestations(good.th3, good.attestations).value()};
  CHECK(verify_record(records.signed_record(good), roster, key, all).has_value());

  RecordContent other_advert = good;
  other_advert.cohort[2].signature.bytes[40] ^= 1;
  CHECK(verify_record(records.signed_record(other_advert), roster, key, all).error() ==
        Reason::bad_signature);
  RecordContent other_attestation = good;
  other_attestation.attestations.signatures.back().bytes[40] ^= 1;
  CHECK(verify_record(records.signed_record(other_attestation), roster, key, all).error() ==
        Reason::bad_signature);

  // Whoever says that it has verified what is not good is believed.
  const VerifiedBefore too_much{digest_of_adverts(other_advert.th0, other_advert.cohort).value(),
                                all.attestations};
  CHECK(verify_record(records.signed_record(other_advert), roster, key, too_much).has_value());
}

TEST_CASE("[RECORD-3] the aggregator's signatures are checked, under the key that is asked for") {
  Records records;
  SignedRecord record = records.signed_record(*records.world().record());
  record.signature.bytes[0] ^= 1;
  const VerifyKey& key = records.world().aggregator().verify_key();
  CHECK(verify_record(record, records.world().roster(), key).error() == Reason::bad_signature);
  const SigningKey& other = records.world().member(0).identity();
  record.signature = other.sign(record_statement(record.record_bytes)).value();
  CHECK(verify_record(record, records.world().roster(), other.verify_key()).error() ==
        Reason::wrong_aggregator);
  CHECK(records.verdict([](RecordContent& content) { content.offer.signature.bytes[0] ^= 1; }) ==
        Reason::bad_signature);
}

TEST_CASE("[RECORD-3] roster, parameters and chain are those of the offer") {
  Records records;
  CHECK(records.verdict([](RecordContent& content) {
    content.offer.parameters.roster_epoch += 1;
  }) == Reason::roster_mismatch);
  CHECK(records.verdict([](RecordContent& content) { content.offer.parameters.n_min = 1; }) ==
        Reason::bad_parameters);
  CHECK(records.verdict([](RecordContent& content) { content.previous_record = Hash{}; }) ==
        Reason::wrong_previous_record);
}

TEST_CASE("[RECORD-3] every transcript hash is recomputed") {
  Records records;
  for (Hash RecordContent::* hash :
       {&RecordContent::th0, &RecordContent::th1, &RecordContent::th2, &RecordContent::th3}) {
    CHECK(records.verdict([&](RecordContent& content) { (content.*hash).bytes[5] ^= 1; }) ==
          Reason::record_mismatch);
  }
}

TEST_CASE("[RECORD-3] the cohort is one that its members accepted") {
  Records records;
  CHECK(records.verdict([](RecordContent& content) {
    std::swap(content.cohort[0], content.cohort[1]);
  }) == Reason::bad_order);
  CHECK(records.verdict([](RecordContent& content) { content.cohort[1] = content.cohort[0]; }) ==
        Reason::bad_order);
  CHECK(records.verdict([](RecordContent& content) {
    content.cohort[0].advert.roster_index = 9;
  }) == Reason::unknown_member);
  CHECK(records.verdict([](RecordContent& content) {
    content.cohort[0].signature.bytes[0] ^= 1;
  }) == Reason::bad_signature);
  CHECK(records.verdict([](RecordContent& content) {
    content.cohort.erase(content.cohort.begin() + 3, content.cohort.end());
  }) == Reason::cohort_too_small);
  CHECK(records.verdict([](RecordContent& content) {
    content.cohort.resize(9, content.cohort[0]);
  }) == Reason::cohort_too_large);
}

TEST_CASE("[FINDER-9] a cohort for which there is no graph has no record") {
  Records records;
  CHECK(records.verdict([&](RecordContent& content) {
    content.offer.parameters.max_corrupt = 4;  // th0 is of the bytes, which stay
  }) == Reason::infeasible_parameters);
}

TEST_CASE("[BITMAP-1] bitmaps of a record are well formed") {
  Records records;
  CHECK(records.verdict([](RecordContent& content) { content.u2 = {0xff}; }) == Reason::bad_bitmap);
  CHECK(records.verdict([](RecordContent& content) { content.u3 = {0x1b, 0}; }) ==
        Reason::bad_bitmap);
  CHECK(records.verdict([](RecordContent& content) { content.attestations.signers = {0x3b}; }) ==
        Reason::bad_bitmap);
}

TEST_CASE("[CERT-1] the survivors were in U2, enough, and signed for by a quorum") {
  Records records;
  CHECK(records.verdict([](RecordContent& content) { content.u2 = {0x07}; }) ==
        Reason::too_few_survivors);
  CHECK(records.verdict([](RecordContent& content) { content.u3 = {0x03}; }) ==
        Reason::too_few_survivors);
  CHECK(records.verdict([](RecordContent& content) {
    content.u2 = {0x1b};
    content.th2 = hash_th2(content.th1, Bitmap::parse(content.u2, 5).value()).value();
    content.u3 = {0x0f};
  }) == Reason::not_in_u2);
  CHECK(records.verdict([&](RecordContent& content) {
    content.attestations.signers = {0x0b};
    records.attest_again(content);
  }) == Reason::certificate_short);
  CHECK(records.verdict([](RecordContent& content) {
    content.attestations.signatures.pop_back();
  }) == Reason::wrong_length);
  CHECK(records.verdict([](RecordContent& content) {
    content.attestations.signatures[0].bytes[0] ^= 1;
  }) == Reason::bad_signature);
  // Another U3, with attestations of the true one.
  CHECK(records.verdict([](RecordContent& content) {
    content.u3 = {0x1f};
    content.th3 = hash_th3(content.th2, Bitmap::parse(content.u3, 5).value()).value();
  }) == Reason::bad_signature);
}

TEST_CASE("[RECORD-6] a record has every phase as a whole or not at all") {
  Records records;
  const auto aborted = [](RecordContent& content) {
    content.outcome = Reason::time_limit;
    content.sum_digest = {};
  };
  const auto without_certificate = [&](RecordContent& content) {
    aborted(content);
    content.attestations = {};
  };
  const auto without_u3 = [&](RecordContent& content) {
    without_certificate(content);
    content.u3.clear();
    content.th3 = {};
  };
  const auto without_u2 = [&](RecordContent& content) {
    without_u3(content);
    content.u2.clear();
    content.th2 = {};
  };
  const auto without_cohort = [&](RecordContent& content) {
    without_u2(content);
    content.cohort.clear();
    content.th1 = {};
  };
  CHECK(records.verdict(aborted) == Reason::ok);
  CHECK(records.verdict(without_certificate) == Reason::ok);
  CHECK(records.verdict(without_u3) == Reason::ok);
  CHECK(records.verdict(without_u2) == Reason::ok);
  CHECK(records.verdict(without_cohort) == Reason::ok);

  const auto broken = [&](const auto& base, const auto& change) {
    return records.verdict([&](RecordContent& content) {
      base(content);
      change(content);
    });
  };
  const auto as_is = [](RecordContent&) {};
  const auto completed = [](RecordContent& content) {
    content.outcome = Reason::ok;
    content.sum_digest.bytes[0] = 1;
  };
  CHECK(broken(without_certificate, completed) == Reason::record_mismatch);
  CHECK(broken(without_cohort, completed) == Reason::record_mismatch);
  CHECK(broken(as_is, [](RecordContent& content) { content.sum_digest = {}; }) ==
        Reason::record_mismatch);
  CHECK(broken(as_is, [](RecordContent& content) { content.outcome = Reason::time_limit; }) ==
        Reason::record_mismatch);
  CHECK(broken(aborted, [](RecordContent& content) { content.u2.clear(); }) ==
        Reason::record_mismatch);
  CHECK(broken(without_u3, [](RecordContent& content) { content.th3.bytes[0] = 1; }) ==
        Reason::record_mismatch);
  CHECK(broken(without_u2, [](RecordContent& content) { content.cohort.clear(); }) ==
        Reason::record_mismatch);
  CHECK(broken(without_certificate, [](RecordContent& content) {
          content.attestations.signatures.resize(1);
        }) == Reason::record_mismatch);
  CHECK(broken(without_u3, [](RecordContent& content) { content.attestations.signers = {0x1b}; }) ==
        Reason::record_mismatch);
}

TEST_CASE("[RECORD-3] blame names members of the cohort, in order") {
  Records records;
  const auto with = [&](std::vector<Blame> blame) {
    return records.verdict([&](RecordContent& content) { content.blame = blame; });
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
