#include "tests/abuse/siege.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/sanitizer.h"

namespace blindsum::e2e {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kLength = 100'000;
constexpr int kRounds = 7;
constexpr int kTries = 3;

TaskSpec endless(const std::string& advertise) {
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [100000] }])";
  task.rounds = 0;
  task.advertise = advertise;
  return task;
}

// Attackers end with it, also when a check throws.
struct Ending {
  std::atomic<bool>& over;
  ~Ending() { over = true; }
};

// VmHWM: the most that was resident since the last reset.
std::uint64_t peak_bytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return 1024 * std::stoull(line.substr(6));
  }
  throw std::runtime_error("no VmHWM");
}

}  // namespace

Siege::Siege(const std::string& limits, const std::string& advertise)
    : scene_(endless(advertise), limits) {
  scene_.start();
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene_.options(member_name(i));
    options.on_round = always(count_up(i, kLength));
    options.policy.most_rounds_per_day = 1'000'000;
    members_.emplace_back(std::move(options));
  }
  if (!wait_for_round(1)) throw std::runtime_error("no first round:\n" + scene_.log());
  newest_ = 1;
}

bool Siege::wait_for_round(std::uint64_t round) const {
  const auto file = scene_.results() / fmt::format("round-{:06}.record", round);
  return wait_until([&] { return std::filesystem::exists(file); });
}

milliseconds Siege::median_round() {
  // The one that runs has begun before.
  while (
      std::filesystem::exists(scene_.results() / fmt::format("round-{:06}.record", newest_ + 1))) {
    ++newest_;
  }
  REQUIRE(wait_for_round(++newest_));
  std::vector<milliseconds> times;
  for (int i = 0; i < kRounds; ++i) {
    const auto began = Clock::now();
    REQUIRE_MESSAGE(wait_for_round(++newest_), "round " << newest_);
    times.push_back(std::chrono::duration_cast<milliseconds>(Clock::now() - began));
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

milliseconds Siege::stormy_round(const std::string& name, unsigned attackers, const Attack& attack,
                                 const std::string& ready) {
  std::atomic<bool> over{false};
  std::vector<std::jthread> threads;
  const Ending ending{over};  // before the threads are waited for
  for (unsigned i = 0; i < attackers; ++i) {
    threads.emplace_back([&] {
      try {
        attack(over);
      } catch (const std::exception& exception) {
        fmt::print("{}: an attacker gave up: {}\n", name, exception.what());
      }
    });
  }
  CHECK((ready.empty() || scene_.logs(ready)));
  return median_round();
}

// Two stretches of time on a machine that others use: what they do in one of them is not the
// attack's doing. A server that is too slow is so every time.
void Siege::withstands(const std::string& name, unsigned attackers, const Attack& attack,
                       const std::string& ready) {
  bool fast_enough = false;
  for (int tries = 0; tries < kTries && !fast_enough; ++tries) {
    auto calm = median_round();
    const auto stormy = stormy_round(name, attackers, attack, ready);
    calm = std::max(calm, median_round());
    fmt::print("abuse: {:<40} round {:>4} ms, undisturbed {:>4} ms\n", name, stormy.count(),
               calm.count());
    fast_enough = stormy <= 2 * calm + kNoise;
  }
  const auto peak = peak_bytes(scene_.server().id());
  fmt::print("abuse: {:<40} peak {:>5.1f} MiB\n", name, static_cast<double>(peak) / (1 << 20));
  CHECK(scene_.server().runs());
  CHECK(fast_enough);
  if (!kSanitized) CHECK(peak <= kMostPeakBytes);
}

void Siege::lets_in(std::uint32_t index) {
  auto options = scene_.options(member_name(index));
  options.on_round = always(count_up(0, kLength));
  SdkMember late(std::move(options));
  CHECK(wait_until([&] { return late.count(ProgressKind::connected) > 0; }));
}

std::unique_ptr<RawClient> knock(const Siege& siege) {
  return std::make_unique<RawClient>(siege.port(), kAttacker);
}

std::unique_ptr<RawClient> enter(const Siege& siege, std::uint32_t index) {
  auto client = knock(siege);
  if (!client->start_tls() || !client->upgrade()) throw std::runtime_error("no WebSocket");
  const auto frame = client->receive();
  if (!frame) throw std::runtime_error("no Challenge");
  const auto challenge = std::get<Challenge>(decode_to_participant(*frame).value());
  const auto key = Keys::instance().secret(member_name(index));
  send_frame(*client, hello_for(challenge, index, key, client->exporter()));
  const auto answer = client->receive();
  const bool welcome =
      answer && std::holds_alternative<Welcome>(decode_to_participant(*answer).value());
  if (!welcome) throw std::runtime_error("no Welcome");
  return client;
}

void send_frame(RawClient& client, const FrameToAggregator& frame) {
  client.send(encode_frame(frame));
}

}  // namespace blindsum::e2e
