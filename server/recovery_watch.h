// What the log shows of an unmasking that takes long, and how it is given up: when its round is
// over for another reason, when a drain leaves it, or when the pool stops.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "protocol/round/recovery.h"
#include "server/clock.h"
#include "server/compute_pool.h"
#include "server/log.h"

namespace blindsum {

class RecoveryWatch final : public RecoveryMonitor {
 public:
  // All outlive it. `name` is the round's.
  RecoveryWatch(std::string name, const ComputePool& pool, const Clock& clock, Log& log)
      : name_(std::move(name)),
        pool_(pool),
        clock_(clock),
        log_(log),
        began_(clock.now()),
        next_line_(began_ + kQuiet) {}

  // From any thread.
  void give_up() { wanted_ = false; }
  bool is_wanted() const override { return wanted_ && !pool_.is_stopped(); }
  void advanced(const RecoveryProgress& progress) override;
  // One line with what was done.
  void done(const RecoveryOutcome& outcome) const;
  // Since it began.
  Instant elapsed() const { return clock_.now() - began_; }

 private:
  // A round of some seconds needs no line but the last.
  static constexpr Instant kQuiet{5'000};

  const std::string name_;
  const ComputePool& pool_;
  const Clock& clock_;
  Log& log_;
  const Instant began_;
  std::atomic<Instant> next_line_;
  std::atomic<bool> wanted_ = true;
};

}  // namespace blindsum
