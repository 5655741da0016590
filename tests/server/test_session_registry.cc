#include <doctest/doctest.h>

#include "server/session_registry.h"

namespace blindsum {
namespace {

struct Link final : MemberLink {
  Link(std::uint64_t session, std::uint32_t member) : number(session), index(member) {}
  std::uint32_t roster_index() const override { return index; }
  std::uint64_t session_number() const override { return number; }
  void send(SharedBytes) override {}
  void send(Blob) override {}
  void expect_frame(std::uint64_t) override {}
  void fail(Reason reason, std::string) override { failed.push_back(reason); }
  const std::uint64_t number;
  const std::uint32_t index;
  std::vector<Reason> failed;
};

TEST_CASE("registry: a member's newest session throws the older one out, and only it") {
  SessionRegistry registry;
  const auto first = std::make_shared<Link>(1, 7);
  const auto other = std::make_shared<Link>(2, 8);
  const auto second = std::make_shared<Link>(3, 7);
  for (const auto& link : {first, other, second}) {
    registry.add(link);
    registry.enter(link->index, link);
  }
  CHECK(first->failed == std::vector{Reason::superseded});
  CHECK(other->failed.empty());
  registry.remove(*first);  // late: the newer one stays the newest
  const auto third = std::make_shared<Link>(4, 7);
  registry.enter(7, third);
  CHECK(second->failed == std::vector{Reason::superseded});
  CHECK(registry.size() == 2);
}

TEST_CASE("registry: the end is told to all sessions, and to those that come after it") {
  SessionRegistry registry;
  const auto there = std::make_shared<Link>(1, 7);
  const auto gone = std::make_shared<Link>(2, 8);
  registry.add(there);
  registry.add(gone);
  registry.remove(*gone);
  registry.end_all(Reason::server_draining, "");
  const auto late = std::make_shared<Link>(3, 9);
  registry.add(late);
  CHECK(there->failed == std::vector{Reason::server_draining});
  CHECK(gone->failed.empty());
  CHECK(late->failed == std::vector{Reason::server_draining});
}

}  // namespace
}  // namespace blindsum
