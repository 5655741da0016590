#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

TEST_CASE("[ONCE-1, ONCE-2] the same message again: the stored answer, byte for byte") {
  ScriptedRound round;
  const OfferReceived offer = round.offer();
  const auto adverts = sent_in<SignedAdvert>(round.give(offer));
  const auto advert_again = round.give(offer);
  CHECK(advert_again.size() == 1);
  CHECK(sent_in<SignedAdvert>(advert_again) == adverts);

  const Cohort cohort = round.cohort();
  const auto shares = sent_in<Shares>(round.give(cohort));
  const auto shares_again = round.give(cohort);
  CHECK(shares_again.size() == 1);
  CHECK(sent_in<Shares>(shares_again) == shares);
  CHECK(sent_in<SignedAdvert>(round.give(offer)) == adverts);

  const Delivery delivery = round.delivery();
  round.give(delivery);
  CHECK(round.give(delivery).empty());
  round.give(round.input());
  round.give(UploadGrant{});
  CHECK(round.give(delivery).empty());
  round.give(UploadSent{});
  CHECK(round.give(delivery).empty());

  const Survivors survivors = round.survivors();
  const auto attestation = sent_in<Attestation>(round.give(survivors));
  REQUIRE(attestation.size() == 1);
  const auto attestation_again = sent_in<Attestation>(round.give(survivors));
  REQUIRE(attestation_again.size() == 1);
  CHECK(attestation_again[0].signature == attestation[0].signature);

  const Certificate certificate = round.certificate();
  const auto unmask = sent_in<Unmask>(round.give(certificate));
  REQUIRE(unmask.size() == 1);
  const auto unmask_again = round.give(certificate);
  CHECK(unmask_again.size() == 1);
  CHECK(sent_in<Unmask>(unmask_again) == unmask);
  CHECK(sent_in<Shares>(round.give(cohort)) == shares);
  CHECK(round.machine().phase() == ParticipantPhase::unmasked);
}

// The machine refuses, and shows both messages.
template <class Message, class Event>
void check_conflict(ScriptedRound& round, const Message& first, const Event& event,
                    const Message& second) {
  const auto effects = round.give(event);
  const auto evidence = only<EvidenceFound>(effects);
  REQUIRE(evidence.size() == 1);
  CHECK(evidence[0].reason == Reason::conflicting_answer);
  REQUIRE(evidence[0].messages.size() == 2);
  CHECK(std::get<Message>(evidence[0].messages[0]) == first);
  CHECK(std::get<Message>(evidence[0].messages[1]) == second);
  const auto refusals = sent_in<Refusal>(effects);
  REQUIRE(refusals.size() == 1);
  CHECK(refusals[0].reason == Reason::conflicting_answer);
  CHECK(only<SendToAggregator>(effects).size() == 1);
  check_ended(effects, RoundEnd::refused, Reason::conflicting_answer);
  check_silent_forever(round);
}

// Right after the answer, and in the last phase.
TEST_CASE("[ONCE-2, PRIV-1] another offer or cohort stops the round, both kept") {
  for (const auto phase : {ParticipantPhase::advertised, ParticipantPhase::unmasked}) {
    ScriptedRound round;
    round.advance(phase);
    const OfferReceived first = round.offer();
    OfferReceived second = first;
    second.offer.parameters.round += 1;
    check_conflict(round, first.offer, second, second.offer);
  }
  for (const auto phase : {ParticipantPhase::shared, ParticipantPhase::unmasked}) {
    ScriptedRound round;
    round.advance(phase);
    const Cohort first = round.cohort();
    Cohort second = first;
    second.adverts.pop_back();
    check_conflict(round, first, second, second);
  }
}

TEST_CASE("[ONCE-2, PRIV-3] two U2s, two U3s, a second unmask request") {
  SUBCASE("delivery") {
    for (const auto phase : {ParticipantPhase::masking, ParticipantPhase::uploaded,
                             ParticipantPhase::attested, ParticipantPhase::unmasked}) {
      ScriptedRound round;
      round.advance(ParticipantPhase::shared);
      const Delivery first = round.delivery();
      round.give(first);
      round.give(round.input());
      round.give(UploadGrant{});
      round.advance(phase);
      Delivery second = first;
      second.u2 = round.delivery(round.all_but({4})).u2;
      check_conflict(round, first, second, second);
    }
  }
  SUBCASE("survivors") {
    for (const auto phase : {ParticipantPhase::attested, ParticipantPhase::unmasked}) {
      ScriptedRound round;
      round.advance(phase);
      const Survivors second = round.survivors(round.all_but({4}));
      check_conflict(round, round.survivors(), second, second);
    }
  }
  SUBCASE("certificate of another U3") {
    ScriptedRound round;
    round.advance(ParticipantPhase::unmasked);
    const Certificate second = round.certificate(round.all_but({4}));
    check_conflict(round, round.certificate(), second, second);
  }
  SUBCASE("certificate of the same U3 with other signers") {
    ScriptedRound round;
    round.advance(ParticipantPhase::unmasked);
    const Certificate second = round.certificate(round.everybody(), round.all_but({4}));
    check_conflict(round, round.certificate(), second, second);
  }
}

