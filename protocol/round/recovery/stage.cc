#include "protocol/round/recovery/stage.h"

#include <algorithm>
#include <atomic>
#include <vector>

namespace blindsum::detail {

Result<void> run_stage(const RecoveryThreads& threads, RecoveryStage stage, std::uint64_t count,
                       std::uint64_t piece, const std::function<Result<void>(Piece)>& task) {
  std::vector<Error> errors((count + piece - 1) / piece);
  std::atomic<std::uint64_t> done = 0;
  threads.parallel.for_each(errors.size(), [&](std::size_t i) {
    if (!threads.monitor.is_wanted()) {
      errors[i] = Reason::internal_error;
      return;
    }
    const Piece mine{i * piece, std::min(count, (i + 1) * piece)};
    const Result<void> result = task(mine);
    if (result.has_error()) errors[i] = result.error();
    const std::uint64_t length = mine.end - mine.first;
    threads.monitor.advanced({stage, done.fetch_add(length) + length, count});
  });
  for (const Error& error : errors) {
    if (error.failed()) return error;
  }
  return {};
}

}  // namespace blindsum::detail
