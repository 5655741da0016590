#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "server/clock.h"
#include "server/compute_pool.h"
#include "server/limited_log.h"
#include "server/recovery_watch.h"
#include "tests/server/memory_log.h"

namespace blindsum {
namespace {

struct Pool {
  SystemClock clock;
  MemoryLog log;
  ComputePool pool;
  explicit Pool(std::uint32_t threads) : pool(threads, clock, log) {}
};

TEST_CASE("pool: a strand runs its jobs one at a time and in order") {
  Pool fixture(4);
  const Strand strand(fixture.pool);
  std::atomic<int> inside = 0;
  bool overlapped = false;
  std::vector<int> order;
  std::promise<void> done;
  for (int i = 0; i < 1000; ++i) {
    strand.post([&, i] {
      overlapped = overlapped || inside.fetch_add(1) != 0;
      order.push_back(i);
      inside.fetch_sub(1);
      if (i == 999) done.set_value();
    });
  }
  done.get_future().get();
  CHECK_FALSE(overlapped);
  for (int i = 0; i < 1000; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("pool: what a job holds has gone before the strand's next job runs") {
  Pool fixture(4);
  const Strand strand(fixture.pool);
  struct Held {
    std::atomic<bool>& gone;
    ~Held() { gone = true; }
  };
  std::atomic<bool> gone = false;
  std::promise<bool> seen;
  strand.post([held = std::make_shared<Held>(gone)] {});
  strand.post([&] { seen.set_value(gone); });
  CHECK(seen.get_future().get());
}

TEST_CASE("pool: for_each does each task once, on any number of threads, also from a job") {
  for (const std::uint32_t threads : {1U, 2U, 5U}) {
    Pool fixture(threads);
    std::vector<std::atomic<int>> counts(500);
    fixture.pool.for_each(0, [](std::size_t) {});
    fixture.pool.for_each(counts.size(), [&](std::size_t i) { ++counts[i]; });
    std::promise<void> done;
    fixture.pool.post([&] {
      fixture.pool.for_each(counts.size(), [&](std::size_t i) { ++counts[i]; });
      done.set_value();
    });
    done.get_future().get();
    for (const auto& count : counts) CHECK(count == 2);
  }
}

TEST_CASE("pool: other jobs get their turn while a loop runs") {
  Pool fixture(2);
  std::atomic<bool> turn = false;
  std::promise<void> done;
  fixture.pool.post([&] {
    fixture.pool.post([&] { turn = true; });
    fixture.pool.for_each(10'000, [&](std::size_t) {
      if (!turn) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    done.set_value();
  });
  CHECK(done.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready);
}

TEST_CASE("pool: a task that throws is the caller's of for_each; a job that throws is logged") {
  Pool fixture(3);
  const auto loop = [&] {
    fixture.pool.for_each(100, [](std::size_t i) {
      if (i == 50) throw std::runtime_error("boom");
    });
  };
  CHECK_THROWS_AS(loop(), std::runtime_error);
  const Strand strand(fixture.pool);
  std::promise<void> after;
  strand.post([] { throw std::runtime_error("bang"); });
  strand.post([&] { after.set_value(); });
  after.get_future().get();
  CHECK(fixture.log.wait_for("internal_error: a job ended with bang"));
}

TEST_CASE("pool: timed jobs come in their order, and not before their time") {
  Pool fixture(2);
  const Strand strand(fixture.pool);
  const auto begun = fixture.clock.now();
  std::vector<int> order;
  std::promise<Instant> done;
  strand.post_at(begun + Instant(60), [&] {
    order.push_back(2);
    done.set_value(fixture.clock.now());
  });
  strand.post_at(begun + Instant(30), [&] { order.push_back(1); });
  strand.post_at(begun - Instant(5), [&] { order.push_back(0); });
  CHECK(done.get_future().get() >= begun + Instant(60));
  CHECK(order == std::vector<int>{0, 1, 2});
}

// Voluntary context switches of this process's pool threads so far: how often one went to sleep.
std::uint64_t sleeps_of_pools() {
  std::uint64_t sum = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream status(thread.path() / "status");
    std::string word;
    bool is_ours = false;
    while (status >> word) {
      if (word == "Name:" && status >> word) is_ours = word.starts_with("compute-");
      std::uint64_t count = 0;
      if (word == "voluntary_ctxt_switches:" && status >> count && is_ours) sum += count;
    }
  }
  return sum;
}

// Were one woken to watch the time, or for company, there would be two sleeps a job.
TEST_CASE("pool: a job that comes alone wakes one thread") {
  Pool fixture(4);
  fixture.pool.post_at(fixture.clock.now() + Instant(3'600'000), [] {});
  constexpr int count = 500;
  const auto one = [&] {
    std::promise<void> done;
    fixture.pool.post([&] { done.set_value(); });
    done.get_future().get();
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  };
  one();
  const auto before = sleeps_of_pools();
  for (int i = 0; i < count; ++i) one();
  CHECK(sleeps_of_pools() - before < count * 3 / 2);
}

TEST_CASE("pool: a timed job is not late while there is a thread that does nothing") {
  for (const bool timed_first : {false, true}) {
    std::promise<void> end;
    const auto ended = end.get_future().share();
    std::promise<void> done;
    Pool fixture(3);
    const auto post_timed = [&] {
      fixture.pool.post_at(fixture.clock.now() + Instant(20), [&] { done.set_value(); });
    };
    if (timed_first) post_timed();
    for (int i = 0; i < 2; ++i) fixture.pool.post([ended] { ended.wait(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!timed_first) post_timed();
    CHECK(done.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready);
    end.set_value();
  }
}

TEST_CASE("pool: a job is not left lying while there is a thread that does nothing") {
  for (int round = 0; round < 20; ++round) {
    // Each waits for all the others, so all four have to be woken.
    std::latch all(4);
    std::promise<void> done;
    Pool fixture(4);
    for (int i = 0; i < 4; ++i) {
      fixture.pool.post([&, i] {
        all.arrive_and_wait();
        if (i == 3) done.set_value();
      });
      if (round % 2 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    CHECK(done.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready);
  }
}

TEST_CASE("pool: every job runs, however it is posted and by whom") {
  constexpr int posters = 3;
  constexpr int each = 1000;
  std::latch all(posters * each * 3);
  Pool fixture(3);
  std::vector<std::thread> threads;
  for (int poster = 0; poster < posters; ++poster) {
    threads.emplace_back([&] {
      for (int i = 0; i < each; ++i) {
        fixture.pool.post([&] {
          fixture.pool.post_last([&] { all.count_down(); });
          all.count_down();
        });
        fixture.pool.post_at(fixture.clock.now() + Instant(i % 3), [&] { all.count_down(); });
        if (i % 8 == 0) std::this_thread::sleep_for(std::chrono::microseconds(50));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  all.wait();  // for ever, if one were lost
}

TEST_CASE("pool: after stop() nothing runs, and what waited is let go") {
  Pool fixture(1);
  const auto held = std::make_shared<int>(1);
  fixture.pool.post_at(fixture.clock.now() + Instant(3'600'000), [held] {});
  CHECK(held.use_count() == 2);
  fixture.pool.stop();
  CHECK(held.use_count() == 1);
  bool ran = false;
  fixture.pool.post([&] { ran = true; });
  fixture.pool.for_each(3, [](std::size_t) {});
  CHECK_FALSE(ran);
}

class SteppedClock final : public Clock {
 public:
  Instant now() const override { return value; }
  UnixSeconds wall_now() const override { return 0; }
  Instant value{5'000};
};

TEST_CASE("limited log: so many lines a second, and the number of those left out") {
  MemoryLog log;
  SteppedClock clock;
  LimitedLog limited(log, clock, 3);
  for (int i = 0; i < 10; ++i) limited.info("peer {}", i);
  CHECK(log.count("peer") == 3);
  clock.value += Instant(1000);
  limited.info("peer again");
  CHECK(log.count("7 lines about peers were left out") == 1);
  CHECK(log.count("peer again") == 1);
}

std::ptrdiff_t lines(MemoryLog& log) {
  const auto all = log.all();
  return std::count(all.begin(), all.end(), '\n');
}

TEST_CASE("recovery watch: a line every five seconds, and one of what was done") {
  Pool fixture(1);
  MemoryLog log;
  SteppedClock clock;
  RecoveryWatch watch("t/3", fixture.pool, clock, log);
  watch.advanced({RecoveryStage::keys, 10, 900});
  CHECK(log.all().empty());
  clock.value += Instant(5'000);
  watch.advanced({RecoveryStage::keys, 20, 900});
  watch.advanced({RecoveryStage::keys, 30, 900});
  CHECK(log.count("t/3: unmasking: keys of masks 20 of 900") == 1);
  CHECK(lines(log) == 1);
  RecoveryOutcome outcome;
  outcome.reason = Reason::too_few_shares;
  watch.done(outcome);
  CHECK(lines(log) == 1);
  outcome.reason = Reason::ok;
  outcome.work = {5, 12, 17};
  watch.done(outcome);
  CHECK(log.count("t/3: unmasked in 5000 ms: 5 secrets, 12 key agreements, 17 mask streams") == 1);
}

TEST_CASE("recovery watch: given up with its round, or when the pool stops") {
  Pool fixture(1);
  RecoveryWatch first("t/3", fixture.pool, fixture.clock, fixture.log);
  RecoveryWatch second("u/1", fixture.pool, fixture.clock, fixture.log);
  CHECK(first.is_wanted());
  first.give_up();
  CHECK_FALSE(first.is_wanted());
  CHECK(second.is_wanted());
  fixture.pool.stop();
  CHECK_FALSE(second.is_wanted());
}

}  // namespace
}  // namespace blindsum
