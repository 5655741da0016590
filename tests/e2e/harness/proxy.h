// A line between participants and blindsumd that a test can cut, stop or lead elsewhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

#include "support/descriptor.h"
#include "tests/e2e/harness/wait.h"

namespace blindsum::e2e {

class Proxy {
 public:
  // To 127.0.0.1, of the same port until target() says otherwise.
  explicit Proxy(std::uint16_t target);
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy();

  std::uint16_t port() const { return port_; }
  void target(std::uint16_t port) { target_ = port; }

  // Resets every connection there is. New ones are made as before.
  void cut();
  // Cuts the participants off, and lets none come back until refuse(false); what they had sent
  // still arrives.
  void hang_up();
  // Does so by itself, once, when so many bytes went to the server, counted from now; those arrive,
  // and no others.
  void cut_after(std::uint64_t bytes_up);
  bool has_cut() const { return cuts_ > 0; }
  // What participants send is taken, and goes nowhere, while this is on.
  void swallow_up(bool on) { swallow_up_ = on; }
  // New connections are accepted and led nowhere, while this is on.
  void refuse(bool on) { refuse_ = on; }
  // New connections get noise for an answer, and are closed, while this is on.
  void babble(bool on) { babble_ = on; }
  // Bytes that went to the server, of all connections.
  std::uint64_t bytes_up() const { return bytes_up_; }

 private:
  // Each direction ends by itself, as TCP has it: what comes last still arrives.
  struct Line {
    Descriptor client;
    Descriptor server;
    bool up = true;
    bool down = true;
  };
  void run();
  void accept_one();
  void shovel();
  bool move_bytes(const Descriptor& from, const Descriptor& to, bool up);
  void cut_lines();
  void take_what_is_there();
  void cut_participants();
  void wait_for_cut(std::atomic<bool>& now);

  Descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<std::uint16_t> target_;
  std::list<Line> lines_;  // the thread's own
  std::atomic<bool> over_{false};
  std::atomic<bool> cut_now_{false};
  std::atomic<bool> hang_up_now_{false};
  std::atomic<std::uint64_t> cut_at_{0};  // of bytes_up_; 0 = not
  std::atomic<std::uint32_t> cuts_{0};
  std::atomic<bool> swallow_up_{false};
  std::atomic<bool> refuse_{false};
  std::atomic<bool> babble_{false};
  std::atomic<std::uint64_t> bytes_up_{0};
  std::thread thread_;
};

}  // namespace blindsum::e2e
