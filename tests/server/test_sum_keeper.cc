// Uploads are added one by one and made durable in groups [DISK-7].
#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <new>

#include "server/sum_keeper.h"
#include "tests/server/memory_log.h"
#include "tests/server/store_place.h"

namespace blindsum {
namespace {

const Ring kRing = Ring::of_bits(8).value();
constexpr std::uint64_t kLength = 100;
using std::chrono::milliseconds;

// Counts checkpoints, holds them up or fails them; keeps what it was given.
class SlowStore final : public RoundStore {
 public:
  struct Written {
    Bytes packed;
    std::vector<std::uint32_t> members;
  };
  Result<void> checkpoint(const SessionId&, ByteView packed,
                          std::span<const AddedFact> added) override {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    if (fails_) return StoreError::disk_full;
    Written written{Bytes(packed.begin(), packed.end()), {}};
    for (const auto& fact : added) written.members.push_back(fact.member);
    written_.push_back(std::move(written));
    return {};
  }
  void hold(bool on) {
    change([&] { held_ = on; });
  }
  void fail() {
    change([&] { fails_ = true; });
  }
  bool wait_for_begun(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return begun_ >= count; });
  }
  std::vector<Written> written() {
    const std::lock_guard lock(mutex_);
    return written_;
  }

  Result<void> keep(const SessionId&, const RoundFact&) override { return {}; }
  Result<std::vector<RoundFact>> facts(const SessionId&) override {
    return std::vector<RoundFact>();
  }
  Result<std::vector<std::string>> tasks() override { return std::vector<std::string>(); }
  Result<std::vector<SessionId>> rounds(std::string_view) override {
    return std::vector<SessionId>();
  }
  Result<StoredSum> load_checkpoint(const SessionId&) override { return StoredSum(); }
  Result<void> keep_result(const SessionId&, ByteView) override { return {}; }
  Result<StoredSum> load_result(const SessionId&) override { return StoredSum(); }
  Result<void> forget(const SessionId&) override { return {}; }
  Error broken() const override { return {}; }

 private:
  template <class Change>
  void change(Change&& apply) {
    const std::lock_guard lock(mutex_);
    apply();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t begun_ = 0;
  bool held_ = false;
  bool fails_ = false;
  std::vector<Written> written_;
};

struct Keeping {
  SlowStore store;
  CheckpointLimits limits;
  MemoryLog log;
  SystemClock clock;
  ComputePool pool{2, clock, log};
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::uint32_t, Error> taken;
  std::map<std::uint32_t, Error> durable;
  std::atomic<bool> lacks_memory = false;
  std::shared_ptr<SumKeeper> keeper;

  explicit Keeping(milliseconds interval = std::chrono::hours(1), std::uint32_t uploads = 100)
      : limits{interval, uploads} {
    SumKeeper::Context context{store, limits, pool, clock, log, SessionId(), "t/1"};
    context.pack = [this](const Accumulator& sum) {
      if (lacks_memory) throw std::bad_alloc();
      return sum.packed();
    };
    keeper = std::make_shared<SumKeeper>(context, kRing, kLength,
                                         [this](const AggregatorEvent& event) { hear(event); });
  }
  ~Keeping() {
    store.hold(false);
    pool.stop();
  }

  void hear(const AggregatorEvent& event) {
    const std::lock_guard lock(mutex);
    if (const auto* one = std::get_if<UploadTaken>(&event)) taken[one->roster_index] = one->error;
    if (const auto* one = std::get_if<Accumulated>(&event)) durable[one->roster_index] = one->error;
    changed.notify_all();
  }
  // Every element is the member's number.
  void add(std::uint32_t member, std::size_t size = kLength) {
    Accumulate upload;
    upload.roster_index = 10 + member;
    upload.packed.append(Bytes(size, static_cast<std::uint8_t>(member)), 0);
    upload.fact = StorePlace::added(member);
    keeper->add(std::move(upload));
  }
  bool wait(const std::map<std::uint32_t, Error>& heard, std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return heard.size() >= count; });
  }
  // That nothing more becomes durable by itself.
  bool stays(std::size_t count) {
    std::unique_lock lock(mutex);
    return !changed.wait_for(lock, milliseconds(100), [&] { return durable.size() > count; });
  }
};

TEST_CASE("keeper: one vector is never written alone, two are at once [DISK-7]") {
  Keeping keeping;
  keeping.add(1);
  REQUIRE(keeping.wait(keeping.taken, 1));
  keeping.keeper->may_come(false);
  CHECK(keeping.stays(0));
  keeping.add(2);
  REQUIRE(keeping.wait(keeping.durable, 2));
  const auto written = keeping.store.written();
  REQUIRE(written.size() == 1);
  CHECK(written[0].packed == Bytes(kLength, 3));
  CHECK(written[0].members == std::vector<std::uint32_t>{1, 2});
  CHECK_FALSE(keeping.durable[11].failed());
}

