// What a participant checks of a record that it is sent, and of the sum behind it [RECORD-3,
// RECORD-5]. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "client/participant.h"
#include "protocol/round/messages.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"

namespace blindsum {

// As far as this participant came itself.
struct OwnTranscript {
  std::optional<Hash> th0, th1, th2, th3;
  VerifiedBefore verified = {};  // nothing of it is verified again
};

// Errors: those of decode_record() and verify_record(); record_mismatch if it is of another round
// or does not fit what one saw oneself.
[[nodiscard]] Result<SignedRecord> check_record(const RoundRecord& message, const SessionId& id,
                                                const Roster& roster, const VerifyKey& aggregator,
                                                const OwnTranscript& own);

// Whether the member is among those whose vectors the record's sum contains.
[[nodiscard]] bool is_survivor(const RecordContent& record, std::uint32_t roster_index);

// The bytes that a sum of this record's round has; 0 where none is published.
[[nodiscard]] std::uint64_t sum_bytes(const RecordContent& record);

// Errors: record_mismatch if the sum is not the one of the digest; bad_sum.
[[nodiscard]] Result<Aggregate> check_sum(const RecordContent& record, ByteView packed);

}  // namespace blindsum
