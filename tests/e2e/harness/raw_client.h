// A connection to blindsumd made by hand, byte by byte, so that a test can be as rude as it likes:
// TCP, then TLS, then the upgrade, then WebSocket frames of any kind (RFC 6455). Blocking, and
// every call ends.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "crypto/bytes.h"
#include "support/descriptor.h"
#include "tests/e2e/harness/wait.h"

namespace blindsum::e2e {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  reserved = 3,
  close = 8,
  ping = 9,
  pong = 10
};

struct FrameShape {
  bool final = true;
  bool masked = true;  // as a client's frames have to be
  std::uint8_t reserved_bits = 0;
  std::optional<std::uint64_t> claimed_size = {};  // other than the truth
};

class RawClient {
 public:
  // A TCP connection to 127.0.0.1, from `source`, any address of 127.0.0.0/8. Throws if there is
  // none.
  explicit RawClient(std::uint16_t port, const std::string& source = "127.0.0.1");

  // Each is false if it fails; then the connection is over.
  // `groups` are all that it can do a key exchange in; as OpenSSL has it if none is named.
  bool start_tls(int version = TLS1_3_VERSION, const char* groups = nullptr);
  // `more` are further lines of the request, each with its end.
  bool upgrade(const std::string& more = "");
  // What the upgrade was answered with.
  const std::string& answer() const { return answer_; }
  // Plain before start_tls().
  bool send_bytes(ByteView bytes);
  bool send_text(std::string_view text);
  // Renews the key of what we send, whatever that says to the other side.
  bool renew_key();
  // No more bytes of ours, below TLS.
  void end_sending();
  bool send_close(std::uint16_t code, std::string_view reason);
  bool send_frame(Opcode opcode, ByteView payload, const FrameShape& shape = {});
  // One message of ours.
  bool send(ByteView message) { return send_frame(Opcode::binary, message); }

  // The next binary message; pings are answered. Nothing if the connection ends before, or nothing
  // comes in time.
  std::optional<Bytes> receive(std::chrono::milliseconds limit = kPatience);
  // Everything that comes until the other side closes.
  std::string read_to_end();
  // Whether the other side has closed: known once a call has come upon it.
  bool closed() const { return closed_; }
  // The code of its close frame; 0 if there was none.
  std::uint16_t close_code() const { return close_code_; }
  // What OpenSSL says about the end of the connection, such as the alert that came.
  const std::string& tls_failure() const { return tls_failure_; }

  // SHA-256 of the other side's certificate.
  Hash certificate() const;
  // RFC 9266 [SESSION-2].
  Hash exporter() const;

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  struct FreeConnection {
    void operator()(SSL* connection) const { SSL_free(connection); }
  };
  struct Frame {
    Opcode opcode{};
    bool final = true;
    Bytes payload;
  };
  using Time = std::chrono::steady_clock::time_point;

  bool wait_for(short what, Time until);
  bool fill(Time until);
  std::optional<Frame> next_frame(Time until);
  bool is_ready(int result, Time until);

  Descriptor socket_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeConnection> tls_;
  Bytes received_;  // not looked at yet
  bool closed_ = false;
  std::uint16_t close_code_ = 0;
  std::string tls_failure_;
  std::string answer_;
};

}  // namespace blindsum::e2e
