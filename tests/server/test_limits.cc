#include <doctest/doctest.h>

#include "server/address_limits.h"
#include "server/connection_error.h"
#include "server/empty_frames.h"
#include "server/pace.h"
#include "server/rate_limit.h"

namespace blindsum {
namespace {

std::uint32_t granted(RateLimit& limit, const std::string& who, Instant now, std::uint32_t tries) {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < tries; ++i) count += limit.take(who, now) ? 1 : 0;
  return count;
}

TEST_CASE("rate limit: so many at once, that many a minute, for each apart") {
  RateLimit limit(30);
  const Instant start{1'000'000};
  CHECK(granted(limit, "a", start, 100) == 30);
  CHECK(granted(limit, "b", start, 100) == 30);
  CHECK(granted(limit, "a", start + Instant{1'999}, 100) == 0);
  CHECK(granted(limit, "a", start + Instant{2'000}, 100) == 1);
  CHECK(granted(limit, "a", start + Instant{32'000}, 100) == 15);
  CHECK(granted(limit, "a", start + Instant{3'600'000}, 100) == 30);
  CHECK(granted(limit, "a", start, 100) == 0);  // a clock that goes back gives nothing
}

TEST_CASE("rate limit: forgets who has not been there for long") {
  RateLimit limit(60);
  for (int i = 0; i < 1000; ++i) CHECK(limit.take("first-" + std::to_string(i), Instant{0}));
  CHECK(limit.size() == 1000);
  for (int i = 0; i < 100; ++i) {
    CHECK(limit.take("later-" + std::to_string(i), Instant{120'000}));
  }
  CHECK(limit.size() <= 100);
}

TEST_CASE("rate limit: a crowd does not switch it off, and is forgotten when it has gone") {
  constexpr int most = 100'000;
  RateLimit limit(1);
  for (int i = 0; i <= most; ++i) CHECK(limit.take("crowd-" + std::to_string(i), Instant{0}));
  CHECK(limit.size() == most);
  CHECK(limit.take("late", Instant{0}));  // somebody else is forgotten for it
  CHECK_FALSE(limit.take("late", Instant{0}));
  CHECK(limit.take("later", Instant{0}));
  CHECK_FALSE(limit.take("later", Instant{0}));
  CHECK_FALSE(limit.take("late", Instant{0}));
  CHECK(limit.size() == most);
  CHECK(limit.take("once more", Instant{120'000}));
  CHECK(limit.size() == 1);
}

TEST_CASE("empty frames: what came and nobody was given, in headers of six bytes") {
  constexpr std::uint64_t on_its_way = std::uint64_t{128} << 10;
  EmptyFrames frames;
  CHECK(frames.count(on_its_way) == 0);
  CHECK(frames.count(on_its_way + 60) == 10);
  CHECK(frames.count(on_its_way + 60) == 0);
  frames.given(1'000'000);  // and its header
  CHECK(frames.count(on_its_way + 1'000'060) == 0);
  // Headers are counted as the largest that there are; that is no credit for later.
  for (int i = 0; i < 100'000; ++i) frames.given(0);
  CHECK(frames.count(2'000'000) == 0);
  CHECK(frames.count(2'000'000 + on_its_way + 6) == 1);
}

TEST_CASE("address limits: in all, from one address, and new ones a minute") {
  AddressLimits limits(4, 2, 5);
  const Instant now{1000};
  CHECK(limits.admit("a", now));
  CHECK(limits.admit("a", now));
  CHECK(limits.admit("a", now).error() == ConnectionError::too_many_from_address);
  CHECK(limits.admit("b", now));
  CHECK(limits.admit("c", now));
  CHECK(limits.admit("d", now).error() == ConnectionError::too_many_connections);
  CHECK(limits.open() == 4);
  for (int i = 0; i < 3; ++i) {  // two have come already
    limits.release("a");
    CHECK(limits.admit("a", now));
  }
  limits.release("a");
  CHECK(limits.admit("a", now).error() == ConnectionError::connects_too_often);
  CHECK(limits.admit("a", now + Instant{60'000}));
  limits.release("nobody");
  CHECK(limits.open() == 4);
}

TEST_CASE("address limits: what counts as one address") {
  const auto network = [](const char* address) {
    return network_of(boost::asio::ip::make_address(address));
  };
  CHECK(network("192.0.2.7") == "192.0.2.7");
  CHECK(network("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(network("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  CHECK(network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9"));
  CHECK(network("2001:db8:1:3::1") != network("2001:db8:1:2::1"));
}

TEST_CASE("pace: so many a second, four seconds' worth at once, and one for each 256 bytes") {
  const auto taken = [](Pace& pace, std::uint64_t bytes, Instant now, int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += pace.take(bytes, now) ? 1 : 0;
    return count;
  };
  Pace pings(10);
  const Instant start{50'000};
  CHECK(taken(pings, 0, start, 1000) == 40);
  CHECK(taken(pings, 0, start + Instant{99}, 1000) == 0);
  CHECK(taken(pings, 0, start + Instant{100}, 1000) == 1);
  CHECK(taken(pings, 0, start + Instant{1'100}, 1000) == 10);
  Pace pieces(10);
  CHECK(taken(pieces, 1, start, 1000) == 43);  // 40, and what these bytes brought
  Pace uploads(10);
  CHECK(taken(uploads, 1024, start, 10'000) == 10'000);
}

}  // namespace
}  // namespace blindsum
