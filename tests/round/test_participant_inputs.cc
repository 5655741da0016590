#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

SpentInput spent(const InputId& id) {
  return {.input = id, .th2 = {}, .u2 = {}};
}

// Another round of the same identity, in which the input went out.
void spend_elsewhere(ScriptedRound& round, const InputId& id) {
  SessionId other{};
  REQUIRE(round.store.begin_round(other, "other", 1, 1).has_value());
  REQUIRE(round.store.spend_input(other, spent(id)).has_value());
}

TEST_CASE("[INPUT-3, INPUT-5] a spent input is not masked again") {
  SUBCASE("spent before it is handed over") {
    ScriptedRound round;
    spend_elsewhere(round, round.input().id);
    round.advance(ParticipantPhase::advertised);
    check_refuses(round, round.input(), Reason::input_spent);
  }
  SUBCASE("spent while it waits for a grant") {
    ScriptedRound round;
    round.advance(ParticipantPhase::shared);
    round.give(round.input());
    round.give(round.delivery());
    spend_elsewhere(round, round.input().id);
    check_refuses(round, UploadGrant{}, Reason::input_spent);
    CHECK(round.upload == nullptr);
  }
  SUBCASE("spent while it is uploaded: no receipt") {
    ScriptedRound round;
    round.advance(ParticipantPhase::masking);
    spend_elsewhere(round, round.input().id);
    check_refuses(round, UploadSent{}, Reason::input_spent);
    CHECK(round.sent<Receipt>() == nullptr);
  }
  SUBCASE("the disk cannot say") {
    ScriptedRound round;
    round.advance(ParticipantPhase::shared);
    round.store.fail_reads();
    check_refuses(round, round.input(), Reason::store_failed);
  }
}

TEST_CASE("[RECEIPT-1, INPUT-1, DISK-2] the input is spent on disk, then the receipt leaves") {
  ScriptedRound round;
  round.advance(ParticipantPhase::masking);
  CHECK_FALSE(round.store.is_spent(round.input().id).value());
  const auto receipts = sent_in<Receipt>(round.give(UploadSent{}));
  REQUIRE(receipts.size() == 1);
  CHECK(verify(round.identity(round.subject()).verify_key(),
               receipt_statement(round.th2(), round.subject()), receipts[0].signature)
            .has_value());
  MemoryParticipantStore disk = round.store.restarted();
  CHECK(disk.is_spent(round.input().id).value());
  const auto kept = disk.find_round(round.session()).value();
  const Bitmap u2 = round.everybody();
  CHECK(*kept->spent == SpentInput{.input = round.input().id,
                                   .th2 = round.th2(),
                                   .u2 = Bytes(u2.bytes().begin(), u2.bytes().end())});
}

TEST_CASE("[DISK-2] when the spending cannot be written, no receipt leaves") {
  for (const auto fault :
       {MemoryParticipantStore::Fault::lost, MemoryParticipantStore::Fault::torn}) {
    ScriptedRound round;
    round.advance(ParticipantPhase::masking);
    round.store.fail_writes_after(0, fault);
    check_refuses(round, UploadSent{}, Reason::store_failed);
    CHECK(round.sent<Receipt>() == nullptr);
  }
}

// The next round of the same participant, with what is on its disk.
struct NextRound : ScriptedRound {
  explicit NextRound(const MemoryParticipantStore& disk) {
    store = disk.restarted();
    parameters.round += 1;
    parameters.session_id.bytes.fill(0x6f);
    advance(ParticipantPhase::shared);
  }
};

void check_free(const ScriptedRound& before) {
  NextRound next(before.store);
  next.advance(ParticipantPhase::uploaded);
  CHECK(next.sent<Receipt>() != nullptr);
}

TEST_CASE("[INPUT-3, INPUT-6] a receipt out: the input is not for another round") {
  for (const auto phase : {ParticipantPhase::uploaded, ParticipantPhase::attested,
                           ParticipantPhase::unmasked, ParticipantPhase::over}) {
    ScriptedRound round;
    round.advance(phase);
    NextRound next(round.store);
    check_refuses(next, next.input(), Reason::input_spent);
  }
}

TEST_CASE("[INPUT-5, PRIV-11] masked, but no receipt: the input is free") {
  ScriptedRound round;
  round.advance(ParticipantPhase::masking);
  const auto effects = round.give(ParticipantStop{});
  CHECK_FALSE(only<ParticipantRoundOver>(effects)[0].input_spent);
  check_free(round);
}

TEST_CASE("[INPUT-3, PRIV-9, PRIV-10] released by VOID or by a certificate: free again") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  SUBCASE("VOID") {
    round.give(round.void_certificate());
  }
  SUBCASE("certificate") {
    round.give(round.certificate(round.all_but({round.subject()})));
  }
  check_free(round);
}

TEST_CASE("[INPUT-3, PHASE-5] an abort, a refusal or the own VOID alone does not free it") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  SUBCASE("abort") {
    round.give(RoundAborted{.reason = Reason::server_draining, .detail = {}});
  }
  SUBCASE("refusal") {
    round.give(ParticipantStop{});
  }
  SUBCASE("VOID") {
    round.give(VoidRequest{});
  }
  NextRound next(round.store);
  check_refuses(next, next.input(), Reason::input_spent);
}

}  // namespace
}  // namespace blindsum
