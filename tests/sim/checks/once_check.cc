#include "tests/sim/checks/once_check.h"

#include "tests/sim/names.h"

namespace blindsum::sim {

void OnceCheck::before(const Said& event) {
  const ToAggregator& message = *event.message;
  const Seat& seat = book_.seat(event.session, event.member);
  const std::string who = "member " + std::to_string(event.member);
  const bool is_void = std::holds_alternative<VoidVote>(message);
  const bool is_refusal = std::holds_alternative<Refusal>(message);
  if (std::holds_alternative<Unmask>(message) && seat.voided) {
    trace_.fail(who + " unmasks what it declared void [VOID-2]");
  }
  if ((seat.refused || seat.voided) && !is_void && !is_refusal) {
    trace_.fail(who + " sends " + name_of(message) + " after " +
                (seat.voided ? "VOID" : "a refusal") + " [ONCE-4]");
  }
  if (is_void && seat.unmasked) trace_.fail(who + " declares void what it unmasked [VOID-2]");
  if (is_refusal) return;  // one for each question
  if (const auto* chunk = std::get_if<UploadChunk>(&message)) return see_chunk(event, *chunk);
  Bytes bytes = encode_in_round(event.session, message);
  const auto [first, is_new] =
      first_.try_emplace({event.session, event.member, message.index()}, bytes);
  if (!is_new && first->second != bytes) {
    trace_.fail(who + " sends two different messages: " + name_of(message) + " [ONCE-1]");
  }
}

void OnceCheck::see_chunk(const Said& event, const UploadChunk& chunk) {
  auto& upload = uploads_[{event.session, event.member}];
  for (std::size_t i = 0; i < chunk.data.size(); ++i) {
    const auto [byte, is_new] = upload.try_emplace(chunk.offset + i, chunk.data[i]);
    if (!is_new && byte->second != chunk.data[i]) {
      trace_.fail("member " + std::to_string(event.member) +
                  " sends two different masked vectors [ONCE-5]");
      return;
    }
  }
}

}  // namespace blindsum::sim
