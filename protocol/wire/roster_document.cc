#include <utility>

#include "blindsum.pb.h"
#include "protocol/round/limits.h"
#include "protocol/round/reason.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/strict.h"

namespace blindsum {
namespace {

using detail::field_of;

// A member: index, key, their framing and the name. Less than 64 bytes beside the name.
static_assert(kMaxRosterMembers * (64 + kMaxMemberNameBytes) + 1024 <= kMaxRosterBytes);

struct RosterFile {
  Bytes roster_bytes;
  std::optional<Signature> signature;
};

Result<RosterFile> read_file(ByteView file) {
  v1::SignedRoster in;
  if (file.size() > kMaxRosterBytes + kFileOverheadBytes || !detail::parse_strictly(file, 0, in)) {
    return Reason::bad_roster;
  }
  RosterFile out{detail::bytes_of(in.roster()), std::nullopt};
  if (in.signature().empty()) return out;
  const auto signature = detail::fixed<Signature>(in.signature());
  if (signature.has_error()) return Reason::bad_roster;
  out.signature = *signature;
  return out;
}

Bytes write_file(ByteView roster_bytes, const std::optional<Signature>& signature) {
  v1::SignedRoster out;
  out.set_roster(field_of(roster_bytes));
  if (signature) out.set_signature(field_of(signature->view()));
  return detail::serialise(out);
}

// [ROSTER-3] as far as it is a matter of bytes; check_roster() does the rest.
Result<RosterContent> decode_roster(ByteView roster_bytes) {
  v1::Roster in;
  if (roster_bytes.size() > kMaxRosterBytes ||
      !detail::parse_strictly(roster_bytes, kMaxRosterMembers, in)) {
    return Reason::bad_roster;
  }
  RosterContent content{in.epoch(), {}, in.not_after(), in.authority()};
  content.members.reserve(static_cast<std::size_t>(in.members_size()));
  for (const v1::Member& member : in.members()) {
    const auto key = detail::fixed<VerifyKey>(member.identity_key());
    if (key.has_error()) return Reason::bad_roster;
    content.members.push_back({member.index(), member.name(), *key});
  }
  return content;
}

}  // namespace

Bytes encode_roster(const RosterContent& content) {
  v1::Roster out;
  out.set_epoch(content.epoch);
  out.set_not_after(content.not_after);
  out.set_authority(content.authority);
  for (const RosterMember& member : content.members) {
    v1::Member& field = *out.add_members();
    field.set_index(member.index);
    field.set_name(member.name);
    field.set_identity_key(field_of(member.key.view()));
  }
  return detail::serialise(out);
}

Bytes encode_unsigned_roster(const RosterContent& content) {
  return write_file(encode_roster(content), std::nullopt);
}

Result<Bytes> sign_roster(const RosterContent& content, const SigningKey& authority) {
  BLINDSUM_CHECK(check_roster(content));
  const Bytes roster_bytes = encode_roster(content);
  BLINDSUM_TRY(signature, authority.sign(roster_statement(roster_bytes)));
  return write_file(roster_bytes, signature);
}

Result<Roster> read_roster(ByteView file, const VerifyKey& authority) {
  BLINDSUM_TRY(parts, read_file(file));
  if (!parts.signature) return Reason::bad_signature;
  BLINDSUM_TRY(content, decode_roster(parts.roster_bytes));
  return Roster::verify(std::move(parts.roster_bytes), std::move(content), *parts.signature,
                        authority);
}

Result<UnverifiedRoster> read_unverified_roster(ByteView file) {
  BLINDSUM_TRY(parts, read_file(file));
  BLINDSUM_TRY(content, decode_roster(parts.roster_bytes));
  return UnverifiedRoster{std::move(content), parts.signature};
}

}  // namespace blindsum
