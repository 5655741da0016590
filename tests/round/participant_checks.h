// What tests of the participant's machine look at: what it sent, how it ended, and that nothing
// leaves it after that.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/round/reason.h"
#include "tests/support/scripted_round.h"

namespace blindsum {

// For TEST_CASE_TEMPLATE: the rule in both graphs.
struct Complete {
  static ScriptSetup setup() { return complete_graph(); }
};
struct Sparse {
  static ScriptSetup setup() { return sparse_graph(); }
};

template <class Effect>
std::vector<Effect> only(const std::vector<ParticipantEffect>& effects) {
  std::vector<Effect> found;
  for (const ParticipantEffect& effect : effects) {
    if (const auto* one = std::get_if<Effect>(&effect)) found.push_back(*one);
  }
  return found;
}

template <class Message>
std::vector<Message> sent_in(const std::vector<ParticipantEffect>& effects) {
  std::vector<Message> found;
  for (const SendToAggregator& send : only<SendToAggregator>(effects)) {
    if (const auto* message = std::get_if<Message>(&send.message)) found.push_back(*message);
  }
  return found;
}

// Nothing for the aggregator, whatever comes.
inline bool is_silent(const std::vector<ParticipantEffect>& effects) {
  return only<SendToAggregator>(effects).empty() && only<BeginUpload>(effects).empty() &&
         only<NeedInput>(effects).empty();
}

inline void check_silent_forever(ScriptedRound& round) {
  CHECK(round.machine().phase() == ParticipantPhase::over);
  CHECK_FALSE(round.machine().next_deadline().has_value());
  for (ParticipantEvent& event : round.everything()) {
    const auto effects = round.give(std::move(event));
    CHECK(is_silent(effects));
    CHECK(only<ParticipantRoundOver>(effects).empty());
  }
}

inline void check_ended(const std::vector<ParticipantEffect>& effects, RoundEnd how,
                        Reason reason) {
  const auto over = only<ParticipantRoundOver>(effects);
  REQUIRE(over.size() == 1);
  CHECK(over[0].end == how);
  CHECK(name_of(over[0].reason) == name_of(reason));
}

// The event makes the machine refuse by this name; it says only that, and nothing ever after.
inline void check_refuses(ScriptedRound& round, ParticipantEvent event, Reason reason,
                          RoundEnd how = RoundEnd::refused) {
  const auto effects = round.give(std::move(event));
  const auto refusals = sent_in<Refusal>(effects);
  REQUIRE(refusals.size() == 1);
  CHECK(name_of(refusals[0].reason) == name_of(reason));
  CHECK(only<SendToAggregator>(effects).size() == 1);
  CHECK(only<BeginUpload>(effects).empty());
  check_ended(effects, how, reason);
  check_silent_forever(round);
}

// Ends without a word.
inline void check_leaves(ScriptedRound& round, ParticipantEvent event, RoundEnd how,
                         Reason reason) {
  const auto effects = round.give(std::move(event));
  CHECK(is_silent(effects));
  check_ended(effects, how, reason);
  check_silent_forever(round);
}

// Dropped by name, and the round goes on as if nothing had come.
inline void check_dropped(ScriptedRound& round, ParticipantEvent event) {
  const ParticipantPhase before = round.machine().phase();
  const auto effects = round.give(std::move(event));
  CHECK(is_silent(effects));
  CHECK(round.machine().phase() == before);
  const auto named = only<EvidenceFound>(effects);
  REQUIRE(named.size() == 1);
  CHECK(named[0].reason == Reason::wrong_phase);
}

}  // namespace blindsum
