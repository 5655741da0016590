// A WebSocket client for tests, blocking, and as rude as a test wants it to be.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "crypto/bytes.h"

namespace blindsum {

class SocketClient {
 public:
  // TLS and upgrade with the server on localhost. False, and what() says why, if that fails.
  explicit SocketClient(std::uint16_t port);
  ~SocketClient();
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  bool is_open() const;
  const Hash& exporter() const;

  bool send(ByteView frame);
  bool send_text(const std::string& text);
  bool ping(const std::string& payload);
  // The next frame; nothing if the connection ended, or nothing came in time.
  std::optional<Bytes> receive(std::chrono::milliseconds limit = std::chrono::seconds(20));
  // After receive() gave nothing: whether the connection ended, and not only the time.
  bool ended() const;
  // From any thread: what blocks comes back.
  void shut_down();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Says something else than it should on a TCP connection, and what the server answered until it
// closed, or the time was over.
std::string raw_exchange(std::uint16_t port, const std::string& request,
                         std::chrono::seconds limit = std::chrono::seconds(2));
// The same within TLS, TLS 1.2 at most if `old`. "TLS failed: …" if it comes to that.
std::string tls_exchange(std::uint16_t port, const std::string& request, bool old = false);

}  // namespace blindsum
