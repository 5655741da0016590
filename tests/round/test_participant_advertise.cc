#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

TEST_CASE("[ADVERT-1, KEY-4] an acceptable offer is answered with a signed advert") {
  ScriptedRound round;
  const auto effects = round.give(round.offer());
  const auto adverts = sent_in<SignedAdvert>(effects);
  REQUIRE(adverts.size() == 1);
  CHECK(only<NeedInput>(effects).size() == 1);
  CHECK(effects.size() == 2);
  const Advert& advert = adverts[0].advert;
  CHECK(advert.roster_index == round.roster_index(round.subject()));
  CHECK(verify(round.identity(round.subject()).verify_key(), advert_statement(round.th0(), advert),
               adverts[0].signature)
            .has_value());
  CHECK(advert.mask_point != advert.channel_point);
  CHECK(advert.mask_point != advert.self_point);
  CHECK(advert.channel_point != advert.self_point);
  CHECK(round.machine().phase() == ParticipantPhase::advertised);
}

TEST_CASE("[DISK-2, POLICY-6] roster, round and time are on disk before the advert leaves") {
  ScriptedRound round;
  round.give(round.offer());
  MemoryParticipantStore disk = round.store.restarted();
  CHECK(disk.newest_roster().value()->epoch == round.parameters.roster_epoch);
  CHECK(disk.newest_roster().value()->hash == round.parameters.roster_hash);
  CHECK(disk.last_round("counts").value() == round.parameters.round);
  CHECK(disk.rounds_since(round.wall_now).value() == 1);
  CHECK(disk.find_round(round.session()).value()->cohort.has_value() == false);
}

TEST_CASE("[DISK-2] when a write fails, no advert leaves") {
  for (std::uint32_t good = 0; good < 2; ++good) {
    CAPTURE(good);
    for (const auto fault :
         {MemoryParticipantStore::Fault::lost, MemoryParticipantStore::Fault::torn}) {
      ScriptedRound round;
      round.store.fail_writes_after(good, fault);
      check_refuses(round, round.offer(), Reason::store_failed);
    }
  }
  ScriptedRound round;
  round.store.fail_reads();
  check_refuses(round, round.offer(), Reason::store_failed);
}

TEST_CASE("[OFFER-1, PARAM-10] the payload must be the one of the offer; here there is none") {
  SUBCASE("hash") {
    ScriptedRound round;
    OfferReceived offer = round.offer();
    offer.payload_hash.bytes[0] ^= 1;
    check_refuses(round, offer, Reason::wrong_payload);
  }
  SUBCASE("size") {
    ScriptedRound round;
    OfferReceived offer = round.offer();
    offer.payload_size = 1;
    check_refuses(round, offer, Reason::wrong_payload);
  }
}

TEST_CASE("[OFFER-2, PARAM-1] the offer must be signed over the bytes that came") {
  SUBCASE("signature") {
    ScriptedRound round;
    OfferReceived offer = round.offer();
    offer.offer.signature.bytes[3] ^= 1;
    check_refuses(round, offer, Reason::bad_signature);
  }
  SUBCASE("bytes") {
    ScriptedRound round;
    OfferReceived offer = round.offer();
    offer.offer.parameter_bytes.push_back(0);
    check_refuses(round, offer, Reason::bad_signature);
  }
}

// Each check of the policy is in test_policy.cc; these show that the machine asks it, with what is
// on disk.
TEST_CASE("[POLICY-2] an offer against the policy is refused before any secret is drawn") {
  SUBCASE("weak parameters") {
    ScriptedRound round;
    round.parameters.sigma = round.policy.least_sigma - 1;
    check_refuses(round, round.offer(), Reason::sigma_too_low);
    CHECK(round.store.writes() == 0);
  }
  SUBCASE("malformed parameters") {
    ScriptedRound round;
    round.parameters.suite = 2;
    check_refuses(round, round.offer(), Reason::unsupported_suite);
  }
  SUBCASE("another aggregator") {
    ScriptedRound round;
    round.policy.aggregator_key = round.identity(0).verify_key();
    check_refuses(round, round.offer(), Reason::wrong_aggregator);
  }
}

