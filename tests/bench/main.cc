// blindsum-bench, which `blindsum bench` runs: how fast the parts are and how close to the
// machine's limits (--micro), and what a whole round costs either side (--participants …).
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "client/cli/fraction.h"
#include "crypto/init.h"
#include "support/units.h"
#include "tests/bench/macro/macro.h"
#include "tests/bench/macro/report.h"
#include "tests/bench/micro/micro.h"

namespace {

using namespace blindsum::bench;

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr const char* kFooter = R"(examples:
  blindsum bench --micro                        every part beside its limit
  blindsum bench --micro --filter engine --json
  blindsum bench --participants 100 --length 100000 --dropout 10%
  blindsum bench --participants 1000 --length 1048576 --dropout 10% --gamma 5% --json

A round's participants are real ones, all in this process; the aggregator is a blindsumd of its own.
Who drops out does so with everybody's shares and before its vector, the worst place. Files are in
/dev/shm, or where TMPDIR says. Ctrl-C ends all of it.
exit codes: 0 measured; 1 something failed; 2 wrong usage; 130 Ctrl-C; 143 SIGTERM.)";

struct Arguments {
  MacroOptions macro;
  MicroOptions micro;
  bool do_micro = false;
  bool json = false;
  std::string dropout = "0%";
  std::string gamma = "5%";
  std::string delta;
  std::string mask_limit = "4h";
  std::string blindsumd;
};

std::filesystem::path own_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

// Beside this program where all is installed; else where the build has it.
std::filesystem::path find_blindsumd(const std::string& given) {
  if (!given.empty()) return std::filesystem::absolute(given);
  const auto here = own_folder();
  for (const auto& candidate : {here / "blindsumd", here / "../../server/blindsumd"}) {
    if (::access(candidate.c_str(), X_OK) == 0) return std::filesystem::canonical(candidate);
  }
  throw std::runtime_error("no blindsumd beside " + here.string() +
                           "; build it (./run build), or say --blindsumd FILE");
}

std::uint32_t fraction(const std::string& option, const std::string& text) {
  const auto parsed = blindsum::cli::parse_fraction(text);
  if (parsed) return *parsed;
  throw std::invalid_argument(option + " " + text + ": " + parsed.error().message() + ": " +
                              blindsum::cli::kFractionHelp);
}

void read_fractions(Arguments& arguments) {
  MacroOptions& macro = arguments.macro;
  macro.dropout_ppm = fraction("--dropout", arguments.dropout);
  macro.gamma_ppm = fraction("--gamma", arguments.gamma);
  if (!arguments.delta.empty()) macro.delta_ppm = fraction("--delta", arguments.delta);
  const auto limit = blindsum::parse_duration(arguments.mask_limit);
  if (!limit || limit->count() < 1000) {
    throw std::invalid_argument("--mask-limit " + arguments.mask_limit + ": at least 1s; " +
                                std::string(hint(blindsum::UnitKind::duration)));
  }
  macro.mask_limit_s = static_cast<std::uint32_t>(limit->count() / 1000);
}

// One line on a terminal, which the next one replaces; nothing else anywhere.
void show_progress(const std::string& text) {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  if (terminal) std::fprintf(stderr, "\r\033[K%s", text.c_str());
}

int run_macro_benchmark(Arguments& arguments) {
  read_fractions(arguments);
  const Plan plan = make_plan(arguments.macro);
  const std::uint64_t descriptors = allow_all_descriptors();
  // A socket and the database's three files for each.
  if (constexpr std::uint64_t each = 4; descriptors < plan.n() * each + 256) {
    throw std::runtime_error("this process may open only " + std::to_string(descriptors) +
                             " files, too few for so many participants; see `ulimit -n`");
  }
  const Surroundings surroundings{find_blindsumd(arguments.blindsumd), show_progress};
  const MacroResult result = run_repeatedly(plan, surroundings);
  show_progress("");
  if (arguments.json) {
    std::printf("%s\n", boost::json::serialize(to_json(result)).c_str());
  } else {
    std::printf("%s", table(result).c_str());
  }
  return kOk;
}

void add_options(CLI::App& app, Arguments& arguments) {
  MacroOptions& macro = arguments.macro;
  MicroOptions& micro = arguments.micro;
  app.add_flag("--micro", arguments.do_micro, "the parts: engine, limits, packing, sharing, …");
  app.add_flag("--json", arguments.json, "one JSON object instead of tables");
  const std::string small = "of --micro: ";
  app.add_option("--filter", micro.filter,
                 small + "only those whose name has this regular expression");
  app.add_option("--min-time", micro.min_time_s, small + "seconds of each repetition")
      ->check(CLI::Range(0.001, 60.0));
  app.add_option("--repetitions", micro.repetitions, small + "how many, for the median")
      ->check(CLI::Range(1, 1000));
  app.add_option("--participants", macro.participants, "a whole round of so many");
  app.add_option("--length", macro.length, "elements of a vector");
  app.add_option("--bits", macro.bits,
                 "of a ring element; the least for 16-bit inputs if left out");
  app.add_option("--dropout", arguments.dropout, "participants that vanish, as in 10%");
  app.add_option("--gamma", arguments.gamma, "corrupt participants that are withstood")
      ->capture_default_str();
  app.add_option("--delta", arguments.delta,
                 "losses that are withstood; the dropout or 10% if left out");
  app.add_option("--sigma", macro.sigma, "bits of secrecy")->capture_default_str();
  app.add_flag("--silent", macro.silent,
               "who drops out says nothing, so that the phase lasts to its limit");
  app.add_option("--mask-limit", arguments.mask_limit, "that limit")->capture_default_str();
  app.add_option("--threads", macro.threads, "that all participants share; 0: one a processor");
  app.add_option("--repeat", macro.repeat, "rounds; the one of median cost is told")
      ->check(CLI::Range(1, 100));
  app.add_option("--seed", macro.seed, "who drops out")->capture_default_str();
  app.add_option("--keep", macro.keep, "a new folder for all files, which stay");
  app.add_option("--blindsumd", arguments.blindsumd, "another one than that of this build");
}

int run(Arguments& arguments) {
  const auto ready = blindsum::init_crypto();
  if (!ready) throw std::runtime_error(ready.error().message());
  if (arguments.do_micro) return run_micro(arguments.micro, arguments.json);
  if (arguments.macro.participants == 0 || arguments.macro.length == 0) {
    throw std::invalid_argument("say --micro, or --participants and --length; see --help");
  }
  return run_macro_benchmark(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"How fast it is here, and how close to what this machine can do.", "blindsum bench"};
  Arguments arguments;
  add_options(app, arguments);
  app.footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  try {
    return run(arguments);
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return kUsage;
  } catch (const std::exception& error) {
    show_progress("");
    std::fprintf(stderr, "bench: %s\n", error.what());
    return kFailed;
  }
}
