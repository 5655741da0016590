// A second answer that differs from the first, in each phase: it is named, kept as evidence where
// it is signed, and changes nothing.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <deque>

#include "protocol/round/round_transcript.h"
#include "tests/e2e/harness/member_process.h"
#include "tests/e2e/harness/mixed_round.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("conflicts");

// The hand's answer in the phase of this message, which it holds back from the others' view.
template <class Message>
Message held(HandMember& hand) {
  REQUIRE(hand.hold<Message>());
  hand.hides_rejections = true;
  auto message = hand.kept<Message>();
  hand.drop();
  return message;
}

TEST_CASE("a second advert [ONCE-3]") {
  MixedRound round;
  auto& hand = round.hand();
  const auto first = held<SignedAdvert>(hand);
  auto second = first;
  std::swap(second.advert.mask_point, second.advert.self_point);
  second.signature = hand.identity().sign(advert_statement(hand.th0(), second.advert)).value();
  hand.send(first);
  hand.send(second);
  CHECK(hand.rejected(Reason::conflicting_answer));
  CHECK(round.completes());
  CHECK(round.outcome().blamed(0, "conflicting_answer"));
  CHECK(round.scene().logs("blame: m0 (0): conflicting_answer"));
}

TEST_CASE("a second set of shares [ONCE-3]") {
  MixedRound round;
  auto& hand = round.hand();
  const auto first = held<Shares>(hand);
  auto second = first;
  second.items[2].box[3] ^= 0x10;
  hand.send(first);
  hand.send(second);
  CHECK(hand.rejected(Reason::conflicting_answer));
  CHECK(round.completes());
}

TEST_CASE("a second upload: the one that was acknowledged is in the sum [UPLOAD-3, ONCE-5]") {
  // One place: the others' uploads come after this.
  MixedRound round({}, "uploads_in_flight = 1");
  auto& hand = round.hand();
  const auto receipt = held<Receipt>(hand);
  hand.send(receipt);
  hand.send(UploadChunk{0, Bytes(12, 0x11)});
  CHECK(hand.rejected(Reason::conflicting_answer));
  CHECK(round.completes());
}

TEST_CASE("a second receipt [ONCE-3]") {
  MixedRound round({}, "uploads_in_flight = 1");
  auto& hand = round.hand();
  auto receipt = held<Receipt>(hand);
  hand.send(receipt);
  receipt.signature.bytes[3] ^= 0x10;
  hand.send(receipt);
  CHECK(hand.rejected(Reason::conflicting_answer));
  CHECK(round.completes());
}

TEST_CASE("a second attestation [ONCE-3]") {
  MixedRound round;
  auto& hand = round.hand();
  auto attestation = held<Attestation>(hand);
  hand.send(attestation);
  attestation.signature.bytes[3] ^= 0x10;
  hand.send(attestation);
  // The round waits for the hand in its next phase.
  CHECK(hand.rejected(Reason::conflicting_answer));
  CHECK(round.completes());
}

TEST_CASE("a second unmask answer [ONCE-3, UNMASK-3]") {
  Scene scene(TaskSpec{});
  scene.start();
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  for (const auto index : kAllFive) inputs[index] = input_of(index, 1);
  std::deque<SdkMember> members;
  for (std::uint32_t i = 1; i < 4; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(inputs[i]);
    members.emplace_back(std::move(options));
  }
  MemberProcess fifth(scene, 4, inputs[4].front(), 4);
  fifth.start();
  HandMember hand(scene, 0, inputs[0]);
  hand.connect();
  const auto attestation = held<Attestation>(hand);
  REQUIRE(fifth.reaches("attested", 1));
  // It stands still, and so does the phase: there is time for a second answer.
  fifth.child().signal(SIGSTOP);
  hand.send(attestation);
  const auto first = held<Unmask>(hand);
  auto second = first;
  second.entries.pop_back();
  second.answer_hash = sha256(unmask_answer_bytes(second.entries, second.not_held)).value();
  second.signature =
      hand.identity().sign(unmask_statement(hand.th3(5), 0, second.answer_hash)).value();
  hand.send(first);
  hand.send(second);
  CHECK(hand.rejected(Reason::conflicting_answer));
  fifth.child().signal(SIGCONT);
  REQUIRE(hand.finish());
  const Outcome outcome(scene, 1);
  CHECK(outcome.survivors() == kAllFive);
  CHECK(outcome.integers() == sum_over(kAllFive, inputs));
  CHECK(outcome.blamed(0, "conflicting_answer"));
  CHECK(fifth.result(1) == "ok");
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
