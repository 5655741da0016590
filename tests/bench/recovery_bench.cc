// What it takes to go on after kill -9 in the third phase, and what durability costs before: the
// store, the machine and the keeper of the server over a round of made-up uploads.
//   recovery_bench FOLDER [MEMBERS] [ELEMENTS]
// FOLDER is on the disk that is to be measured; it must not be there. Times are with files in the
// page cache, as after a crash of the process alone.
#define DOCTEST_CONFIG_IMPLEMENT  // the world of members checks by it
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>

#include "crypto/init.h"
#include "protocol/wire/documents.h"
#include "server/store/sqlite_round_store.h"
#include "server/sum_keeper.h"
#include "tests/support/aggregator_world.h"
#include "tests/support/seeded_entropy.h"

namespace {

using namespace blindsum;
using Timer = std::chrono::steady_clock;

double ms_since(Timer::time_point begin) {
  return std::chrono::duration<double, std::milli>(Timer::now() - begin).count();
}

struct SilentLog final : Log {
  void write(LogLevel, std::string_view) override {}
};

template <class Value>
Value required(Result<Value> result, const char* what) {
  if (!result) throw std::runtime_error(std::string(what) + ": " + result.error().message());
  return *std::move(result);
}

void require(const Result<void>& result, const char* what) {
  if (!result) throw std::runtime_error(std::string(what) + ": " + result.error().message());
}

std::unique_ptr<SqliteRoundStore> open_store(const std::filesystem::path& folder) {
  return required(SqliteRoundStore::open(required(open_store_folder(folder), "folder")), "store");
}

// The facts of a round whose members have all dealt their shares; its vectors are short, so that
// making it does not take an hour.
std::vector<RoundFact> dealt(std::uint32_t members, std::uint64_t elements,
                             AggregatorWorld& world) {
  world.encode_terms = encode_parameters;
  world.parameters().n_max = members;
  world.parameters().vector_length = elements;
  world.parameters().schema.tensors = {{"values", {elements}}};
  world.begin_and_run_to(AggregatorPhase::mask);
  return required(world.store().facts(world.parameters().session_id), "facts");
}

// Adds uploads as fast as it can, four in flight, until the last one is durable.
struct Feeder {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint32_t taken = 0;
  std::uint32_t durable = 0;

  void hear(const AggregatorEvent& event) {
    const std::lock_guard lock(mutex);
    if (std::holds_alternative<UploadTaken>(event)) ++taken;
    if (std::holds_alternative<Accumulated>(event)) ++durable;
    changed.notify_all();
  }
  void feed(SumKeeper& keeper, std::uint32_t members, const Bytes& packed) {
    constexpr std::uint32_t in_flight = 4;
    for (std::uint32_t member = 0; member < members; ++member) {
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return member < taken + in_flight; });
      }
      Accumulate upload;
      upload.roster_index = member;
      constexpr std::size_t chunk = std::size_t{1} << 20;
      for (std::size_t at = 0; at < packed.size(); at += chunk) {
        const std::size_t end = std::min(at + chunk, packed.size());
        upload.packed.append(Bytes(packed.begin() + static_cast<std::ptrdiff_t>(at),
                                   packed.begin() + static_cast<std::ptrdiff_t>(end)),
                             0);
      }
      upload.fact.member = member;
      keeper.add(std::move(upload));
    }
    keeper.may_come(false);
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return durable == members; });
  }
};

// Counts what goes to the disk.
class CountingStore final : public RoundStore {
 public:
  explicit CountingStore(RoundStore& store) : store_(store) {}
  Result<void> checkpoint(const SessionId& round, ByteView packed,
                          std::span<const AddedFact> added) override {
    ++checkpoints;
    bytes += packed.size();
    return store_.checkpoint(round, packed, added);
  }
  Result<void> keep(const SessionId& round, const RoundFact& fact) override {
    return store_.keep(round, fact);
  }
  Result<std::vector<RoundFact>> facts(const SessionId& round) override {
    return store_.facts(round);
  }
  Result<std::vector<std::string>> tasks() override { return store_.tasks(); }
  Result<std::vector<SessionId>> rounds(std::string_view task) override {
    return store_.rounds(task);
  }
  Result<StoredSum> load_checkpoint(const SessionId& round) override {
    return store_.load_checkpoint(round);
  }
  Result<void> keep_result(const SessionId& round, ByteView packed) override {
    return store_.keep_result(round, packed);
  }
  Result<StoredSum> load_result(const SessionId& round) override {
    return store_.load_result(round);
  }
  Result<void> forget(const SessionId& round) override { return store_.forget(round); }
  Error broken() const override { return store_.broken(); }

