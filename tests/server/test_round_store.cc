// The store of rounds: what it says it has kept is there after a crash, and what is not whole is
// refused by name [ONCE-6, DISK-7, DISK-8].
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <fstream>

#include "server/store/round_schema.h"
#include "tests/server/store_place.h"

namespace blindsum {
namespace {

const SessionId kFirst = StorePlace::session(1);
const SessionId kSecond = StorePlace::session(2);

constexpr std::size_t kLarge = SqliteRoundStore::kSmallSumBytes + 1;

Bytes sum_of(std::uint8_t content, std::size_t size = kLarge) {
  return Bytes(size, content);
}

// Opened, with a round in it.
struct OneRound : StorePlace {
  OneRound() {
    REQUIRE(open());
    REQUIRE(store().keep(kFirst, offered(kFirst, "t", 1)));
  }
  Result<void> checkpoint(std::uint8_t content, std::vector<std::uint32_t> members) {
    std::vector<AddedFact> facts;
    for (const auto member : members) facts.push_back(added(member));
    return store().checkpoint(kFirst, sum_of(content), facts);
  }
  std::size_t added_facts() {
    const auto facts = store().facts(kFirst).value();
    return static_cast<std::size_t>(std::count_if(facts.begin(), facts.end(), [](const auto& one) {
      return std::holds_alternative<AddedFact>(one);
    }));
  }
  std::filesystem::path sum_file(std::size_t slot) const { return folder() / names().at(slot); }
};

TEST_CASE("store: facts in their order, rounds by task, oldest first, and after a crash") {
  StorePlace place;
  REQUIRE(place.open());
  const auto third = StorePlace::session(3);
  REQUIRE(place.store().keep(kSecond, place.offered(kSecond, "t", 1)));
  REQUIRE(place.store().keep(third, place.offered(third, "u", 1)));
  REQUIRE(place.store().keep(kSecond, SurvivorsFact{Bitmap(5)}));
  REQUIRE(place.store().keep(kFirst, place.offered(kFirst, "t", 2)));
  for (int times = 0; times < 2; ++times) {
    CHECK(place.store().rounds("t").value() == std::vector{kSecond, kFirst});
    CHECK(place.store().rounds("u").value() == std::vector{third});
    CHECK(place.store().rounds("").value().empty());
    const auto facts = place.store().facts(kSecond).value();
    REQUIRE(facts.size() == 2);
    CHECK(std::get<OfferedFact>(facts[0]).offer.parameters.session_id == kSecond);
    CHECK(std::get<SurvivorsFact>(facts[1]).u3.size() == 5);
    CHECK(place.store().facts(StorePlace::session(9)).value().empty());
    REQUIRE(place.open());
  }
}

TEST_CASE("store: a fact of a round that was not offered is refused, nothing of it stays") {
  OneRound place;
  CHECK(place.store().keep(kSecond, SurvivorsFact{Bitmap(5)}).has_error());
  CHECK(place.store().facts(kSecond).value().empty());
  CHECK(place.store().keep(kFirst, place.offered(kFirst, "t", 1)).has_error());  // twice
  CHECK(place.store().facts(kFirst).value().size() == 1);
}

TEST_CASE("store: the newest checkpoint counts, with all members that are in it [DISK-7]") {
  OneRound place;
  CHECK(place.store().load_checkpoint(kFirst).error() == Reason::checkpoint_damaged);  // none yet
  REQUIRE(place.checkpoint(1, {0, 3}));
  REQUIRE(place.checkpoint(2, {1}));
  REQUIRE(place.checkpoint(3, {2, 4}));
  CHECK(place.names().size() == 2);
  for (int times = 0; times < 2; ++times) {
    const auto loaded = place.store().load_checkpoint(kFirst).value();
    CHECK(loaded.packed == sum_of(3));
    CHECK(loaded.members == 5);
    CHECK(place.added_facts() == 5);
    REQUIRE(place.open());
  }
}

TEST_CASE("store: what was begun and not committed harms nothing [DISK-8]") {
  OneRound place;
  REQUIRE(place.checkpoint(1, {0, 3}));
  REQUIRE(place.checkpoint(2, {1}));
  // Generation 2 is in slot 0; the next one, torn, is in slot 1.
  std::ofstream(place.sum_file(1), std::ios::binary) << "torn";
  REQUIRE(place.open());
  CHECK(place.store().load_checkpoint(kFirst).value().packed == sum_of(2));
  REQUIRE(place.checkpoint(3, {2}));
  CHECK(place.store().load_checkpoint(kFirst).value().packed == sum_of(3));
}

TEST_CASE("store: a checkpoint that is torn, changed, another or gone is named [DISK-8]") {
  OneRound place;
  REQUIRE(place.checkpoint(1, {0, 3}));
  REQUIRE(place.checkpoint(2, {1}));
  const auto file = place.sum_file(0);
  SUBCASE("cut off") {
    std::filesystem::resize_file(file, kLarge + 23);
  }
  SUBCASE("empty") {
    std::filesystem::resize_file(file, 0);
  }
  SUBCASE("gone") {
    std::filesystem::remove(file);
  }
  SUBCASE("a bit") {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(500);
    stream.put(3);
  }
  SUBCASE("the other slot's") {
    std::filesystem::copy_file(place.sum_file(1), file,
                               std::filesystem::copy_options::overwrite_existing);
  }
  REQUIRE(place.open());
  CHECK(place.store().load_checkpoint(kFirst).error() == Reason::checkpoint_damaged);
}

TEST_CASE("store: the sum without masks leaves the checkpoint alone, however often [DISK-8]") {
  OneRound place;
  REQUIRE(place.checkpoint(1, {0, 3}));
  for (std::uint8_t content = 7; content < 10; ++content) {
    REQUIRE(place.store().keep_result(kFirst, sum_of(content)));
    REQUIRE(place.open());
    CHECK(place.store().load_result(kFirst).value().packed == sum_of(content));
    CHECK(place.store().load_checkpoint(kFirst).value().packed == sum_of(1));
  }
}

TEST_CASE("store: a small sum takes no file, and is looked at all the same [DISK-7, DISK-8]") {
  OneRound place;
  const auto small = [](std::uint8_t content) { return sum_of(content, 1000); };
  const std::vector<AddedFact> added{StorePlace::added(0), StorePlace::added(3)};
  REQUIRE(place.store().checkpoint(kFirst, small(1), added));
  REQUIRE(place.store().keep_result(kFirst, small(7)));
  REQUIRE(place.open());
  CHECK(place.names().empty());
  CHECK(place.store().load_checkpoint(kFirst).value().packed == small(1));
  CHECK(place.store().load_checkpoint(kFirst).value().members == 2);
  CHECK(place.store().load_result(kFirst).value().packed == small(7));
  place.close();
  REQUIRE(SqlDatabase::open(place.folder() / "rounds.db", {.errors = store_error})
              ->execute("UPDATE sum SET small = zeroblob(1000) WHERE kind = 1"));
  REQUIRE(place.open());
  CHECK(place.store().load_checkpoint(kFirst).error() == Reason::checkpoint_damaged);
  CHECK(place.store().load_result(kFirst).has_value());
}

TEST_CASE("store: of a round that is forgotten nothing stays, also not after a crash in it") {
  OneRound place;
  REQUIRE(place.store().keep(kSecond, place.offered(kSecond, "t", 2)));
  REQUIRE(place.checkpoint(1, {0, 3}));
  REQUIRE(place.checkpoint(2, {1}));
  const auto left = place.sum_file(0);
  REQUIRE(place.store().forget(kFirst));
  CHECK(place.names().empty());
  CHECK(place.store().rounds("t").value() == std::vector{kSecond});
  CHECK(place.store().facts(kFirst).value().empty());
  std::ofstream(left) << "left by a crash";
  std::ofstream(place.folder() / "notes.0") << "not ours";
  REQUIRE(place.open());
  CHECK(place.names().empty());
  CHECK(std::filesystem::exists(place.folder() / "notes.0"));
}

TEST_CASE("store: a disk that is full or fails is named, and what was there still is [DISK-9]") {
  OneRound place;
  REQUIRE(place.checkpoint(1, {0, 3}));
  place.faults().on_write = StoreError::disk_full;
  CHECK(place.checkpoint(2, {1}).error() == StoreError::disk_full);
  place.faults() = {.on_write = {}, .on_sync = StoreError::sync_failed};
  CHECK(place.checkpoint(2, {1}).error() == StoreError::sync_failed);
  CHECK(place.store().keep_result(kFirst, sum_of(9)).error() == StoreError::sync_failed);
  CHECK(place.open().error() == StoreError::sync_failed);
  place.faults() = {};
  REQUIRE(place.open());
  for (int times = 0; times < 2; ++times) {
    CHECK(place.store().load_checkpoint(kFirst).value().packed == sum_of(1));
    CHECK(place.added_facts() == 2);
    REQUIRE(place.open());
  }
  CHECK(place.checkpoint(2, {1}).has_value());
}

SqlDatabase open_database(const StorePlace& place) {
  return SqlDatabase::open(place.folder() / "rounds.db", {.errors = store_error}).value();
}

// No more descriptors for this process while it is there.
class NoDescriptors {
 public:
  NoDescriptors() {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const ::rlimit none{0, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  ::rlimit before_{};
};

TEST_CASE("store: want of descriptors is named, and passes [DISK-9]") {
  OneRound place;
  REQUIRE(place.checkpoint(3, {1, 2}));
  const auto files = open_store_folder(place.folder()).value();
  {
    const NoDescriptors none;
    CHECK(place.checkpoint(6, {3}).error() == StoreError::too_few_resources);
    CHECK(files->sync_names().error() == StoreError::too_few_resources);
  }
  CHECK_FALSE(is_for_good(StoreError::too_few_resources));
  CHECK(make_error_code(StoreError::too_few_resources).message() == "too_few_resources");
  CHECK(place.checkpoint(6, {3}));
  CHECK(place.store().load_checkpoint(kFirst).value().packed == sum_of(6));
  CHECK(place.store().tasks().value() == std::vector<std::string>{"t"});
}

TEST_CASE("store: a newer one, a foreign one and one that is none are refused by name") {
  OneRound place;
  place.close();
  SUBCASE("newer") {
    REQUIRE(open_database(place).execute("PRAGMA user_version = 1000"));
    CHECK(place.open().error() == StoreError::newer_store);
  }
  SUBCASE("foreign") {
    REQUIRE(open_database(place).execute("PRAGMA application_id = 7"));
    CHECK(place.open().error() == StoreError::foreign_store);
  }
  SUBCASE("none") {
    std::ofstream(place.folder() / "rounds.db", std::ios::binary) << std::string(5000, 'x');
    std::filesystem::remove(place.folder() / "rounds.db-wal");
    CHECK(place.open().error() == StoreError::store_damaged);
  }
}

TEST_CASE("store: an older one is brought up to date, step by step or not at all") {
  TemporaryFolder folder;
  const auto file = folder / "rounds.db";
  const auto open = [&] { return SqlDatabase::open(file, {.errors = store_error}).value(); };
  const char* const steps[] = {"CREATE TABLE a (x INTEGER)", "ALTER TABLE a ADD COLUMN y INTEGER",
                               "no SQL at all"};
  const auto first_steps = [&](std::size_t count) { return std::span(steps).first(count); };
  {
    auto database = open();
    REQUIRE(migrate(database, first_steps(1)));
    REQUIRE(database.execute("INSERT INTO a (x) VALUES (7)"));
  }
  auto database = open();
  REQUIRE(migrate(database, first_steps(2)));
  REQUIRE(migrate(database, first_steps(2)));  // there is nothing to do
  CHECK(database.execute("UPDATE a SET y = x").has_value());
  CHECK(migrate(database, first_steps(3)).has_error());
  CHECK(migrate(database, first_steps(2)).has_value());  // it has not become version 3
  CHECK(migrate(database, first_steps(1)).error() == StoreError::newer_store);
}

}  // namespace
}  // namespace blindsum
