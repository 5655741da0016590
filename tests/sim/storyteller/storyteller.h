// The aggregator that equivocates: it needs no machine, since it decides nothing by what is right.
// It tells a Story act by act, at fixed times, and takes whatever members answer. What it may come
// to is the checks' to say: no second sum, no secret twice, no spent input again.
#pragma once

#include <cstdint>
#include <deque>
#include <set>

#include "tests/sim/network.h"
#include "tests/sim/stage.h"
#include "tests/sim/storyteller/branch.h"
#include "tests/sim/storyteller/story.h"

namespace blindsum::sim {

class Storyteller final : public AggregatorSide {
 public:
  Storyteller(const Stage& stage, Random random);

  void on_connected(std::uint32_t member) override { connected_.insert(member); }
  void on_disconnected(std::uint32_t member) override { connected_.erase(member); }
  void on_frame(std::uint32_t member, Frame frame) override;

  bool is_over() const { return is_over_; }

 private:
  struct Round {
    Offer offer;
    Offer other;  // of the same round, with other parameters; for a story of two offers
    std::set<std::uint32_t> told_other;
    Bytes payload;
    Heard heard;
    std::deque<Branch> branches;  // the first is told to whoever is in no other
    std::optional<std::uint32_t> without;
  };

  void begin_round(std::uint64_t number, const Story& story);
  void tell_cohorts();
  void tell_cohorts_of_two(const std::set<std::uint32_t>& everybody);
  void tell_deliveries();
  void grant();
  void tell_survivors();
  void tell_certificates();
  void cross();
  void ask_void(bool of_the_rest);
  void tell_void();
  void finish();
  // A second branch like the first, for some of its audience.
  Branch& fork();
  void tell(std::uint32_t member, const ToParticipant& message);
  SessionId session() const { return round_.offer.parameters.session_id; }

  Stage stage_;
  Random random_;
  Story story_;
  std::set<std::uint32_t> connected_;
  std::uint64_t number_ = 0;
  Round round_;
  std::set<std::uint32_t> spared_;  // who was not asked for VOID the first time
  bool is_over_ = false;
};

}  // namespace blindsum::sim
