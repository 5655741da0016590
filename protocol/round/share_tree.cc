#include "protocol/round/share_tree.h"

#include <cassert>

#include "protocol/round/limits.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

// [TREE-1] The two labels differ, so that no leaf is ever a node.
Encoded leaf_text(const Hash& th1, std::uint32_t from, const ShareItem& item) {
  return Encoded(Label::share)
      .hash(th1)
      .u32(from)
      .u32(item.to)
      .u32(item.point)
      .bytes(item.box)
      .bytes(item.mask_tag)
      .bytes(item.self_tag);
}

Encoded node_text(const Hash& left, const Hash& right) {
  return Encoded(Label::share_node).hash(left).hash(right);
}

// A node's place on its level. Splitting at the largest power of two below the size, from the top,
// pairs each node with its neighbour, from the bottom; the last of an odd number rises as it is.
struct Place {
  std::uint32_t index;
  std::uint32_t width;

  bool is_root() const { return width == 1; }
  std::uint32_t sibling() const { return index ^ 1; }
  bool has_sibling() const { return sibling() < width; }
  bool is_right() const { return (index & 1) != 0; }
  Place above() const { return {index / 2, (width + 1) / 2}; }
};

}  // namespace

std::uint32_t path_length(std::uint32_t point, std::uint32_t k) {
  std::uint32_t length = 0;
  for (Place place{point - 1, k}; !place.is_root(); place = place.above()) {
    length += place.has_sibling() ? 1 : 0;
  }
  assert(length <= kMaxPathHashes);
  return length;
}

Result<ShareTree> ShareTree::of(const Hash& th1, std::uint32_t from,
                                const std::vector<ShareItem>& items) {
  ShareTree tree;
  tree.k_ = static_cast<std::uint32_t>(items.size());
  if (items.empty()) return tree;
  BLINDSUM_TRY(hasher, TranscriptHasher::create());
  std::vector<Hash>& levels = tree.levels_;
  levels.reserve(2 * items.size() + kMaxPathHashes);
  for (const ShareItem& item : items) {
    BLINDSUM_TRY(leaf, hasher.hash(leaf_text(th1, from, item)));
    levels.push_back(leaf);
  }
  std::size_t begin = 0;
  for (std::size_t width = items.size(); width > 1; width = (width + 1) / 2) {
    for (std::size_t left = begin; left + 1 < begin + width; left += 2) {
      BLINDSUM_TRY(node, hasher.hash(node_text(levels[left], levels[left + 1])));
      levels.push_back(node);
    }
    if (width % 2 != 0) levels.push_back(Hash(levels[begin + width - 1]));
    begin += width;
  }
  tree.root_ = levels.back();
  return tree;
}

std::vector<Hash> ShareTree::path(std::uint32_t point) const {
  assert(point >= 1 && point <= k_);
  std::vector<Hash> path;
  path.reserve(path_length(point, k_));
  std::size_t begin = 0;
  for (Place place{point - 1, k_}; !place.is_root(); place = place.above()) {
    if (place.has_sibling()) path.push_back(levels_[begin + place.sibling()]);
    begin += place.width;
  }
  return path;
}

// [TREE-2]
Result<Hash> root_above(const Hash& th1, const InboundItem& inbound, std::uint32_t k,
                        TranscriptHasher& hasher) {
  const std::uint32_t point = inbound.item.point;
  if (point < 1 || point > k) return Reason::wrong_item;
  if (inbound.path.size() != path_length(point, k)) return Reason::wrong_length;
  BLINDSUM_TRY(hash, hasher.hash(leaf_text(th1, inbound.from, inbound.item)));
  auto other = inbound.path.begin();
  for (Place place{point - 1, k}; !place.is_root(); place = place.above()) {
    if (!place.has_sibling()) continue;
    BLINDSUM_TRY(node,
                 hasher.hash(place.is_right() ? node_text(*other, hash) : node_text(hash, *other)));
    hash = node;
    ++other;
  }
  return hash;
}

}  // namespace blindsum
