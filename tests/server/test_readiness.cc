#include <doctest/doctest.h>

#include "server/readiness.h"

namespace blindsum {
namespace {

TEST_CASE("readiness: ready until somebody says why not, and again once that is over") {
  ReadinessBoard board;
  CHECK(board.read().ready);
  board.amiss("tides", "store_failed");
  board.amiss("spam", "store_failed");
  board.amiss("tides", "fsync_failed");  // one reason a source: the newest
  const auto amiss = board.read();
  CHECK(!amiss.ready);
  CHECK(amiss.reasons == std::vector<std::string>{"spam: store_failed", "tides: fsync_failed"});
  board.well("spam");
  CHECK(!board.read().ready);
  board.well("tides");
  board.well("tides");
  CHECK(board.read().ready);
  CHECK(board.read().reasons.empty());
}

}  // namespace
}  // namespace blindsum
