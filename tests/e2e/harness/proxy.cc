#include "tests/e2e/harness/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

namespace blindsum::e2e {
namespace {

constexpr int kLookMs = 5;

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Descriptor tcp_socket() {
  return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

// So that close() resets: nothing that is under way arrives any more.
void reset_on_close(const Descriptor& socket) {
  const linger now{1, 0};
  ::setsockopt(socket.value(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

Proxy::Proxy(std::uint16_t target) : listener_(tcp_socket()), target_(target) {
  auto address = local(0);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool listens = ::bind(listener_.value(), any, size) == 0 &&
                       ::listen(listener_.value(), SOMAXCONN) == 0 &&
                       ::getsockname(listener_.value(), any, &size) == 0;
  if (!listens) throw std::runtime_error("the proxy has no port");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

Proxy::~Proxy() {
  over_ = true;
  thread_.join();
}

void Proxy::wait_for_cut(std::atomic<bool>& now) {
  const auto before = cuts_.load();
  now = true;
  if (!wait_until([&] { return cuts_ > before; })) throw std::runtime_error("the proxy is stuck");
}

void Proxy::cut() {
  wait_for_cut(cut_now_);
}

void Proxy::hang_up() {
  wait_for_cut(hang_up_now_);
}

void Proxy::cut_after(std::uint64_t bytes_up) {
  cut_at_ = bytes_up_ + bytes_up;
}

void Proxy::run() {
  while (!over_) {
    std::vector<pollfd> watched{{listener_.value(), POLLIN, 0}};
    for (const auto& line : lines_) {
      watched.push_back({line.up ? line.client.value() : -1, POLLIN, 0});
      watched.push_back({line.down ? line.server.value() : -1, POLLIN, 0});
    }
    ::poll(watched.data(), watched.size(), kLookMs);
    if (cut_now_.exchange(false)) cut_lines();
    if (hang_up_now_.exchange(false)) {
      take_what_is_there();
      cut_participants();
    }
    if ((watched.front().revents & POLLIN) != 0) accept_one();
    shovel();
  }
}

void Proxy::accept_one() {
  Line line;
  line.client = Descriptor(::accept(listener_.value(), nullptr, nullptr));
  line.server = tcp_socket();
  if (refuse_) return reset_on_close(line.client);
  if (babble_) {
    const std::array<std::uint8_t, 600> noise{0x16, 0xa5, 0x5a};
    ::send(line.client.value(), noise.data(), noise.size(), MSG_NOSIGNAL);
    ::shutdown(line.client.value(), SHUT_WR);
    return;
  }
  const auto address = local(target_);
  if (::connect(line.server.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return;
  }
  const int on = 1;
  ::setsockopt(line.client.value(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(line.server.value(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  lines_.push_back(std::move(line));
}

void Proxy::shovel() {
  for (auto& line : lines_) {
    if (line.up) line.up = move_bytes(line.client, line.server, true);
    if (line.down) line.down = move_bytes(line.server, line.client, false);
  }
  lines_.remove_if([](const Line& line) { return !line.up && !line.down; });
  const std::uint64_t at = cut_at_;
  if (at > 0 && bytes_up_ >= at) {
    cut_at_ = 0;
    cut_participants();
  }
}

// What is there now; false when there will be no more. Without a `to` it goes nowhere.
bool Proxy::move_bytes(const Descriptor& from, const Descriptor& to, bool up) {
  std::array<std::uint8_t, 16'384> buffer{};
  const auto count = ::recv(from.value(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
  if (count <= 0) {
    ::shutdown(to.value(), SHUT_WR);
    return false;
  }
  if (up) bytes_up_ += static_cast<std::uint64_t>(count);
  if (to.value() < 0 || (up && swallow_up_)) return true;
  std::size_t sent = 0;
  while (sent < static_cast<std::size_t>(count) && !over_) {
    pollfd room{to.value(), POLLOUT, 0};
    if (::poll(&room, 1, kLookMs) <= 0) continue;
    const auto more = ::send(to.value(), buffer.data() + sent,
                             static_cast<std::size_t>(count) - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (more < 0 && errno != EAGAIN) return false;
    if (more > 0) sent += static_cast<std::size_t>(more);
  }
  return true;
}

void Proxy::cut_lines() {
  for (const auto& line : lines_) {
    reset_on_close(line.client);
    reset_on_close(line.server);
  }
  lines_.clear();
  ++cuts_;
}

void Proxy::take_what_is_there() {
  for (auto& line : lines_) {
    for (std::uint64_t before = ~bytes_up_; line.up && before != bytes_up_;) {
      before = bytes_up_;
      line.up = move_bytes(line.client, line.server, true);
    }
  }
}

// The server's side ends when the server ends it: a reset would throw away what it has not read.
void Proxy::cut_participants() {
  refuse_ = true;
  for (auto& line : lines_) {
    reset_on_close(line.client);
    line.client = Descriptor();
    line.up = false;
    ::shutdown(line.server.value(), SHUT_WR);
  }
  ++cuts_;
}

}  // namespace blindsum::e2e
