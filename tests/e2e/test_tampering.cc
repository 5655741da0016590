// A member that is in the roster and says wrong things in a round: each is rejected by name, what
// is right may still follow, and the round of the others completes.
#include <doctest/doctest.h>

#include <algorithm>

#include "protocol/round/round_transcript.h"
#include "tests/e2e/harness/mixed_round.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("tampering");

// Overwrites the bytes `what` in the frame.
Bytes with(Bytes frame, ByteView what, ByteView instead) {
  const auto place = std::search(frame.begin(), frame.end(), what.begin(), what.end());
  REQUIRE(place != frame.end());
  std::copy(instead.begin(), instead.end(), place);
  return frame;
}

Signature flipped(Signature signature) {
  signature.bytes[3] ^= 0x10;
  return signature;
}

TEST_CASE("adverts: forged, off the curve, the identity, and a second one [ADVERT-2, ONCE-3]") {
  MixedRound round;
  auto& hand = round.hand();
  REQUIRE(hand.hold<SignedAdvert>());
  const auto good = hand.kept<SignedAdvert>();
  hand.hides_rejections = true;

  auto forged = good;
  forged.signature = flipped(good.signature);
  hand.send(forged);
  CHECK(hand.rejected(Reason::bad_signature));

  const auto frame = hand.frame_of(good);
  const Bytes off_curve(32, 0xff);
  hand.send_bytes(with(frame, good.advert.mask_point.view(), off_curve));
  CHECK(hand.rejected(Reason::bad_point));
  const Bytes identity(32, 0);
  hand.send_bytes(with(frame, good.advert.self_point.view(), identity));
  CHECK(hand.rejected(Reason::identity_point));

  auto other = good;
  other.advert.roster_index = 7;
  other.signature = hand.identity().sign(advert_statement(hand.th0(), other.advert)).value();
  hand.send(other);
  CHECK(hand.rejected(Reason::wrong_item));

  hand.send(good);
  std::swap(other.advert.mask_point, other.advert.self_point);
  other.advert.roster_index = good.advert.roster_index;
  other.signature = hand.identity().sign(advert_statement(hand.th0(), other.advert)).value();
  hand.send(other);
  CHECK(hand.rejected(Reason::conflicting_answer));
  CHECK(round.completes());
  CHECK(round.outcome().blamed(0, "conflicting_answer"));
}

TEST_CASE("shares: too few, out of order, forged, and others afterwards [SHARE-8, ONCE-3]") {
  MixedRound round;
  auto& hand = round.hand();
  REQUIRE(hand.hold<Shares>());
  const auto good = hand.kept<Shares>();
  hand.hides_rejections = true;

  auto short_one = good;
  short_one.items.pop_back();
  hand.send(short_one);
  CHECK(hand.rejected(Reason::wrong_length));

  auto unordered = good;
  std::swap(unordered.items[0], unordered.items[1]);
  hand.send(unordered);
  CHECK(hand.rejected(Reason::bad_order));

  auto forged = good;
  forged.items[2].box[7] ^= 1;
  hand.send(forged);
  CHECK(hand.rejected(Reason::bad_signature));

  hand.send(good);
  hand.send(forged);
  CHECK(hand.rejected(Reason::conflicting_answer));
  CHECK(round.completes());
}

TEST_CASE("messages of another phase, or of another round, are only named [WIRE-5]") {
  MixedRound round;
  auto& hand = round.hand();
  REQUIRE(hand.hold<SignedAdvert>());
  hand.send(Attestation{});
  CHECK(hand.rejected(Reason::wrong_phase));
  const auto rejections = hand.rejections().size();
  SessionId elsewhere;
  elsewhere.bytes.fill(0x77);
  hand.send_bytes(encode_in_round(elsewhere, ToAggregator(Attestation{})));
  REQUIRE(hand.run_until([&] { return hand.foreign_rejection().has_value(); }));
  CHECK(*hand.foreign_rejection() == Reason::wrong_round);
  CHECK(round.scene().logs("m0 (0): rejected, wrong_round"));
  CHECK(hand.rejections().size() == rejections);
  CHECK(round.completes());
}

