// The tree of a dealer's items against RFC 9162, §2.1, as the text has it: by recursion, and with
// what is hashed laid out by hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <span>

#include "crypto/sign.h"
#include "protocol/round/limits.h"
#include "protocol/round/reason.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "tests/round/by_hand.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

using Leaves = std::span<const Hash>;

constexpr std::uint32_t kDealer = 7;

Hash dealt_under() {
  Hash th1;
  th1.bytes.fill(0x71);
  return th1;
}

std::vector<ShareItem> dealt_items(std::uint32_t k) {
  SeededEntropy entropy(k);
  std::vector<ShareItem> items(k);
  for (std::uint32_t i = 0; i < k; ++i) {
    items[i].to = 3 * i + 1;
    items[i].point = i + 1;
    entropy.fill(items[i].box).value();
    entropy.fill(items[i].mask_tag).value();
    entropy.fill(items[i].self_tag).value();
  }
  return items;
}

// [TREE-1]
Hash leaf_by_hand(const ShareItem& item) {
  return sha256(enc("share", {as_bytes(dealt_under().view()), u32_bytes(kDealer),
                              u32_bytes(item.to), u32_bytes(item.point), as_bytes(item.box),
                              as_bytes(item.mask_tag), as_bytes(item.self_tag)}))
      .value();
}

Hash node_by_hand(const Hash& left, const Hash& right) {
  return sha256(enc("share-node", {as_bytes(left.view()), as_bytes(right.view())})).value();
}

// The largest power of two below the number of leaves.
std::size_t split_of(Leaves leaves) {
  return std::bit_ceil(leaves.size()) / 2;
}

Hash root_by_hand(Leaves leaves) {
  if (leaves.size() == 1) return leaves[0];
  const std::size_t left = split_of(leaves);
  return node_by_hand(root_by_hand(leaves.first(left)), root_by_hand(leaves.subspan(left)));
}

std::vector<Hash> path_by_hand(std::size_t m, Leaves leaves) {
  if (leaves.size() == 1) return {};
  const std::size_t left = split_of(leaves);
  const Leaves below = leaves.first(left);
  const Leaves above = leaves.subspan(left);
  std::vector<Hash> path = m < left ? path_by_hand(m, below) : path_by_hand(m - left, above);
  path.push_back(root_by_hand(m < left ? above : below));
  return path;
}

ShareTree tree_over(const std::vector<ShareItem>& items) {
  return ShareTree::of(dealt_under(), kDealer, items).value();
}

Result<Hash> climb(const InboundItem& inbound, std::uint32_t k) {
  auto hasher = TranscriptHasher::create().value();
  return root_above(dealt_under(), inbound, k, hasher);
}

void check_against_text(std::uint32_t k, std::uint32_t every) {
  CAPTURE(k);
  const std::vector<ShareItem> items = dealt_items(k);
  std::vector<Hash> leaves;
  for (const ShareItem& item : items) leaves.push_back(leaf_by_hand(item));
  const ShareTree tree = tree_over(items);
  CHECK(tree.root() == root_by_hand(leaves));
  for (std::uint32_t i = 0; i < k; i += every) {
    CAPTURE(i);
    const std::vector<Hash> path = path_by_hand(i, leaves);
    CHECK(path.size() == path_length(i + 1, k));
    CHECK(path.size() <= kMaxPathHashes);
    CHECK(tree.path(i + 1) == path);
    CHECK(climb({kDealer, items[i], path}, k).value() == tree.root());
  }
}

TEST_CASE("[TREE-1, TREE-2] roots and paths are those of the text, for every size up to 70") {
  for (std::uint32_t k = 1; k <= 70; ++k) check_against_text(k, 1);
}

TEST_CASE("[TREE-1, TREE-2] roots and paths of large trees") {
  for (const std::uint32_t k : {99U, 288U, 1024U, 4095U}) check_against_text(k, k / 7);
}

