// Paths in a dealer's tree [TREE-1, TREE-2]: each item's own leads to the root, and no other item,
// point or path does.
#include "protocol/round/limits.h"
#include "protocol/round/share_tree.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

constexpr std::uint32_t kMostItems = 40;

template <std::size_t N>
void fill(std::array<std::uint8_t, N>& out, Input& input) {
  const ByteView bytes = input.bytes(N);
  std::ranges::copy(bytes, out.begin());
}

std::vector<ShareItem> dealt(std::uint32_t k, Input& input) {
  std::vector<ShareItem> items(k);
  for (std::uint32_t i = 0; i < k; ++i) {
    items[i].to = i;
    items[i].point = i + 1;
    items[i].box.fill(input.u8());
  }
  return items;
}

// Of a path that a peer made up: a root, or a name for what is wrong.
bool run_alone(Input& input, TranscriptHasher& hasher) {
  InboundItem inbound;
  inbound.from = input.u32();
  inbound.item.point = input.u32();
  const std::uint32_t k = input.below(kMaxCohort);
  inbound.path.resize(input.below(20));
  for (Hash& hash : inbound.path) fill(hash.bytes, input);
  const auto root = root_above({}, inbound, k, hasher);
  const bool is_point = inbound.item.point >= 1 && inbound.item.point <= k;
  if (!is_point) {
    FUZZ_EXPECT(root.error() == Reason::wrong_item);
  } else {
    FUZZ_EXPECT(root.has_value() == (inbound.path.size() == path_length(inbound.item.point, k)));
  }
  return root.has_value();
}

void change(InboundItem& inbound, Input& input) {
  switch (input.below(6)) {
    case 0:
      inbound.from ^= input.u32();
      break;
    case 1:
      inbound.item.point = 1 + input.below(kMostItems);
      break;
    case 2:
      inbound.item.to ^= input.u32();
      break;
    case 3:
      inbound.item.box[input.below(share_box_bytes)] ^= input.u8();
      break;
    case 4:
      inbound.item.mask_tag[input.below(32)] ^= input.u8();
      break;
    default:
      if (!inbound.path.empty()) {
        Hash& hash = inbound.path[input.below(static_cast<std::uint32_t>(inbound.path.size()))];
        hash.bytes[input.below(32)] ^= input.u8();
      }
  }
}

bool run(ByteView bytes) {
  Input input(bytes);
  TranscriptHasher hasher = TranscriptHasher::create().value();
  if (input.u8() % 2 == 0) return run_alone(input, hasher);
  const std::uint32_t k = 1 + input.below(kMostItems);
  const auto items = dealt(k, input);
  const std::uint32_t from = input.u32();
  Hash th1;
  fill(th1.bytes, input);
  const ShareTree tree = ShareTree::of(th1, from, items).value();
  const std::uint32_t point = 1 + input.below(k);
  const InboundItem own{from, items[point - 1], tree.path(point)};
  FUZZ_EXPECT(root_above(th1, own, k, hasher).value() == tree.root());
  InboundItem other = own;
  change(other, input);
  const auto root = root_above(th1, other, k, hasher);
  FUZZ_EXPECT((root.has_value() && *root == tree.root()) == (other == own));
  return true;
}

const Registered registered("share_paths", run);

}  // namespace
}  // namespace blindsum::fuzz
