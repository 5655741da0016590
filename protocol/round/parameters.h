// What a round is about: fixed and signed by the aggregator before anybody answers (SPEC.md,
// PARAM). th0 is the hash of the exact bytes that were signed; the struct here is what wire/ parsed
// from them.
#pragma once

#include <cstdint>
#include <string>

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "protocol/round/graph_parameters.h"
#include "protocol/vector/codec.h"

namespace blindsum {

using SessionId = Opaque<struct SessionIdTag, 32>;

// Limits of the five phases, each on its reader's own monotonic clock. They affect liveness only.
struct PhaseLimits {
  std::uint32_t advertise_ms = 0;
  std::uint32_t share_ms = 0;
  std::uint32_t mask_ms = 0;
  std::uint32_t attest_ms = 0;
  std::uint32_t unmask_ms = 0;
  friend bool operator==(const PhaseLimits&, const PhaseLimits&) = default;
};

struct RoundParameters {
  std::uint32_t version = 0;
  std::uint32_t suite = 0;
  SessionId session_id;
  std::string task;
  std::uint64_t round = 0;
  std::uint64_t roster_epoch = 0;
  Hash roster_hash;
  std::uint32_t n_min = 0;
  std::uint32_t n_max = 0;
  std::uint32_t max_corrupt = 0;  // c, absolute; 0 when gamma_ppm is set
  std::uint32_t gamma_ppm = 0;    // c = ⌈γn⌉ when not 0 (only under trust_cohort_selection)
  std::uint32_t delta_ppm = 0;
  std::uint32_t min_survivors = 0;
  std::uint32_t sigma = 0;
  std::uint32_t eta = 0;
  VectorSchema schema;
  std::uint64_t vector_length = 0;  // m, ring elements, weight element included
  std::uint32_t ring_bits = 0;
  CodecParameters codec;
  Hash payload_hash;
  std::uint64_t payload_size = 0;
  Hash previous_record;
  PhaseLimits limits;
  bool share_sum = false;  // participants get the sum with the record
  VerifyKey aggregator_key;
  friend bool operator==(const RoundParameters&, const RoundParameters&) = default;
};

constexpr std::uint32_t kProtocolVersion = 1;
constexpr std::uint32_t kSuite = 1;  // the primitives of SPEC.md, the only suite there is

// The parameters as they travel: the exact bytes that were signed, and what they say.
struct Offer {
  Bytes parameter_bytes;
  RoundParameters parameters;
  Signature signature;
  friend bool operator==(const Offer&, const Offer&) = default;
};

// Holds for every honest aggregator, whatever the policy (PARAM-2..9): version, suite, limits,
// n_min ≤ n_max, vector_length = encoded_length, ring wide enough, either max_corrupt or gamma_ppm,
// task name. Errors: a Reason (unsupported_version, unsupported_suite, bad_parameters, wrong_shape,
// ring_too_narrow).
Result<void> check_parameters(const RoundParameters& parameters);
// c and d for an actual cohort of n (PARAM-5, PARAM-6).
std::uint32_t corruption_bound(const RoundParameters& parameters, std::uint32_t n);
FinderInput finder_input(const RoundParameters& parameters, std::uint32_t n);
// check_parameters, the signature under parameters.aggregator_key. (bad_signature)
Result<void> verify_offer(const Offer& offer);

}  // namespace blindsum