TEST_CASE("[TREE-1] of no items the root is zeros") {
  CHECK(tree_over({}).root() == Hash{});
}

TEST_CASE("[TREE-1] every byte of an item, its dealer and th1 are in the root") {
  const std::vector<ShareItem> items = dealt_items(5);
  const Hash root = tree_over(items).root();
  const auto changed = [&](auto change) {
    std::vector<ShareItem> others = items;
    change(others);
    return tree_over(others).root() != root;
  };
  CHECK(changed([](auto& others) { others[3].to ^= 1; }));
  CHECK(changed([](auto& others) { others[3].point ^= 1; }));
  for (std::size_t i = 0; i < share_box_bytes; ++i) {
    CHECK(changed([&](auto& others) { others[3].box[i] ^= 1; }));
  }
  for (std::size_t i = 0; i < 32; ++i) {
    CHECK(changed([&](auto& others) { others[3].mask_tag[i] ^= 1; }));
    CHECK(changed([&](auto& others) { others[3].self_tag[i] ^= 1; }));
  }
  CHECK(changed([](auto& others) { std::swap(others[3].mask_tag, others[3].self_tag); }));
  CHECK(changed([](auto& others) { std::swap(others[1], others[2]); }));
  CHECK(changed([](auto& others) { others.pop_back(); }));
  CHECK(changed([](auto& others) { others.push_back(others.back()); }));
  CHECK(ShareTree::of(Hash{}, kDealer, items).value().root() != root);
  CHECK(ShareTree::of(dealt_under(), kDealer + 1, items).value().root() != root);
}

TEST_CASE("[TREE-2] a path of another length than point and k say: wrong_length") {
  for (const std::uint32_t k : {2U, 4U, 7U, 14U, 70U}) {
    const std::vector<ShareItem> items = dealt_items(k);
    const ShareTree tree = tree_over(items);
    for (std::uint32_t i = 0; i < k; ++i) {
      InboundItem inbound{kDealer, items[i], tree.path(i + 1)};
      inbound.path.push_back(tree.root());
      CHECK(climb(inbound, k).error() == Reason::wrong_length);
      inbound.path.pop_back();
      inbound.path.pop_back();
      CHECK(climb(inbound, k).error() == Reason::wrong_length);
    }
  }
}

TEST_CASE("[TREE-2] a point that there is not: wrong_item") {
  const std::vector<ShareItem> items = dealt_items(4);
  const ShareTree tree = tree_over(items);
  for (const std::uint32_t point : {0U, 5U, 0xFFFFFFFFU}) {
    InboundItem inbound{kDealer, items[0], tree.path(1)};
    inbound.item.point = point;
    CHECK(climb(inbound, 4).error() == Reason::wrong_item);
  }
}

TEST_CASE("[TREE-2] an item under the path of another, or in another's place, misses the root") {
  const std::uint32_t k = 13;
  const std::vector<ShareItem> items = dealt_items(k);
  const ShareTree tree = tree_over(items);
  for (std::uint32_t i = 0; i < k; ++i) {
    for (std::uint32_t j = 0; j < k; ++j) {
      if (i == j) continue;
      const Result<Hash> with_path = climb({kDealer, items[i], tree.path(j + 1)}, k);
      CHECK((with_path.has_error() || *with_path != tree.root()));
      InboundItem moved{kDealer, items[i], tree.path(j + 1)};
      moved.item.point = j + 1;
      CHECK(climb(moved, k).value() != tree.root());
    }
  }
}

// Where a place has the same way up in both trees, the item in it is the same one; the last has
// not.
TEST_CASE("[TREE-2] the last item of a tree of another size is not accepted") {
  for (std::uint32_t k = 2; k <= 70; ++k) {
    CAPTURE(k);
    for (const std::uint32_t other : {k - 1, k + 1}) {
      const std::vector<ShareItem> items = dealt_items(other);
      const ShareTree tree = tree_over(items);
      const std::uint32_t point = std::min(k, other);
      const InboundItem inbound{kDealer, items[point - 1], tree.path(point)};
      CHECK(climb(inbound, k).error() == Reason::wrong_length);
    }
  }
}

