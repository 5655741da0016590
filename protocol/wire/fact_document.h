// What the aggregator never re-decides of a round, as bytes for a store (SPEC.md, ONCE-6): one
// document a fact, with a version. It stays on the aggregator's own disk, which may be damaged or
// another's: what comes back is parsed as strictly as a peer's bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/bytes.h"
#include "protocol/round/aggregator_store.h"

namespace blindsum {

inline constexpr std::uint32_t kFactVersion = 1;
// Of shares, or all in all with the framing. Data bases take as much in one value; only complete
// graphs of more than 2,400 members have more.
inline constexpr std::size_t kMaxShareBytes = std::size_t{896} << 20;
inline constexpr std::size_t kMaxFactBytes = std::size_t{900} << 20;

// Errors: message_too_large: shares of more than kMaxShareBytes.
[[nodiscard]] Result<Bytes> encode_fact(const RoundFact& fact);
// Errors: message_too_large; unsupported_version of a newer program; bad_frame for anything that
// encode_fact() does not make, or the reason that the field in question has on the wire.
[[nodiscard]] Result<RoundFact> decode_fact(ByteView bytes);

}  // namespace blindsum
