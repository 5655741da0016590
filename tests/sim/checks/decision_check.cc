#include "tests/sim/checks/decision_check.h"

#include <string>

#include "protocol/round/bitmap.h"

namespace blindsum::sim {

template <class Value>
void DecisionCheck::once(Value& first, const Value& now, const char* what) {
  if (first.empty()) first = now;
  if (first != now) trace_.fail(std::string(what) + " is decided twice [ONCE-6]");
}

void DecisionCheck::see(const Told& event) {
  Decided& decided = decided_[event.session];
  if (const auto* const cohort = std::get_if<Cohort>(event.message)) {
    once(decided.cohort, cohort->adverts, "a cohort");
  } else if (const auto* const delivery = std::get_if<Delivery>(event.message)) {
    once(decided.u2, delivery->u2, "U2");
  } else if (const auto* const survivors = std::get_if<Survivors>(event.message)) {
    once(decided.u3, survivors->u3, "U3");
  } else if (std::holds_alternative<UploadAck>(*event.message)) {
    decided.accepted.insert(event.member);
  }
}

void DecisionCheck::see(const RecordMade& event) {
  Decided& decided = decided_[event.session];
  const RecordContent& record = *event.record;
  if (std::exchange(decided.has_record, true)) {
    trace_.fail("a session has two records [RECORD-2]");
  }
  if (record.outcome != Reason::ok) return;
  once(decided.cohort, event.proof->adverts, "a cohort");
  once(decided.u2, Bytes(record.u2.begin(), record.u2.end()), "U2");
  once(decided.u3, Bytes(record.u3.begin(), record.u3.end()), "U3");
  const auto u3 = Bitmap::parse(record.u3, event.proof->n());
  if (u3.has_error()) return trace_.fail("the record's U3 is no bitmap");
  std::set<std::uint32_t> summed;
  for (const std::uint32_t u : u3->members()) {
    const auto member = book_.cast().member_of(event.proof->adverts[u].advert.roster_index);
    if (member) summed.insert(*member);
  }
  for (const std::uint32_t member : decided.accepted) {
    if (summed.contains(member)) continue;
    trace_.fail("member " + std::to_string(member) +
                " was told that its upload is accepted, and is not in the sum [DISK-7]");
  }
}

}  // namespace blindsum::sim
