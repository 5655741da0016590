// A participant's state folder that goes with the test, and things to put into it.
#pragma once

#include <doctest/doctest.h>

#include <memory>

#include "client/sqlite_store.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {

template <class Value>
Value filled(std::uint8_t byte) {
  Value value;
  value.bytes.fill(byte);
  return value;
}

inline SessionId session(std::uint8_t byte) {
  return filled<SessionId>(byte);
}

inline const VerifyKey kIdentity = filled<VerifyKey>(1);

// A store that can be closed and opened again, as by another process.
class ParticipantDisk {
 public:
  ParticipantDisk() { open(); }
  SqliteStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    open();
  }
  std::filesystem::path folder() const { return folder_ / "state"; }
  void close() { store_.reset(); }

 private:
  void open() {
    auto opened = SqliteStore::open(folder(), kIdentity);
    REQUIRE(opened.has_value());
    store_ = *std::move(opened);
  }
  TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

inline KeptCohort some_cohort() {
  return {.parameter_bytes = {9, 8, 7},
          .th1 = filled<Hash>(3),
          .quorum = 4,
          .survivors = 5,
          .members = {{2, filled<VerifyKey>(20)}, {70'000, filled<VerifyKey>(21)}}};
}

inline SpentInput some_input(std::uint8_t byte) {
  return {.input = filled<InputId>(byte), .th2 = filled<Hash>(6), .u2 = {0x1f}};
}

}  // namespace blindsum
