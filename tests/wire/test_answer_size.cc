#include <doctest/doctest.h>

#include "protocol/wire/answer_size.h"

namespace blindsum {
namespace {

std::uint64_t answer_to(const ToParticipant& asked, std::uint32_t n, std::uint64_t bytes = 0) {
  return largest_answer_frame(asked, n, bytes);
}

TEST_CASE("[WIRE-9] what a message asks for has room, and little more") {
  for (const std::uint32_t n : {3U, 100U, 1000U, kMaxCohort}) {
    CAPTURE(n);
    Shares shares;
    shares.items.resize(n - 1);
    Unmask unmask;
    unmask.entries.resize(n - 1);
    const auto share_bytes = encode_in_round(SessionId{}, ToAggregator(shares)).size();
    const auto unmask_bytes = encode_in_round(SessionId{}, ToAggregator(unmask)).size();
    CHECK(share_bytes <= answer_to(Cohort{}, n));
    CHECK(answer_to(Cohort{}, n) <= std::max<std::uint64_t>(4096, share_bytes + 512));
    CHECK(unmask_bytes <= answer_to(Certificate{}, n));
    CHECK(answer_to(Certificate{}, n) <= std::max<std::uint64_t>(4096, unmask_bytes + 512));
  }
}

TEST_CASE("[WIRE-9] uploads: a chunk, or the whole vector if that is less") {
  CHECK(answer_to(UploadGrant{}, 5, 100) == 4096);
  CHECK(answer_to(UploadGrant{}, 5, 5000) == 5000 + kChunkHeaderBytes);
  CHECK(answer_to(UploadGrant{}, 5, std::uint64_t{1} << 33) == kMaxChunkFrameBytes);
}

TEST_CASE("[WIRE-9] nothing else asks for more than 4,096 bytes, and all of it fits") {
  for (const ToParticipant& asked :
       {ToParticipant(UploadAck{}), ToParticipant(Survivors{}), ToParticipant(VoidRequest{}),
        ToParticipant(Delivery{}), ToParticipant(Rejection{})}) {
    CHECK(answer_to(asked, kMaxCohort, std::uint64_t{1} << 33) == 4096);
  }
  const Refusal refusal{Reason::cohort_selection_not_trusted, std::string(kMaxDetailBytes, 'x')};
  CHECK(encode_in_round(SessionId{}, ToAggregator(refusal)).size() < 4096);
}

}  // namespace
}  // namespace blindsum
