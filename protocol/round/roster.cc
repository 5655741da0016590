#include "protocol/round/roster.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/limits.h"
#include "protocol/round/reason.h"
#include "protocol/round/text.h"

namespace blindsum {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxMemberNameBytes && is_printable(text);
}

template <class Value>
bool has_duplicates(std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  return std::adjacent_find(values.begin(), values.end()) != values.end();
}

}  // namespace

Result<void> check_roster(const RosterContent& content) {
  const auto& members = content.members;
  if (content.epoch == 0) return Reason::bad_roster;
  if (members.empty() || members.size() > kMaxRosterMembers) return Reason::bad_roster;
  if (!content.authority.empty() && !is_name(content.authority)) return Reason::bad_roster;
  const auto not_ascending = [](const RosterMember& a, const RosterMember& b) {
    return a.index >= b.index;
  };
  if (std::adjacent_find(members.begin(), members.end(), not_ascending) != members.end()) {
    return Reason::bad_roster;
  }
  std::vector<std::string_view> names;
  std::vector<VerifyKey> keys;
  for (const RosterMember& member : members) {
    if (!is_name(member.name)) return Reason::bad_roster;
    BLINDSUM_CHECK(check_verify_key(member.key));
    names.push_back(member.name);
    keys.push_back(member.key);
  }
  if (has_duplicates(std::move(names)) || has_duplicates(std::move(keys))) {
    return Reason::bad_roster;
  }
  return {};
}

Encoded roster_statement(ByteView roster_bytes) {
  return Encoded(Label::roster).bytes(roster_bytes);
}

Roster::Roster(Bytes bytes, RosterContent content, const Hash& hash, const VerifyKey& authority)
    : bytes_(std::move(bytes)),
      content_(std::move(content)),
      hash_(hash),
      authority_key_(authority) {}

Result<Roster> Roster::verify(Bytes roster_bytes, RosterContent parsed, const Signature& signature,
                              const VerifyKey& authority) {
  const Encoded statement = roster_statement(roster_bytes);
  if (!fault(Fault::roster_unsigned)) {
    BLINDSUM_CHECK(blindsum::verify(authority, statement, signature));  // [ROSTER-2]
  }
  BLINDSUM_CHECK(check_roster(parsed));
  BLINDSUM_TRY(hash, hash_of(statement));
  return Roster(std::move(roster_bytes), std::move(parsed), hash, authority);
}

const RosterMember* Roster::find(std::uint32_t index) const {
  const auto& members = content_.members;
  // Where it is if they are numbered from 0 on, as most rosters are.
  if (index < members.size() && members[index].index == index) return &members[index];
  const auto before = [](const RosterMember& member, std::uint32_t wanted) {
    return member.index < wanted;
  };
  const auto at = std::lower_bound(members.begin(), members.end(), index, before);
  return at != members.end() && at->index == index ? &*at : nullptr;
}

bool roster_expired(const Roster& roster, UnixSeconds now) {
  return roster.not_after() != 0 && now > roster.not_after();
}

}  // namespace blindsum
