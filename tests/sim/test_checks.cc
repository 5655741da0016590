// The simulator can fail: what a broken machine would say is said by a member that the plan calls
// honest, and the check that is there for it has to find it.
#include <doctest/doctest.h>

#include "protocol/wire/documents.h"
#include "tests/sim/made_up.h"
#include "tests/sim/plain_plan.h"
#include "tests/sim/world.h"

namespace blindsum::sim {
namespace {

// What is found; nothing if all is well.
std::string found_in(const Plan& plan) {
  return run(plan, false).failure.value_or("");
}

bool finds(const Plan& plan, std::string_view what) {
  const std::string found = found_in(plan);
  CAPTURE(found);
  return found.find(what) != std::string::npos;
}

TEST_CASE("a plain plan is well, and completes") {
  const Outcome outcome = run(plain_plan(4, 0, 1), false);
  CHECK(outcome.failure.value_or("") == "");
  CHECK(outcome.statistics.of(Group::round, "completed") == 1);
  CHECK(outcome.statistics.of(Group::witness, "sums that are exact") == 1);
}

TEST_CASE("two different messages of one kind are found [ONCE-1]") {
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 2, "second_advert"), "[ONCE-1]"));
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 2, "second_shares"), "[ONCE-1]"));
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 2, "second_receipt"), "[ONCE-1]"));
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 2, "second_attestation"), "[ONCE-1]"));
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 2, "gives_both"), "[ONCE-1]"));
}

TEST_CASE("a second masked vector is found [ONCE-5]") {
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 1, "masks_twice"), "[ONCE-5]"));
}

TEST_CASE("an answer after VOID is found [ONCE-4, VOID-2]") {
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 0, "voids_at_receipt"), "[ONCE-4]"));
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 0, "voids_at_unmask"), "[VOID-2]"));
}

TEST_CASE("both shares of one member from one holder are found [UNMASK-2, PRIV-5]") {
  CHECK(finds(with_lie(plain_plan(5, 1, 1), 3, "both_kinds"), "[UNMASK-2]"));
}

TEST_CASE("both secrets of one member are found, also through corrupt holders [PRIV-4]") {
  // One corrupt member more than the round withstands, and one that reveals what it likes.
  Plan plan = with_lie(plain_plan(5, 1, 1), 0, "gives_keys");
  plan.corrupt = {3, 4};
  CHECK(finds(plan, "[PRIV-4]"));
}

TEST_CASE("a sum of too few honest members is found [PRIV-8]") {
  // Everybody has to survive, so that four of them are honest; and three are.
  Plan plan = plain_plan(5, 1, 0);
  plan.terms.min_survivors = 5;
  plan.corrupt = {3, 4};
  CHECK(finds(plan, "[PRIV-8]"));
}

TEST_CASE("a sum that is not exact is found") {
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 1, "poisons_vector"), "the sum is not that of U3"));
}

TEST_CASE("blame of an honest member is found [BLAME-1, BLAME-3, BLAME-5]") {
  CHECK(finds(with_lie(plain_plan(5, 1, 1), 1, "wrong_share"), "an honest member is blamed"));
  CHECK(finds(with_lie(plain_plan(5, 1, 1), 1, "garbled_box"), "an honest member is blamed"));
  CHECK(finds(with_lie(plain_plan(5, 1, 1), 1, "other_secrets"), "an honest member is blamed"));
}

TEST_CASE("what good shares of no secret are blamed for [BLAME-2]") {
  CHECK(finds(with_lie(plain_plan(5, 1, 1), 1, "uneven_shares"), "an honest member is blamed"));
}

TEST_CASE("an abort in spite of few enough losses is found [PHASE-1]") {
  CHECK(finds(with_lie(plain_plan(4, 1, 0), 1, "silent_at_shares"), "[PHASE-1]"));
  CHECK(finds(with_lie(plain_plan(4, 1, 0), 1, "refuses_attestation"), "[PHASE-1]"));
}

TEST_CASE("a rejection or a refusal without a reason is found") {
  CHECK(finds(with_lie(plain_plan(4, 0, 1), 1, "forged_receipt"), "rejects what honest"));
  Plan plan = plain_plan(4, 0, 1);
  plan.forgery = ForgeryPlan{.forgery = 0, .victims = {0}};
  for (std::size_t i = 0; i < forgeries().size(); ++i) {
    if (forgeries()[i].name == "receipt_withheld") plan.forgery->forgery = i;
  }
  CHECK(finds(plan, "ends with missing_receipt, under an honest aggregator"));
}

// The first of two answers loses a field on its way, so that the second is none.
TEST_CASE("a rejection that does not come is found [ONCE-3]") {
  std::string all;
  for (std::uint32_t step = 15; step < 50; ++step) {
    Plan plan = with_lie(plain_plan(5, 1, 1), 1, "second_shares");
    plan.theme = Theme::liars;
    plan.corrupt = {1};
    all += found_in(
        with_fault(std::move(plan), {.step = step, .fault = Fault::cut_field, .member = 1}));
  }
  CHECK(all.find("has to reject what member 1 says, with conflicting_answer") != std::string::npos);
}

