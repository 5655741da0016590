// A member's live session as rounds and tasks see it. Implemented by Session; by a fake in tests.
// From any thread.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/round/reason.h"
#include "server/outbox.h"

namespace blindsum {

class MemberLink {
 public:
  virtual ~MemberLink() = default;
  virtual std::uint32_t roster_index() const = 0;
  virtual std::uint64_t session_number() const = 0;  // for the log
  virtual void send(SharedBytes frame) = 0;
  virtual void send(Blob blob) = 0;
  // Has been asked something whose answer may have a frame of so many bytes [WIRE-9].
  virtual void expect_frame(std::uint64_t bytes) = 0;
  // SessionError with this reason, after what was sent before; then the session is closed.
  virtual void fail(Reason reason, std::string detail) = 0;
};

}  // namespace blindsum
