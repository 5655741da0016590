#include <doctest/doctest.h>

#include "crypto/secret.h"
#include "protocol/wire/frames.h"
#include "tests/support/heap_watch.h"
#include "tests/wire/random_messages.h"

namespace blindsum {
namespace {

// The frame is its owner's, who hands it to a socket.
TEST_CASE("[DISK-5, REBUILD-5] the codec leaves no share in memory that it gives back") {
  RandomMessages random(90);
  const SessionId id;
  Unmask answer;
  std::vector<Bytes> shares;
  for (std::uint32_t v = 0; v < 100; ++v) {
    UnmaskEntry entry{v, ShareKind::self_mask, {}};
    const Bytes share = random.bytes(32);
    std::copy(share.begin(), share.end(), entry.share.bytes.begin());
    answer.entries.push_back(entry);
    shares.push_back(share);
  }
  HeapWatch watch(shares);
  Bytes frame = encode_in_round(id, ToAggregator(answer));
  CHECK(watch.found() == 0);
  {
    const auto decoded = decode_to_aggregator(frame);
    CHECK(std::get<InRound<ToAggregator>>(decoded.value()).session_id == id);
  }
  CHECK(watch.found() == 0);
  frame.back() ^= 1;
  frame[1] = 0xff;  // no field of an Envelope
  CHECK(decode_to_aggregator(frame).has_error());
  wipe(std::span(frame));
  CHECK(watch.found() == 0);
}

}  // namespace
}  // namespace blindsum
