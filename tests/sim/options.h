// The simulator's command line.
#pragma once

#include <cstdint>
#include <string>

namespace blindsum::sim {

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1'000;
  std::uint32_t jobs = 0;  // processes; 0 = one a processor
  bool is_traced = false;
  bool is_json = false;
  bool wants_help = false;
  std::string error;  // what is wrong with the arguments, if something is
};

Options parse_options(int argc, const char* const* argv);
std::string help_text();

}  // namespace blindsum::sim
