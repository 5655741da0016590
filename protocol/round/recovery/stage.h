// Inside recovery.cc only: one stage of the work, in pieces over all threads, with progress and a
// way out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "protocol/round/recovery.h"

namespace blindsum::detail {

struct RecoveryThreads {
  Parallel& parallel;
  RecoveryMonitor& monitor;
};

// [first, end) of the things that a stage works on.
struct Piece {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
};

// Cuts `count` things into pieces of `piece` things and runs the task on each, in any order,
// perhaps at once. Errors: the first one (by place) that a task gave, when all have run;
// internal_error if the job was not wanted any more, so that pieces were left out.
[[nodiscard]] Result<void> run_stage(const RecoveryThreads& threads, RecoveryStage stage,
                                     std::uint64_t count, std::uint64_t piece,
                                     const std::function<Result<void>(Piece)>& task);

}  // namespace blindsum::detail
