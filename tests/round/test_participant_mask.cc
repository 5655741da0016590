#include <algorithm>

#include "protocol/round/round_transcript.h"
#include "protocol/vector/accumulator.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

Bytes read_all(MaskedVector& vector) {
  Bytes bytes(vector.packed_size());
  REQUIRE(vector.read(0, bytes).has_value());
  return bytes;
}

// y without its masks, made from the other ends: the puppets' S·s_u from s_v·S_u, and b from the
// shares that the machine dealt.
Accumulator unmasked(ScriptedRound& round, const std::vector<std::uint32_t>& neighbours) {
  const std::uint32_t u = round.subject();
  const Hash th2 = round.th2();
  std::vector<MaskStream> streams;
  for (const std::uint32_t v : neighbours) {
    const StreamKey key = pair_key(round.pair_with(v), th2, u, v).value();
    // The machine added for v > u.
    streams.push_back(MaskStream::create(key, v > u ? MaskSign::subtract : MaskSign::add).value());
  }
  const StreamKey own = self_key(round.rebuilt_self_mask(), th2, u).value();
  streams.push_back(MaskStream::create(own, MaskSign::subtract).value());
  Accumulator sum(Ring::of_bits(round.parameters.ring_bits).value(),
                  round.parameters.vector_length);
  REQUIRE(sum.add_packed(read_all(*round.upload)).has_value());
  REQUIRE(sum.apply(streams, 0, sum.length()).has_value());
  return sum;
}

void check_is_input(const ScriptedRound& round, const Accumulator& sum) {
  const RingVector& vector = sum.sum();
  const RingVector input = round.input().vector.whole().value();
  REQUIRE(vector.size() == input.size());
  for (std::uint64_t i = 0; i < vector.size(); ++i) CHECK(vector.get(i) == input.get(i));
}

TEST_CASE("[MASK-1, MASK-2, KEY-5] y is the input under exactly the masks of U2") {
  SUBCASE("everybody") {
    ScriptedRound round;
    round.advance(ParticipantPhase::masking);
    check_is_input(round, unmasked(round, {0, 2, 3, 4}));
  }
  SUBCASE("one dropped after phase 1") {
    ScriptedRound round;
    round.advance(ParticipantPhase::shared);
    round.give(round.delivery(round.all_but({3})));
    round.give(round.input());
    round.give(UploadGrant{});
    check_is_input(round, unmasked(round, {0, 2, 4}));
  }
  SUBCASE("sparse: picks and in-neighbours, once each") {
    ScriptedRound round(sparse_graph());
    round.advance(ParticipantPhase::masking);
    Bitmap neighbours(round.n());
    for (const std::uint32_t v : round.picks()) neighbours.add(v);
    for (const std::uint32_t v : round.in_neighbours()) neighbours.add(v);
    REQUIRE(neighbours.count() < round.picks().size() + round.in_neighbours().size());
    check_is_input(round, unmasked(round, neighbours.members()));
  }
}

TEST_CASE("[MASK-4, UPLOAD-1] masking waits for both the input and a grant") {
  ScriptedRound round;
  round.advance(ParticipantPhase::shared);
  round.give(round.delivery());
  SUBCASE("the grant comes last") {
    CHECK(round.give(round.input()).empty());
    const auto begin = only<BeginUpload>(round.give(UploadGrant{}));
    REQUIRE(begin.size() == 1);
    CHECK(begin[0].offset == 0);
  }
  SUBCASE("the input comes last, and the newest grant counts") {
    CHECK(round.give(UploadGrant{.offset = 0}).empty());
    CHECK(round.give(UploadGrant{.offset = 2}).empty());
    const auto begin = only<BeginUpload>(round.give(round.input()));
    REQUIRE(begin.size() == 1);
    CHECK(begin[0].offset == 2);
  }
}

TEST_CASE("[UPLOAD-1] a grant counts in its session only") {
  ScriptedRound round;
  round.advance(ParticipantPhase::shared);
  round.give(round.delivery());
  SUBCASE("the input comes after it") {
    CHECK(round.give(UploadGrant{}).empty());
    CHECK(round.give(SessionLost{}).empty());
    CHECK(round.give(round.input()).empty());
    CHECK(only<BeginUpload>(round.give(UploadGrant{})).size() == 1);
  }
  SUBCASE("the upload is under way") {
    round.give(round.input());
    CHECK(only<BeginUpload>(round.give(UploadGrant{})).size() == 1);
    CHECK(round.give(SessionLost{}).empty());
    check_dropped(round, UploadSent{});
    CHECK(only<BeginUpload>(round.give(UploadGrant{})).size() == 1);
    CHECK(sent_in<Receipt>(round.give(UploadSent{})).size() == 1);
  }
}

TEST_CASE("[INPUT-5] the input may come before the cohort, too") {
  ScriptedRound round;
  round.give(round.offer());
  CHECK(round.give(round.input()).empty());
  round.give(round.cohort());
  round.give(round.delivery());
  CHECK(only<BeginUpload>(round.give(UploadGrant{})).size() == 1);
  check_is_input(round, unmasked(round, {0, 2, 3, 4}));
}

