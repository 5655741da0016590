// What a macro benchmark is asked for, and what follows from it before anything runs: sizes of the
// cohort, ring and bound of the values, who drops out. Throws std::invalid_argument with what would
// be right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/graph_parameters.h"
#include "protocol/vector/ring.h"

namespace blindsum::bench {

// The elements of a participant's raw input, to which its traffic is compared: signed 16-bit.
inline constexpr std::uint32_t kRawBits = 16;

struct MacroOptions {
  std::uint32_t participants = 0;
  std::uint64_t length = 0;
  std::uint32_t bits = 0;  // 0: the least that holds the sum of signed 16-bit elements
  std::uint32_t dropout_ppm = 0;
  std::uint32_t gamma_ppm = 50'000;
  std::optional<std::uint32_t> delta_ppm;  // none: the dropout, 10 % at least
  std::uint32_t sigma = 64;
  bool silent = false;  // who drops out says nothing: the phase lasts to its limit
  std::uint32_t mask_limit_s = 14'400;
  std::uint32_t threads = 0;  // of all participants together; 0: one a processor
  std::uint32_t repeat = 1;
  std::uint64_t seed = 1;
  std::string keep;  // folder that stays; empty: a temporary one
};

struct Plan {
  MacroOptions options;
  FinderInput finder{};
  GraphParameters graph{};
  Ring ring;
  std::uint64_t bound = 0;              // |value| of an input
  std::vector<std::uint32_t> dropouts;  // indices, ascending
  std::uint32_t delta_ppm = 0;

  std::uint32_t n() const { return options.participants; }
  bool drops_out(std::uint32_t index) const;
  bool complete() const { return graph.k + 1 == n(); }
  // Whom a member masks against, in the mean: its picks and those who picked it.
  double neighbours() const;
  std::uint64_t vector_bytes() const { return ring.packed_size(options.length); }
  std::uint64_t accumulator_bytes() const;
  std::uint64_t raw_bytes() const { return options.length * kRawBits / 8; }
};

[[nodiscard]] Plan make_plan(const MacroOptions& options);

// Element `place` of a member's input: cheap to make, and alike nowhere.
[[nodiscard]] std::int64_t input_value(const Plan& plan, std::uint32_t member, std::uint64_t place);

}  // namespace blindsum::bench
