// The answer of phase 5: bytes of a layout of their own inside the message, since it is they that
// are signed [UNMASK-2, UNMASK-3].
#include <cstdlib>
#include <span>

#include "blindsum.pb.h"
#include "crypto/secret.h"
#include "crypto/transcript.h"
#include "faults/faults.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {
namespace {

constexpr std::size_t kCountBytes = 4;
constexpr std::size_t kEntryBytes = 4 + 1 + RevealedShare::size_bytes;
constexpr std::size_t kIndexBytes = 4;

// How many entries follow, of so many bytes each. Errors: wrong_length if they are not all there.
Result<std::uint32_t> read_count(FieldReader& reader, std::size_t entry_bytes) {
  if (reader.left() < kCountBytes) return Reason::wrong_length;
  const std::uint32_t count = reader.u32();
  if (count > kMaxCohort || count * entry_bytes > reader.left()) {
    if (fault(Fault::short_share_fatal)) std::abort();
    return Reason::wrong_length;
  }
  return count;
}

Result<UnmaskEntry> read_entry(FieldReader& reader) {
  UnmaskEntry entry;
  entry.member = reader.u32();
  const std::uint8_t kind = reader.u8();
  if (kind > static_cast<std::uint8_t>(ShareKind::mask_key)) return Reason::wrong_item;
  entry.kind = static_cast<ShareKind>(kind);
  entry.share = reader.fixed<RevealedShare>();
  return entry;
}

}  // namespace

// [UNMASK-4] Order, members and kinds that fit the round are the machine's to see.
Result<Unmask> read(const v1::Unmask& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  Unmask unmask;
  unmask.signature = signature;
  FieldReader reader(view_of(in.body()));
  BLINDSUM_TRY(entries, read_count(reader, kEntryBytes));
  unmask.entries.reserve(entries);
  for (std::uint32_t i = 0; i < entries; ++i) {
    BLINDSUM_TRY(entry, read_entry(reader));
    unmask.entries.push_back(entry);
  }
  BLINDSUM_TRY(not_held, read_count(reader, kIndexBytes));
  unmask.not_held.reserve(not_held);
  for (std::uint32_t i = 0; i < not_held; ++i) unmask.not_held.push_back(reader.u32());
  if (reader.left() != 0) return Reason::wrong_length;
  BLINDSUM_TRY(answer_hash, sha256(view_of(in.body())));
  unmask.answer_hash = answer_hash;
  return unmask;
}

void write(const SessionId& id, const Unmask& message, v1::Envelope& out) {
  Bytes answer = unmask_answer_bytes(message.entries, message.not_held);
  v1::Unmask& body = *out.mutable_unmask();
  body.set_session_id(field_of(id.view()));
  body.set_body(field_of(answer));
  wipe(std::span(answer));
  body.set_signature(field_of(message.signature.view()));
}

void wipe_shares(v1::Envelope& envelope) {
  if (envelope.has_unmask()) wipe(std::span(*envelope.mutable_unmask()->mutable_body()));
}

}  // namespace blindsum::detail
