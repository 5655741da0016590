#include "blindsum.pb.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {
namespace {

// [SHARE-5, U2-2]
constexpr std::size_t kTagBytes = sizeof(TagBytes);
constexpr std::size_t kItemBytes = 4 + 4 + share_box_bytes + 2 * kTagBytes;
constexpr std::size_t kInboundBytes = 4 + kItemBytes + 1;  // and a path
constexpr std::size_t kProofBytes = 4 + Hash::size_bytes + Signature::size_bytes;
static_assert(kItemBytes == 152 && kInboundBytes == 157 && kProofBytes == 100);

ShareItem read_item(FieldReader& reader) {
  ShareItem item;
  item.to = reader.u32();
  item.point = reader.u32();
  item.box = reader.array<share_box_bytes>();
  item.mask_tag = reader.array<kTagBytes>();
  item.self_tag = reader.array<kTagBytes>();
  return item;
}

// [U2-2] How many inbound items a field holds; each says how long its path is. Errors: wrong_length
// unless they fill it, with paths and a number of items that there can be.
Result<std::size_t> count_inbound(ByteView rest) {
  std::size_t count = 0;
  for (; !rest.empty(); ++count) {
    if (count == kMaxCohort || rest.size() < kInboundBytes) return Reason::wrong_length;
    const std::size_t hashes = rest[kInboundBytes - 1];
    const std::size_t size = kInboundBytes + hashes * Hash::size_bytes;
    if (hashes > kMaxPathHashes || rest.size() < size) return Reason::wrong_length;
    rest = rest.subspan(size);
  }
  return count;
}

// Of a field that count_inbound() has walked.
InboundItem read_inbound(FieldReader& reader) {
  const std::uint32_t from = reader.u32();
  InboundItem inbound{.from = from, .item = read_item(reader), .path = {}};
  inbound.path.resize(reader.u8());
  for (Hash& hash : inbound.path) hash = reader.fixed<Hash>();
  return inbound;
}

}  // namespace

Result<Shares> read(const v1::Shares& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  BLINDSUM_TRY(count, count_entries(in.items(), kItemBytes));
  Shares shares;
  shares.signature = signature;
  shares.items.reserve(count);
  FieldReader reader(view_of(in.items()));
  for (std::size_t i = 0; i < count; ++i) shares.items.push_back(read_item(reader));
  return shares;
}

void write(const SessionId& id, const Shares& message, v1::Envelope& out) {
  Bytes items;
  items.reserve(message.items.size() * kItemBytes);
  for (const ShareItem& item : message.items) put_bytes(items, share_item_bytes(item));
  v1::Shares& body = *out.mutable_shares();
  body.set_session_id(field_of(id.view()));
  body.set_items(field_of(items));
  body.set_signature(field_of(message.signature.view()));
}

Result<Delivery> read(const v1::Delivery& in) {
  BLINDSUM_TRY(u2, bitmap_of(in.u2()));
  BLINDSUM_TRY(item_count, count_inbound(view_of(in.items())));
  BLINDSUM_TRY(proof_count, count_entries(in.proofs(), kProofBytes));
  Delivery delivery;
  delivery.u2 = std::move(u2);
  delivery.items.reserve(item_count);
  FieldReader items(view_of(in.items()));
  for (std::size_t i = 0; i < item_count; ++i) delivery.items.push_back(read_inbound(items));
  delivery.proofs.reserve(proof_count);
  FieldReader proofs(view_of(in.proofs()));
  for (std::size_t i = 0; i < proof_count; ++i) {
    SharesProof proof;
    proof.member = proofs.u32();
    proof.root = proofs.fixed<Hash>();
    proof.signature = proofs.fixed<Signature>();
    delivery.proofs.push_back(proof);
  }
  return delivery;
}

void write(const SessionId& id, const Delivery& message, v1::Envelope& out) {
  Bytes items;
  std::size_t items_size = 0;
  for (const InboundItem& inbound : message.items) {
    items_size += kInboundBytes + inbound.path.size() * Hash::size_bytes;
  }
  items.reserve(items_size);
  for (const InboundItem& inbound : message.items) put_bytes(items, inbound_item_bytes(inbound));
  Bytes proofs;
  proofs.reserve(message.proofs.size() * kProofBytes);
  for (const SharesProof& proof : message.proofs) put_bytes(proofs, shares_proof_bytes(proof));
  v1::Delivery& body = *out.mutable_delivery();
  body.set_session_id(field_of(id.view()));
  body.set_u2(field_of(message.u2));
  body.set_items(field_of(items));
  body.set_proofs(field_of(proofs));
}

}  // namespace blindsum::detail
