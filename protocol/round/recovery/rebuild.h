// Inside recovery.cc only: the secrets from their shares, and who lied where one does not come out
// (SPEC.md, REBUILD-2, REBUILD-3).
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "protocol/round/recovery.h"
#include "protocol/round/recovery/stage.h"

namespace blindsum::detail {

struct Rebuilt {
  // x with x·G = target.expected, when reason is ok; of the target's kind.
  std::variant<std::monostate, SelfMask, MaskKey> secret;
  Reason reason = Reason::ok;              // else too_few_shares, secret_not_rebuilt
  std::vector<std::uint32_t> bad_holders;  // found off their tags, perhaps although all went well
  std::vector<std::uint32_t> counted;      // with secret_not_rebuilt: t good points that miss
};

// One for each target, in their order. Errors: library_failed, which peers cannot cause;
// internal_error if it was not wanted any more.
[[nodiscard]] Result<std::vector<Rebuilt>> rebuild_secrets(const RecoveryJob& job,
                                                           const RecoveryThreads& threads);

}  // namespace blindsum::detail
