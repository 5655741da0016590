// What proves a record, and what of it a participant need not verify again.
#include <doctest/doctest.h>

#include <initializer_list>
#include <set>

#include "tests/round/records.h"

namespace blindsum {
namespace {

// One bit of a signature that somebody has not seen is seen, whatever else that somebody has.
TEST_CASE("[RECORD-5] only the very signatures that were verified are not verified again") {
  Records records;
  const RecordProof proof = records.good().proof;
  const RecordContent& good = records.good().content;
  const OwnTranscript own{good.th0, good.th1,       good.th2,
                          good.th3, &proof.adverts, &proof.attestations};
  const auto other_advert = [](SignedRecord& record) {
    record.proof.adverts[2].signature.bytes[40] ^= 1;
  };
  const auto other_attestation = [](SignedRecord& record) {
    record.proof.attestations.signatures.back().bytes[40] ^= 1;
  };
  CHECK(records.verdict([](SignedRecord&) {}, own) == Reason::ok);
  CHECK(records.verdict(other_advert, own) == Reason::bad_signature);
  CHECK(records.verdict(other_attestation, own) == Reason::bad_signature);

  // Whoever says that it has verified what is not good is believed, but of its own round only.
  SignedRecord spoilt = records.good();
  other_advert(spoilt);
  other_attestation(spoilt);
  OwnTranscript too_much = own;
  too_much.adverts = &spoilt.proof.adverts;
  too_much.attestations = &spoilt.proof.attestations;
  const auto both = [&](SignedRecord& record) { record = spoilt; };
  CHECK(records.verdict(both, too_much) == Reason::ok);
  too_much.th0 = good.th1;
  CHECK(records.verdict(both, too_much) == Reason::bad_signature);
  too_much.th0 = good.th0;
  too_much.th3 = good.th2;
  CHECK(records.verdict(both, too_much) == Reason::bad_signature);
}

TEST_CASE("[RECORD-5] a record that contradicts what one has seen oneself is a mismatch") {
  Records records;
  const RecordContent& good = records.good().content;
  const auto verdict = [&](const OwnTranscript& own) {
    return records.verdict([](SignedRecord&) {}, own);
  };
  CHECK(verdict({good.th0, good.th1, {}, {}}) == Reason::ok);
  for (std::optional<Hash> OwnTranscript::* hash :
       {&OwnTranscript::th0, &OwnTranscript::th1, &OwnTranscript::th2, &OwnTranscript::th3}) {
    OwnTranscript own;
    (own.*hash).emplace().bytes.fill(1);
    CHECK(verdict(own) == Reason::record_mismatch);
  }
  // Who has seen a certificate is not told that there was none.
  OwnTranscript unmasked;
  unmasked.attestations = &records.good().proof.attestations;
  CHECK(records.verdict(
            [](SignedRecord& record) {
              record.content.outcome = Reason::time_limit;
              record.content.sum_digest = {};
              record.content.certified = false;
              record.proof.attestations = {};
            },
            unmasked) == Reason::record_mismatch);
}

// Another cohort, another certificate, more or less of them: all but another quorum's.
TEST_CASE("[RECORD-8] a record has no other proof than its own") {
  Records records;
  const auto lacks = [&](const auto& change) {
    return records.verdict([&](SignedRecord& record) { change(record.proof); });
  };
  CHECK(lacks([](RecordProof& proof) { proof = {}; }) == Reason::missing_proof);
  CHECK(lacks([](RecordProof& proof) { proof.adverts = {}; }) == Reason::missing_proof);
  CHECK(lacks([](RecordProof& proof) { proof.attestations = {}; }) == Reason::missing_proof);
  CHECK(lacks([](RecordProof& proof) { proof.adverts.pop_back(); }) == Reason::record_mismatch);
  // Signed by the very member, for this very round, but not the advert that was agreed on.
  CHECK(lacks([&](RecordProof& proof) {
          SignedAdvert& other = proof.adverts[3];
          std::swap(other.advert.mask_point, other.advert.self_point);
          other.signature = records.world()
                                .member(3)
                                .identity()
                                .sign(advert_statement(records.good().content.th0, other.advert))
                                .value();
        }) == Reason::record_mismatch);
  // Of a round that was not certified nobody can show a certificate, though members signed.
  CHECK(records.verdict([](SignedRecord& record) {
    record.content.outcome = Reason::certificate_short;
    record.content.sum_digest = {};
    record.content.certified = false;
  }) == Reason::record_mismatch);
}

// Five members, a quorum of four.
TEST_CASE("[CERT-3, RECORD-8] any quorum's certificate is as good as another") {
  Records records(std::set<std::uint32_t>{});
  CHECK(records.good().proof.attestations.signers == Bytes{0x0f});
  const auto signed_by = [&](std::initializer_list<std::uint32_t> signers) {
    return records.verdict([&](SignedRecord& record) {
      QuorumSignatures& attestations = record.proof.attestations;
      attestations = {.signers = {0}, .signatures = {}};
      for (const std::uint32_t u : signers) {
        const HandMember& member = records.world().member(u);
        const Encoded text = attest_statement(record.content.th3, u);
        attestations.signers[0] = static_cast<std::uint8_t>(attestations.signers[0] | (1U << u));
        attestations.signatures.push_back(member.identity().sign(text).value());
      }
    });
  };
  CHECK(signed_by({0, 1, 2, 3, 4}) == Reason::ok);
  CHECK(signed_by({0, 1, 2, 3}) == Reason::ok);
  CHECK(signed_by({1, 2, 3, 4}) == Reason::ok);
  CHECK(signed_by({1, 2, 3}) == Reason::certificate_short);
}

}  // namespace
}  // namespace blindsum