TEST_CASE("[ONCE-5] a second input is dropped, whenever it comes") {
  for (const auto phase : {ParticipantPhase::advertised, ParticipantPhase::shared}) {
    ScriptedRound round;
    round.advance(phase);
    round.give(round.input());
    check_dropped(round, round.input(2));
    check_dropped(round, InputDeclined{});
  }
  ScriptedRound round;
  round.advance(ParticipantPhase::masking);
  check_dropped(round, round.input(2));
  check_dropped(round, InputDeclined{});
  check_is_input(round, unmasked(round, {0, 2, 3, 4}));
}

TEST_CASE("[INPUT-4, INPUT-7] the program has no update, or none that encodes") {
  for (const auto phase : {ParticipantPhase::advertised, ParticipantPhase::shared}) {
    ScriptedRound round;
    round.advance(phase);
    check_refuses(round, InputDeclined{}, Reason::input_declined);
    ScriptedRound named;
    named.advance(phase);
    check_refuses(named, InputDeclined{Reason::not_finite}, Reason::not_finite);
  }
  ScriptedRound round;
  round.advance(ParticipantPhase::shared);
  round.give(round.delivery());
  check_refuses(round, InputDeclined{}, Reason::input_declined);
}

TEST_CASE("[CODEC-5] an input of another shape") {
  ScriptedRound round;
  round.advance(ParticipantPhase::advertised);
  const Ring ring = Ring::of_bits(round.parameters.ring_bits).value();
  SUBCASE("length") {
    check_refuses(round, InputReady{RingVector(ring, round.parameters.vector_length + 1), {}},
                  Reason::wrong_shape);
  }
  SUBCASE("ring") {
    const Ring other = Ring::of_bits(ring.bits() + 1).value();
    check_refuses(round, InputReady{RingVector(other, round.parameters.vector_length), {}},
                  Reason::wrong_shape);
  }
}

TEST_CASE("[UPLOAD-4, ONCE-5] a grant again: the same bytes, and after them the same receipt") {
  ScriptedRound round;
  round.advance(ParticipantPhase::masking);
  const auto first = round.upload;
  const Bytes bytes = read_all(*first);
  CHECK(bytes.size() == round.upload->packed_size());
  const auto again = only<BeginUpload>(round.give(UploadGrant{.offset = 3}));
  REQUIRE(again.size() == 1);
  CHECK(again[0].offset == 3);
  CHECK(again[0].vector == first);
  const auto receipt = sent_in<Receipt>(round.give(UploadSent{}));
  REQUIRE(receipt.size() == 1);
  // The receipt was lost with the connection.
  REQUIRE(only<BeginUpload>(round.give(UploadGrant{.offset = bytes.size()})).size() == 1);
  CHECK(round.upload == first);
  CHECK(read_all(*round.upload) == bytes);
  CHECK(sent_in<Receipt>(round.give(UploadSent{})) == receipt);
}

TEST_CASE("[UPLOAD-4] a grant beyond the end") {
  const auto beyond = [](ScriptedRound& round) {
    const Ring ring = Ring::of_bits(round.parameters.ring_bits).value();
    return UploadGrant{.offset = ring.packed_size(round.parameters.vector_length) + 1};
  };
  SUBCASE("before the upload") {
    ScriptedRound round;
    round.advance(ParticipantPhase::shared);
    round.give(round.delivery());
    check_refuses(round, beyond(round), Reason::bad_offset);
  }
  SUBCASE("during") {
    ScriptedRound round;
    round.advance(ParticipantPhase::masking);
    check_refuses(round, beyond(round), Reason::bad_offset);
  }
  SUBCASE("after") {
    ScriptedRound round;
    round.advance(ParticipantPhase::uploaded);
    check_refuses(round, beyond(round), Reason::bad_offset);
  }
}

TEST_CASE("[UPLOAD-4, DISK-5] once acknowledged, y is let go and grants are out of phase") {
  ScriptedRound round;
  round.advance(ParticipantPhase::uploaded);
  const std::weak_ptr<MaskedVector> vector = round.upload;
  round.upload.reset();
  CHECK_FALSE(vector.expired());
  CHECK(round.give(UploadAck{}).empty());
  CHECK(vector.expired());
  check_dropped(round, UploadGrant{});
}

TEST_CASE("[UPLOAD-2, PHASE-5] a grant taken back: no receipt until the next one") {
  ScriptedRound round;
  round.advance(ParticipantPhase::masking);
  CHECK(round.give(Rejection{.reason = Reason::upload_stalled, .detail = {}}).empty());
  check_dropped(round, UploadSent{});
  CHECK(only<BeginUpload>(round.give(UploadGrant{})).size() == 1);
  CHECK(sent_in<Receipt>(round.give(UploadSent{})).size() == 1);
  // The same after the receipt, which the aggregator may not have had.
  check_dropped(round, UploadSent{});
  CHECK(only<BeginUpload>(round.give(UploadGrant{})).size() == 1);
  CHECK(round.give(Rejection{.reason = Reason::upload_stalled, .detail = {}}).empty());
  check_dropped(round, UploadSent{});
}

TEST_CASE("[DISK-5] the input and y go when the round ends") {
  ScriptedRound round;
  round.advance(ParticipantPhase::masking);
  const std::weak_ptr<MaskedVector> vector = round.upload;
  round.upload.reset();
  round.give(ParticipantStop{});
  CHECK(vector.expired());
}

}  // namespace
}  // namespace blindsum
