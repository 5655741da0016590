#include "protocol/round/recovery/rebuild.h"

#include <algorithm>
#include <span>
#include <utility>

#include "crypto/shamir.h"

namespace blindsum::detail {
namespace {

struct UsableShare {
  std::uint32_t holder;
  std::uint32_t point;
  Share share;
};
using UsableShares = std::vector<UsableShare>;

// The secret if the first `threshold` shares give it, nothing if they miss the point.
template <class Tag>
Result<std::optional<Secret<Tag>>> combine_lowest(const UsableShares& shares,
                                                  const RebuildTarget& target,
                                                  std::uint32_t threshold) {
  if (shares.size() < threshold) return std::optional<Secret<Tag>>();
  std::vector<std::uint32_t> points;
  std::vector<const Share*> values;
  for (const UsableShare& usable : std::span(shares).first(threshold)) {
    points.push_back(usable.point);
    values.push_back(&usable.share);
  }
  Result<Secret<Tag>> combined = combine<Tag>(points, values);
  // The shares of zero are shares of no secret at all: a miss like any other.
  if (combined.has_error() && combined.error() == CryptoError::bad_scalar) {
    return std::optional<Secret<Tag>>();
  }
  BLINDSUM_TRY(secret, std::move(combined));
  BLINDSUM_TRY(point, public_point(secret));
  if (point != target.expected) return std::optional<Secret<Tag>>();
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

// [REBUILD-2, REBUILD-3]
template <class Tag>
Result<Rebuilt<Secret<Tag>>> try_rebuild(const RebuildTarget& target, std::uint32_t threshold) {
  Rebuilt<Secret<Tag>> result;
  BLINDSUM_TRY(on_trust, combine_lowest<Tag>(lowest_shares(target, threshold), target, threshold));
  result.secret = std::move(on_trust);
  if (result.secret) return result;
  BLINDSUM_TRY(good, good_shares(target, result.bad_holders));
  BLINDSUM_TRY(of_good, combine_lowest<Tag>(good, target, threshold));
  result.secret = std::move(of_good);
  if (result.secret) return result;
  const bool too_few_came = target.shares.size() < threshold;
  result.reason = too_few_came ? Reason::too_few_shares : Reason::secret_not_rebuilt;
  if (good.size() < threshold) return result;
  for (std::uint32_t i = 0; i < threshold; ++i) result.counted.push_back(good[i].point);
  return result;
}

template <class Tag>
Rebuilt<Secret<Tag>> rebuild(const RebuildTarget& target, std::uint32_t threshold) {
  Result<Rebuilt<Secret<Tag>>> result = try_rebuild<Tag>(target, threshold);
  if (result.has_value()) return *std::move(result);
  Rebuilt<Secret<Tag>> failed;
  failed.reason = Reason::internal_error;  // peers cannot make the library fail
  return failed;
}

}  // namespace

Rebuilt<SelfMask> rebuild_self_mask(const RebuildTarget& target, std::uint32_t threshold) {
  return rebuild<SelfMaskTag>(target, threshold);
}

Rebuilt<MaskKey> rebuild_mask_key(const RebuildTarget& target, std::uint32_t threshold) {
  return rebuild<MaskKeyTag>(target, threshold);
}

}  // namespace blindsum::detail
