#include "protocol/round/messages.h"

#include <algorithm>
#include <cassert>

#include "protocol/round/limits.h"

namespace blindsum {

// [ADVERT-1]
std::array<std::uint8_t, 100> Advert::bytes() const {
  Bytes out;
  out.reserve(100);
  put_u32(out, roster_index);
  put_bytes(out, mask_point.view());
  put_bytes(out, channel_point.view());
  put_bytes(out, self_point.view());
  std::array<std::uint8_t, 100> advert{};
  std::copy(out.begin(), out.end(), advert.begin());
  return advert;
}

Result<RevealedShare> RevealedShare::from(ByteView view) {
  if (view.size() != size_bytes) return CryptoError::bad_length;
  RevealedShare share;
  std::copy(view.begin(), view.end(), share.bytes.begin());
  return share;
}

// [UNMASK-2]
Bytes unmask_answer_bytes(const std::vector<UnmaskEntry>& entries,
                          const std::vector<std::uint32_t>& not_held) {
  Bytes out;
  out.reserve(4 + entries.size() * (4 + 1 + RevealedShare::size_bytes) + 4 + not_held.size() * 4);
  put_u32(out, static_cast<std::uint32_t>(entries.size()));
  for (const UnmaskEntry& entry : entries) {
    put_u32(out, entry.member);
    out.push_back(static_cast<std::uint8_t>(entry.kind));
    put_bytes(out, entry.share.view());
  }
  put_u32(out, static_cast<std::uint32_t>(not_held.size()));
  for (const std::uint32_t member : not_held) put_u32(out, member);
  return out;
}

// [SHARE-5]
Bytes share_item_bytes(const ShareItem& item) {
  Bytes out;
  out.reserve(152);
  put_u32(out, item.to);
  put_u32(out, item.point);
  put_bytes(out, item.box);
  put_bytes(out, item.mask_tag);
  put_bytes(out, item.self_tag);
  return out;
}

// [U2-2]
Bytes inbound_item_bytes(const InboundItem& inbound) {
  assert(inbound.path.size() <= kMaxPathHashes);
  Bytes out;
  out.reserve(4 + 152 + 1 + inbound.path.size() * Hash::size_bytes);
  put_u32(out, inbound.from);
  put_bytes(out, share_item_bytes(inbound.item));
  out.push_back(static_cast<std::uint8_t>(inbound.path.size()));
  for (const Hash& hash : inbound.path) put_bytes(out, hash.view());
  return out;
}

// [U2-2]
Bytes shares_proof_bytes(const SharesProof& proof) {
  Bytes out;
  out.reserve(100);
  put_u32(out, proof.member);
  put_bytes(out, proof.root.view());
  put_bytes(out, proof.signature.view());
  return out;
}

}  // namespace blindsum
