#include <algorithm>

#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

// A round whose machine waits for U3. The subject is member 1 (complete) or 40 (sparse).
struct Uploaded : ScriptedRound {
  explicit Uploaded(ScriptSetup setup = complete_graph()) : ScriptedRound(setup) {
    advance(ParticipantPhase::uploaded);
  }
};

TEST_CASE_TEMPLATE("[ATTEST-3, HASH-2] attests th3 of its own th2 and this U3", Graph, Complete,
                   Sparse) {
  Uploaded round(Graph::setup());
  const Bitmap u3 = round.all_but({3});
  const auto effects = round.give(round.survivors(u3));
  CHECK(effects.size() == 1);
  const auto attestations = sent_in<Attestation>(effects);
  REQUIRE(attestations.size() == 1);
  CHECK(verify(round.identity(round.subject()).verify_key(),
               attest_statement(round.th3(u3), round.subject()), attestations[0].signature)
            .has_value());
  CHECK(round.machine().phase() == ParticipantPhase::attested);
}

TEST_CASE_TEMPLATE("[ATTEST-2] the survivors that a participant does not sign", Graph, Complete,
                   Sparse) {
  Uploaded round(Graph::setup());
  Survivors survivors = round.survivors();
  SUBCASE("another th2") {
    survivors.th2.bytes[0] ^= 1;
    check_refuses(round, survivors, Reason::transcript_mismatch);
  }
  SUBCASE("a padding bit") {
    survivors.u3.back() |= 0x80;
    check_refuses(round, survivors, Reason::bad_bitmap);
  }
  SUBCASE("a bitmap of another length") {
    survivors.u3.push_back(0);
    check_refuses(round, survivors, Reason::bad_bitmap);
  }
  SUBCASE("itself not among them") {
    check_refuses(round, round.survivors(round.all_but({round.subject()})), Reason::not_in_u3);
  }
  SUBCASE("receipts out of order") {
    std::swap(survivors.receipts[0], survivors.receipts[1]);
    check_refuses(round, survivors, Reason::bad_order);
  }
  SUBCASE("a receipt twice") {
    survivors.receipts.push_back(survivors.receipts.back());
    check_refuses(round, survivors, Reason::bad_order);
  }
  SUBCASE("a receipt of a member outside the cohort") {
    survivors.receipts.push_back(survivors.receipts.back());
    survivors.receipts.back().member = round.n();
    check_refuses(round, survivors, Reason::unexpected_receipt);
  }
  SUBCASE("a receipt of a dropped in-neighbour") {
    survivors.u3 = round.survivors(round.all_but({0})).u3;
    check_refuses(round, survivors, Reason::unexpected_receipt);
  }
  SUBCASE("a receipt whose signature is off") {
    survivors.receipts[1].signature.bytes[0] ^= 1;
    check_refuses(round, survivors, Reason::bad_signature);
  }
  SUBCASE("a receipt by another member") {
    survivors.receipts[1].signature = survivors.receipts[0].signature;
    check_refuses(round, survivors, Reason::bad_signature);
  }
  SUBCASE("a receipt under another U2") {
    const Hash other = hash_th2(round.th1(), round.all_but({4})).value();
    const std::uint32_t v = survivors.receipts[1].member;
    survivors.receipts[1].signature = round.sign_as(v, receipt_statement(other, v));
    check_refuses(round, survivors, Reason::bad_signature);
  }
}

TEST_CASE_TEMPLATE("[ATTEST-2, PRIV-6] a receipt withheld, whichever", Graph, Complete, Sparse) {
  for (std::size_t i = 0; i < Graph::setup().in_degree; i += 3) {
    Uploaded round(Graph::setup());
    Survivors survivors = round.survivors();
    survivors.receipts.erase(survivors.receipts.begin() + static_cast<std::ptrdiff_t>(i));
    check_refuses(round, survivors, Reason::missing_receipt);
  }
}

TEST_CASE("[ATTEST-2] sparse graph: a valid receipt of who is no in-neighbour") {
  Uploaded round(sparse_graph());
  Survivors survivors = round.survivors();
  const std::uint32_t stranger = round.n() - 1;
  survivors.receipts.push_back(
      {stranger, round.sign_as(stranger, receipt_statement(round.th2(), stranger))});
  check_refuses(round, survivors, Reason::unexpected_receipt);
}

TEST_CASE("[ATTEST-2] U3 not within U2") {
  ScriptedRound round;
  round.advance(ParticipantPhase::shared);
  round.give(round.input());
  round.give(round.delivery(round.all_but({4})));
  round.give(UploadGrant{});
  round.give(UploadSent{});
  REQUIRE(round.machine().phase() == ParticipantPhase::uploaded);
  check_refuses(round, round.survivors(round.everybody()), Reason::not_in_u2);
}

TEST_CASE("[ATTEST-2] fewer survivors than a sum needs") {
  Uploaded round;
  check_refuses(round, round.survivors(round.all_but({3, 4})), Reason::too_few_survivors);
}

TEST_CASE("[ATTEST-2] called a survivor without having sent the receipt") {
  SUBCASE("not masked yet") {
    ScriptedRound round;
    round.advance(ParticipantPhase::shared);
    round.give(round.delivery());
    check_refuses(round, round.survivors(), Reason::wrong_phase);
  }
  SUBCASE("still uploading") {
    ScriptedRound round;
    round.advance(ParticipantPhase::masking);
    check_refuses(round, round.survivors(), Reason::wrong_phase);
    CHECK(round.sent<Attestation>() == nullptr);
  }
}

TEST_CASE("[DISK-5] y is let go when U3 is signed, acknowledged or not") {
  Uploaded round;
  const std::weak_ptr<MaskedVector> vector = round.upload;
  round.upload.reset();
  CHECK_FALSE(vector.expired());
  round.give(round.survivors());
  CHECK(vector.expired());
}

}  // namespace
}  // namespace blindsum
