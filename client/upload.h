// The masked vector on its way [UPLOAD-1]: chunks of 1 MiB, two at a time, so that the next one is
// made while one is being written, and never more of them in memory. Stops when the session breaks;
// begins again from the offset of the next grant.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "client/driver_host.h"
#include "protocol/vector/masked_vector.h"

namespace blindsum {

class Upload {
 public:
  struct Events {
    std::function<void(std::uint64_t done, std::uint64_t of)> progress;  // bytes
    std::function<void()> finished;                                      // the last byte was taken
    std::function<void(Error)> failed;  // the vector could not be read
  };
  Upload(DriverHost& host, Events events) : host_(host), events_(std::move(events)) {}
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() { stop(); }

  // Whatever was on its way before is given up.
  void begin(const SessionId& id, std::shared_ptr<MaskedVector> vector, std::uint64_t offset);
  // Lets go of the vector.
  void stop();

 private:
  void send_next();
  void sent(std::uint64_t end);

  DriverHost& host_;
  Events events_;
  SessionId id_;
  std::shared_ptr<MaskedVector> vector_;
  std::uint64_t next_ = 0;
  // Of this begin(). Shared with what is being sent, which may be done after a newer one, or after
  // us.
  std::shared_ptr<std::uint64_t> generation_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace blindsum
