// GET /v1/events: what happens in rounds, as server-sent events, for a page that shows it live.
// Each has a number; who comes back with Last-Event-ID hears what it has missed, as far as it is
// still there, else `event: lost`, upon which it asks for everything anew (GET /v1/live). Numbers
// go up from one process to the next, so that what was said by a former one is known to be lost.
//
// Events: task, round, phase, answer, drop, end. Their data is JSON.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "protocol/round/clock.h"
#include "server/admin/http.h"
#include "server/watcher.h"

namespace blindsum {

class EventStream final : public Watcher {
 public:
  // `started`: when the process did.
  explicit EventStream(UnixSeconds started);

  void see(const ServerEvent& event) override;
  // What begins to listen with this request. On the admin server's thread.
  AdminResponse page(const AdminRequest& request);

 private:
  class Feed;
  struct Kept {
    std::uint64_t number = 0;
    std::string text;  // as it goes out
  };
  struct State {
    std::mutex mutex;
    std::deque<Kept> kept;
    std::uint64_t last = 0;  // before the first event, too: of nothing that anybody has heard
    unsigned listeners = 0;
  };
  void put(std::string_view event, const std::string& data);
  // Shared with feeds, which the admin server may hold for longer.
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace blindsum
