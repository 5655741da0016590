// Members, or one address, that join again and again: each Join is answered with what the running
// round has for the member [JOIN-2], so their number has to be bounded [JOIN-4].
#include <doctest/doctest.h>

#include "tests/abuse/siege.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("joins");

void join_and_leave(const Siege& siege, std::uint32_t index, const std::atomic<bool>& over) {
  const auto client = enter(siege, index);
  while (!over && !client->closed()) {
    send_frame(*client, Join{kTask});
    send_frame(*client, Leave{});
    static_cast<void>(client->receive(std::chrono::milliseconds(0)));
  }
}

TEST_CASE("join floods: of one member, in one session and in many [JOIN-4]") {
  Siege siege("new_connections_per_address = 100000\njoins_per_member = 5", "1s");
  siege.withstands(
      "join flood of a member", 1,
      [&](const auto& over) { again(over, [&] { join_and_leave(siege, kFirstTraitor, over); }); },
      "m5 (5): closed: too_many_joins");
  const auto client = enter(siege, kFirstTraitor);
  send_frame(*client, Join{kTask});
  CHECK(session_error(*client) == "too_many_joins");
  siege.lets_in(6);
}

TEST_CASE("join floods: of many members at one address, which do not count for others [JOIN-4]") {
  Siege siege("new_connections_per_address = 100000\njoins_per_address = 10", "1s");
  siege.withstands(
      "join flood of an address", 2,
      [&](const auto& over) {
        again(over, [&] {
          for (const std::uint32_t index : {5U, 7U}) join_and_leave(siege, index, over);
        });
      },
      "closed: too_many_joins");
  siege.lets_in(6);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
