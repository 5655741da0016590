#include "client/session.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>
#include <variant>

#include "client/error.h"
#include "faults/faults.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kEstablishLimit{30};
constexpr std::chrono::seconds kFinishLimit{2};
// Both bound what an aggregator can make us hold by sending faster than it is handled, or by not
// reading the answers.
constexpr std::size_t kMostUnhandledBytes = std::size_t{16} << 20;
constexpr std::size_t kMostWaitingBytes = std::size_t{16} << 20;

// What a frame costs beside its bytes, and more: what is done for it. Of small ones, or empty ones,
// there would be millions else.
constexpr std::size_t kFrameCost = std::size_t{4} << 10;

constexpr std::size_t cost_of(std::size_t frame_bytes) {
  return frame_bytes + kFrameCost;
}

const auto kTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

ClientSession::ClientSession(const asio::any_io_executor& executor, SessionIdentity identity)
    : executor_(executor),
      identity_(identity),
      connection_(executor, identity.tls),
      watch_(executor),
      room_(executor) {}

asio::awaitable<Result<Joined>> ClientSession::establish() {
  const auto self = shared_from_this();
  watch_.start(kEstablishLimit, [this] {
    late_ = true;
    cut();
  });
  const Error not_open = co_await connection_.open(identity_.endpoint);
  Error error = not_open;
  if (!error) {
    const Error not_welcome = co_await say_hello();
    error = not_welcome;
  }
  Result<Joined> joined = error;
  if (!error) {
    Result<Joined> answer = co_await join();
    joined = std::move(answer);
  }
  watch_.stop();
  if (late_) co_return Reason::time_limit;
  const bool is_ours = !not_open && !joined && joined.error().category() == reason_category();
  if (is_ours && !told_) {
    const Error closed = co_await connection_.close(joined.error());
    static_cast<void>(closed);  // that it is over is the point
  }
  co_return joined;
}

// What came instead of the frame that is due.
Error ClientSession::unexpected(const FrameToParticipant& frame) {
  const auto* error = std::get_if<SessionError>(&frame);
  told_ = error != nullptr;
  return told_ ? error->reason : Reason::wrong_phase;
}

asio::awaitable<Result<FrameToParticipant>> ClientSession::next_frame() {
  Result<Bytes> frame = co_await connection_.read();
  if (!frame) co_return frame.error();
  co_return decode_to_participant(*frame);
}

asio::awaitable<Error> ClientSession::say_hello() {
  const Result<FrameToParticipant> first = co_await next_frame();
  if (!first) co_return first.error();
  const auto* challenge = std::get_if<Challenge>(&*first);
  if (challenge == nullptr) co_return unexpected(*first);
  if (challenge->aggregator_key != identity_.aggregator &&  // [SESSION-1]
      !fault(Fault::any_aggregator)) {
    co_return make_error_code(Reason::wrong_aggregator);
  }
  if (challenge->version != kProtocolVersion) {
    co_return make_error_code(Reason::unsupported_version);
  }
  const Result<Hash> exporter = connection_.exporter();  // [SESSION-2]
  if (!exporter) co_return exporter.error();
  const auto statement = session_statement(challenge->nonce, challenge->aggregator_key,
                                           identity_.roster_index, *exporter);
  const Result<Signature> signature = identity_.key.sign(statement);
  if (!signature) co_return signature.error();
  const Hello hello{.roster_index = identity_.roster_index,
                    .version = kProtocolVersion,
                    .exporter_bound = true,
                    .signature = *signature};
  const Bytes frame = encode_frame(FrameToAggregator(hello));
  const Error not_sent = co_await connection_.write(frame);
  if (not_sent) co_return not_sent;
  const Result<FrameToParticipant> second = co_await next_frame();
  if (!second) co_return second.error();
  const auto* welcome = std::get_if<Welcome>(&*second);
  if (welcome == nullptr) co_return unexpected(*second);
  // Every offer would be refused [ROSTER-5]; whoever runs this participant has to know now.
  const Roster& roster = identity_.roster;
  if (welcome->roster_epoch != roster.epoch() || welcome->roster_hash != roster.hash()) {
    co_return make_error_code(Reason::roster_mismatch);
  }
  connection_.set_largest_frame(kMaxFrameBytes);  // [WIRE-4]
  co_return Error();
}

