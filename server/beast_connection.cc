#include "server/beast_connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>
#include <string_view>
#include <utility>

#include "protocol/round/reason.h"
#include "protocol/round/text.h"
#include "server/beast_error.h"
#include "transport/websocket_teardown.h"

namespace blindsum {
namespace detail {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

// g++ 12 miscompiles much of what may stand around a co_await. What is safe on every compiler is
// `auto x = co_await call(named arguments);`, and nothing else is written here.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// What a frame costs besides its bytes, so that empty ones are bounded in number, too.
constexpr std::uint64_t kFrameCost = 256;
// What Beast is asked for when it does not know how much of a frame is to come.
constexpr std::size_t kLeastRoom = 512;
constexpr auto kAnyNumber = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void BeastConnection::consumed(std::uint64_t frame_bytes) {
  unconsumed_ -= frame_bytes + kFrameCost;
  context_.unhandled_bytes -= frame_bytes + kFrameCost;
  // Most often nobody waits, and the I/O thread need not be woken.
  if (pauses_) gate_->post([self = shared_from_this()] { self->wake(); });
}

void BeastConnection::spawn(asio::awaitable<void> coroutine) {
  ++coroutines_;
  asio::co_spawn(stream_->get_executor(), std::move(coroutine),
                 [self = shared_from_this()](const std::exception_ptr& thrown) {
                   self->coroutine_ended(thrown);
                 });
}

void BeastConnection::coroutine_ended(const std::exception_ptr& thrown) {
  if (thrown) {
    context_.log.error("session {} ({}): internal_error, no memory?", peer_.id, peer_.name);
    cut(Reason::internal_error);
  }
  if (--coroutines_ > 0) return;
  if (!why_.failed()) why_ = ConnectionError::closed_by_peer;
  // Whoever holds this object for longer than the listener lives must not hold its executor.
  stream_.reset();
  wake_.reset();
  outbox_.clear();
  if (events_) {
    std::exchange(events_, nullptr)->closed(why_);
  } else {
    context_.log.info("session {} ({}): not opened: {}{}", peer_.id, peer_.name, why_.message(),
                      detail_);
  }
  context_.gone(peer_.id);
}

asio::awaitable<void> BeastConnection::run(Self self) {
  const bool upgraded = co_await upgrade();
  if (upgraded) {
    limit_at_.reset();
    handshake_time_ = io_now() - began_at_;
    police_control_frames();
    events_ = context_.accept(self);
    while (true) {
      FrameBuffer frame;
      const bool whole = co_await read_frame(frame);
      if (!whole) break;
      if (!finishing_) {
        unconsumed_ += frame.filled() + kFrameCost;
        context_.unhandled_bytes += frame.filled() + kFrameCost;
        events_->received(frame.take());
      }
      co_await wait_until_consumed();
    }
    if (violated_) co_await wait_until_finishing();
  }
  // A write that is under way, and the close after it, end by themselves or by their limits.
  if (!finishing_) cut(why_);
}

// One message, or part of what is thrown away while the connection finishes; false when reading is
// over.
asio::awaitable<bool> BeastConnection::read_frame(FrameBuffer& frame) {
  while (true) {
    const ByteSpan room = frame.room(stream_->read_size_hint(kLeastRoom));
    const auto buffer = asio::buffer(room.data(), room.size());
    const auto read = co_await stream_->async_read_some(buffer, kAwait);
    const Error read_error = std::get<0>(read);
    if (read_error) {
      fail(named_error(read_error, ConnectionError::websocket_failed));
      tell_close_reason(read_error);
      co_return false;
    }
    frame.fill(std::get<1>(read));
    empty_frames_.given(std::get<1>(read));
    if (finishing_) frame.drop();
    if (!pace_.take(std::get<1>(read), io_now())) {
      fail(ConnectionError::too_many_frames);
      co_return false;
    }
    const bool text = stream_->got_text();
    if (!finishing_ && (text || frame.filled() > largest_frame_)) {
      const Error what = text ? Reason::bad_frame : Reason::message_too_large;
      fail(what);
      // The receiver answers with finish(); whatever else the peer sends meanwhile is not read.
      violated_ = true;
      limit_at_ = io_now() + options_.close_limit;
      events_->violated(what);
      co_return false;
    }
    if (stream_->is_message_done()) co_return true;
  }
}

void BeastConnection::authenticated() {
  gate_->post([self = shared_from_this()] {
    if (self->stream_) self->stream_->next_layer().allow_bytes(kAnyNumber);
  });
}

// Beast answers a ping before it reads on, so what waits is bounded; how often is counted here.
void BeastConnection::police_control_frames() {
  stream_->control_callback([this](websocket::frame_type, beast::string_view payload) {
    empty_frames_.given(payload.size());
    if (pace_.take(payload.size(), io_now())) return;
    // Not at once: this is called in the middle of a read.
    gate_->post([self = shared_from_this()] { self->cut(ConnectionError::too_many_frames); });
  });
}

// Frames that nobody has seen yet count like all others.
bool BeastConnection::may_send_so_many(Instant now) {
  auto frames = empty_frames_.count(stream_->next_layer().received_bytes());
  while (frames > 0 && pace_.take(0, now)) --frames;
  return frames == 0;
}

// A participant that cannot make sense of us says so by name as it closes.
void BeastConnection::tell_close_reason(const Error& error) {
  const auto& reason = stream_->reason().reason;
  if (error != websocket::error::closed || reason.empty()) return;
  const std::string_view text(reason.data(), reason.size());
  context_.log.info("session {} ({}): the peer says: {}", peer_.id, peer_.name,
                    printable(text, text.size()));
}

// `pauses_` before the look at `unconsumed_`, and the other way round in consumed(): one of the two
// sees what the other did.
asio::awaitable<void> BeastConnection::wait_until_consumed() {
  // Whoever has nothing here need not wait for others: its own consumed() wakes each.
  const auto is_full = [this] {
    return unconsumed_ > options_.most_unhandled_bytes ||
           (unconsumed_ > 0 && context_.unhandled_bytes > options_.most_unhandled_in_all);
  };
  if (!is_full()) co_return;
  pauses_ = true;
  while (is_full() && !finishing_ && !why_.failed()) {
    const auto woken = co_await wake_->async_wait(kAwait);
    static_cast<void>(woken);
  }
  pauses_ = false;
}

asio::awaitable<void> BeastConnection::wait_until_finishing() {
  while (!finishing_ && limit_at_) {
    const auto woken = co_await wake_->async_wait(kAwait);
    static_cast<void>(woken);
  }
}

template <class Item>
void BeastConnection::queue(const Item& item) {
  if (!stream_ || finishing_ || !events_) return;
  if (outbox_.push(item)) {
    begin_writing();
  } else {
    cut(Reason::slow_reader);
  }
}

void BeastConnection::finish_now(const SharedBytes& last) {
  if (!stream_ || finishing_) return;
  finishing_ = true;
  limit_at_ = io_now() + options_.close_limit;
  // No room for it means that the peer does not read: then it is not told why.
  if (last && !outbox_.push(last)) outbox_.clear();
  begin_writing();
  wake();
}

void BeastConnection::begin_writing() {
  if (std::exchange(writing_, true)) return;
  spawn(write_waiting(shared_from_this()));
}

asio::awaitable<void> BeastConnection::write_waiting([[maybe_unused]] Self self) {
  while (auto message = outbox_.next()) {
    write_limit_at_ = io_now() + options_.write_limit;
    const std::array<asio::const_buffer, 2> buffers{
        asio::buffer(message->header), asio::buffer(message->body.data(), message->body.size())};
    const auto written = co_await stream_->async_write(buffers, kAwait);
    write_limit_at_.reset();
    const Error write_error = std::get<0>(written);
    if (write_error) {
      cut(named_error(write_error, ConnectionError::websocket_failed));
      co_return;
    }
  }
  if (finishing_) {
    const websocket::close_reason reason(websocket::close_code::normal);
    const auto closed = co_await stream_->async_close(reason, kAwait);
    const Error close_error = std::get<0>(closed);
    cut(close_error ? named_error(close_error, ConnectionError::websocket_failed)
                    : Error(ConnectionError::closed_by_peer));
  }
  writing_ = false;
}

void BeastConnection::sweep(Instant now) {
  if (limit_at_ && now >= *limit_at_) {
    cut(events_ ? Error(Reason::slow_reader) : Error(ConnectionError::handshake_timeout));
  } else if (write_limit_at_ && now >= *write_limit_at_) {
    cut(Reason::slow_reader);
  } else if (stream_ && !finishing_ && !may_send_so_many(now)) {
    // While it finishes Beast itself reads and throws away, and the close's limit bounds that.
    cut(ConnectionError::too_many_frames);
  }
}

void BeastConnection::cut(Error why) {
  if (!stream_) return;
  fail(why);
  limit_at_.reset();
  write_limit_at_.reset();
  outbox_.clear();
  // Makes everything that is under way come back with an error. What it says itself adds nothing.
  Error ignored;
  beast::get_lowest_layer(*stream_).close(ignored);
  wake();
}

}  // namespace detail

std::shared_ptr<LiveConnection> start_connection(boost::asio::ip::tcp::socket socket, Peer peer,
                                                 const ConnectionContext& context,
                                                 std::shared_ptr<IoGate> gate) {
  // Chunks are written whole: waiting for more to fill a segment only delays small messages.
  Error ignored;  // then they are delayed
  socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  const auto connection = std::make_shared<detail::BeastConnection>(
      std::move(socket), std::move(peer), context, std::move(gate));
  connection->start();
  return connection;
}

Instant io_now() {
  return std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace blindsum