TEST_CASE("[POLICY-6, PARAM-3] a round that is not newer, or a session id seen before") {
  SUBCASE("number") {
    ScriptedRound round;
    SessionId other{};
    REQUIRE(round.store.begin_round(other, "counts", round.parameters.round, 1).has_value());
    check_refuses(round, round.offer(), Reason::round_not_newer);
  }
  SUBCASE("another task's numbers do not matter") {
    ScriptedRound round;
    SessionId other{};
    REQUIRE(round.store.begin_round(other, "other", 99, 1).has_value());
    CHECK(sent_in<SignedAdvert>(round.give(round.offer())).size() == 1);
  }
  SUBCASE("session id") {
    ScriptedRound round;
    REQUIRE(round.store.begin_round(round.session(), "other", 1, 1).has_value());
    check_refuses(round, round.offer(), Reason::round_not_newer);
  }
  SUBCASE("a replayed offer after a restart") {
    ScriptedRound first;
    first.give(first.offer());
    ScriptedRound second;
    second.store = first.store.restarted();
    check_refuses(second, second.offer(), Reason::round_not_newer);
  }
}

TEST_CASE("[POLICY-7] rounds of the last day are counted, those of the future too") {
  constexpr UnixSeconds kDay = 24 * 3600;
  struct Case {
    std::int64_t age_s;
    bool counts;
  };
  for (const auto& [age, counts] :
       {Case{10, true}, Case{kDay, true}, Case{kDay + 1, false}, Case{-100, true}}) {
    CAPTURE(age);
    ScriptedRound round;
    round.policy.most_rounds_per_day = 1;
    SessionId other{};
    const auto at = static_cast<UnixSeconds>(static_cast<std::int64_t>(round.wall_now) - age);
    REQUIRE(round.store.begin_round(other, "other", 1, at).has_value());
    if (counts) {
      check_refuses(round, round.offer(), Reason::too_many_rounds_today);
    } else {
      CHECK(sent_in<SignedAdvert>(round.give(round.offer())).size() == 1);
    }
  }
}

TEST_CASE("[PARAM-11] the record of the round before, where it is held") {
  Hash held{};
  held.bytes.fill(9);
  SUBCASE("another one") {
    ScriptedRound round;
    REQUIRE(round.store.keep_record("counts", {round.parameters.round - 1, held}).has_value());
    check_refuses(round, round.offer(), Reason::wrong_previous_record);
  }
  SUBCASE("the same") {
    ScriptedRound round;
    REQUIRE(round.store.keep_record("counts", {round.parameters.round - 1, held}).has_value());
    round.parameters.previous_record = held;
    CHECK(sent_in<SignedAdvert>(round.give(round.offer())).size() == 1);
  }
  SUBCASE("of an earlier round says nothing") {
    ScriptedRound round;
    REQUIRE(round.store.keep_record("counts", {round.parameters.round - 2, held}).has_value());
    CHECK(sent_in<SignedAdvert>(round.give(round.offer())).size() == 1);
  }
}

TEST_CASE("[ROSTER-5] the newest roster on disk is held against the offer") {
  SUBCASE("older") {
    ScriptedRound round;
    REQUIRE(round.store.keep_roster({round.parameters.roster_epoch + 1, {}}).has_value());
    check_refuses(round, round.offer(), Reason::roster_older);
  }
  SUBCASE("same epoch, another hash") {
    ScriptedRound round;
    REQUIRE(round.store.keep_roster({round.parameters.roster_epoch, {}}).has_value());
    check_refuses(round, round.offer(), Reason::roster_mismatch);
  }
}

TEST_CASE("[SESSION-3] who is not in the roster takes no part") {
  ScriptedRound round;
  SUBCASE("another index") {
    ParticipantRound machine({.roster = round.roster(),
                              .roster_index = 3,
                              .identity = round.identity(0),
                              .policy = round.policy,
                              .store = round.store,
                              .entropy = round.entropy()});
    const auto effects = machine.handle(round.offer(), round.now);
    check_ended(effects, RoundEnd::refused, Reason::unknown_member);
  }
  SUBCASE("another key") {
    ParticipantRound machine({.roster = round.roster(),
                              .roster_index = round.roster_index(1),
                              .identity = round.identity(0),
                              .policy = round.policy,
                              .store = round.store,
                              .entropy = round.entropy()});
    const auto effects = machine.handle(round.offer(), round.now);
    check_ended(effects, RoundEnd::refused, Reason::unknown_member);
  }
}

TEST_CASE("[KEY-3] without randomness there is no advert") {
  ScriptedRound round;
  ScriptedEntropy broken;
  ParticipantRound machine({.roster = round.roster(),
                            .roster_index = round.roster_index(1),
                            .identity = round.identity(1),
                            .policy = round.policy,
                            .store = round.store,
                            .entropy = broken});
  const auto effects = machine.handle(round.offer(), round.now);
  check_ended(effects, RoundEnd::refused, Reason::internal_error);
  CHECK(sent_in<SignedAdvert>(effects).empty());
}

}  // namespace
}  // namespace blindsum
