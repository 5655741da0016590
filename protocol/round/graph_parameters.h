// The sharing graph of a round, from the actual size of its cohort: how many neighbours each member
// picks (k), how many shares rebuild a secret (t), how many must agree and survive, and what the
// sum then honestly contains. The aggregator calls this when the cohort is fixed; every participant
// recomputes it from the adverts that it was sent and holds the result against its policy, so it
// must come out alike everywhere: a pure function of its argument.
//
// Sizes are members. sigma and eta are bits: the chance that the graph gives a secret away is at
// most 2^-sigma, that it cannot be unmasked 2^-eta. On the complete graph (n <= 100) both are nil.
// SPEC.md, chapter 5: [FINDER-1] to [FINDER-9].
#pragma once

#include <cstdint>

#include "crypto/result.h"
#include "protocol/round/infeasible.h"

namespace blindsum {

struct FinderInput {
  std::uint32_t n;      // members of the cohort
  std::uint32_t c;      // corrupt members at most (with the aggregator on their side)
  std::uint32_t d;      // members lost from the end of phase 1 to the end of phase 5, at most
  std::uint32_t sigma;  // bits of secrecy
  std::uint32_t eta;    // bits of liveness
  std::uint32_t min_survivors;  // least survivors asked for; 0 leaves it to the quorum
};

struct GraphParameters {
  std::uint32_t k;              // neighbours that each member picks
  std::uint32_t t;              // shares that rebuild a secret
  std::uint32_t quorum;         // signers of a certificate: two of them share an honest one
  std::uint32_t survivors;      // members that a sum needs
  std::uint32_t in_degree_cap;  // a member picked by more refuses the round
  std::uint32_t stranded;       // honest survivors whose inputs can be kept out of the sum, at most
  std::uint32_t honest_floor;   // honest inputs in a published sum, at least

  friend bool operator==(const GraphParameters&, const GraphParameters&) = default;
};

// [PARAM-5] ceil(n * ppm / 10^6), in integers; ppm are millionths (gamma, delta). Saturates at 2^32
// - 1.
[[nodiscard]] std::uint32_t fraction_of(std::uint32_t n, std::uint32_t ppm);

// The parameters of the least k that serves, or why none does (an Infeasible). Takes any input.
[[nodiscard]] Result<GraphParameters> find_graph_parameters(const FinderInput& input);

// Whether picking k neighbours with threshold t is secret and live enough for n, c, d, sigma and
// eta. Looks at the graph only: not whether k is the least, nor at the numbers of survivors.
[[nodiscard]] bool graph_satisfies(const FinderInput& input, std::uint32_t k, std::uint32_t t);

}  // namespace blindsum
