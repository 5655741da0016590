// Checks that no liar of the simulator can reach one by one: they are told of what a broken machine
// would have done, and of the same without the fault.
#include <doctest/doctest.h>

#include "protocol/wire/documents.h"
#include "tests/sim/checks/once_check.h"
#include "tests/sim/checks/secrecy_check.h"
#include "tests/sim/checks/sum_check.h"
#include "tests/sim/made_up.h"
#include "tests/sim/plain_plan.h"

namespace blindsum::sim {
namespace {

TEST_CASE("an input in two sums is found [INPUT-3]") {
  Ground ground(plain_plan(4, 0, 1));
  SumCheck check(ground.book, ground.plan, ground.trace, ground.statistics);
  RecordProof proof;
  proof.adverts = adverts_of({0, 1, 2, 3});
  const auto add = [&](const SessionId& session, std::uint8_t input) {
    for (std::uint32_t member = 0; member < 4; ++member) {
      const InputGiven given{.session = session,
                             .member = member,
                             .input = InputId{{static_cast<std::uint8_t>(member), input}},
                             .elements = {member, 1}};
      ground.book.see(given);
      check.see(given);
    }
    RingVector sum(Ring::of_bits(11).value(), 2);
    sum.set(0, 6);
    sum.set(1, 4);
    RecordContent record;
    record.outcome = Reason::ok;
    record.u3 = {0x0f};
    check.see(RecordMade{.session = session, .record = &record, .proof = &proof, .sum = &sum});
  };
  add(kFirst, 1);
  CHECK(ground.failure() == "");
  SUBCASE("another one in the second round") {
    add(kSecond, 2);
    CHECK(ground.failure() == "");
  }
  SUBCASE("the same") {
    add(kSecond, 1);
    CHECK(ground.found("an input of member 0 is in two sums [INPUT-3]"));
  }
}

TEST_CASE("VOID after unmasking, and unmasking after VOID, are found [VOID-2]") {
  Ground ground(plain_plan(4, 0, 1));
  OnceCheck check(ground.book, ground.trace);
  const auto say = [&](const ToAggregator& message) {
    const Said said{.session = kFirst, .member = 1, .message = &message};
    check.before(said);
    ground.book.see(said);
  };
  SUBCASE("VOID after unmasking") {
    say(Unmask{});
    say(Refusal{Reason::already_unmasked, ""});
    CHECK(ground.failure() == "");
    say(VoidVote{});
    CHECK(ground.found("member 1 declares void what it unmasked [VOID-2]"));
  }
  SUBCASE("unmasking after VOID") {
    say(VoidVote{});
    CHECK(ground.failure() == "");
    say(Unmask{});
    CHECK(ground.found("member 1 unmasks what it declared void [VOID-2]"));
  }
}

// Four honest members upload, each masked with those that it says are its neighbours; then all give
// the shares of all others' self masks.
struct Islands : Ground {
  Islands() : Ground(plain_plan(4, 1, 0)) {}
  void tell(std::uint32_t member, const ToParticipant& message) {
    book.see(Told{.session = kFirst, .member = member, .message = &message});
  }
  void say(std::uint32_t member, const ToAggregator& message) {
    const Said said{.session = kFirst, .member = member, .message = &message};
    book.see(said);
    check.after(said);
  }
  void upload(std::uint32_t member, const std::vector<std::uint32_t>& neighbours) {
    tell(member, sign_offer(plan.terms, cast.aggregator()).value());
    tell(member, Cohort{adverts_of({0, 1, 2, 3})});
    Shares shares;
    Delivery delivery{.u2 = {0x0f}, .items = {}, .proofs = {}};
    for (const auto neighbour : neighbours) {
      shares.items.push_back({.to = neighbour});
      delivery.items.push_back({.from = neighbour, .item = {}, .path = {}});
    }
    say(member, shares);
    tell(member, delivery);
    const auto bits = plan.terms.vector_length * plan.terms.ring_bits;
    say(member, UploadChunk{.offset = 0, .data = Bytes((bits + 7) / 8), .skipped = 0});
  }
  void unmask() {
    for (std::uint32_t member = 0; member < 4; ++member) {
      Unmask answer;
      for (std::uint32_t other = 0; other < 4; ++other) {
        if (other == member) continue;
        answer.entries.push_back({.member = other, .kind = ShareKind::self_mask, .share = {}});
      }
      say(member, answer);
    }
  }

  SecrecyCheck check{book, plan, trace, statistics};
};

TEST_CASE("two sums that come out of one round are found [PRIV-7]") {
  Islands islands;
  islands.upload(0, {1});
  islands.upload(3, {2});
  SUBCASE("one of everybody") {
    islands.upload(1, {0, 2});
    islands.upload(2, {1, 3});
    islands.unmask();
    CHECK(islands.failure() == "");
    CHECK(islands.statistics.of(Group::witness, "sums that came out") > 0);
  }
  SUBCASE("two islands") {
    islands.upload(1, {0});
    islands.upload(2, {3});
    islands.unmask();
    CHECK(islands.found("2 sums of one round come out [PRIV-7]"));
  }
}

}  // namespace
}  // namespace blindsum::sim
