// Roster files [ROSTER-1, ROSTER-3]: as they come; and a signed one that was changed, which never
// is a roster but with the bytes that were signed.
#include <algorithm>

#include "protocol/wire/documents.h"
#include "tests/fuzz/documents.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

// Whatever verifies is what was signed.
bool verifies(ByteView file) {
  static const Bytes signed_bytes = encode_roster(roster_content());
  const auto verified = read_roster(file, authority().verify_key());
  FUZZ_EXPECT(verified.has_error() || std::ranges::equal(verified->bytes(), signed_bytes));
  return verified.has_value();
}

bool run_as_it_is(ByteView file) {
  (void)verifies(file);
  const auto roster = read_unverified_roster(file);
  if (roster.has_error()) {
    FUZZ_EXPECT(roster.error() == Reason::bad_roster);
    return false;
  }
  const auto again = read_unverified_roster(encode_unsigned_roster(roster->content));
  FUZZ_EXPECT(again.has_value() && again->content == roster->content);
  const auto resigned = sign_roster(roster->content, authority());
  FUZZ_EXPECT(resigned.has_value() == check_roster(roster->content).has_value());
  if (resigned.has_error()) return true;
  const auto verified = read_roster(*resigned, authority().verify_key());
  FUZZ_EXPECT(verified.has_value() && verified->content() == roster->content);
  for (const auto& member : verified->members()) {
    FUZZ_EXPECT(verified->find(member.index) != nullptr);
  }
  return true;
}

bool run_changed(Input input) {
  static const Bytes original = signed_roster();
  return verifies(damaged(original, input));
}

bool run(ByteView input) {
  Input rest(input);
  return rest.u8() % 2 == 0 ? run_as_it_is(rest.rest()) : run_changed(rest);
}

const Registered registered("rosters", run);

}  // namespace
}  // namespace blindsum::fuzz
