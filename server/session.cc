#include "server/session.h"

#include <span>
#include <utility>

#include "crypto/secret.h"
#include "faults/faults.h"
#include "protocol/round/text.h"
#include "server/connection_error.h"
#include "server/task_host.h"

namespace blindsum {
namespace {

// Thousands may connect within seconds, and nearly all of them say Hello: what is due within the
// same step is looked at together, instead of waking a thread for each.
constexpr Instant kHelloStep{250};

Instant end_of_step(Instant when) {
  return (when / kHelloStep.count() + Instant(1)) * kHelloStep.count();
}

// From a list of ours, whatever the system calls it: metrics have a series for each.
std::string name_of_end(const Error& why) {
  if (why == ConnectionError::closed_by_peer) return std::string(name_of(Reason::ok));
  const bool is_ours =
      why.category() == reason_category() || why.category() == connection_category();
  return is_ours ? why.message() : "connection_lost";
}

// The peer went, or was let go of.
bool is_expected(const Error& why) {
  return why == ConnectionError::closed_by_peer || why == ConnectionError::closed_by_server ||
         why == Reason::task_finished || why == Reason::server_draining;
}

}  // namespace

std::shared_ptr<Session> Session::start(const SessionContext& context,
                                        std::shared_ptr<Connection> connection) {
  const std::shared_ptr<Session> session(new Session(context, std::move(connection)));
  session->strand_.post([session] { session->challenge(); });
  context.registry.add(session);
  return session;
}

void Session::send(SharedBytes frame) {
  context_.watcher.see(Sent{frame->size()});
  connection_->send(std::move(frame));
}

void Session::send(Blob blob) {
  context_.watcher.see(Sent{blob.bytes->size()});
  connection_->send(std::move(blob));
}

void Session::received(Bytes frame) {
  context_.watcher.see(Received{frame.size()});
  strand_.post([self = shared_from_this(), frame = std::move(frame)]() mutable {
    Consumed consumed(self->connection_, frame.size());
    self->take_frame(std::move(frame), std::move(consumed));
    // Shares may have been in it [REBUILD-5]; a chunk's bytes are the upload's now.
    wipe(std::span(frame));
  });
}

void Session::violated(Error what) {
  fail(reason_of(what), "");
}

void Session::closed(Error why) {
  strand_.post([self = shared_from_this(), why] {
    if (std::holds_alternative<Over>(self->state_)) return;
    self->log_.info("{}: ended: {}", self->label(), why.message());
    self->tell_closed(why);
    self->leave_task();
  });
  strand_.post([self = shared_from_this()] { self->context_.registry.remove(*self); });
}

void Session::fail(Reason reason, std::string detail) {
  strand_.post([self = shared_from_this(), reason, detail = std::move(detail)] {
    self->fail_now(reason, detail);
  });
}

void Session::challenge() {
  Challenge challenge{{}, context_.aggregator_key, kProtocolVersion};
  if (!fault(Fault::nonce_reused) && !context_.entropy.fill(challenge.nonce.bytes)) {
    return fail_now(Reason::internal_error, "no randomness for a challenge");
  }
  state_ = Challenged{challenge.nonce};
  send_frame(challenge);
  // [SESSION-4] What the peer has used up already, but not that the pool was busy until now.
  const auto left = context_.hello_limit - handshake_time_;
  const auto limit = end_of_step(context_.clock.now() + left);
  strand_.post_at(limit, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && std::holds_alternative<Challenged>(self->state_)) {
      self->fail_now(Reason::time_limit, "no Hello in time");
    }
  });
}

void Session::take_frame(Bytes&& frame, Consumed consumed) {
  if (std::holds_alternative<Over>(state_)) return;
  auto message = decode_to_aggregator(std::move(frame));
  if (!message) return fail_now(reason_of(message.error()), "");  // [WIRE-2]
  std::visit([&](auto&& one) { take(std::move(one), std::move(consumed)); }, *std::move(message));
}

// [SESSION-3] The order of the checks is the spec's.
Reason Session::check_hello(const Hello& message, const Nonce& nonce) const {
  if (message.version != kProtocolVersion) return Reason::unsupported_version;
  const auto* member = context_.roster.find(message.roster_index);
  if (member == nullptr) return Reason::unknown_member;
  if (roster_expired(context_.roster, context_.clock.wall_now())) return Reason::roster_expired;
  const auto& exporter = connection_->exporter();
  if (message.exporter_bound && !exporter) return Reason::bad_signature;
  const auto statement =
      session_statement(nonce, context_.aggregator_key, message.roster_index,
                        message.exporter_bound ? exporter : std::optional<Hash>());
  if (fault(Fault::hello_unverified)) return Reason::ok;
  if (!verify(member->key, statement, message.signature)) return Reason::bad_signature;
  return Reason::ok;
}

