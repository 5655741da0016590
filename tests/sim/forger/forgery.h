// An aggregator whose machine is honest and whose messages to some members are not: each forgery
// changes one message, adds one, or sends another in its place. Where the victim can tell, it has
// to refuse the round by a name that is known beforehand.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/stage.h"

namespace blindsum::sim {

class ForgeScene {
 public:
  ForgeScene(const Stage& stage, Random& random, const SessionId& session,
             std::optional<SessionId> previous, std::uint32_t victim)
      : stage_(stage), random_(random), session_(session), previous_(previous), victim_(victim) {}

  // What the victim was told and said before, in this round and in the one before it.
  const Seat& seat() const { return stage_.watch.book().seat(session_, victim_); }
  const Seat* previous() const;
  const Cast& cast() const { return stage_.cast; }
  const Policy& policy() const { return stage_.plan.member[victim_].policy; }
  std::uint32_t victim() const { return victim_; }
  Random& random() { return random_; }

 private:
  const Stage& stage_;
  Random& random_;
  const SessionId& session_;
  std::optional<SessionId> previous_;
  std::uint32_t victim_;
};

struct Forged {
  std::vector<ToParticipant> messages;
  std::optional<MustRefuse> must_refuse = std::nullopt;  // the last of them
  // Bytes of the last one that are overwritten, and with what: for values that no type can hold.
  std::optional<std::pair<Bytes, std::uint8_t>> overwrite = std::nullopt;
  bool spoils_payload = false;
};

struct Forgery {
  std::string_view name;
  // Nothing if the forgery is not about this message, or cannot be made here.
  std::optional<Forged> (*forge)(ForgeScene& scene, const ToParticipant& message);
  std::uint32_t rounds = 1;  // that it takes
  // A lie of a member that is no victim, if it takes somebody who is left out.
  std::string_view helper = {};
};

const std::vector<Forgery>& forgeries();

// By message.
std::vector<Forgery> offer_forgeries();
std::vector<Forgery> cohort_forgeries();
std::vector<Forgery> delivery_forgeries();
std::vector<Forgery> survivors_forgeries();
std::vector<Forgery> certificate_forgeries();
std::vector<Forgery> void_forgeries();

// One forgery, once for each victim and round.
class Forger {
 public:
  Forger(const Stage& stage, Random random) : stage_(stage), random_(random) {}

  // What the member is sent instead; nothing if it is the message itself.
  std::optional<Forged> forge(const SessionId& session, std::uint32_t member,
                              const ToParticipant& message);

 private:
  Stage stage_;
  Random random_;
  std::vector<SessionId> sessions_;
  std::set<std::pair<SessionId, std::uint32_t>> done_;
};

}  // namespace blindsum::sim