TEST_CASE("[TREE-1, ENC-3] what is hashed for a leaf is never hashed for a node") {
  const std::vector<ShareItem> items = dealt_items(2);
  const Hash left = leaf_by_hand(items[0]);
  const Hash right = leaf_by_hand(items[1]);
  const std::vector<Bytes> children{as_bytes(left.view()), as_bytes(right.view())};
  CHECK(tree_over(items).root() == sha256(enc("share-node", children)).value());
  CHECK(tree_over(items).root() != sha256(enc("share", children)).value());
  // A leaf alone is its tree's root, and no node.
  CHECK(tree_over({items[0]}).root() == left);
  CHECK(left != node_by_hand(left, left));
}

template <class Fixed>
Fixed hex(const char* text) {
  return Fixed::from(from_hex(text).value()).value();
}

ShareItem item_of(std::uint32_t point, ByteView box, const Hash& mask_tag, const Hash& self_tag) {
  ShareItem item{.to = point, .point = point};
  std::copy(box.begin(), box.end(), item.box.begin());
  item.mask_tag = mask_tag.bytes;
  item.self_tag = self_tag.bytes;
  return item;
}

// The box and the points are rows of the table, too.
TEST_CASE("[TREE-1, SHARE-7] the vectors of SPEC.md, Appendix D") {
  const auto th1 = hex<Hash>("771db0076d53dcfd5a90ed37488d4720c19f667d5ea54edefe332a3a2b9eba92");
  const auto p0 = hex<Hash>("e8835e752e8aec919de2d5f0e1d9bf5b9021bafa0758b7ddd47033c08fe9e008");
  const auto p1 = hex<Hash>("6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919");
  const auto p2 = hex<Hash>("94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259");
  const Bytes box = from_hex(
                        "5f2dca230fdf175e2ef0cb4c1f498879580e378d59cdaa62dd1ac26e58d99888"
                        "158d6652ec4eb984e2300e87b93defb221fba9b981848351f94956e24da7ef98"
                        "83fdbf5b71418270d95ea39455df761f")
                        .value();
  const std::vector<ShareItem> items{item_of(1, box, p1, p2), item_of(2, Bytes(80, 0x22), p2, p0),
                                     item_of(3, Bytes(80, 0x33), p0, p1)};
  const ShareTree tree = ShareTree::of(th1, 0, items).value();
  CHECK(tree.root() ==
        hex<Hash>("0f4b41d85df1c39eac4b55b9f16fe7d6e374a48aa885c938479086f75a8c9912"));
  CHECK(tree.path(3) == std::vector{hex<Hash>("34bf106c905ed13d3f81047651ed3069"
                                              "cfb07eabf437dc3c8fda33145bb4c127")});
  CHECK(tree.path(2) == std::vector{hex<Hash>("9d53d7c48d1627530bf5c0cbfa41a9e2"
                                              "56e36027b414e22e903fec1b8bb39fdc"),
                                    hex<Hash>("96b86d7905aa17d600d7c8f37d2cc04d"
                                              "8b56be504bde62d78e5362314c5413ab")});
  Bytes seed;
  for (std::uint8_t byte = 0; byte < 32; ++byte) seed.push_back(byte);
  const SigningKey identity = SigningKey::from_seed(Seed::from(seed).value()).value();
  CHECK(identity.sign(shares_statement(th1, 0, tree.root())).value() ==
        hex<Signature>("e170dfe1595b722f67976413127cf7c1ad82fad4e5ba3c759646172c7f2b9ed6"
                       "576360fd7cdc78347f43bdc6126c6515e2dc09ad202116c2969073b49bd14f0b"));
}

}  // namespace
}  // namespace blindsum
