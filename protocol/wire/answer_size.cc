#include "protocol/wire/answer_size.h"

#include <algorithm>
#include <variant>

namespace blindsum {
namespace {

// What Protobuf and the fields of a fixed size add: session id, signature, tags, lengths.
constexpr std::uint64_t kAround = 512;
constexpr std::uint64_t kItemBytes = 152;        // [SHARE-5]
constexpr std::uint64_t kUnmaskEntryBytes = 37;  // [UNMASK-2]; one that is not held is shorter
constexpr std::uint64_t kTwoCounts = 8;

}  // namespace

std::uint64_t largest_answer_frame(const ToParticipant& asked, std::uint32_t cohort_size,
                                   std::uint64_t packed_bytes) {
  const std::uint64_t others = std::max(cohort_size, 1U) - 1;
  std::uint64_t bytes = 0;
  if (std::holds_alternative<Cohort>(asked)) {
    bytes = kAround + others * kItemBytes;
  } else if (std::holds_alternative<UploadGrant>(asked)) {
    bytes = kChunkHeaderBytes + std::min<std::uint64_t>(kChunkBytes, packed_bytes);
  } else if (std::holds_alternative<Certificate>(asked)) {
    bytes = kAround + kTwoCounts + others * kUnmaskEntryBytes;
  }
  return std::clamp<std::uint64_t>(bytes, kUnaskedFrameBytes, kMaxFrameBytes);
}

}  // namespace blindsum
