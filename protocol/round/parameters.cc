#include "protocol/round/parameters.h"

#include <algorithm>
#include <array>

#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/limits.h"
#include "protocol/round/reason.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/text.h"

namespace blindsum {
namespace {

bool are_limits(const PhaseLimits& limits) {
  const std::array all{limits.advertise_ms, limits.share_ms, limits.mask_ms, limits.attest_ms,
                       limits.unmask_ms};
  return std::all_of(all.begin(), all.end(),
                     [](std::uint32_t ms) { return ms >= 1 && ms <= kMaxPhaseMs; });
}

bool is_tensor(const TensorSchema& tensor) {
  return !tensor.name.empty() && tensor.name.size() <= kMaxTensorNameBytes &&
         tensor.shape.size() <= kMaxTensorRank &&
         std::find(tensor.shape.begin(), tensor.shape.end(), 0u) == tensor.shape.end();
}

bool is_schema(const VectorSchema& schema) {
  return !schema.tensors.empty() && schema.tensors.size() <= kMaxTensors &&
         std::all_of(schema.tensors.begin(), schema.tensors.end(), is_tensor);
}

// [PARAM-4, PARAM-6, LIMIT-1]
bool in_range(const RoundParameters& p) {
  return kMinCohort <= p.n_min && p.n_min <= p.n_max && p.n_max <= kMaxCohort && p.sigma >= 1 &&
         p.sigma <= kMaxSigma && p.eta >= 1 && p.eta <= kMaxEta && p.gamma_ppm < kMillion &&
         p.delta_ppm < kMillion && (p.gamma_ppm == 0 || p.max_corrupt == 0) &&
         p.min_survivors <= p.n_max && p.round >= 1 && is_task_name(p.task) &&
         p.vector_length >= 1 && p.vector_length <= kMaxVectorLength && are_limits(p.limits) &&
         is_schema(p.schema) && p.payload_size <= kMaxPayloadBytes;
}

}  // namespace

Result<void> check_parameters(const RoundParameters& parameters) {
  if (parameters.version != kProtocolVersion) return Reason::unsupported_version;  // [PARAM-2]
  if (parameters.suite != kSuite) return Reason::unsupported_suite;
  if (!in_range(parameters)) return Reason::bad_parameters;
  const Result<Ring> ring = Ring::of_bits(parameters.ring_bits);
  if (ring.has_error()) return Reason::bad_parameters;
  const Result<void> wide = check_ring(parameters.codec, parameters.n_max, *ring);  // [PARAM-8]
  if (wide.has_error()) return reason_of(wide.error());
  // [PARAM-9]
  const Result<std::uint64_t> length = encoded_length(parameters.codec, parameters.schema);
  if (length.has_error()) return reason_of(length.error());
  if (*length != parameters.vector_length) return Reason::wrong_shape;
  return {};
}

std::uint32_t corruption_bound(const RoundParameters& parameters, std::uint32_t n) {
  return parameters.gamma_ppm == 0 ? parameters.max_corrupt : fraction_of(n, parameters.gamma_ppm);
}

FinderInput finder_input(const RoundParameters& parameters, std::uint32_t n) {
  return {.n = n,
          .c = corruption_bound(parameters, n),
          .d = fraction_of(n, parameters.delta_ppm),
          .sigma = parameters.sigma,
          .eta = parameters.eta,
          .min_survivors = parameters.min_survivors};
}

Result<void> verify_offer(const Offer& offer) {
  BLINDSUM_CHECK(check_parameters(offer.parameters));
  // [PARAM-1]: the bytes that travelled, which wire/ parsed the parameters from.
  const Result<void> good = verify(offer.parameters.aggregator_key,
                                   offer_statement(offer.parameter_bytes), offer.signature);
  if (good.has_error() && !fault(Fault::offer_unsigned)) return Reason::bad_signature;
  return {};
}

}  // namespace blindsum