// The disk of an honest member that was put back to an older state [DISK-1].
TEST_CASE("a spent input in another round is found [INPUT-3]") {
  std::string all;
  for (std::uint32_t step = 40; step < 130; step += 2) {
    Plan plan = plain_plan(4, 0, 1, 2);
    plan.theme = Theme::storm;
    plan.member[2].forgets = true;
    plan.member[2].asks_first = false;
    const std::uint32_t soon = 60;
    plan = with_fault(std::move(plan), {.step = step, .fault = Fault::drain});
    plan = with_fault(std::move(plan),
                      {.step = step, .fault = Fault::member_crash, .member = 2, .length_ms = soon});
    all += found_in(plan);
  }
  CHECK(all.find("sends an input that is spent [INPUT-3]") != std::string::npos);
}

TEST_CASE("an answer in a weaker round than the policy allows is found [POLICY-2]") {
  const Plan plan = plain_plan(4, 1, 0);
  const Cast& cast = Cast::of(4);
  const auto answers = [&](const RoundParameters& terms) {
    Queue queue;
    Trace trace(queue, false);
    Statistics statistics;
    Watch watch(plan, cast, trace, statistics);
    const ToParticipant offer = sign_offer(terms, cast.aggregator()).value();
    const ToAggregator advert = adverts_of({1}).front();
    const SessionId session = terms.session_id;
    watch.see(Told{.session = session, .member = 1, .message = &offer});
    watch.see(Said{.session = session, .member = 1, .message = &advert});
    return trace.failure().value_or("");
  };
  CHECK(answers(plan.terms) == "");
  RoundParameters weak = plan.terms;
  weak.sigma = 63;
  CHECK(answers(weak).find("its sigma [POLICY-2]") != std::string::npos);
  weak = plan.terms;
  weak.max_corrupt = 0;
  CHECK(answers(weak).find("its c [POLICY-2]") != std::string::npos);
  weak = plan.terms;
  weak.n_min = 3;
  CHECK(answers(weak).find("its n_min [POLICY-2]") != std::string::npos);
}

// An aggregator that forgets in a crash what it had decided: what it tells, and its record.
struct Decisions {
  explicit Decisions(std::uint32_t members) : cast(Cast::of(members)) {}
  void tell(std::uint32_t member, const ToParticipant& message) {
    check.see(Told{.session = session, .member = member, .message = &message});
  }
  void publish(const RecordContent& record) {
    check.see(RecordMade{.session = session, .record = &record, .proof = &proof, .sum = nullptr});
  }
  bool found(std::string_view what) const {
    return trace.failure().value_or("").find(what) != std::string::npos;
  }

  const Cast& cast;
  Queue queue;
  Trace trace{queue, false};
  Book book{cast};
  DecisionCheck check{book, trace};
  const SessionId session{};
  RecordProof proof;
};

RecordContent completed(std::uint8_t u2, std::uint8_t u3) {
  RecordContent record;
  record.outcome = Reason::ok;
  record.u2 = {u2};
  record.u3 = {u3};
  return record;
}

TEST_CASE("a cohort, U2 or U3 that is decided twice is found [ONCE-6]") {
  const auto finds_second = [](const ToParticipant& first, const ToParticipant& second,
                               std::string_view what) {
    Decisions decisions(4);
    decisions.tell(0, first);
    decisions.tell(1, first);
    CHECK_FALSE(decisions.trace.failure().has_value());
    decisions.tell(2, second);
    return decisions.found(what);
  };
  CHECK(finds_second(Cohort{adverts_of({0, 1, 2, 3})}, Cohort{adverts_of({0, 1, 2})}, "a cohort"));
  CHECK(finds_second(Delivery{.u2 = {0x0f}, .items = {}, .proofs = {}},
                     Delivery{.u2 = {0x07}, .items = {}, .proofs = {}}, "U2 is decided twice"));
  CHECK(finds_second(Survivors{.th2 = {}, .u3 = {0x0f}, .receipts = {}},
                     Survivors{.th2 = {}, .u3 = {0x0d}, .receipts = {}}, "U3 is decided twice"));
}

TEST_CASE("a record that has not what members were told is found [ONCE-6, DISK-7, RECORD-2]") {
  Decisions decisions(4);
  decisions.proof.adverts = adverts_of({0, 1, 2, 3});
  decisions.tell(0, Cohort{decisions.proof.adverts});
  decisions.tell(0, Delivery{.u2 = {0x0f}, .items = {}, .proofs = {}});
  for (const std::uint32_t member : {0U, 1U, 2U}) decisions.tell(member, UploadAck{});
  SUBCASE("all is well") {
    decisions.publish(completed(0x0f, 0x07));
    CHECK_FALSE(decisions.trace.failure().has_value());
    SUBCASE("and a second record") {
      decisions.publish(completed(0x0f, 0x07));
      CHECK(decisions.found("two records [RECORD-2]"));
    }
  }
  SUBCASE("another U2") {
    decisions.publish(completed(0x07, 0x07));
    CHECK(decisions.found("U2 is decided twice [ONCE-6]"));
  }
  SUBCASE("a member that was acknowledged is not in the sum") {
    decisions.publish(completed(0x0f, 0x0b));
    CHECK(decisions.found("member 2 was told that its upload is accepted"));
  }
  SUBCASE("an aborted round has no sum to be in") {
    RecordContent record = completed(0x0f, 0x0b);
    record.outcome = Reason::checkpoint_damaged;
    decisions.publish(record);
    CHECK_FALSE(decisions.trace.failure().has_value());
  }
}

}  // namespace
}  // namespace blindsum::sim
