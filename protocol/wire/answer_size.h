// How large the frame of an answer can be, known from what was asked, before any of it is read
// [WIRE-9]. The aggregator lets nobody send a larger one.
#pragma once

#include <cstdint>

#include "protocol/wire/frames.h"

namespace blindsum {

// What needs no asking: Join, Leave, Advert, Receipt, Attestation, Void, Refusal.
inline constexpr std::uint64_t kUnaskedFrameBytes = kMaxFirstFrameBytes;

// `cohort_size` of a cohort that is fixed, `packed_bytes` those of a packed vector.
[[nodiscard]] std::uint64_t largest_answer_frame(const ToParticipant& asked,
                                                 std::uint32_t cohort_size,
                                                 std::uint64_t packed_bytes);

}  // namespace blindsum
