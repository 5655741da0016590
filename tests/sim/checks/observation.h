// What the checks see: every message that reaches or leaves a member's machine (after its lies),
// the inputs, and what the aggregator makes of it. Decoded from the bytes that travelled, never
// taken from inside a machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/round/messages.h"
#include "protocol/round/participant_store.h"
#include "protocol/round/record.h"
#include "protocol/round/recovery.h"
#include "protocol/vector/ring.h"

namespace blindsum::sim {

struct Told {  // to a member's machine, before it takes it
  SessionId session;
  std::uint32_t member = 0;
  const ToParticipant* message = nullptr;
};
struct Said {  // by a member, whether or not it arrives
  SessionId session;
  std::uint32_t member = 0;
  const ToAggregator* message = nullptr;
};
struct InputGiven {  // to a member's machine
  SessionId session;
  std::uint32_t member = 0;
  InputId input;
  std::vector<std::uint64_t> elements;
};
enum class Blameworthy : std::uint8_t {
  bad_share,
  bad_dealing,
  not_opened,
  false_report,
  conflict
};
struct Lied {  // something that the record has to show if the round comes to that
  SessionId session;
  std::uint32_t member = 0;
  std::optional<std::uint32_t> u;  // its cohort index, if there is a cohort
  Blameworthy how{};
  std::vector<std::uint32_t> about;  // cohort indices: of the dealers, or of the holders
};
struct RecoveryBegun {
  SessionId session;
  const RecoveryJob* job = nullptr;
};
struct RecordMade {
  SessionId session;
  const RecordContent* record = nullptr;
  const RecordProof* proof = nullptr;
  const RingVector* sum = nullptr;  // nothing if it aborted
};
struct Rejected {  // the aggregator to a member
  SessionId session;
  std::uint32_t member = 0;
  Reason reason{};
};
struct RoundEnded {  // for a member
  SessionId session;
  std::uint32_t member = 0;
  Reason reason{};
};

}  // namespace blindsum::sim
