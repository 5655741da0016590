// What the round driver needs done by somebody who has sockets, threads and callbacks: the agent,
// and in tests whoever stands in for it. All calls come on the thread that the driver is called on,
// and must not call it back.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "client/evidence.h"
#include "client/participant.h"
#include "client/wiped_frame.h"
#include "protocol/round/clock.h"
#include "protocol/round/parameters.h"
#include "protocol/round/reason.h"

namespace blindsum {

// An accepted offer that waits for the program's update.
struct ProgramJob {
  std::shared_ptr<const RoundParameters> parameters;
  std::shared_ptr<const Bytes> payload;
  std::shared_ptr<const std::atomic<bool>> wanted;  // false once the round is over
};

inline Progress evidence_told(std::uint64_t round, std::string_view message,
                              const Result<void>& kept) {
  return {.kind = ProgressKind::evidence,
          .round = round,
          .text = std::string(message),
          .done = kept ? std::uint64_t{1} : 0,
          .of = 1};
}

class DriverHost {
 public:
  virtual ~DriverHost() = default;

  // On the session of the last connected(). `sent`, which may be empty, is to be called when the
  // connection has taken the frame; not at all if that session breaks before.
  virtual void send(WipedFrame frame, std::function<void()> sent) = 0;
  // To be answered with RoundDriver::input().
  virtual void ask_program(ProgramJob job) = 0;
  virtual void tell(Progress progress) = 0;
  virtual void tell(RoundResult result) = 0;
  // On disk when it returns [DISK-6].
  [[nodiscard]] virtual Result<void> keep(const Evidence& evidence) = 0;
  // The aggregator gave this reason and will close, or sent what is no message of the protocol.
  virtual void end_session(Error why) = 0;
  virtual Instant now() const = 0;
  virtual UnixSeconds wall_now() const = 0;
  // As many rounds as were asked for are completed, and their results told.
  virtual void finished() = 0;
};

}  // namespace blindsum
