#include "tests/bench/macro/server_process.h"

#include <signal.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "tests/e2e/harness/wait.h"

namespace blindsum::bench {
namespace {

constexpr const char* kLog = "blindsumd.log";
constexpr std::chrono::minutes kEndLimit{2};

}  // namespace

ServerProcess::ServerProcess(std::filesystem::path program, std::filesystem::path folder)
    : program_(std::move(program)), folder_(std::move(folder)) {}

std::uint16_t ServerProcess::start() {
  const auto port_file = folder_ / "port";
  child_ = std::make_unique<e2e::Child>(
      std::vector<std::string>{program_.string(), "--config", "blindsumd.toml", "--port-file",
                               "port", "--verbose"},
      folder_, folder_ / kLog);
  const bool listens = e2e::wait_until(
      [&] { return std::filesystem::exists(port_file) || !child_->runs(); }, kEndLimit);
  if (!listens) throw std::runtime_error("blindsumd does not listen:\n" + log());
  check();
  return static_cast<std::uint16_t>(std::stoul(e2e::read_text(port_file)));
}

void ServerProcess::check() {
  if (!child_->runs()) throw std::runtime_error("blindsumd has ended:\n" + log());
}

ThreadTimes ServerProcess::cpu() {
  return thread_times(child_->id());
}

std::uint64_t ServerProcess::peak_memory() {
  return peak_memory_bytes(child_->id());
}

std::string ServerProcess::log() const {
  return e2e::read_text(folder_ / kLog);
}

void ServerProcess::stop() {
  child_->signal(SIGTERM);
  if (!child_->wait(kEndLimit)) child_->kill();
}

void ServerProcess::kill_now() {
  if (child_) child_->signal(SIGKILL);
}

}  // namespace blindsum::bench
