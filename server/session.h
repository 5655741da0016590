// One participant's session (SPEC.md, SESSION, JOIN): Challenge → Hello → Welcome → Join → Joined,
// then messages of rounds to its task. Frames are decoded and signatures verified on the session's
// own strand of the pool, in the order they came, never on the I/O thread.
//
// An error is told by name to the peer (SessionError, then the close) and to the log.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "crypto/entropy.h"
#include "protocol/round/roster.h"
#include "protocol/wire/answer_size.h"
#include "protocol/wire/frames.h"
#include "server/clock.h"
#include "server/compute_pool.h"
#include "server/consumed.h"
#include "server/log.h"
#include "server/log_about.h"
#include "server/member_link.h"
#include "server/rate_limit.h"
#include "server/session_registry.h"
#include "server/task_table.h"
#include "server/watcher.h"
#include "server/websocket.h"

namespace blindsum {

class TaskHost;

// How often a member may join, and all who come from one address together.
struct JoinLimits {
  RateLimit members;
  RateLimit addresses;
};

// What sessions share; outlives them.
struct SessionContext {
  const Roster& roster;
  const VerifyKey& aggregator_key;
  const TaskTable& tasks;
  SessionRegistry& registry;
  JoinLimits& joins;
  ComputePool& pool;
  const Clock& clock;
  Entropy& entropy;
  Log& peer_log;  // for what peers cause, limited in rate
  Watcher& watcher;
  std::chrono::milliseconds hello_limit;
};

class Session final : public ConnectionEvents,
                      public MemberLink,
                      public std::enable_shared_from_this<Session> {
 public:
  // Sends the challenge.
  static std::shared_ptr<Session> start(const SessionContext& context,
                                        std::shared_ptr<Connection> connection);

  void received(Bytes frame) override;
  void violated(Error what) override;
  void closed(Error why) override;

  std::uint32_t roster_index() const override { return roster_index_; }
  std::uint64_t session_number() const override { return connection_->id(); }
  void send(SharedBytes frame) override;
  void send(Blob blob) override;
  void expect_frame(std::uint64_t bytes) override;
  void fail(Reason reason, std::string detail) override;

 private:
  struct Challenged {
    Nonce nonce;
  };
  struct Welcomed {};
  struct Waiting {};  // joined
  struct Over {};
  using State = std::variant<Challenged, Welcomed, Waiting, Over>;

  Session(const SessionContext& context, std::shared_ptr<Connection> connection)
      : context_(context),
        connection_(std::move(connection)),
        log_(context.peer_log, {"", "", connection_->id()}),
        handshake_time_(connection_->handshake_time()),
        strand_(context.pool) {}

  void challenge();
  void take_frame(Bytes&& frame, Consumed consumed);  // which is left to be wiped
  void take(Hello message, Consumed consumed);
  void take(Join message, Consumed consumed);
  void take(Leave message, Consumed consumed);
  void take(InRound<ToAggregator> message, Consumed consumed);
  void take(BrokenInRound message, Consumed consumed);
  bool joins_too_often() const;
  Reason check_hello(const Hello& message, const Nonce& nonce) const;

  void send_frame(const FrameToParticipant& frame);
  void fail_now(Reason reason, const std::string& detail);
  void tell_closed(const Error& why) const;
  void leave_task();
  std::string label() const;

  const SessionContext& context_;
  const std::shared_ptr<Connection> connection_;
  LogAbout log_;
  const std::chrono::milliseconds handshake_time_;
  const Strand strand_;
  State state_;
  TaskHost* last_task_ = nullptr;               // whose rounds this session's messages belong to
  std::atomic<std::uint32_t> roster_index_{0};  // once welcomed
  std::atomic<std::uint64_t> largest_frame_{kUnaskedFrameBytes};
  std::string name_;  // the member's, once welcomed
};

}  // namespace blindsum
