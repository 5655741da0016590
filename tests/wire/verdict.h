// What the tests of malformed frames share.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "protocol/wire/frames.h"
#include "tests/wire/proto_writer.h"

namespace blindsum {

inline const SessionId kId = SessionId::from(Bytes(32, 0x5A)).value();
inline const Bytes kSignature(64, 0x11);
inline const Bytes kHash(32, 0x22);

// A body that begins with the session id.
inline Proto in_round() {
  return Proto().bytes(1, kId.view());
}

// What became of a frame, in words: "fine", the error that ends the session, or "round: " and the
// error of a malformed message of round kId.
template <class Frame>
std::string verdict(const Result<Frame>& decoded) {
  if (decoded.has_error()) return decoded.error().message();
  const auto* broken = std::get_if<BrokenInRound>(&*decoded);
  if (broken == nullptr) return "fine";
  CHECK(broken->session_id == kId);
  return "round: " + broken->error.message();
}
// Of a frame that goes up to the aggregator, down to a participant.
inline std::string up(const Bytes& frame) {
  return verdict(decode_to_aggregator(frame));
}
inline std::string down(const Bytes& frame) {
  return verdict(decode_to_participant(frame));
}

}  // namespace blindsum