TEST_CASE("keeper: while a checkpoint is written the next ones are taken, and told in one") {
  Keeping keeping(milliseconds(0));
  keeping.store.hold(true);
  keeping.add(1);
  keeping.add(2);
  REQUIRE(keeping.store.wait_for_begun(1));
  for (std::uint32_t member = 3; member < 8; ++member) keeping.add(member);
  REQUIRE(keeping.wait(keeping.taken, 7));
  CHECK(keeping.stays(0));
  keeping.store.hold(false);
  REQUIRE(keeping.wait(keeping.durable, 7));
  const auto written = keeping.store.written();
  REQUIRE(written.size() == 2);
  CHECK(written[0].packed == Bytes(kLength, 3));
  CHECK(written[1].packed == Bytes(kLength, 28));
  CHECK(written[1].members == std::vector<std::uint32_t>{3, 4, 5, 6, 7});
}

TEST_CASE("keeper: the next checkpoint waits for its interval, or for so many, or for the last") {
  SUBCASE("its interval") {
    Keeping keeping(milliseconds(300));
    keeping.add(1);
    keeping.add(2);
    REQUIRE(keeping.wait(keeping.durable, 2));
    keeping.add(3);
    CHECK(keeping.stays(2));
    CHECK(keeping.wait(keeping.durable, 3));
  }
  SUBCASE("so many") {
    Keeping keeping(std::chrono::hours(1), 3);
    keeping.add(1);
    keeping.add(2);
    REQUIRE(keeping.wait(keeping.durable, 2));
    keeping.add(3);
    keeping.add(4);
    CHECK(keeping.stays(2));
    keeping.add(5);
    CHECK(keeping.wait(keeping.durable, 5));
    CHECK(keeping.store.written().size() == 2);
  }
  SUBCASE("the last that can come") {
    Keeping keeping;
    keeping.add(1);
    keeping.add(2);
    REQUIRE(keeping.wait(keeping.durable, 2));
    keeping.add(3);
    CHECK(keeping.stays(2));
    keeping.keeper->may_come(false);
    CHECK(keeping.wait(keeping.durable, 3));
  }
}

TEST_CASE("keeper: a malformed upload is in nothing, and harms no other") {
  Keeping keeping;
  keeping.add(1);
  keeping.add(2, kLength - 1);
  keeping.add(3);
  REQUIRE(keeping.wait(keeping.durable, 2));
  CHECK(reason_of(keeping.taken[12]) == Reason::wrong_length);
  CHECK(keeping.store.written()[0].packed == Bytes(kLength, 4));
  CHECK_FALSE(keeping.durable.contains(12));
}

TEST_CASE("keeper: a checkpoint that fails acknowledges nobody, and nothing follows it [DISK-9]") {
  Keeping keeping(milliseconds(0));
  keeping.store.fail();
  keeping.store.hold(true);
  keeping.add(1);
  keeping.add(2);
  REQUIRE(keeping.store.wait_for_begun(1));
  keeping.add(3);
  REQUIRE(keeping.wait(keeping.taken, 3));
  keeping.store.hold(false);
  REQUIRE(keeping.wait(keeping.durable, 3));
  for (const std::uint32_t index : {11U, 12U, 13U}) {
    CHECK(keeping.durable[index] == Reason::store_failed);
  }
  keeping.add(4);
  REQUIRE(keeping.wait(keeping.taken, 4));
  CHECK(keeping.taken[14] == Reason::store_failed);
  CHECK(keeping.store.written().empty());
}

TEST_CASE("keeper: a checkpoint that cannot be made is answered as one that fails [DISK-9]") {
  Keeping keeping(milliseconds(0));
  keeping.lacks_memory = true;
  keeping.add(1);
  keeping.add(2);
  REQUIRE(keeping.wait(keeping.durable, 2));
  CHECK(keeping.durable[11] == Reason::internal_error);
  CHECK(keeping.durable[12] == Reason::internal_error);
  keeping.lacks_memory = false;
  keeping.add(3);  // the sum has two in it that are in no checkpoint
  REQUIRE(keeping.wait(keeping.taken, 3));
  CHECK(keeping.taken[13] == Reason::internal_error);
  CHECK(keeping.store.written().empty());
}

TEST_CASE("keeper: it goes on from a sum that was restored") {
  Keeping keeping;
  keeping.keeper->restore(Accumulator::from_packed(kRing, kLength, Bytes(kLength, 9)).value(), 2);
  keeping.add(1);  // the third: it need not wait for company
  REQUIRE(keeping.wait(keeping.durable, 1));
  CHECK(keeping.store.written()[0].packed == Bytes(kLength, 10));
  CHECK(keeping.keeper->sum()->packed().value() == Bytes(kLength, 10));
}

}  // namespace
}  // namespace blindsum
