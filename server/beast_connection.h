// The one class that Beast is compiled for: beast_upgrade.cc has its beginning, beast_connection.cc
// the rest. Made through start_connection() of websocket_connection.h.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "server/connection_error.h"
#include "server/empty_frames.h"
#include "server/frame_buffer.h"
#include "server/pace.h"
#include "server/websocket_connection.h"
#include "transport/tls_stream.h"

namespace blindsum::detail {

class BeastConnection final : public LiveConnection,
                              public std::enable_shared_from_this<BeastConnection> {
 public:
  using Self = std::shared_ptr<BeastConnection>;
  static constexpr bool kDeflate = false;  // masked bytes are noise [WIRE-8]
  using Stream = boost::beast::websocket::stream<TlsStream, kDeflate>;

  BeastConnection(boost::asio::ip::tcp::socket socket, Peer peer, const ConnectionContext& context,
                  std::shared_ptr<IoGate> gate)
      : context_(context),
        options_(context.options),
        gate_(std::move(gate)),
        peer_(std::move(peer)),
        outbox_(options_.most_queued_bytes),
        stream_(std::in_place, std::move(socket), context.tls.native(), TlsRole::server),
        wake_(std::in_place, stream_->get_executor()),
        largest_frame_(options_.first_frame_bytes),
        pace_(options_.frames_per_second),
        began_at_(io_now()),
        limit_at_(began_at_ + options_.handshake_limit) {
    stream_->next_layer().allow_bytes(options_.most_before_hello);
    wake_->expires_at(boost::asio::steady_timer::time_point::max());  // woken by cancel() only
  }

  void start() { spawn(run(shared_from_this())); }

  std::uint64_t id() const override { return peer_.id; }
  const std::string& peer() const override { return peer_.name; }
  const std::string& network() const override { return peer_.network; }
  const std::optional<Hash>& exporter() const override { return exporter_; }

  void send(SharedBytes frame) override {
    gate_->post([self = shared_from_this(), frame = std::move(frame)] { self->queue(frame); });
  }
  void send(Blob blob) override {
    gate_->post([self = shared_from_this(), blob = std::move(blob)] { self->queue(blob); });
  }
  void finish(SharedBytes last) override {
    gate_->post([self = shared_from_this(), last = std::move(last)] { self->finish_now(last); });
  }
  void authenticated() override;
  std::chrono::milliseconds handshake_time() const override { return handshake_time_; }
  void set_largest_frame(std::uint64_t bytes) override { largest_frame_ = bytes; }
  void consumed(std::uint64_t frame_bytes) override;
  void sweep(Instant now) override;
  void cut(Error why) override;

 private:
  void spawn(boost::asio::awaitable<void> coroutine);
  void coroutine_ended(const std::exception_ptr& thrown);

  boost::asio::awaitable<void> run(Self self);
  // beast_upgrade.cc
  boost::asio::awaitable<bool> upgrade();
  boost::asio::awaitable<void> answer_plain_http(unsigned version);

  boost::asio::awaitable<bool> read_frame(FrameBuffer& frame);
  void police_control_frames();
  [[nodiscard]] bool may_send_so_many(Instant now);
  void tell_close_reason(const Error& error);
  boost::asio::awaitable<void> wait_until_consumed();
  boost::asio::awaitable<void> wait_until_finishing();
  boost::asio::awaitable<void> write_waiting(Self self);

  template <class Item>
  void queue(const Item& item);
  void finish_now(const SharedBytes& last);
  void begin_writing();
  void fail(Error why) {
    if (!why_.failed()) why_ = why;
  }
  void wake() {
    if (wake_) wake_->cancel();
  }

  const ConnectionContext& context_;
  const WebSocketOptions& options_;
  const std::shared_ptr<IoGate> gate_;
  const Peer peer_;
  std::optional<Hash> exporter_;
  std::shared_ptr<ConnectionEvents> events_;  // once the upgrade is done

  Outbox outbox_;
  std::optional<Stream> stream_;  // none once it is over
  std::optional<boost::asio::steady_timer> wake_;
  std::atomic<std::uint64_t> unconsumed_ = 0;
  std::atomic<bool> pauses_ = false;  // reading, until more is consumed
  std::atomic<std::uint64_t> largest_frame_;
  Pace pace_;
  EmptyFrames empty_frames_;
  const Instant began_at_;
  Instant handshake_time_{0};              // known when the upgrade is done
  std::optional<Instant> limit_at_;        // of the handshake, later of the close
  std::optional<Instant> write_limit_at_;  // of the message that is being written
  bool writing_ = false;
  bool finishing_ = false;
  bool violated_ = false;
  unsigned coroutines_ = 0;
  Error why_;
  std::string detail_;  // of OpenSSL
};

}  // namespace blindsum::detail
