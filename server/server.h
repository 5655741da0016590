// The aggregator as a whole: listener, sessions, tasks, threads; wiring and the order of going up
// and down. Used by main.cc and by the tests, which run it in their own process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "crypto/entropy.h"
#include "server/clock.h"
#include "server/config.h"
#include "server/log.h"
#include "server/materials.h"
#include "server/readiness.h"
#include "server/watcher.h"

namespace blindsum {

class TaskControl;

struct QueueDepths {
  std::size_t sessions = 0;
  std::size_t compute_jobs = 0;       // ready, and no thread has taken them
  std::uint64_t unhandled_bytes = 0;  // received, of all sessions
};

class Server {
 public:
  // Listens when it returns; accepts once run() is called. The config, clock, entropy, log and
  // watcher outlive it. On failure: nothing, and `failure` says why (port in use, results folder
  // locked or not readable).
  static std::unique_ptr<Server> start(const ServerConfig& config, Materials materials,
                                       const Clock& clock, Entropy& entropy, Log& log,
                                       std::string& failure, Watcher& watcher = nobody());
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  // From any thread.
  Readiness readiness() const;
  // What waits at present. From any thread.
  QueueDepths queues() const;
  const Roster& roster() const;
  const VerifyKey& aggregator_key() const;
  // Of the operator's port only: one caller at a time.
  TaskControl& tasks();
  // Seconds until the certificate ends that new connections get; negative once it has.
  std::int64_t certificate_seconds_left() const;
  // Serves on the calling thread until drain() is through, or stop().
  void run();
  // No new rounds; running ones finish, or, when the drain limit has passed, are left as the store
  // has them, for the next process to go on with. Until then their members may come back, all
  // others are told server_draining; then everybody is, and run() returns. From any thread.
  void drain();
  // Reads the certificate and its key again, for connections to come. What cannot be used is said
  // in the log, by name, and changes nothing: false. From any thread.
  bool reload_certificate();
  // Sessions, rounds and queues to the log, a line each. From any thread.
  void dump();
  // Cuts everything now. From any thread.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blindsum
