#include "tests/sim/checks/sum_check.h"

#include "crypto/transcript.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/record.h"
#include "protocol/vector/accumulator.h"

namespace blindsum::sim {

void SumCheck::count_input(const SessionId& session, std::uint32_t member) {
  const Seat& seat = book_.seat(session, member);
  if (!seat.input || plan_.is_corrupt(member)) return;
  const auto [first, is_new] = counted_.try_emplace({member, *seat.input}, session);
  if (!is_new && first->second != session) {
    trace_.fail("an input of member " + std::to_string(member) + " is in two sums [INPUT-3]");
  }
}

void SumCheck::see(const RecordMade& event) {
  const RecordContent& record = *event.record;
  if (record.outcome != Reason::ok) return;
  if (event.sum == nullptr) return trace_.fail("a completed record without a sum");
  const auto u3 = Bitmap::parse(record.u3, event.proof->n());
  if (u3.has_error()) return trace_.fail("the record's U3 is no bitmap");
  std::vector<std::uint64_t> expected(event.sum->size());
  for (const std::uint32_t u : u3->members()) {
    const auto member = book_.cast().member_of(event.proof->adverts[u].advert.roster_index);
    const auto input = inputs_.find({event.session, member.value_or(UINT32_MAX)});
    if (input == inputs_.end()) return trace_.fail("a member of U3 that never had an input");
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += input->second[i];
    count_input(event.session, *member);
  }
  const std::uint64_t mask = event.sum->ring().mask();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::uint64_t published = event.sum->get(i);
    if (published != (expected[i] & mask)) {
      return trace_.fail("the sum is not that of U3: element " + std::to_string(i) + " is " +
                         std::to_string(published) + ", not " + std::to_string(expected[i] & mask));
    }
  }
  statistics_.count(Group::witness, "sums that are exact");
}

}  // namespace blindsum::sim
