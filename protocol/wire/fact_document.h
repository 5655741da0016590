// What the aggregator never re-decides of a round, as bytes for a store (SPEC.md, ONCE-6): a
// document a fact, with a version; shares, which may be gigabytes, in several. It stays on the
// aggregator's own disk, which may be damaged or another's: what comes back is parsed as strictly
// as a peer's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/aggregator_store.h"

namespace blindsum {

inline constexpr std::uint32_t kFactVersion = 1;
// Of shares in a document, but one member's at least; and all in all with the framing. Far below
// what data bases take in one value, so that memory for a document is little beside the shares.
inline constexpr std::size_t kShareBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxFactBytes = std::size_t{72} << 20;

// Gives the documents one after the other, so that there is one at a time; they belong together.
// Errors: those of `take`.
using TakeDocument = std::function<Result<void>(ByteView document)>;
[[nodiscard]] Result<void> encode_fact(const RoundFact& fact, const TakeDocument& take,
                                       std::size_t share_bytes = kShareBytes);

// The facts of a round, from their documents in the order in which they were made. After an error
// it is of no use.
class FactReader {
 public:
  // Errors: message_too_large; unsupported_version of a newer program; bad_frame for anything that
  // encode_fact() does not make, or the reason that the field in question has on the wire;
  // wrong_length for shares that are not the next ones.
  [[nodiscard]] Result<void> add(ByteView document);
  // Errors: wrong_length if shares lack their end.
  [[nodiscard]] Result<std::vector<RoundFact>> finish() &&;

 private:
  bool awaits_shares() const;
  std::vector<RoundFact> facts_;
};

}  // namespace blindsum
