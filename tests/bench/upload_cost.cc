#include "tests/bench/upload_cost.h"

#include <fmt/core.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "client/participant.h"
#include "support/key_file.h"

namespace blindsum::bench {
namespace {

constexpr std::uint32_t kMembers = 20;
constexpr std::chrono::milliseconds kPause{1500};

constexpr std::string_view kConfiguration = R"(
[listen]
address = "127.0.0.1"
port = 0
certificate = "server.crt"
key = "server.key"
[aggregator]
key = "aggregator.key"
roster = "roster.bsr"
authority = "{}"
results = "results"
[process]
allow_root = true
[[task]]
name = "t"
tensors = [{{ name = "x", shape = [{}] }}]
codec = {{ kind = "integer", bound = 100000 }}
n_min = {}
n_max = {}
delta = "15%"
max_corrupt = 1
rounds = {}
time_limits = {{ advertise = "5min", share = "5min", mask = "5min", attest = "5min", unmask = "5min" }}
)";

// Takes the aggregator's times when the first member of a round begins to upload, and when the last
// one is asked to attest: then all vectors are in the sum.
class Watcher {
 public:
  explicit Watcher(const Daemon& daemon) : daemon_(daemon) {}

  void see(const Progress& progress) {
    const std::lock_guard lock(mutex_);
    auto& round = rounds_[progress.round];
    if (progress.kind == ProgressKind::uploading) {
      if (progress.done == progress.of) round.bytes += progress.of;
    } else if (progress.kind == ProgressKind::phase && progress.text == "masking") {
      if (round.masking++ == 0) round.begin = now();
    } else if (progress.kind == ProgressKind::phase && progress.text == "attested") {
      if (++round.attested == kMembers) round.end = now();
    }
  }
  std::vector<UploadCost> costs() const {
    std::vector<UploadCost> costs;
    for (const auto& [number, round] : rounds_) {
      // The first round is had for the memory that the others find.
      if (number <= 1 || round.attested != kMembers) continue;
      const auto& [begin, end] = std::pair(round.begin, round.end);
      costs.push_back({round.bytes,
                       {end.cpu.io_s - begin.cpu.io_s, end.cpu.pool_s - begin.cpu.pool_s},
                       std::chrono::duration<double>(end.wall - begin.wall).count()});
    }
    return costs;
  }

 private:
  struct Moment {
    ThreadTimes cpu;
    std::chrono::steady_clock::time_point wall;
  };
  struct Round {
    std::uint64_t bytes = 0;
    std::uint32_t masking = 0;
    std::uint32_t attested = 0;
    Moment begin;
    Moment end;
  };
  Moment now() const { return {daemon_.cpu(), std::chrono::steady_clock::now()}; }

  const Daemon& daemon_;
  std::mutex mutex_;
  std::map<std::uint64_t, Round> rounds_;
};

ParticipantOptions options_of(const World& world, std::uint32_t position, std::uint16_t port,
                              std::uint64_t elements, std::uint32_t rounds) {
  const auto name = "member-" + std::to_string(position);
  if (!write_secret_key(world.path(name + ".key"), world.identity(position))) {
    throw std::runtime_error("no key file");
  }
  ParticipantOptions options;
  options.endpoint = {"127.0.0.1", port, world.path("server.crt"), "localhost"};
  options.state_folder = world.path(name);
  options.identity_file = world.path(name + ".key");
  options.roster_file = world.path("roster.bsr");
  options.authority_key = world.authority().verify_key();
  options.policy.aggregator_key = world.aggregator_key();
  options.policy.tasks = {"t"};
  options.task = "t";
  options.rounds = rounds;
  options.on_round = [elements, position](const RoundOffer& offer, ByteView) {
    // What the aggregator still does for the round before is not to be counted.
    std::this_thread::sleep_for(kPause);
    std::vector<std::int64_t> values(elements, position);
    values[0] = static_cast<std::int64_t>(offer.round);  // an input is spent once [INPUT-3]
    return std::optional(Update{std::move(values)});
  };
  return options;
}

}  // namespace

std::vector<UploadCost> measure_uploads(const std::string& program, std::uint64_t elements,
                                        std::uint32_t rounds) {
  const World world(kMembers);
  Daemon daemon(program, world,
                fmt::format(kConfiguration, to_hex(world.authority().verify_key().view()), elements,
                            kMembers, kMembers, rounds));
  Watcher watcher(daemon);
  std::vector<Participant> members;
  for (std::uint32_t i = 0; i < kMembers; ++i) {
    auto options = options_of(world, i, daemon.port(), elements, rounds);
    options.on_progress = [&watcher](const Progress& progress) { watcher.see(progress); };
    auto member = Participant::create(std::move(options));
    if (!member) throw std::runtime_error(member.error().message());
    members.push_back(*std::move(member));
  }
  std::vector<std::thread> threads;
  for (auto& member : members) {
    threads.emplace_back([&member] {
      const auto summary = member.run();
      if (!summary) fmt::print(stderr, "a member ended: {}\n", summary.error().message());
    });
  }
  for (auto& thread : threads) thread.join();
  return watcher.costs();
}

}  // namespace blindsum::bench
