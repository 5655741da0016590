#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

constexpr ParticipantPhase kWithTh1[] = {ParticipantPhase::shared, ParticipantPhase::masking,
                                         ParticipantPhase::uploaded, ParticipantPhase::attested};

void check_vote(const ScriptedRound& round, const VoidVote& vote) {
  CHECK(verify(round.identity(round.subject()).verify_key(),
               void_statement(round.th1(), round.subject()), vote.signature)
            .has_value());
}

Ending ending_on_disk(ScriptedRound& round) {
  return round.store.restarted().find_round(round.session()).value()->ending;
}

TEST_CASE("[VOID-1, VOID-2, VOID-5] a vote from every phase with th1, and nothing after it") {
  for (const ParticipantPhase phase : kWithTh1) {
    ScriptedRound round;
    round.advance(phase);
    const auto effects = round.give(VoidRequest{});
    const auto votes = sent_in<VoidVote>(effects);
    REQUIRE(votes.size() == 1);
    CHECK(only<SendToAggregator>(effects).size() == 1);
    check_vote(round, votes[0]);
    check_ended(effects, RoundEnd::aborted, Reason::already_void);
    CHECK(ending_on_disk(round) == Ending::voided);
    check_silent_forever(round);
    // But the same again.
    const auto again = round.give(VoidRequest{});
    CHECK(again.size() == 1);
    REQUIRE(sent_in<VoidVote>(again).size() == 1);
    CHECK(sent_in<VoidVote>(again)[0].signature == votes[0].signature);
  }
}

TEST_CASE("[VOID-1, PHASE-6] after the end, too: refused, aborted, left out of U2") {
  ScriptedRound round;
  round.advance(ParticipantPhase::shared);
  SUBCASE("refused") {
    round.give(ParticipantStop{});
  }
  SUBCASE("aborted") {
    round.give(RoundAborted{.reason = Reason::too_few_survivors, .detail = {}});
  }
  SUBCASE("left out") {
    round.give(round.delivery(round.all_but({round.subject()})));
  }
  REQUIRE(round.machine().phase() == ParticipantPhase::over);
  CHECK_FALSE(round.machine().over());
  const auto votes = sent_in<VoidVote>(round.give(VoidRequest{}));
  REQUIRE(votes.size() == 1);
  check_vote(round, votes[0]);
  CHECK(round.machine().over());
}

TEST_CASE("[VOID-2, PRIV-9] having unmasked it says so, and stays unmasked") {
  ScriptedRound round;
  round.advance(ParticipantPhase::unmasked);
  for (int i = 0; i < 2; ++i) {
    const auto effects = round.give(VoidRequest{});
    REQUIRE(sent_in<Refusal>(effects).size() == 1);
    CHECK(sent_in<Refusal>(effects)[0].reason == Reason::already_unmasked);
    CHECK(sent_in<VoidVote>(effects).empty());
    CHECK(ending_on_disk(round) == Ending::unmasked);
    round.give(RoundRecord{});  // and the second time when it is over
  }
  // Only a VOID certificate of the others could still come, and free the input.
  CHECK_FALSE(round.machine().over());
}

TEST_CASE("[VOID-2] without th1 there is nothing to promise") {
  SUBCASE("advertised") {
    ScriptedRound round;
    round.advance(ParticipantPhase::advertised);
    check_refuses(round, VoidRequest{}, Reason::unknown_round);
  }
  SUBCASE("refused before") {
    ScriptedRound round;
    round.advance(ParticipantPhase::advertised);
    round.give(ParticipantStop{});
    const auto effects = round.give(VoidRequest{});
    REQUIRE(sent_in<Refusal>(effects).size() == 1);
    CHECK(sent_in<Refusal>(effects)[0].reason == Reason::unknown_round);
  }
  SUBCASE("no offer yet") {
    ScriptedRound round;
    check_dropped(round, VoidRequest{});
    check_dropped(round, round.void_certificate());
  }
}

TEST_CASE("[VOID-2, DISK-2] when the mark cannot be written, no vote leaves, nor an unmask later") {
  for (const auto fault :
       {MemoryParticipantStore::Fault::lost, MemoryParticipantStore::Fault::torn}) {
    ScriptedRound round;
    round.advance(ParticipantPhase::attested);
    round.store.fail_writes_after(0, fault);
    check_refuses(round, VoidRequest{}, Reason::store_failed);
    const auto again = round.give(VoidRequest{});
    CHECK(is_silent(again));
    REQUIRE(only<EvidenceFound>(again).size() == 1);
    CHECK(only<EvidenceFound>(again)[0].reason == Reason::store_failed);
  }
}

TEST_CASE(
    "[VOID-2, UNMASK-1] a failed unmask write does not stand in VOID's way unless it is there") {
  for (const auto fault :
       {MemoryParticipantStore::Fault::lost, MemoryParticipantStore::Fault::torn}) {
    ScriptedRound round;
    round.advance(ParticipantPhase::attested);
    round.store.fail_writes_after(0, fault);
    round.give(round.certificate());
    REQUIRE(round.sent<Unmask>() == nullptr);
    MemoryParticipantStore disk = round.store.restarted();
    const Result<VoidVote> vote = vote_void(disk, round.identity(round.subject()),
                                            round.roster_index(round.subject()), round.session());
    if (fault == MemoryParticipantStore::Fault::lost) {
      REQUIRE(vote.has_value());
    } else {
      CHECK(vote.error() == Reason::already_unmasked);
    }
  }
}

