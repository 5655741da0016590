// Bytes that nobody meant: truncations, mutations, noise. Nothing may crash, and whatever comes out
// has a name that wire/ may give.
#include <doctest/doctest.h>

#include <set>

#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/wire/random_messages.h"

namespace blindsum {
namespace {

enum class Found { message, broken, refused };

template <class Frame>
Found judge(const Result<Frame>& decoded) {
  static const std::set<Error> of_frames{Reason::bad_frame, Reason::message_too_large};
  static const std::set<Error> of_rounds{Reason::wrong_length,   Reason::wrong_item,
                                         Reason::bad_point,      Reason::identity_point,
                                         Reason::bad_parameters, Reason::bad_bitmap};
  if (decoded.has_error()) {
    CAPTURE(decoded.error().message());
    REQUIRE(of_frames.contains(decoded.error()));
    return Found::refused;
  }
  const auto* broken = std::get_if<BrokenInRound>(&*decoded);
  if (broken == nullptr) return Found::message;
  CAPTURE(broken->error.message());
  REQUIRE(of_rounds.contains(broken->error));
  return Found::broken;
}

std::vector<Bytes> one_of_each(RandomMessages& random) {
  std::vector<Bytes> frames;
  for (const auto& frame : random.frames_to_aggregator()) frames.push_back(encode_frame(frame));
  for (const auto& frame : random.frames_to_participant()) frames.push_back(encode_frame(frame));
  return frames;
}

TEST_CASE("[WIRE-2] every truncation of every Envelope is refused, of every chunk its header's") {
  RandomMessages random(50);
  for (int round = 0; round < 3; ++round) {
    for (const Bytes& frame : one_of_each(random)) {
      for (std::size_t size = 0; size < frame.size(); ++size) {
        const ByteView cut = ByteView(frame).first(size);
        const Found up = judge(decode_to_aggregator(cut));
        const Found down = judge(decode_to_participant(cut));
        // A chunk has no length of its own: one that is cut is a shorter chunk.
        if (frame.front() != 0 && size > kChunkHeaderBytes) continue;
        REQUIRE(up != Found::message);
        REQUIRE(down != Found::message);
      }
    }
  }
}

TEST_CASE("100,000 frames of noise and of mutated messages do no harm") {
  RandomMessages random(51);
  std::vector<Bytes> originals;
  for (int i = 0; i < 10; ++i) {
    for (Bytes& frame : one_of_each(random)) originals.push_back(std::move(frame));
  }
  int messages = 0;
  int broken = 0;
  int refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    Bytes frame;
    if (i % 4 == 0) {
      frame = random.bytes(random.below(200));
      if (!frame.empty()) frame[0] = static_cast<std::uint8_t>(random.below(5));
    } else {
      frame = originals[random.below(originals.size())];
      for (std::uint64_t flips = random.below(4); flips > 0; --flips) {
        frame[random.below(frame.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
      }
      if (i % 4 == 3) {  // with the tail of another one
        const Bytes& other = originals[random.below(originals.size())];
        frame.resize(random.below(frame.size() + 1));
        put_bytes(frame, ByteView(other).subspan(random.below(other.size())));
      }
    }
    const auto up = decode_to_aggregator(frame);
    const auto down = decode_to_participant(frame);
    const bool same = up == decode_to_aggregator(std::move(frame));
    REQUIRE(same);
    for (const Found found : {judge(up), judge(down)}) {
      (found == Found::message ? messages : found == Found::broken ? broken : refused) += 1;
    }
  }
  // The mutations reach every outcome, so that the checks above say something.
  CHECK(messages > 1000);
  CHECK(broken > 1000);
  CHECK(refused > 1000);
}

TEST_CASE("mutated documents are refused by name or parse") {
  static const std::set<Error> reasons{Reason::bad_parameters,     Reason::bad_roster,
                                       Reason::record_mismatch,    Reason::wrong_length,
                                       Reason::bad_bitmap,         CryptoError::bad_point,
                                       CryptoError::identity_point};
  RandomMessages random(52);
  const auto judge_document = [](const auto& decoded) {
    if (decoded.has_error()) {
      CAPTURE(decoded.error().message());
      REQUIRE(reasons.contains(decoded.error()));
    }
  };
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes =
        i % 2 == 0 ? random.bytes(random.below(100)) : encode_parameters(random.parameters());
    if (i % 4 == 1) bytes = encode_unsigned_roster(random.roster());
    if (i % 8 == 3) bytes = encode_record_proof(random.proof());
    for (std::uint64_t flips = random.below(4); flips > 0 && !bytes.empty(); --flips) {
      bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
    }
    judge_document(decode_parameters(bytes));
    judge_document(read_unverified_roster(bytes));
    judge_document(read_record_file(bytes));
    judge_document(decode_record(bytes));
    judge_document(decode_record_proof(bytes));
  }
}

}  // namespace
}  // namespace blindsum
