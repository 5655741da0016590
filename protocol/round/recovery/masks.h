// Inside recovery.cc only: the masks that are still in the sum, and how they are taken off
// (SPEC.md, REBUILD-4).
#pragma once

#include <vector>

#include "protocol/round/recovery.h"
#include "protocol/round/recovery/rebuild.h"
#include "protocol/round/recovery/stage.h"
#include "protocol/vector/accumulator.h"

namespace blindsum::detail {

// `secrets` are those of job.targets, all rebuilt. Errors: internal_error (a job whose pairs have
// no secret, or not wanted any more), library_failed; the accumulator is spoilt then.
[[nodiscard]] Result<RecoveryWork> take_masks_off(const RecoveryJob& job,
                                                  const std::vector<Rebuilt>& secrets,
                                                  Accumulator& accumulator,
                                                  const RecoveryThreads& threads);

}  // namespace blindsum::detail
