// The tree over what one dealer dealt (SPEC.md, TREE): its k items are the leaves, in the order of
// their points, and the dealer signs the root. It is the tree of RFC 9162, §2.1, under labels of
// our own. The dealer and the aggregator build it; a recipient is given one item with the hashes
// that lead from it to the root, and knows the tree's size, k, itself. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/transcript.h"
#include "protocol/round/messages.h"

namespace blindsum {

// How many hashes lead from the item of this point, 1..k, to the root: nothing else is a path.
std::uint32_t path_length(std::uint32_t point, std::uint32_t k);

class ShareTree {
 public:
  ShareTree() = default;  // of no items: the root is zeros, and there are no paths

  // Two hashes an item. The items' points are not looked at: the leaves are the items as they come.
  // Errors: library_failed.
  [[nodiscard]] static Result<ShareTree> of(const Hash& th1, std::uint32_t from,
                                            const std::vector<ShareItem>& items);

  const Hash& root() const { return root_; }
  // Of the leaf point − 1, ascending towards the root. 1 <= point <= k (asserted).
  std::vector<Hash> path(std::uint32_t point) const;

 private:
  std::uint32_t k_ = 0;
  // The leaves, then the nodes above them, level by level; at most two an item and a dozen more.
  std::vector<Hash> levels_;
  Hash root_;
};

// The root that the item and its path lead to in a tree of k leaves. Errors: wrong_item if the
// point is not in 1..k; wrong_length if the path is not as long as point and k say; library_failed.
[[nodiscard]] Result<Hash> root_above(const Hash& th1, const InboundItem& inbound, std::uint32_t k,
                                      TranscriptHasher& hasher);

}  // namespace blindsum
