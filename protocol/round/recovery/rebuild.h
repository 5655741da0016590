// Inside recovery.cc only: one secret from its shares, and who lied when it does not come out
// (SPEC.md, REBUILD-2, REBUILD-3). A pure function; different targets may be rebuilt at once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/round/recovery.h"

namespace blindsum::detail {

template <class Secret>
struct Rebuilt {
  std::optional<Secret> secret;  // x with x·G = target.expected, when reason is ok
  Reason reason = Reason::ok;    // else too_few_shares, secret_not_rebuilt, internal_error
  std::vector<std::uint32_t> bad_holders;  // found off their tags, perhaps although all went well
  std::vector<std::uint32_t> counted;      // with secret_not_rebuilt: t good points that miss
};

// target.kind is that of the secret. The first is for ShareKind::self_mask, the other for mask_key.
[[nodiscard]] Rebuilt<SelfMask> rebuild_self_mask(const RebuildTarget& target,
                                                  std::uint32_t threshold);
[[nodiscard]] Rebuilt<MaskKey> rebuild_mask_key(const RebuildTarget& target,
                                                std::uint32_t threshold);

}  // namespace blindsum::detail
