// Round parameters as an aggregator offers them [PARAM-1], and what a participant makes of them.
// The finder's work has no more than n_max to do with, whatever the numbers: libFuzzer's time limit
// watches.
#include "protocol/round/policy.h"
#include "protocol/wire/documents.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

// A policy that lets through what a policy may.
Policy lenient(const RoundParameters& parameters) {
  Policy policy;
  policy.aggregator_key = parameters.aggregator_key;
  policy.tasks = {parameters.task};
  policy.least_sigma = 1;
  policy.least_corrupt = 0;
  policy.trust_cohort_selection = true;
  return policy;
}

void check_graph(const RoundParameters& parameters, std::uint32_t n) {
  const auto graph = accept_cohort(lenient(parameters), parameters, n);
  if (graph.has_error()) return;
  FUZZ_EXPECT(graph->k >= 1 && graph->k <= n - 1);
  FUZZ_EXPECT(graph->t >= 1 && graph->t <= graph->k);
  FUZZ_EXPECT(graph->quorum <= n && graph->survivors <= n);
  FUZZ_EXPECT(graph->honest_floor >= 1);
}

bool run(ByteView input) {
  const auto parameters = decode_parameters(input);
  if (parameters.has_error()) {
    FUZZ_EXPECT(parameters.error() == Reason::bad_parameters);
    return false;
  }
  // NaN is not even itself, so that what is compared is bytes.
  const Bytes encoded = encode_parameters(*parameters);
  FUZZ_EXPECT(encode_parameters(decode_parameters(encoded).value()) == encoded);
  if (check_parameters(*parameters).has_error()) return true;
  FUZZ_EXPECT(decode_parameters(encoded).value() == *parameters);
  FUZZ_EXPECT(parameters->n_min <= parameters->n_max);
  check_graph(*parameters, parameters->n_min);
  check_graph(*parameters, parameters->n_max);
  return true;
}

const Registered registered("parameters", run);

}  // namespace
}  // namespace blindsum::fuzz
