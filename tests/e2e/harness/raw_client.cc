#include "tests/e2e/harness/raw_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>

namespace blindsum::e2e {
namespace {

using Clock = std::chrono::steady_clock;

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void put_big_endian(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

constexpr std::array<std::uint8_t, 4> kMask{0x5a, 0xc3, 0x0f, 0x99};

Bytes frame_bytes(Opcode opcode, ByteView payload, const FrameShape& shape) {
  const std::uint64_t size = shape.claimed_size.value_or(payload.size());
  const std::uint8_t masked = shape.masked ? 0x80 : 0;
  const std::uint8_t final = shape.final ? 0x80 : 0;
  Bytes frame{static_cast<std::uint8_t>(final | (shape.reserved_bits << 4) |
                                        static_cast<std::uint8_t>(opcode))};
  if (size < 126) {
    frame.push_back(static_cast<std::uint8_t>(masked | size));
  } else if (size < 65'536) {
    frame.push_back(static_cast<std::uint8_t>(masked | 126));
    put_big_endian(frame, size, 2);
  } else {
    frame.push_back(static_cast<std::uint8_t>(masked | 127));
    put_big_endian(frame, size, 8);
  }
  if (shape.masked) put_bytes(frame, kMask);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const std::uint8_t key = shape.masked ? kMask[i % 4] : 0;
    frame.push_back(payload[i] ^ key);
  }
  return frame;
}

}  // namespace

RawClient::RawClient(std::uint16_t port, const std::string& source)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (::inet_pton(AF_INET, source.c_str(), &address.sin_addr) != 1 ||
      ::bind(socket_.value(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("no address " + source);
  }
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.value(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("no connection to port " + std::to_string(port));
  }
  const int on = 1;
  ::setsockopt(socket_.value(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(socket_.value(), F_SETFL, O_NONBLOCK);
}

bool RawClient::wait_for(short what, Time until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  if (left.count() <= 0) return false;
  pollfd watched{socket_.value(), what, 0};
  return ::poll(&watched, 1, static_cast<int>(left.count())) > 0;
}

// After a call of OpenSSL: whether it has to be made again now; else the connection is over.
bool RawClient::is_ready(int result, Time until) {
  const int error = SSL_get_error(tls_.get(), result);
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return wait_for(POLLIN, until);
  if (error == SSL_ERROR_WANT_WRITE) return wait_for(POLLOUT, until);
  if (text != nullptr) tls_failure_ = text;
  closed_ = true;
  return false;
}

bool RawClient::start_tls(int version, const char* groups) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context_.get(), version);
  if (groups != nullptr && SSL_CTX_set1_groups_list(context_.get(), groups) != 1) return false;
  tls_.reset(SSL_new(context_.get()));
  SSL_set_fd(tls_.get(), socket_.value());
  const auto until = Clock::now() + kPatience;
  while (true) {
    const int result = SSL_connect(tls_.get());
    if (result == 1) return true;
    if (!is_ready(result, until)) return false;
  }
}

bool RawClient::upgrade(const std::string& more) {
  send_text(
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
      more + "\r\n");
  const auto until = Clock::now() + kPatience;
  const std::string_view end = "\r\n\r\n";
  while (true) {
    const std::string_view text(reinterpret_cast<const char*>(received_.data()), received_.size());
    const auto header = text.find(end);
    if (header != std::string_view::npos) {
      answer_ = text.substr(0, header);
      const bool switched = answer_.starts_with("HTTP/1.1 101 ");
      received_.erase(received_.begin(),
                      received_.begin() + static_cast<std::ptrdiff_t>(header + end.size()));
      return switched;
    }
    if (!fill(until)) return false;
  }
}

bool RawClient::send_bytes(ByteView bytes) {
  const auto until = Clock::now() + kPatience;
  while (!bytes.empty() && !closed_) {
    if (tls_) {
      std::size_t sent = 0;
      const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &sent);
      if (result == 1) bytes = bytes.subspan(sent);
      if (result != 1 && !is_ready(result, until)) return false;
    } else {
      const auto sent = ::send(socket_.value(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
      closed_ = sent < 0 && errno != EAGAIN && errno != EINTR;
      if (sent <= 0 && !closed_ && !wait_for(POLLOUT, until)) return false;
    }
  }
  return !closed_;
}

bool RawClient::send_text(std::string_view text) {
  return send_bytes(bytes_of(text));
}

bool RawClient::renew_key() {
  if (SSL_key_update(tls_.get(), SSL_KEY_UPDATE_NOT_REQUESTED) != 1) return false;
  const auto until = Clock::now() + kPatience;
  while (true) {
    const int result = SSL_do_handshake(tls_.get());
    if (result == 1) return true;
    if (!is_ready(result, until)) return false;
  }
}

void RawClient::end_sending() {
  ::shutdown(socket_.value(), SHUT_WR);
}

bool RawClient::send_close(std::uint16_t code, std::string_view reason) {
  Bytes payload;
  put_big_endian(payload, code, 2);
  put_bytes(payload, bytes_of(reason));
  return send_frame(Opcode::close, payload);
}

bool RawClient::send_frame(Opcode opcode, ByteView payload, const FrameShape& shape) {
  return send_bytes(frame_bytes(opcode, payload, shape));
}

bool RawClient::fill(Time until) {
  std::array<std::uint8_t, 65'536> buffer{};
  while (!closed_) {
    std::size_t count = 0;
    if (tls_) {
      const int result = SSL_read_ex(tls_.get(), buffer.data(), buffer.size(), &count);
      if (result != 1 && !is_ready(result, until)) return false;
    } else {
      if (!wait_for(POLLIN, until)) return false;
      const auto got = ::recv(socket_.value(), buffer.data(), buffer.size(), 0);
      closed_ = got <= 0;
      count = closed_ ? 0 : static_cast<std::size_t>(got);
    }
    if (count == 0) continue;
    put_bytes(received_, ByteView(buffer).first(count));
    return true;
  }
  return false;
}

std::optional<RawClient::Frame> RawClient::next_frame(Time until) {
  const auto need = [&](std::size_t size) {
    while (received_.size() < size) {
      if (!fill(until)) return false;
    }
    return true;
  };
  if (!need(2)) return std::nullopt;
  const std::uint8_t first = received_[0];
  std::uint64_t size = received_[1] & 0x7f;
  const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (!need(2 + more)) return std::nullopt;
  if (more > 0) size = 0;
  for (std::size_t i = 0; i < more; ++i) size = size << 8 | received_[2 + i];
  const std::size_t header = 2 + more;
  if (!need(header + size)) return std::nullopt;
  const auto begin = received_.begin() + static_cast<std::ptrdiff_t>(header);
  const auto end = begin + static_cast<std::ptrdiff_t>(size);
  Frame frame{static_cast<Opcode>(first & 0x0f), (first & 0x80) != 0, Bytes(begin, end)};
  received_.erase(received_.begin(), end);
  return frame;
}

std::optional<Bytes> RawClient::receive(std::chrono::milliseconds limit) {
  const auto until = Clock::now() + limit;
  Bytes message;
  while (auto frame = next_frame(until)) {
    if (frame->opcode == Opcode::close) {
      closed_ = true;
      const auto& code = frame->payload;
      if (code.size() >= 2) close_code_ = static_cast<std::uint16_t>(code[0] << 8 | code[1]);
      return std::nullopt;
    }
    if (frame->opcode == Opcode::ping) send_frame(Opcode::pong, frame->payload);
    if (frame->opcode == Opcode::ping || frame->opcode == Opcode::pong) continue;
    put_bytes(message, frame->payload);
    if (frame->final) return message;
  }
  return std::nullopt;
}

std::string RawClient::read_to_end() {
  const auto until = Clock::now() + kPatience;
  while (fill(until)) {
  }
  std::string text(received_.begin(), received_.end());
  received_.clear();
  return text;
}

Hash RawClient::certificate() const {
  const std::unique_ptr<X509, void (*)(X509*)> peer(SSL_get1_peer_certificate(tls_.get()),
                                                    X509_free);
  Hash hash;
  unsigned size = 0;
  if (!peer || X509_digest(peer.get(), EVP_sha256(), hash.bytes.data(), &size) != 1) {
    throw std::runtime_error("no certificate");
  }
  return hash;
}

Hash RawClient::exporter() const {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  Hash exporter;
  SSL_export_keying_material(tls_.get(), exporter.bytes.data(), exporter.bytes.size(), label.data(),
                             label.size(), nullptr, 0, 1);
  return exporter;
}

}  // namespace blindsum::e2e