TEST_CASE("[VOID-3, INPUT-3] a VOID certificate ends the round and frees the input") {
  for (const ParticipantPhase phase : kWithTh1) {
    ScriptedRound round;
    round.advance(phase);
    check_leaves(round, round.void_certificate(), RoundEnd::aborted, Reason::already_void);
    CHECK_FALSE(round.store.is_spent(round.input().id).value());
  }
}

TEST_CASE("[VOID-3] a VOID certificate after the own vote, or the own unmask") {
  SUBCASE("after the own vote") {
    ScriptedRound round;
    round.advance(ParticipantPhase::uploaded);
    round.give(VoidRequest{});
    CHECK(round.store.is_spent(round.input().id).value());
    CHECK_FALSE(round.machine().over());
    CHECK(round.give(round.void_certificate()).empty());
    CHECK_FALSE(round.store.is_spent(round.input().id).value());
    CHECK(round.machine().over());
  }
  SUBCASE("after the own unmask: the others are enough") {
    ScriptedRound round;
    round.advance(ParticipantPhase::unmasked);
    check_leaves(round, round.void_certificate(round.all_but({round.subject()})), RoundEnd::aborted,
                 Reason::already_void);
    CHECK_FALSE(round.store.is_spent(round.input().id).value());
  }
}

TEST_CASE_TEMPLATE("[VOID-3] false VOID certificates free nothing", Graph, Complete, Sparse) {
  ScriptedRound round(Graph::setup());
  round.advance(ParticipantPhase::uploaded);
  VoidCertificate certificate = round.void_certificate();
  Reason reason{};
  SUBCASE("short by one") {
    Bitmap signers(round.n());
    for (std::uint32_t v = 0; v + 1 < round.graph().quorum; ++v) signers.add(v);
    certificate = round.void_certificate(signers);
    reason = Reason::certificate_short;
  }
  SUBCASE("bitmap") {
    certificate.votes.signers.push_back(0);
    reason = Reason::bad_bitmap;
  }
  SUBCASE("number of signatures") {
    certificate.votes.signatures.pop_back();
    reason = Reason::wrong_length;
  }
  SUBCASE("a signature") {
    certificate.votes.signatures[0].bytes[0] ^= 1;
    reason = Reason::bad_signature;
  }
  SUBCASE("attestations instead of votes") {
    for (std::uint32_t v = 0; v < round.n(); ++v) {
      certificate.votes.signatures[v] = round.sign_as(v, attest_statement(round.th1(), v));
    }
    reason = Reason::bad_signature;
  }
  const VoidCertificate kept = certificate;
  check_refuses(round, certificate, reason);
  CHECK(round.store.is_spent(round.input().id).value());
  // Over, it is only noted.
  const auto effects = round.give(kept);
  CHECK(is_silent(effects));
  REQUIRE(only<EvidenceFound>(effects).size() == 1);
  CHECK(only<EvidenceFound>(effects)[0].reason == reason);
  CHECK(round.store.is_spent(round.input().id).value());
}

TEST_CASE(
    "[VOID-1, VOID-3, VOID-4, DISK-3] a restarted participant votes, and accepts, from disk") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  MemoryParticipantStore disk = round.store.restarted();
  const SigningKey& identity = round.identity(round.subject());
  const std::uint32_t own = round.roster_index(round.subject());
  SUBCASE("votes, and again the same") {
    const VoidVote first = vote_void(disk, identity, own, round.session()).value();
    check_vote(round, first);
    CHECK(disk.find_round(round.session()).value()->ending == Ending::voided);
    CHECK(vote_void(disk, identity, own, round.session()).value().signature == first.signature);
    CHECK(disk.keep_unmask(round.session()).error() == Reason::already_void);
  }
  SUBCASE("not as another member, nor for another round") {
    CHECK(vote_void(disk, identity, own + 1, round.session()).error() == Reason::not_in_cohort);
    CHECK(vote_void(disk, identity, own, SessionId{}).error() == Reason::unknown_round);
    CHECK(disk.find_round(round.session()).value()->ending == Ending::open);
  }
  SUBCASE("not without the disk") {
    disk.fail_writes_after(0);
    CHECK(vote_void(disk, identity, own, round.session()).error() == Reason::store_failed);
    CHECK(accept_void_certificate(disk, round.session(), round.void_certificate()).error() ==
          Reason::store_failed);
    disk.fail_reads();
    CHECK(vote_void(disk, identity, own, round.session()).error() == Reason::store_failed);
  }
  SUBCASE("a certificate frees the input") {
    REQUIRE(accept_void_certificate(disk, round.session(), round.void_certificate()).has_value());
    CHECK_FALSE(disk.is_spent(round.input().id).value());
  }
  SUBCASE("a false one does not") {
    VoidCertificate certificate = round.void_certificate();
    certificate.votes.signatures[4].bytes[9] ^= 1;
    CHECK(accept_void_certificate(disk, round.session(), certificate).error() ==
          Reason::bad_signature);
    CHECK(disk.is_spent(round.input().id).value());
    CHECK(accept_void_certificate(disk, SessionId{}, certificate).error() == Reason::unknown_round);
  }
}

}  // namespace
}  // namespace blindsum
