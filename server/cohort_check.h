// Whether a round can be run with each size that a cohort of a task may have. The finder is not
// monotone in the size, so every one is tried; it takes up to milliseconds for one, and seconds for
// all: a size at a time, for those that have others to serve meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/round/parameters.h"
#include "server/config.h"

namespace blindsum {

class CohortCheck {
 public:
  // Of a task in whose keys, one by one, nothing is wrong.
  explicit CohortCheck(const TaskConfig& task);

  // Nothing is left to try: every size serves, or one does not.
  bool over() const { return problem_ || next_ > parameters_.n_max; }
  // Unless it is over.
  void try_next();
  // Why the first size that does not serve does not.
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  const RoundParameters parameters_;
  std::uint32_t next_;
  std::optional<std::string> problem_;
};

// All at once: the problem, if there is one.
[[nodiscard]] std::optional<std::string> check_cohorts(const TaskConfig& task);

}  // namespace blindsum