  std::uint64_t checkpoints = 0;
  std::uint64_t bytes = 0;

 private:
  RoundStore& store_;
};

void write_round(RoundStore& store, const std::vector<RoundFact>& facts, const SessionId& id,
                 std::uint32_t members, std::uint64_t elements, Ring ring) {
  for (const RoundFact& fact : facts) require(store.keep(id, fact), "a fact");
  CountingStore counting(store);
  const CheckpointLimits limits;
  SilentLog log;
  const SystemClock clock;
  ComputePool pool(2, clock, log);
  Feeder feeder;
  const auto keeper = std::make_shared<SumKeeper>(
      SumKeeper::Context{counting, limits, pool, clock, log, id, "bench/1"}, ring, elements,
      [&](const AggregatorEvent& event) { feeder.hear(event); });
  const Bytes packed(ring.packed_size(elements), 0x5A);
  const auto began = Timer::now();
  feeder.feed(*keeper, members, packed);
  const double took = ms_since(began);
  pool.stop();
  const auto received = static_cast<double>(packed.size()) * members;
  fmt::print(
      "uploads {} of {:.1f} MB in {:.0f} ms: {} checkpoints, {:.1f} MB written of {:.1f} MB "
      "received: {:.1f} %\n",
      members, static_cast<double>(packed.size()) / 1e6, took, counting.checkpoints,
      static_cast<double>(counting.bytes) / 1e6, received / 1e6,
      100.0 * static_cast<double>(counting.bytes) / received);
}

void recover_round(const std::filesystem::path& folder, AggregatorWorld& world, Ring ring) {
  const auto& parameters = world.parameters();
  const auto began = Timer::now();
  const auto store = open_store(folder);
  const double opened = ms_since(began);
  auto facts = required(store->facts(parameters.session_id), "facts");
  const double read = ms_since(began);
  std::vector<AggregatorEffect> effects;
  const auto machine =
      required(AggregatorRound::restore({world.roster(), *store, AggregatorLimits()},
                                        std::move(facts), Instant(0), effects),
               "the machine");
  const double restored = ms_since(began);
  const auto stored = required(store->load_checkpoint(parameters.session_id), "checkpoint");
  const auto sum =
      required(Accumulator::from_packed(ring, parameters.vector_length, stored.packed), "the sum");
  const double all = ms_since(began);
  if (sum.length() != parameters.vector_length || stored.members == 0) {
    throw std::runtime_error("not the round that was written");
  }
  fmt::print(
      "recovered in {:.0f} ms: store {:.0f}, facts {:.0f}, machine {:.0f}, checkpoint {:.0f}"
      "\n",
      all, opened, read - opened, restored - read, all - restored);
}

int run(const std::filesystem::path& folder, std::uint32_t members, std::uint64_t elements) {
  if (std::filesystem::exists(folder)) throw std::runtime_error(folder.string() + " is there");
  WorldOptions options;
  options.members = members;
  options.invited = members;
  options.n_min = members;
  options.n_max = members;
  options.vector_length = 1;
  AggregatorWorld world(options);
  const auto facts = dealt(members, elements, world);
  const Ring ring = required(Ring::of_bits(world.parameters().ring_bits), "ring");
  // One fewer than all: the phase is still open.
  write_round(*open_store(folder), facts, world.parameters().session_id, members - 1, elements,
              ring);
  for (int times = 0; times < 5; ++times) recover_round(folder, world, ring);
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: recovery_bench FOLDER [MEMBERS] [ELEMENTS]\n");
    return 2;
  }
  if (!init_crypto()) return 1;
  doctest::Context checks;
  checks.setAsDefaultForAssertsOutOfTestCases();
  try {
    const auto members = argc > 2 ? static_cast<std::uint32_t>(std::atoi(argv[2])) : 200;
    const auto elements = argc > 3 ? static_cast<std::uint64_t>(std::atoll(argv[3])) : 1 << 22;
    return run(argv[1], members, elements);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "{}\n", exception.what());
    return 1;
  }
}
