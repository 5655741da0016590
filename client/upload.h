// The masked vector on its way [UPLOAD-1]: chunks of 1 MiB, two at a time, so that the next one is
// made while one is being written, and never more of them in memory, however often it is begun
// again in a session. Stops when the session breaks; begins again from the offset of the next
// grant.
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
  Upload(DriverHost& host, Events events);
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() { *self_ = nullptr; }

  // What follows of a vector that was on its way before is given up.
  void begin(const SessionId& id, std::shared_ptr<MaskedVector> vector, std::uint64_t offset);
  // Lets go of the vector.
  void stop();
  // The same, and what was handed out is with the session that broke.
  void disconnected();

 private:
  struct Ticket {  // of a chunk that was handed out
    std::uint64_t session;
    std::uint64_t beginning;
    std::uint64_t end;
  };
  static constexpr std::uint32_t kMostHandedOut = 2;

  void fill();
  void send_next();
  void sent(const Ticket& ticket);

  DriverHost& host_;
  Events events_;
  SessionId id_;
  std::shared_ptr<MaskedVector> vector_;
  std::uint64_t next_ = 0;
  std::uint64_t session_ = 0;     // counts those that broke
  std::uint64_t beginning_ = 0;   // counts begin() and stop()
  std::uint32_t handed_out_ = 0;  // chunks that this session has not taken, of any beginning
  // What the connection calls when a chunk is gone may come after us.
  std::shared_ptr<Upload*> self_;
};

}  // namespace blindsum
