// Connections between members and the aggregator: each keeps the order of its messages, loses what
// is in flight when it breaks, and comes back. Of a process that died, what it had sent may still
// arrive. Everything else that a network may do is a fault of the plan, armed here. Members are
// numbers (0, 1, …), not roster indices.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/aggregator_round.h"
#include "protocol/round/participant_round.h"
#include "tests/sim/queue.h"
#include "tests/sim/random.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

// What a lie must come to where it arrives, if it finds the receiver in this phase.
struct MustRefuse {
  Reason reason{};
  ParticipantPhase phase{};
};
struct MustReject {
  Reason reason{};
  AggregatorPhase phase{};
};
struct Frame {
  std::shared_ptr<const Bytes> bytes;
  std::optional<MustRefuse> must_refuse = std::nullopt;
  std::optional<MustReject> must_reject = std::nullopt;
};

class MemberSide {
 public:
  virtual ~MemberSide() = default;
  virtual void on_connected() = 0;
  virtual void on_disconnected() = 0;
  virtual void on_frame(Frame frame) = 0;
};
class AggregatorSide {
 public:
  virtual ~AggregatorSide() = default;
  virtual void on_connected(std::uint32_t member) = 0;
  virtual void on_disconnected(std::uint32_t member) = 0;
  virtual void on_frame(std::uint32_t member, Frame frame) = 0;
};

enum class Damage { truncate, cut_field };
// What of a connection that breaks arrives all the same: what is on its way to the aggregator (then
// not in order with the next session), or to the member.
enum class Spill { nothing, to_aggregator, to_member };

class Network {
 public:
  Network(Queue& queue, Trace& trace, Statistics& statistics, Random random, std::uint32_t members);

  void attach(std::uint32_t member, MemberSide& side) { lines_[member].side = &side; }
  void attach(AggregatorSide& side) { aggregator_ = &side; }

  // A member wants to be connected (again and again) until it does not want to any more.
  void want(std::uint32_t member);
  void leave(std::uint32_t member);
  bool is_up(std::uint32_t member) const { return lines_[member].is_up; }
  // Either side may send; what is sent on a broken connection is lost.
  void to_aggregator(std::uint32_t member, Frame frame);
  void to_member(std::uint32_t member, Frame frame);
  // Breaks the connection for so long. False if there is none.
  bool cut(std::uint32_t member, Instant outage, Spill spill = Spill::nothing);
  // The aggregator's process is gone, or there again.
  void aggregator_down();
  void aggregator_up();

  void duplicate_next(std::uint32_t member) { lines_[member].duplicate = true; }
  // By so much.
  void delay_next(std::uint32_t member, Instant delay) { lines_[member].delay = delay; }
  void damage_next(std::uint32_t member, Damage damage) { lines_[member].damage = damage; }
  void stall(std::uint32_t member, Instant length);

 private:
  struct Line {
    MemberSide* side = nullptr;
    bool is_wanted = false;
    bool is_up = false;
    std::uint64_t session = 0;   // number of the newest connection
    std::uint64_t spilling = 0;  // number of a broken one; to the aggregator
    std::uint64_t draining = 0;  // number of a broken one; to the member
    Instant blocked_until{};
    Instant stalled_until{};
    Instant latency{};
    Instant last_up{};    // no message to the aggregator arrives before this
    Instant last_down{};  // none to the member
    bool duplicate = false;
    std::optional<Instant> delay;
    std::optional<Damage> damage;
  };
  void try_connect(std::uint32_t member);
  void connect(std::uint32_t member);
  // When a message that is sent now arrives.
  Instant arrival(Line& line, Instant& last);
  Spill half_of(Spill spill) { return random_.chance(500) ? spill : Spill::nothing; }
  // What a fault makes of a message: none, one or two.
  std::uint32_t apply_faults(std::uint32_t member, Frame& frame);

  Queue& queue_;
  Trace& trace_;
  Statistics& statistics_;
  Random random_;
  AggregatorSide* aggregator_ = nullptr;
  bool is_aggregator_up_ = true;
  std::vector<Line> lines_;
};

}  // namespace blindsum::sim
