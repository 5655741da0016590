#include "protocol/round/recovery/interpolations.h"

#include <span>
#include <utility>

namespace blindsum::detail {

Interpolations::Points Interpolations::lowest_points(const RebuildTarget& target) const {
  Points points;
  points.reserve(threshold_);
  for (const HeldShare& held : std::span(target.shares).first(threshold_)) {
    points.push_back(held.point);
  }
  return points;
}

Result<Interpolations> Interpolations::of_lowest(const RecoveryJob& job,
                                                 const RecoveryThreads& threads) {
  Interpolations all(job.threshold);
  std::vector<Points> sets;
  for (const RebuildTarget& target : job.targets) {
    if (target.shares.size() < job.threshold) continue;
    const auto [place, is_new] = all.places_.try_emplace(all.lowest_points(target), sets.size());
    if (is_new) sets.push_back(place->first);
  }
  all.batches_.resize((sets.size() + kBatch - 1) / kBatch);
  const auto make = [&](Piece piece) -> Result<void> {
    BLINDSUM_TRY(made, Interpolation::at_zero(
                           std::span(sets).subspan(piece.first, piece.end - piece.first)));
    all.batches_[piece.first / kBatch] = std::move(made);
    return {};
  };
  BLINDSUM_CHECK(run_stage(threads, RecoveryStage::interpolations, sets.size(), kBatch, make));
  return Result<Interpolations>(std::move(all));
}

const Interpolation& Interpolations::at_lowest(const RebuildTarget& target) const {
  const std::size_t place = places_.at(lowest_points(target));
  return batches_[place / kBatch][place % kBatch];
}

}  // namespace blindsum::detail
