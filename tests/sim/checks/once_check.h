// An honest member says each thing once: whatever it sends again is the same, byte for byte
// [ONCE-1, ONCE-2, ONCE-5]. So it never signs two transcripts in one round (signatures are
// deterministic: two statements, two signatures). After a refusal only VOID follows [ONCE-4], and
// VOID and unmask exclude each other, also across a crash [VOID-2].
#pragma once

#include <cstdint>
#include <map>
#include <tuple>

#include "protocol/wire/frames.h"
#include "tests/sim/checks/book.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

class OnceCheck {
 public:
  OnceCheck(const Book& book, Trace& trace) : book_(book), trace_(trace) {}

  // Of an honest member, before the book has it.
  void before(const Said& event);

 private:
  void see_chunk(const Said& event, const UploadChunk& chunk);

  const Book& book_;
  Trace& trace_;
  // By session, member and kind of message.
  std::map<std::tuple<SessionId, std::uint32_t, std::size_t>, Bytes> first_;
  std::map<std::pair<SessionId, std::uint32_t>, std::map<std::uint64_t, std::uint8_t>> uploads_;
};

}  // namespace blindsum::sim
