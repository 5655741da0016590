#include "blindsum.pb.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {
namespace {

// [SHARE-5, U2-2]
constexpr std::size_t kTagBytes = sizeof(TagBytes);
constexpr std::size_t kItemBytes = 4 + 4 + share_box_bytes + 2 * kTagBytes + Signature::size_bytes;
constexpr std::size_t kInboundBytes = 4 + kItemBytes;
constexpr std::size_t kProofBytes = 4 + Hash::size_bytes + Signature::size_bytes;
static_assert(kItemBytes == 216 && kInboundBytes == 220 && kProofBytes == 100);

ShareItem read_item(FieldReader& reader) {
  ShareItem item;
  item.to = reader.u32();
  item.point = reader.u32();
  item.box = reader.array<share_box_bytes>();
  item.mask_tag = reader.array<kTagBytes>();
  item.self_tag = reader.array<kTagBytes>();
  item.signature = reader.fixed<Signature>();
  return item;
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
  BLINDSUM_TRY(item_count, count_entries(in.items(), kInboundBytes));
  BLINDSUM_TRY(proof_count, count_entries(in.proofs(), kProofBytes));
  Delivery delivery;
  delivery.u2 = std::move(u2);
  delivery.items.reserve(item_count);
  FieldReader items(view_of(in.items()));
  for (std::size_t i = 0; i < item_count; ++i) {
    const std::uint32_t from = items.u32();
    delivery.items.push_back({from, read_item(items)});
  }
  delivery.proofs.reserve(proof_count);
  FieldReader proofs(view_of(in.proofs()));
  for (std::size_t i = 0; i < proof_count; ++i) {
    SharesProof proof;
    proof.member = proofs.u32();
    proof.items_hash = proofs.fixed<Hash>();
    proof.signature = proofs.fixed<Signature>();
    delivery.proofs.push_back(proof);
  }
  return delivery;
}

void write(const SessionId& id, const Delivery& message, v1::Envelope& out) {
  Bytes items;
  items.reserve(message.items.size() * kInboundBytes);
  for (const InboundItem& inbound : message.items) {
    put_u32(items, inbound.from);
    put_bytes(items, share_item_bytes(inbound.item));
  }
  Bytes proofs;
  proofs.reserve(message.proofs.size() * kProofBytes);
  for (const SharesProof& proof : message.proofs) {
    put_u32(proofs, proof.member);
    put_bytes(proofs, proof.items_hash.view());
    put_bytes(proofs, proof.signature.view());
  }
  v1::Delivery& body = *out.mutable_delivery();
  body.set_session_id(field_of(id.view()));
  body.set_u2(field_of(message.u2));
  body.set_items(field_of(items));
  body.set_proofs(field_of(proofs));
}

}  // namespace blindsum::detail
