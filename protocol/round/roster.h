// Who may take part: the list of members that the authority signed, offline (SPEC.md, chapter 3).
// It is what keeps an aggregator from inventing participants, so nobody looks a member up but in a
// Roster, and a Roster exists only verified. wire/ makes the content from bytes and back; the
// server, the SDK and the offline check of records hold one each.
//
// Members are addressed by roster index, which has gaps where members left. Times are Unix seconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "crypto/transcript.h"
#include "protocol/round/clock.h"

namespace blindsum {

struct RosterMember {
  std::uint32_t index = 0;
  std::string name;
  VerifyKey key;
  friend bool operator==(const RosterMember&, const RosterMember&) = default;
};

// What a roster says. Unchecked: the authority's tools make one, wire/ parses one.
struct RosterContent {
  std::uint64_t epoch = 0;            // from 1; a newer roster has a higher one
  std::vector<RosterMember> members;  // strictly ascending by index
  UnixSeconds not_after = 0;          // 0 = never expires
  std::string authority;              // its name, for display; may be empty
  friend bool operator==(const RosterContent&, const RosterContent&) = default;
};

// [ROSTER-3] Also for the authority, before it signs. Errors: bad_roster, bad_point.
[[nodiscard]] Result<void> check_roster(const RosterContent& content);

// What the authority signs, and what the roster hash is over [ROSTER-1].
[[nodiscard]] Encoded roster_statement(ByteView roster_bytes);

class Roster {
 public:
  // `parsed` is what wire/ read from exactly these bytes. The signature is looked at first.
  // Errors: bad_signature, bad_roster, bad_point, library_failed.
  [[nodiscard]] static Result<Roster> verify(Bytes roster_bytes, RosterContent parsed,
                                             const Signature& signature,
                                             const VerifyKey& authority);

  const Hash& hash() const { return hash_; }
  std::uint64_t epoch() const { return content_.epoch; }
  UnixSeconds not_after() const { return content_.not_after; }
  const std::vector<RosterMember>& members() const { return content_.members; }
  // nullptr if there is no such member. The pointer lives as long as the roster stays in place.
  const RosterMember* find(std::uint32_t index) const;
  // Under which it was verified; an aggregator with this key is refused [ROSTER-6].
  const VerifyKey& authority_key() const { return authority_key_; }
  const RosterContent& content() const { return content_; }
  ByteView bytes() const { return bytes_; }

 private:
  Roster(Bytes bytes, RosterContent content, const Hash& hash, const VerifyKey& authority);

  Bytes bytes_;
  RosterContent content_;
  Hash hash_;
  VerifyKey authority_key_;
};

// [ROSTER-4] Whether `now` is past the roster's last second.
[[nodiscard]] bool roster_expired(const Roster& roster, UnixSeconds now);

}  // namespace blindsum
