// The three documents that are signed as bytes and kept: round parameters, roster, record. Encoded once
// by whoever signs; everybody else parses exactly those bytes (SPEC.md, WIRE).
#pragma once

#include "crypto/bytes.h"
#include "crypto/sign.h"
#include "protocol/round/parameters.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"

namespace blindsum {

Bytes encode_parameters(const RoundParameters& parameters);
Result<RoundParameters> decode_parameters(ByteView bytes);
// Encodes and signs under parameters.aggregator_key's secret half.
Result<Offer> sign_offer(const RoundParameters& parameters, const SigningKey& aggregator);

// A roster file: the roster bytes and the authority's signature.
Bytes encode_roster(const RosterContent& content);
Result<Bytes> sign_roster(const RosterContent& content, const SigningKey& authority);
Result<Roster> read_roster(ByteView file, const VerifyKey& authority);
// Without a check of the signature, for the authority's own tools.
struct UnverifiedRoster {
  RosterContent content;
  std::optional<Signature> signature;
};
Result<UnverifiedRoster> read_unverified_roster(ByteView file);

// A record file: the record bytes and the aggregator's signature.
Result<SignedRecord> sign_record(const RecordContent& content, const SigningKey& aggregator);
Result<RecordContent> decode_record(ByteView record_bytes);
Bytes encode_record_file(const SignedRecord& record);
Result<SignedRecord> read_record_file(ByteView file);

}  // namespace blindsum
