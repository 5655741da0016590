// What an idle session costs the aggregator: a blindsumd of its own process, members that have
// proven who they are and then only wait, and its resident memory before and after, a session. Then
// all join the task and are answered, so each is still there; a cohort gets a round's offer. Fails
// above the bound.
//   idle_bench BLINDSUMD [SESSIONS]
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "crypto/init.h"
#include "protocol/wire/frames.h"
#include "tests/bench/daemon.h"
#include "tests/e2e/harness/raw_client.h"

namespace {

using namespace blindsum;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostBytes = std::uint64_t{32} << 10;
// They pay for what is there once: arenas of threads, pages of libraries.
constexpr std::uint32_t kFirstOnes = 50;
constexpr std::uint32_t kMostInRound = 4096;

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
[limits]
max_connections_per_address = 1000000
new_connections_per_address = 1000000
joins_per_address = 1000000
max_connections = {}
idle_time = "10min"
[[task]]
name = "t"
tensors = [{{ name = "x", shape = [3] }}]
codec = {{ kind = "integer", bound = 1000 }}
n_min = {}
n_max = {}
delta = "5%"
max_corrupt = 1
gather = "5min"
time_limits = {{ advertise = "5min", share = "5s", mask = "5s", attest = "5s", unmask = "5s" }}
)";

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

FrameToParticipant next_of(e2e::RawClient& client) {
  const auto frame = client.receive();
  require(frame.has_value(), "nothing came");
  return decode_to_participant(*frame).value();
}

using Client = std::unique_ptr<e2e::RawClient>;

Client be_welcome(const World& world, std::uint32_t position, std::uint16_t port) {
  auto client = std::make_unique<e2e::RawClient>(port);
  require(client->start_tls() && client->upgrade(), "no connection");
  const auto challenge = std::get<Challenge>(next_of(*client));
  const auto statement = session_statement(challenge.nonce, world.aggregator_key(),
                                           world.index(position), client->exporter());
  const Hello hello{world.index(position), kProtocolVersion, true,
                    world.identity(position).sign(statement).value()};
  require(client->send(encode_frame(FrameToAggregator(hello))), "no Hello");
  std::get<Welcome>(next_of(*client));
  return client;
}

void open_until(std::vector<Client>& clients, std::size_t count, const World& world,
                std::uint16_t port) {
  while (clients.size() < count) {
    clients.push_back(be_welcome(world, static_cast<std::uint32_t>(clients.size()), port));
  }
}

// Every session says Join and is told that it has joined.
void join_all(std::vector<Client>& clients) {
  for (const auto& client : clients) {
    require(client->send(encode_frame(FrameToAggregator(Join{"t"}))), "no Join");
  }
  for (const auto& client : clients) {
    require(std::holds_alternative<Joined>(next_of(*client)), "not joined");
  }
}

// How many see the round's offer, among other things.
std::size_t count_offers(std::vector<Client>& clients, std::size_t expected) {
  std::size_t offers = 0;
  for (const auto& client : clients) {
    if (offers == expected) break;
    while (const auto frame = client->receive(std::chrono::milliseconds(300))) {
      const auto message = decode_to_participant(*frame).value();
      const auto* in_round = std::get_if<InRound<ToParticipant>>(&message);
      if (in_round == nullptr || !std::holds_alternative<Offer>(in_round->message)) continue;
      ++offers;
      break;
    }
  }
  return offers;
}

// As many as the system lets us.
void allow_descriptors() {
  ::rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Bytes a session.
std::uint64_t measure(const std::string& program, std::uint32_t sessions) {
  allow_descriptors();
  const std::uint32_t all = sessions + kFirstOnes;
  const std::uint32_t cohort = std::min(all, kMostInRound);
  const World world(all);
  bench::Daemon daemon(program, world,
                       fmt::format(kConfiguration, to_hex(world.authority().verify_key().view()),
                                   all, cohort, cohort));
  std::vector<Client> clients;
  open_until(clients, kFirstOnes, world, daemon.port());
  const auto settle = [] { std::this_thread::sleep_for(std::chrono::milliseconds(500)); };
  settle();
  const auto before = daemon.resident_bytes();
  const auto begin = Clock::now();
  open_until(clients, all, world, daemon.port());
  const double opening_s = seconds_since(begin);
  settle();
  const auto resident = daemon.resident_bytes();
  const std::uint64_t each = (std::max(resident, before) - before) / sessions;
  fmt::print("{} authenticated sessions: {} bytes each, {:.1f} MiB resident, opened in {:.1f} s\n",
             sessions, each, static_cast<double>(resident) / (1 << 20), opening_s);
  const auto joining = Clock::now();
  join_all(clients);
  fmt::print("all {} joined in {:.1f} s; ", all, seconds_since(joining));
  const auto offers = count_offers(clients, cohort);
  fmt::print("the round's offer reached {}\n", offers);
  require(offers == cohort, "offers are missing");
  require(daemon.child().count("error") == 0, "the log has an error");
  return each;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || !init_crypto()) {
    fmt::print(stderr, "idle_bench BLINDSUMD [SESSIONS]\n");
    return 2;
  }
  const auto sessions =
      static_cast<std::uint32_t>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 10'000);
  try {
    const auto each = measure(argv[1], std::max(1U, sessions));
    if (each <= kMostBytes) return 0;
    fmt::print(stderr, "more than {} bytes a session\n", kMostBytes);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "{}\n", exception.what());
  }
  return 1;
}
