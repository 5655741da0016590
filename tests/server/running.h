// A server on a thread, and members that talk to it over real sockets, each on a thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/clock.h"
#include "server/server.h"
#include "tests/server/memory_log.h"
#include "tests/server/socket_client.h"
#include "tests/server/test_member.h"
#include "tests/server/world.h"

namespace blindsum {

class RunningServer {
 public:
  // The watcher outlives it.
  RunningServer(World& world, const std::string& configuration, Watcher& watcher = nobody());
  ~RunningServer();  // at once, if it was not drained
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  std::uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  MemoryLog& log() { return log_; }
  void drain_and_wait();

 private:
  SystemClock clock_;
  MemoryLog log_;
  ServerConfig config_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

// Connects at once, and again whenever the connection ends, until it is stopped, dead, or told
// something by SessionError.
class SocketMember {
 public:
  SocketMember(World& world, std::uint32_t position, std::uint16_t port,
               std::optional<ParticipantPhase> dies_at = std::nullopt);
  ~SocketMember();  // stops
  SocketMember(const SocketMember&) = delete;
  SocketMember& operator=(const SocketMember&) = delete;

  // Until what it has seen satisfies this. False after 30 seconds.
  bool wait(const std::function<bool(const TestMember&)>& satisfied);
  bool wait_for_records(std::size_t count) {
    return wait([count](const TestMember& member) { return member.records.size() >= count; });
  }
  // A copy of what it has seen is not needed once it is stopped.
  const TestMember& stop();
  // Cuts the connection; it comes back by itself.
  void disconnect();

 private:
  void run(std::uint16_t port);
  bool converse(SocketClient& client);

  TestMember member_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<SocketClient> client_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

using Crowd = std::vector<std::unique_ptr<SocketMember>>;
// How many make a round in most tests.
inline constexpr std::uint32_t kCrowd = 5;
// Members from..to-1 of the world.
Crowd make_crowd(World& world, std::uint16_t port, std::uint32_t from, std::uint32_t to);
bool wait_for_records(Crowd& crowd, std::size_t count);
bool wait_for_error(SocketMember& member, Reason reason);

}  // namespace blindsum
