#include "protocol/round/recovery.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "crypto/secret.h"
#include "protocol/round/recovery/rebuild.h"
#include "protocol/round/round_transcript.h"

namespace blindsum {
namespace {

// A range of elements that one task takes all masks off. Long enough that a key schedule is small
// beside the keystream that comes of it; short enough that a range of 64-bit words stays in L2.
constexpr std::uint64_t kTileElements = 1U << 16;
// Streams that a task has open at once: an EVP context is about 1 KiB, and a large cohort has
// thousands of masks.
constexpr std::size_t kStreamsAtOnce = 64;

struct KeyedMask {
  StreamKey key;
  MaskSign sign;
};

// What became of one target.
struct TargetOutcome {
  Reason reason = Reason::ok;
  std::vector<KeyedMask> masks;
  std::vector<Blame> blame;
  std::vector<std::uint32_t> counted;
};

// The neighbours among the survivors of one dropped member.
std::vector<std::uint32_t> survivors_beside(const RecoveryJob& job, std::uint32_t dropped) {
  std::vector<std::uint32_t> beside;
  for (const PairMask& pair : job.pairs) {
    if (pair.dropped == dropped) beside.push_back(pair.survivor);
  }
  return beside;
}

// [REBUILD-4] The self mask was added.
Result<void> find_self_mask(const RecoveryJob& job, std::uint32_t dealer, const SelfMask& secret,
                            std::vector<KeyedMask>& masks) {
  BLINDSUM_TRY(key, self_key(secret, job.th2, dealer));
  masks.push_back({std::move(key), MaskSign::subtract});
  return {};
}

// [REBUILD-4] The survivor u added the mask of a v above it, and subtracted that of a v below.
Result<void> find_pair_masks(const RecoveryJob& job, std::uint32_t dropped, const MaskKey& secret,
                             std::vector<KeyedMask>& masks) {
  for (const std::uint32_t survivor : survivors_beside(job, dropped)) {
    if (survivor >= job.mask_points.size()) return Reason::internal_error;
    BLINDSUM_TRY(shared, agree(secret, job.mask_points[survivor]));
    BLINDSUM_TRY(key, pair_key(shared, job.th2, survivor, dropped));
    const MaskSign sign = dropped > survivor ? MaskSign::subtract : MaskSign::add;
    masks.push_back({std::move(key), sign});
  }
  return {};
}

template <class Secret, class FindMasks>
TargetOutcome conclude(const RecoveryJob& job, const RebuildTarget& target,
                       detail::Rebuilt<Secret> rebuilt, FindMasks find_masks) {
  TargetOutcome outcome;
  outcome.reason = rebuilt.reason;
  outcome.counted = std::move(rebuilt.counted);
  for (const std::uint32_t holder : rebuilt.bad_holders) {  // [BLAME-1]
    outcome.blame.push_back({BlameKind::bad_share, holder, target.dealer, {}});
  }
  if (!outcome.counted.empty()) {  // [BLAME-2]
    outcome.blame.push_back({BlameKind::bad_dealing, target.dealer, std::nullopt, {}});
  }
  for (const std::uint32_t holder : target.reported_by) {  // [BLAME-3]
    outcome.blame.push_back({BlameKind::unopened_pair, target.dealer, holder, {}});
  }
  if (target.reported_by.size() > job.corruption_bound) {
    outcome.blame.push_back({BlameKind::unopened_dealer, target.dealer, std::nullopt, {}});
  }
  if (outcome.reason == Reason::ok &&
      find_masks(job, target.dealer, *rebuilt.secret, outcome.masks).has_error()) {
    outcome.reason = Reason::internal_error;
  }
  return outcome;
}

TargetOutcome work_on(const RecoveryJob& job, const RebuildTarget& target) {
  if (target.kind == ShareKind::self_mask) {
    return conclude(job, target, detail::rebuild_self_mask(target, job.threshold), find_self_mask);
  }
  return conclude(job, target, detail::rebuild_mask_key(target, job.threshold), find_pair_masks);
}

Result<void> unmask_range(std::span<const KeyedMask> masks, Accumulator& accumulator,
                          std::uint64_t first, std::uint64_t count) {
  std::vector<MaskStream> streams;
  streams.reserve(std::min(masks.size(), kStreamsAtOnce));
  while (!masks.empty()) {
    const auto batch = masks.first(std::min(masks.size(), kStreamsAtOnce));
    masks = masks.subspan(batch.size());
    streams.clear();
    for (const KeyedMask& mask : batch) {
      BLINDSUM_TRY(stream, MaskStream::create(mask.key, mask.sign));
      streams.push_back(std::move(stream));
    }
    BLINDSUM_CHECK(accumulator.apply(streams, first, count));
  }
  return {};
}

Result<void> unmask_all(const std::vector<KeyedMask>& masks, Accumulator& accumulator,
                        Parallel& parallel) {
  const std::uint64_t length = accumulator.length();
  std::vector<Error> errors((length + kTileElements - 1) / kTileElements);
  parallel.for_each(errors.size(), [&](std::size_t tile) {
    const std::uint64_t first = tile * kTileElements;
    const std::uint64_t count = std::min(kTileElements, length - first);
    const Result<void> done = unmask_range(masks, accumulator, first, count);
    if (done.has_error()) errors[tile] = done.error();
  });
  for (const Error& error : errors) {
    if (error.failed()) return error;
  }
  return {};
}

Result<Hash> sum_digest(const Accumulator& accumulator) {
  BLINDSUM_TRY(packed, accumulator.packed());
  return sha256(packed);  // [RECORD-4]
}

// Which of two targets' failures names the round's.
int weight_of(Reason reason) {
  return reason == Reason::ok                   ? 0
         : reason == Reason::secret_not_rebuilt ? 1
         : reason == Reason::too_few_shares     ? 2
                                                : 3;
}

bool by_kind_and_names(const Blame& a, const Blame& b) {
  return std::tuple(a.kind, a.accused, a.witness) < std::tuple(b.kind, b.accused, b.witness);
}

}  // namespace

RecoveryOutcome recover(const RecoveryJob& job, Accumulator& accumulator, Parallel& parallel) {
  std::vector<TargetOutcome> targets(job.targets.size());
  parallel.for_each(targets.size(),
                    [&](std::size_t i) { targets[i] = work_on(job, job.targets[i]); });

  RecoveryOutcome outcome;
  std::vector<KeyedMask> masks;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    TargetOutcome& target = targets[i];
    if (weight_of(target.reason) > weight_of(outcome.reason)) outcome.reason = target.reason;
    std::move(target.blame.begin(), target.blame.end(), std::back_inserter(outcome.blame));
    if (!target.counted.empty()) {
      outcome.counted.push_back({job.targets[i].dealer, std::move(target.counted)});
    }
    std::move(target.masks.begin(), target.masks.end(), std::back_inserter(masks));
  }
  std::sort(outcome.blame.begin(), outcome.blame.end(), by_kind_and_names);
  if (outcome.reason != Reason::ok) return outcome;

  if (unmask_all(masks, accumulator, parallel).has_error()) {
    outcome.reason = Reason::internal_error;
    return outcome;
  }
  const Result<Hash> digest = sum_digest(accumulator);
  if (digest.has_error()) {
    outcome.reason = Reason::internal_error;
    return outcome;
  }
  outcome.sum_digest = *digest;
  return outcome;
}

}  // namespace blindsum
