#include "protocol/round/recovery/rebuild.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "crypto/shamir.h"
#include "faults/faults.h"
#include "protocol/round/recovery/interpolations.h"

namespace blindsum::detail {
namespace {

// About a millisecond's work.
constexpr std::uint64_t kSecretsAtOnce = 16;

struct UsableShare {
  std::uint32_t holder;
  std::uint32_t point;
  Share share;
};
using UsableShares = std::vector<UsableShare>;

// The secret if the shares give it, nothing if they miss the point.
template <class Tag>
Result<std::optional<Secret<Tag>>> combine_shares(const Interpolation& interpolation,
                                                  std::span<const UsableShare> shares,
                                                  const Point& expected) {
  std::vector<const Share*> values;
  for (const UsableShare& usable : shares) values.push_back(&usable.share);
  Result<Secret<Tag>> combined = combine<Tag>(interpolation, values);
  // The shares of zero are shares of no secret at all: a miss like any other.
  if (combined.has_error() && combined.error() == CryptoError::bad_scalar) {
    return std::optional<Secret<Tag>>();
  }
  BLINDSUM_TRY(secret, std::move(combined));
  BLINDSUM_TRY(point, public_point(secret));
  if (point != expected && !fault(Fault::wrong_share_wrong_sum)) {
    return std::optional<Secret<Tag>>();
  }
  return std::optional<Secret<Tag>>(std::move(secret));
}

// The t lowest, on trust; none if one of them is no scalar, which is a miss, too.
UsableShares lowest_shares(const RebuildTarget& target, std::uint32_t threshold) {
  UsableShares lowest;
  if (target.shares.size() < threshold) return lowest;
  for (const HeldShare& held : std::span(target.shares).first(threshold)) {
    Result<Share> share = parse_share(held.share.view());
    if (share.has_error()) return {};
    lowest.push_back({held.holder, held.point, *std::move(share)});
  }
  return lowest;
}

// Bytes against bytes: what a dealer wrote may be no point, and then no share is on it [U2-9].
bool is_dealt_tag(const RebuildTarget& target, std::uint32_t point, const Point& tag) {
  if (point == 0 || point > target.tags.size()) return false;
  const TagBytes& dealt = target.tags[point - 1];
  return std::equal(dealt.begin(), dealt.end(), tag.view().begin(), tag.view().end());
}

// All that are on their tags. No tag is of zero, or of a number that is not reduced.
Result<UsableShares> good_shares(const RebuildTarget& target,
                                 std::vector<std::uint32_t>& bad_holders) {
  UsableShares good;
  for (const HeldShare& held : target.shares) {
    Result<Share> share = parse_share(held.share.view());
    bool is_good = share.has_value();
    if (is_good) {
      BLINDSUM_TRY(tag, share_tag(*share));
      is_good = is_dealt_tag(target, held.point, tag);
    }
    if (is_good) {
      good.push_back({held.holder, held.point, *std::move(share)});
    } else {
      bad_holders.push_back(held.holder);
    }
  }
  return good;
}

// Of the t lowest good shares, which need not be the t lowest.
template <class Tag>
Result<std::optional<Secret<Tag>>> combine_good(const UsableShares& good, const Point& expected,
                                                std::uint32_t threshold) {
  if (good.size() < threshold) return std::optional<Secret<Tag>>();
  const auto lowest = std::span(good).first(threshold);
  std::vector<std::uint32_t> points;
  for (const UsableShare& usable : lowest) points.push_back(usable.point);
  BLINDSUM_TRY(interpolations, Interpolation::at_zero({&points, 1}));
  return combine_shares<Tag>(interpolations.front(), lowest, expected);
}

// [REBUILD-2, REBUILD-3]
template <class Tag>
Result<Rebuilt> rebuild(const RebuildTarget& target, std::uint32_t threshold,
                        const Interpolations& interpolations) {
  Rebuilt result;
  const UsableShares lowest = lowest_shares(target, threshold);
  if (!lowest.empty()) {
    BLINDSUM_TRY(on_trust,
                 combine_shares<Tag>(interpolations.at_lowest(target), lowest, target.expected));
    if (on_trust) {
      result.secret = *std::move(on_trust);
      return Result<Rebuilt>(std::move(result));
    }
  }
  BLINDSUM_TRY(good, good_shares(target, result.bad_holders));
  BLINDSUM_TRY(of_good, combine_good<Tag>(good, target.expected, threshold));
  if (of_good) {
    result.secret = *std::move(of_good);
    return Result<Rebuilt>(std::move(result));
  }
  const bool too_few_came = target.shares.size() < threshold;
  result.reason = too_few_came ? Reason::too_few_shares : Reason::secret_not_rebuilt;
  if (good.size() < threshold) return Result<Rebuilt>(std::move(result));
  for (std::uint32_t i = 0; i < threshold; ++i) result.counted.push_back(good[i].point);
  return Result<Rebuilt>(std::move(result));
}

}  // namespace

Result<std::vector<Rebuilt>> rebuild_secrets(const RecoveryJob& job,
                                             const RecoveryThreads& threads) {
  BLINDSUM_TRY(interpolations, Interpolations::of_lowest(job, threads));
  std::vector<Rebuilt> all(job.targets.size());
  const auto rebuild_some = [&](Piece piece) -> Result<void> {
    for (std::uint64_t i = piece.first; i < piece.end; ++i) {
      const RebuildTarget& target = job.targets[i];
      const auto rebuild_kind =
          target.kind == ShareKind::self_mask ? rebuild<SelfMaskTag> : rebuild<MaskKeyTag>;
      BLINDSUM_TRY(rebuilt, rebuild_kind(target, job.threshold, interpolations));
      all[i] = std::move(rebuilt);
    }
    return {};
  };
  BLINDSUM_CHECK(
      run_stage(threads, RecoveryStage::secrets, all.size(), kSecretsAtOnce, rebuild_some));
  return Result<std::vector<Rebuilt>>(std::move(all));
}

}  // namespace blindsum::detail
