// Random domain messages of every kind, well formed as far as wire/ looks: what round trips and
// mutations start from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crypto/group.h"
#include "protocol/round/limits.h"
#include "protocol/round/messages.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"
#include "protocol/wire/frames.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {

class RandomMessages {
 public:
  explicit RandomMessages(std::uint64_t seed);
  // As another source of bytes says; keys that are drawn from it may not come out zero.
  explicit RandomMessages(std::unique_ptr<Entropy> entropy);

  std::uint64_t below(std::uint64_t bound);
  // Often at a border of its type.
  std::uint32_t u32();
  std::uint64_t u64();
  Bytes bytes(std::size_t size);
  Bytes bitmap() { return bytes(below(9)); }
  std::string text(std::size_t most_bytes);
  Reason reason();
  template <class Fixed>
  Fixed fixed() {
    return Fixed::from(bytes(Fixed::size_bytes)).value();
  }
  // Not zero, which stands for absence in a record.
  Hash hash() { return fixed<Hash>(); }
  Point point();
  VerifyKey verify_key();

  SignedAdvert advert();
  ShareItem item();
  QuorumSignatures quorum();
  RoundParameters parameters();
  Offer offer();
  Unmask unmask();
  RosterContent roster();
  // As of a round that got to the end; consistent, not true.
  RecordContent record();
  RecordProof proof();

  // Of the alternative of that index; all of them can be made but BrokenInRound.
  ToAggregator to_aggregator(std::size_t alternative);
  ToParticipant to_participant(std::size_t alternative);
  // One frame of every kind: session messages, chunks, and each message of a round.
  std::vector<FrameToAggregator> frames_to_aggregator();
  std::vector<FrameToParticipant> frames_to_participant();

 private:
  template <class Make>
  auto list(std::size_t most, Make make) {
    std::vector<decltype(make())> all;
    for (std::uint64_t left = below(most + 1); left > 0; --left) all.push_back(make());
    return all;
  }

  std::unique_ptr<Entropy> entropy_;
  std::vector<Point> points_;
};

}  // namespace blindsum
