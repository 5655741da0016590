// What happens in the server, for those that watch it: metrics, the operator's API, the audit. One
// event is one call, on the thread where it happened; watchers are quick, block nobody, and may be
// called from several threads at once. What an event refers to lives as long as the call.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/round/reason.h"
#include "server/round_report.h"

namespace blindsum {

// Which round. Every event of a round has it.
struct RoundKey {
  const std::string& task;
  std::uint64_t round;
  const SessionId& session_id;
};

struct RoundStarted {
  RoundKey round;
  std::vector<std::uint32_t> offered_to;  // roster indices; of a resumed one, its cohort
  bool resumed = false;
};
struct PhaseBegan {
  RoundKey round;
  AggregatorPhase phase{};
};
struct MemberAnswered {  // its answer of this phase was taken
  RoundKey round;
  std::uint32_t roster_index = 0;
  AggregatorPhase phase{};
};
struct MemberWasDropped {
  RoundKey round;
  const DroppedMember& dropped;
};
struct AnswerRejected {
  RoundKey round;
  std::uint32_t roster_index = 0;
  Reason reason{};
};
struct UploadAdded {  // into a sum, which may not be durable yet
  std::uint64_t bytes = 0;
  std::chrono::nanoseconds took{};
};
struct SumUnmasked {
  RoundKey round;
  std::uint64_t elements = 0;
  std::uint64_t mask_streams = 0;
  std::chrono::milliseconds took{};
};
struct RoundEnded {  // and its record is kept
  RoundKey round;
  const RoundReport& report;
  std::chrono::milliseconds took{};
};

enum class TaskState { gathering, running, publishing, paused, finished, draining };
[[nodiscard]] std::string_view name_of(TaskState state);
struct TaskChanged {
  const std::string& task;
  TaskState state{};
  std::uint32_t waiting = 0;  // members that wait for its next round
  std::uint64_t completed = 0;
  std::string_view why = "";  // it is paused
};

// A session is what a member has once its Hello has verified.
struct SessionOpened {
  std::uint64_t session = 0;
  std::uint32_t roster_index = 0;
  std::string_view peer;
};
struct SessionClosed {
  std::uint64_t session = 0;
  bool welcomed = false;
  std::uint32_t roster_index = 0;
  std::string_view peer;
  std::string_view why;   // a Reason's name, or a ConnectionError's; ok where the peer went
  bool expected = false;  // it went, or was let go of, and nothing is wrong
};
struct MemberJoined {
  std::uint64_t session = 0;
  std::uint32_t roster_index = 0;
  std::string_view peer;
  std::string_view task;
};
struct Received {
  std::uint64_t bytes = 0;
};
struct Sent {
  std::uint64_t bytes = 0;
};
struct HandshakeEnded {  // of TLS
  bool good = false;
};
struct ConnectionRefused {  // at once, before TLS
  std::string_view peer;
  std::string_view why;  // a ConnectionError's name
};

using ServerEvent =
    std::variant<RoundStarted, PhaseBegan, MemberAnswered, MemberWasDropped, AnswerRejected,
                 UploadAdded, SumUnmasked, RoundEnded, TaskChanged, SessionOpened, SessionClosed,
                 MemberJoined, Received, Sent, HandshakeEnded, ConnectionRefused>;

class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void see(const ServerEvent& event) = 0;
};

// Watches nothing.
[[nodiscard]] Watcher& nobody();

// Several as one. All are there before the server starts.
class Watchers final : public Watcher {
 public:
  void add(Watcher& watcher) { watchers_.push_back(&watcher); }
  void see(const ServerEvent& event) override {
    for (auto* const watcher : watchers_) watcher->see(event);
  }

 private:
  std::vector<Watcher*> watchers_;
};

// As metrics, API and log have it.
[[nodiscard]] std::string_view name_of(AggregatorPhase phase);

}  // namespace blindsum