asio::awaitable<Result<Joined>> ClientSession::join() {
  const Bytes frame = encode_frame(FrameToAggregator(Join{.task = identity_.task}));
  const Error not_sent = co_await connection_.write(frame);
  if (not_sent) co_return not_sent;
  const Result<FrameToParticipant> answer = co_await next_frame();
  if (!answer) co_return answer.error();
  const auto* joined = std::get_if<Joined>(&*answer);
  if (joined == nullptr) co_return unexpected(*answer);
  co_return *joined;
}

bool ClientSession::is_full() const {
  return unhandled_bytes_ > kMostUnhandledBytes || waiting_bytes_ > kMostWaitingBytes;
}

asio::awaitable<Error> ClientSession::receive(std::function<void(Bytes)> received) {
  const auto self = shared_from_this();
  Error ended;
  while (!ended) {
    Result<Bytes> frame = co_await connection_.read();
    if (!frame) {
      ended = frame.error();
      continue;
    }
    if (ended_) continue;
    unhandled_bytes_ += cost_of(frame->size());
    received(*std::move(frame));
    while (is_full() && !broken_) {
      room_.expires_at(asio::steady_timer::time_point::max());
      auto waited = co_await room_.async_wait(kTuple);
      static_cast<void>(waited);  // that it was cancelled is the point
    }
    ended = broken_;
  }
  if (ended.category() == reason_category()) end(ended);
  if (!broken_ && !finishing_) broken_ = ended;
  if (!finishing_) cut();
  while (writing_) {  // nothing of ours may be left when we return
    room_.expires_at(asio::steady_timer::time_point::max());
    auto waited = co_await room_.async_wait(kTuple);
    static_cast<void>(waited);
  }
  cut();
  co_return ended_ ? ended_ : broken_;
}

void ClientSession::handled(std::size_t bytes) {
  unhandled_bytes_ -= cost_of(bytes);
  room_.cancel();
}

void ClientSession::send(WipedFrame frame, std::function<void()> sent) {
  if (broken_ || finishing_) return;
  waiting_bytes_ += cost_of(frame.size());
  waiting_.push_back({std::move(frame), std::move(sent)});
  if (writing_) return;
  begin_writing();
}

void ClientSession::begin_writing() {
  writing_ = true;
  asio::co_spawn(executor_, write_waiting(),
                 [self = shared_from_this()](const std::exception_ptr& thrown) {
                   if (!thrown) return;
                   // No memory: receive() waits for the end of this.
                   self->writing_ = false;
                   self->watch_.stop();
                   self->cut();
                 });
}

asio::awaitable<void> ClientSession::write_waiting() {
  const auto self = shared_from_this();
  while (!waiting_.empty() && !broken_) {
    Outgoing next = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= cost_of(next.frame.size());
    const Error error = co_await connection_.write(next.frame.bytes());
    room_.cancel();
    if (error) {
      broken_ = error;
      connection_.cut();
    } else if (next.sent) {
      next.sent();
    }
  }
  if (finishing_ && !broken_) {
    const Error not_closed = co_await connection_.close(ended_);
    broken_ = not_closed ? not_closed : make_error_code(ClientError::connection_closed);
    watch_.stop();
  }
  writing_ = false;
  room_.cancel();
}

void ClientSession::finish() {
  if (finishing_) return;
  send(WipedFrame(encode_frame(FrameToAggregator(Leave{}))), nullptr);
  close_after_writing(Error());
}

void ClientSession::end(const Error& why) {
  if (finishing_ || broken_) return;
  waiting_.clear();
  waiting_bytes_ = 0;
  close_after_writing(why);
}

void ClientSession::close_after_writing(const Error& why) {
  finishing_ = true;
  ended_ = why;
  watch_.start(kFinishLimit, [this] { cut(); });
  if (broken_ || writing_) return;
  begin_writing();
}

void ClientSession::cut() {
  if (!broken_) broken_ = ClientError::connection_closed;
  connection_.cut();
  room_.cancel();
}

}  // namespace blindsum
