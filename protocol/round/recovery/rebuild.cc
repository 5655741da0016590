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

// The secret if the first `threshold` shares give it, nothing if they miss the point.
template <class Tag>
Result<std::optional<Secret<Tag>>> combine_lowest(std::span<const UsableShare> shares,
                                                  const RebuildTarget& target,
                                                  std::uint32_t threshold) {
  std::vector<std::uint32_t> points;
  std::vector<const Share*> values;
  for (const UsableShare& usable : shares.first(threshold)) {
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

bool is_dealt_tag(const RebuildTarget& target, std::uint32_t point, const Point& tag) {
  if (point == 0 || point > target.tags.size()) return false;
  const TagBytes& dealt = target.tags[point - 1];
  return std::equal(dealt.begin(), dealt.end(), tag.view().begin(), tag.view().end());
}

// Shares that are scalars; the holders of others go to `bad_holders`: no tag is 0·G or of a number
// that is not reduced.
std::vector<UsableShare> usable_shares(const RebuildTarget& target,
                                       std::vector<std::uint32_t>& bad_holders) {
  std::vector<UsableShare> usable;
  for (const HeldShare& held : target.shares) {
    Result<Share> share = parse_share(held.share.view());
    if (share.has_error()) {
      bad_holders.push_back(held.holder);
    } else {
      usable.push_back({held.holder, held.point, *std::move(share)});
    }
  }
  return usable;
}

// Takes out the shares that are off their tags.
Result<void> keep_good(std::vector<UsableShare>& shares, const RebuildTarget& target,
                       std::vector<std::uint32_t>& bad_holders) {
  std::vector<UsableShare> good;
  for (UsableShare& usable : shares) {
    BLINDSUM_TRY(tag, share_tag(usable.share));
    if (is_dealt_tag(target, usable.point, tag)) {
      good.push_back(std::move(usable));
    } else {
      bad_holders.push_back(usable.holder);
    }
  }
  shares = std::move(good);
  return {};
}

// [REBUILD-2, REBUILD-3]
template <class Tag>
Result<Rebuilt<Secret<Tag>>> try_rebuild(const RebuildTarget& target, std::uint32_t threshold) {
  Rebuilt<Secret<Tag>> result;
  std::vector<UsableShare> shares = usable_shares(target, result.bad_holders);
  if (shares.size() >= threshold) {
    BLINDSUM_TRY(secret, combine_lowest<Tag>(shares, target, threshold));
    result.secret = std::move(secret);
    if (result.secret) return result;
  }
  BLINDSUM_CHECK(keep_good(shares, target, result.bad_holders));
  if (shares.size() < threshold) {
    result.reason = Reason::too_few_shares;
    return result;
  }
  BLINDSUM_TRY(secret, combine_lowest<Tag>(shares, target, threshold));
  result.secret = std::move(secret);
  if (result.secret) return result;
  result.reason = Reason::secret_not_rebuilt;
  for (std::uint32_t i = 0; i < threshold; ++i) result.counted.push_back(shares[i].point);
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
