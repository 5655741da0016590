#include "tests/sim/options.h"

#include <charconv>
#include <string_view>

namespace blindsum::sim {
namespace {

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// Whether the option takes a number; then it is read.
template <class Number>
bool take(std::string_view option, std::string_view name, const char* value, Number& number,
          std::string& error) {
  if (option != name) return false;
  if (value == nullptr || !parse_number(value, number)) {
    error = std::string(name) + " wants a number";
  }
  return true;
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
  Options options;
  for (int i = 1; i < argc && options.error.empty(); ++i) {
    const std::string_view option = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (option == "--trace") {
      options.is_traced = true;
    } else if (option == "--json") {
      options.is_json = true;
    } else if (option == "--help" || option == "-h") {
      options.wants_help = true;
    } else if (take(option, "--seed", value, options.seed, options.error) ||
               take(option, "--seeds", value, options.seeds, options.error) ||
               take(option, "--jobs", value, options.jobs, options.error)) {
      ++i;
    } else {
      options.error = "unknown argument '" + std::string(option) + "'; see --help";
    }
  }
  // The keys of a seed's machines are drawn from its multiples.
  constexpr std::uint64_t kGreatest = 1'000'000'000'000;
  if (options.error.empty() && options.seeds == 0) options.error = "--seeds wants at least 1";
  if (options.seed > kGreatest || options.seeds > kGreatest) {
    options.error = "seeds go to " + std::to_string(kGreatest);
  }
  return options;
}

std::string help_text() {
  return R"(usage: blindsum-sim [--seeds N] [--seed S] [--jobs J] [--trace] [--json]

Runs the protocol's state machines, both of them and over the real codec, through N random plans of rounds in which
processes die, disks fail, connections break, members lie or the aggregator does. After every step it holds what
everybody said against what may be said. A seed stands for a plan: the same seed, the same run.

  --seeds N   how many seeds (1000)
  --seed S    the first of them (1)
  --jobs J    processes (one a processor)
  --trace     prints every event, of the last seed or of the one that fails
  --json      prints the counts as one line of JSON
  --help      this text

From 20000 seeds on, it also fails if some kind of fault, lie or refusal never came up.
Exit status: 0 all is well, 1 a seed failed or something never came up, 2 wrong arguments, 3 no process could be made.

examples:
  blindsum-sim --seeds 20000                 as the tests run it
  blindsum-sim --seed 4711 --seeds 1 --trace what happens in one of them
  blindsum-sim --seeds 2000 --json           counts, for programs
)";
}

}  // namespace blindsum::sim