TEST_CASE("[WIRE-5] messages of a phase that is not open are dropped by name") {
  using Phase = ParticipantPhase;
  for (const Phase phase : {Phase::idle, Phase::advertised, Phase::shared, Phase::masking,
                            Phase::uploaded, Phase::attested, Phase::unmasked}) {
    CAPTURE(static_cast<int>(phase));
    ScriptedRound round;
    round.advance(phase);
    if (phase < Phase::advertised) check_dropped(round, round.cohort());
    if (phase < Phase::advertised) check_dropped(round, round.input());
    if (phase < Phase::advertised) check_dropped(round, InputDeclined{});
    if (phase == Phase::advertised) check_dropped(round, round.delivery());
    if (phase != Phase::masking && phase != Phase::uploaded) {
      check_dropped(round, UploadGrant{});
    }
    if (phase != Phase::masking) check_dropped(round, UploadSent{});
    if (phase != Phase::uploaded) check_dropped(round, UploadAck{});
    if (phase == Phase::advertised || phase == Phase::shared) {
      check_dropped(round, round.survivors());
      check_dropped(round, round.certificate());
    }
    if (phase > Phase::masking) check_dropped(round, round.input(2));
    CHECK(round.machine().phase() == phase);
  }
}

TEST_CASE("[WIRE-3] a malformed message of the round refuses it by the error's name") {
  for (const auto phase : {ParticipantPhase::advertised, ParticipantPhase::shared,
                           ParticipantPhase::masking, ParticipantPhase::attested}) {
    ScriptedRound round;
    round.advance(phase);
    check_refuses(round, Malformed{Reason::wrong_length}, Reason::wrong_length);
  }
  ScriptedRound round;
  round.advance(ParticipantPhase::advertised);
  check_refuses(round, Malformed{CryptoError::identity_point}, Reason::identity_point);
}

TEST_CASE("[ONCE-7, JOIN-3] the program stops, or a newer round takes over") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  check_refuses(round, ParticipantStop{}, Reason::participant_stopped);
  ScriptedRound superseded;
  superseded.advance(ParticipantPhase::shared);
  check_refuses(superseded, ParticipantStop{Reason::superseded}, Reason::superseded);
}

TEST_CASE("[PHASE-5] an abort or a rejection ends the round, and releases nothing") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  SUBCASE("abort") {
    check_leaves(round, RoundAborted{.reason = Reason::too_few_survivors, .detail = {}},
                 RoundEnd::aborted, Reason::too_few_survivors);
  }
  SUBCASE("rejection") {
    check_leaves(round, Rejection{.reason = Reason::bad_signature, .detail = {}}, RoundEnd::aborted,
                 Reason::bad_signature);
  }
  CHECK(round.store.is_spent(round.input().id).value());
}

TEST_CASE("[PHASE-5, ADVERT-2] rejections that only tell, and the one of a full cohort") {
  ScriptedRound round;
  round.advance(ParticipantPhase::advertised);
  for (const Reason reason :
       {Reason::upload_stalled, Reason::wrong_offset, Reason::wrong_phase, Reason::wrong_round}) {
    CHECK(round.give(Rejection{.reason = reason, .detail = {}}).empty());
    CHECK(round.machine().phase() == ParticipantPhase::advertised);
  }
  check_leaves(round, Rejection{.reason = Reason::not_in_cohort, .detail = {}}, RoundEnd::left_out,
               Reason::not_in_cohort);
}

TEST_CASE("[RECORD-5] the record ends the round, as far as it has come") {
  struct Case {
    ParticipantPhase phase;
    RoundEnd end;
    Reason reason;
  };
  using Phase = ParticipantPhase;
  for (const auto& [phase, how, reason] :
       {Case{Phase::advertised, RoundEnd::left_out, Reason::not_in_cohort},
        Case{Phase::shared, RoundEnd::left_out, Reason::not_in_u2},
        Case{Phase::masking, RoundEnd::left_out, Reason::not_in_u3},
        Case{Phase::uploaded, RoundEnd::completed, Reason::ok},
        Case{Phase::attested, RoundEnd::completed, Reason::ok},
        Case{Phase::unmasked, RoundEnd::completed, Reason::ok}}) {
    ScriptedRound round;
    round.advance(phase);
    check_leaves(round, RoundRecord{}, how, reason);
    // Over for good where no VOID can be asked for and no input is out.
    CHECK(round.machine().over() == (phase == Phase::advertised));
  }
}

TEST_CASE("[PHASE-2, DISK-5] the own limit: all phases together, from the advert on") {
  ScriptedRound round;
  const PhaseLimits& limits = round.parameters.limits;
  const Instant all{limits.advertise_ms + limits.share_ms + limits.mask_ms + limits.attest_ms +
                    limits.unmask_ms};
  const Instant start = round.now;
  CHECK_FALSE(round.machine().next_deadline().has_value());
  round.give(round.offer());
  CHECK(round.machine().next_deadline() == start + all);
  round.now += Instant{500};
  round.give(round.cohort());
  CHECK(round.machine().next_deadline() == start + all);
  round.now = start + all - Instant{1};
  CHECK(round.give(ClockTick{}).empty());
  CHECK(round.machine().phase() == ParticipantPhase::shared);
  round.now += Instant{1};
  check_refuses(round, ClockTick{}, Reason::time_limit, RoundEnd::timed_out);
}

TEST_CASE("[PHASE-2, DISK-5] what comes after the limit finds nothing, tick or no tick") {
  ScriptedRound round;
  round.advance(ParticipantPhase::attested);
  round.now = *round.machine().next_deadline();
  check_refuses(round, round.certificate(), Reason::time_limit, RoundEnd::timed_out);
  CHECK(round.sent<Unmask>() == nullptr);
}

TEST_CASE("[WIRE-5] a machine that was moved goes on where it was") {
  ScriptedRound round;
  round.advance(ParticipantPhase::attested);
  ParticipantRound moved(std::move(round.machine()));
  const auto effects = moved.handle(round.certificate(), round.now);
  CHECK(sent_in<Unmask>(effects).size() == 1);
}

}  // namespace
}  // namespace blindsum