void Session::take(Hello message, Consumed) {
  const auto* challenged = std::get_if<Challenged>(&state_);
  if (challenged == nullptr) return fail_now(Reason::wrong_phase, "a second Hello");
  const auto reason = check_hello(message, challenged->nonce);
  if (reason != Reason::ok) {
    return fail_now(reason, fmt::format("Hello of member {}", message.roster_index));
  }
  roster_index_ = message.roster_index;
  name_ = context_.roster.find(message.roster_index)->name;
  state_ = Welcomed{};
  connection_->authenticated();
  context_.registry.enter(message.roster_index, shared_from_this());
  log_.info("{}: connected from {}{}", label(), connection_->peer(),
            message.exporter_bound ? "" : ", not bound to the channel");
  context_.watcher.see(SessionOpened{connection_->id(), roster_index_, connection_->peer()});
  send_frame(Welcome{context_.roster.epoch(), context_.roster.hash()});
}

// [WIRE-9] Never less than before: what was asked first may be answered late.
void Session::expect_frame(std::uint64_t bytes) {
  auto largest = largest_frame_.load();
  while (largest < bytes) {
    if (!largest_frame_.compare_exchange_weak(largest, bytes)) continue;
    return connection_->set_largest_frame(bytes);
  }
}

// [JOIN-4]
bool Session::joins_too_often() const {
  const auto now = context_.clock.now();
  return !context_.joins.members.take(std::to_string(roster_index_), now) ||
         !context_.joins.addresses.take(connection_->network(), now);
}

// [JOIN-1]
void Session::take(Join message, Consumed consumed) {
  if (!std::holds_alternative<Welcomed>(state_)) return fail_now(Reason::wrong_phase, "Join");
  if (joins_too_often()) return fail_now(Reason::too_many_joins, printable(message.task, 64));
  auto* const task = context_.tasks.find_for_members(message.task);
  if (task == nullptr) {
    return fail_now(Reason::task_not_served, printable(message.task, 64));
  }
  // A task that was left, and another one joined, loses the session for good.
  if (last_task_ != nullptr && last_task_ != task) {
    last_task_->gone(shared_from_this());
  }
  last_task_ = task;
  state_ = Waiting{};
  context_.watcher.see(
      MemberJoined{connection_->id(), roster_index_, connection_->peer(), message.task});
  last_task_->join(shared_from_this(), std::move(consumed));
}

// [JOIN-3]
void Session::take(Leave, Consumed consumed) {
  if (!std::holds_alternative<Waiting>(state_)) {
    return fail_now(Reason::wrong_phase, "Leave without Join");
  }
  last_task_->leave(shared_from_this(), std::move(consumed));
  state_ = Welcomed{};
}

void Session::take(InRound<ToAggregator> message, Consumed consumed) {
  // After Leave a running round goes on, but in the task that was left.
  if (last_task_ == nullptr) return fail_now(Reason::wrong_phase, "a round's message before Join");
  last_task_->message(shared_from_this(), std::move(message), std::move(consumed));
}

void Session::take(BrokenInRound message, Consumed consumed) {
  if (last_task_ == nullptr) return fail_now(Reason::wrong_phase, "a round's message before Join");
  last_task_->malformed(shared_from_this(), message, std::move(consumed));
}

void Session::send_frame(const FrameToParticipant& frame) {
  send(std::make_shared<const Bytes>(encode_frame(frame)));
}

void Session::fail_now(Reason reason, const std::string& detail) {
  if (std::holds_alternative<Over>(state_)) return;
  tell_closed(reason);
  log_.info("{}: closed: {}{}{}", label(), name_of(reason), detail.empty() ? "" : ", ", detail);
  const auto last = encode_frame(FrameToParticipant(SessionError{reason, detail}));
  connection_->finish(std::make_shared<const Bytes>(last));
  leave_task();
}

// Before the state says so.
void Session::tell_closed(const Error& why) const {
  const bool welcomed = !std::holds_alternative<Challenged>(state_);
  const auto name = name_of_end(why);
  context_.watcher.see(SessionClosed{connection_->id(), welcomed, roster_index_,
                                     connection_->peer(), name, is_expected(why)});
}

void Session::leave_task() {
  state_ = Over{};
  if (last_task_ != nullptr) last_task_->gone(shared_from_this());
}

std::string Session::label() const {
  return name_.empty()
             ? fmt::format("session {} ({})", connection_->id(), connection_->peer())
             : fmt::format("session {} {} ({})", connection_->id(), name_, roster_index_.load());
}

}  // namespace blindsum