TEST_CASE("uploads: cut short, too long, elsewhere, forged, twice [UPLOAD-3, RECEIPT-2]") {
  MixedRound round;
  auto& hand = round.hand();
  REQUIRE(hand.hold<UploadChunk>());
  const auto good = hand.kept<UploadChunk>();
  hand.hides_rejections = true;
  Receipt receipt;

  SUBCASE("cut short, then the rest") {
    auto most = good;
    most.data.pop_back();
    hand.send(most);
    hand.send(hand.kept<Receipt>(1));
    CHECK(hand.rejected(Reason::wrong_phase));
    hand.send(UploadChunk{most.data.size(), {good.data.back()}});
    receipt = hand.kept<Receipt>(1);
    hand.drop();
    hand.send(receipt);
  }
  SUBCASE("too long: it begins anew with the next grant") {
    auto longer = good;
    longer.data.push_back(0);
    hand.drop();
    hand.send(longer);
    CHECK(hand.rejected(Reason::wrong_length));
  }
  SUBCASE("not at the offset that is due") {
    auto elsewhere = good;
    elsewhere.offset = 1;
    hand.drop();
    hand.send(elsewhere);
    CHECK(hand.rejected(Reason::wrong_offset));
  }
  SUBCASE("a receipt that is forged") {
    receipt = hand.kept<Receipt>(1);
    hand.drop();
    hand.send(good);
    hand.send(Receipt{flipped(receipt.signature)});
    CHECK(hand.rejected(Reason::bad_signature));
    hand.send(receipt);
  }
  CHECK(round.completes());
}

TEST_CASE("an upload with bits behind its end does not count [UPLOAD-3, PACK-1]") {
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [5] }])";
  task.codec = R"({ kind = "count", bound = 100 })";  // 10 bits: 50 of them in 7 bytes
  MixedRound round(task, "", 5);
  auto& hand = round.hand();
  REQUIRE(hand.hold<UploadChunk>());
  REQUIRE(hand.kept<UploadChunk>().data.size() == 7);
  hand.kept<UploadChunk>().data.back() |= 0x80;
  hand.release();
  CHECK(hand.rejected(Reason::bad_padding));
  CHECK(round.completes(kAllButHand));
  CHECK(round.scene().logs("m0 (0) dropped in mask: bad_padding"));
  CHECK(round.outcome().dropped(0, "mask", "bad_padding"));
}

TEST_CASE("attestations: forged ones do not count, the right one still does [CERT-1, PHASE-3]") {
  MixedRound round;
  auto& hand = round.hand();
  REQUIRE(hand.hold<Attestation>());
  hand.hides_rejections = true;
  hand.send(Attestation{flipped(hand.kept<Attestation>().signature)});
  CHECK(hand.rejected(Reason::bad_signature));
  CHECK(round.completes());
}

// Signed as the member would.
Unmask signed_again(HandMember& hand, Unmask unmask) {
  unmask.answer_hash = sha256(unmask_answer_bytes(unmask.entries, unmask.not_held)).value();
  const auto statement = unmask_statement(hand.th3(5), 0, unmask.answer_hash);
  unmask.signature = hand.identity().sign(statement).value();
  return unmask;
}

TEST_CASE("unmasking: the wrong secret, or forged [UNMASK-4]") {
  MixedRound round;
  auto& hand = round.hand();
  REQUIRE(hand.hold<Unmask>());
  const auto good = hand.kept<Unmask>();
  hand.hides_rejections = true;

  auto wrong = good;
  wrong.entries.front().kind = ShareKind::mask_key;
  hand.send(signed_again(hand, wrong));
  CHECK(hand.rejected(Reason::wrong_item));

  auto forged = good;
  forged.signature = flipped(good.signature);
  hand.send(forged);
  CHECK(hand.rejected(Reason::bad_signature));
  CHECK(round.completes());
}

TEST_CASE("a share that is false names its holder, and the sum is exact all the same [BLAME-1]") {
  MixedRound round;
  auto& hand = round.hand();
  REQUIRE(hand.hold<Unmask>());
  auto lie = hand.kept<Unmask>();
  lie.entries.front().share.bytes[0] ^= 1;
  SUBCASE("not canonical") {
    lie.entries.front().share.bytes.fill(0xff);
  }
  SUBCASE("off its tag") {}
  hand.drop();
  hand.send(signed_again(hand, lie));
  CHECK(round.completes());
  CHECK(round.outcome().blamed(0, "bad_share"));
  CHECK(round.scene().logs("blame: m0 (0): bad_share"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
