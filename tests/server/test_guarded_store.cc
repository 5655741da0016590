#include <doctest/doctest.h>

#include "server/store/guarded_store.h"
#include "tests/server/memory_log.h"
#include "tests/server/store_place.h"

namespace blindsum {
namespace {

constexpr std::size_t kLarge = SqliteRoundStore::kSmallSumBytes + 1;
const SessionId kRound = StorePlace::session(1);

struct Guarded {
  StorePlace place;
  MemoryLog log;
  ReadinessBoard readiness;
  std::unique_ptr<GuardedStore> store;
  std::vector<AddedFact> facts{StorePlace::added(0), StorePlace::added(1)};

  Guarded() {
    REQUIRE(place.open());
    store = std::make_unique<GuardedStore>(place.release(), log, readiness);
    REQUIRE(store->keep(kRound, place.offered(kRound, "t", 1)));
    CHECK(readiness.read().ready);
  }
  Result<void> checkpoint() { return store->checkpoint(kRound, Bytes(kLarge), facts); }
};

TEST_CASE("guarded store: a full disk is told, and is over once such a thing is kept [DISK-9]") {
  Guarded guarded;
  auto fault = StoreError::disk_full;
  SUBCASE("full") {}
  SUBCASE("read-only") {
    fault = StoreError::disk_read_only;
  }
  const std::string line = "store of rounds: a checkpoint: " + make_error_code(fault).message();
  guarded.place.faults().on_write = fault;
  CHECK(guarded.checkpoint().error() == fault);
  CHECK(guarded.readiness.read().reasons == std::vector<std::string>{line});
  CHECK_FALSE(guarded.store->broken());
  guarded.place.faults() = {};
  // A fact has room where a checkpoint has none.
  CHECK(guarded.store->keep(kRound, SurvivorsFact{Bitmap(3)}).has_value());
  CHECK(guarded.readiness.read().reasons == std::vector<std::string>{line});
  CHECK(guarded.checkpoint().has_value());
  CHECK(guarded.readiness.read().ready);
  CHECK(guarded.log.count(line) == 1);
}

TEST_CASE("guarded store: after a failing fsync nothing is tried again [DISK-9]") {
  Guarded guarded;
  guarded.place.faults().on_sync = StoreError::sync_failed;
  CHECK(guarded.checkpoint().error() == StoreError::sync_failed);
  guarded.place.faults() = {};  // the disk says that all is well
  CHECK(guarded.checkpoint().error() == StoreError::sync_failed);
  CHECK(guarded.store->keep(kRound, SurvivorsFact{Bitmap(3)}).error() == StoreError::sync_failed);
  CHECK(guarded.store->keep_result(kRound, Bytes(kLarge)).error() == StoreError::sync_failed);
  CHECK(guarded.store->forget(kRound).error() == StoreError::sync_failed);
  CHECK(guarded.store->broken() == StoreError::sync_failed);
  CHECK_FALSE(guarded.readiness.read().ready);
  CHECK(guarded.log.count("nothing is kept any more until a restart") == 1);
  CHECK(guarded.store->facts(kRound).value().size() == 1);  // nothing was added; reading goes on
}

// An error of reading or writing that is not for want of room: nobody knows what is there now.
TEST_CASE("guarded store: a disk that fails is not trusted again [DISK-9]") {
  Guarded guarded;
  guarded.place.faults().on_write = StoreError::disk_failed;
  CHECK(guarded.checkpoint().error() == StoreError::disk_failed);
  guarded.place.faults() = {};
  CHECK(guarded.checkpoint().error() == StoreError::disk_failed);
  CHECK(guarded.store->broken() == StoreError::disk_failed);
  CHECK_FALSE(guarded.readiness.read().ready);
}

}  // namespace
}  // namespace blindsum
