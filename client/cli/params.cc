// blindsum params: what a cohort of N members would be like.
#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "client/cli/commands.h"
#include "client/cli/fraction.h"
#include "client/cli/report.h"
#include "protocol/round/graph_parameters.h"

namespace blindsum::cli {
namespace {

struct ParamsOptions {
  std::uint32_t n = 0;
  std::string gamma;
  std::string delta;
  std::uint32_t sigma = 64;
  std::uint32_t eta = 30;
  std::uint32_t min_survivors = 0;
  bool json = false;
};

ExitCode infeasible(const FinderInput& input, const Error& why, bool json) {
  const auto explanation = describe(static_cast<Infeasible>(why.value()));
  if (json) {
    print(boost::json::object{{"feasible", false},
                              {"why", why.message()},
                              {"explanation", explanation},
                              {"c", input.c},
                              {"d", input.d}});
  } else {
    print("infeasible with c = " + std::to_string(input.c) + ", d = " + std::to_string(input.d));
    complain(explain(why));
  }
  return kFailed;
}

void print_table(const FinderInput& input, const GraphParameters& found) {
  struct Row {
    std::uint32_t value;
    const char* meaning;
  };
  const std::array rows{
      Row{input.c, "c               corrupt members withstood, together with the aggregator"},
      Row{input.d, "d               losses after phase 1 that the round survives"},
      Row{found.k, "k               neighbours that each member picks"},
      Row{found.t, "t               shares that rebuild a secret"},
      Row{found.quorum, "quorum          signers of a certificate"},
      Row{found.survivors, "survivors       members that a sum needs"},
      Row{found.in_degree_cap, "in_degree_cap   a member picked by more refuses"},
      Row{found.stranded, "stranded        honest survivors that could be kept out of the sum"},
      Row{found.honest_floor, "honest_floor    honest inputs in a published sum, at least"},
  };
  for (const auto& row : rows) {
    const std::string number = std::to_string(row.value);
    print(std::string(6 - std::min<std::size_t>(6, number.size()), ' ') + number + "  " +
          row.meaning);
  }
}

ExitCode params(const ParamsOptions& options) {
  const auto gamma = parse_fraction(options.gamma);
  if (!gamma) return usage("GAMMA: " + gamma.error().message() + ": " + kFractionHelp);
  const auto delta = parse_fraction(options.delta);
  if (!delta) return usage("DELTA: " + delta.error().message() + ": " + kFractionHelp);
  const FinderInput input{.n = options.n,
                          .c = fraction_of(options.n, *gamma),
                          .d = fraction_of(options.n, *delta),
                          .sigma = options.sigma,
                          .eta = options.eta,
                          .min_survivors = options.min_survivors};
  const auto found = find_graph_parameters(input);
  if (!found) return infeasible(input, found.error(), options.json);
  if (!options.json) {
    print_table(input, *found);
    return kOk;
  }
  print(boost::json::object{{"feasible", true},
                            {"c", input.c},
                            {"d", input.d},
                            {"k", found->k},
                            {"t", found->t},
                            {"quorum", found->quorum},
                            {"survivors", found->survivors},
                            {"in_degree_cap", found->in_degree_cap},
                            {"stranded", found->stranded},
                            {"honest_floor", found->honest_floor}});
  return kOk;
}

}  // namespace

void add_params(CLI::App& app, ExitCode& code) {
  auto* command = app.add_subcommand(
      "params", "What a cohort of N members is like that withstands GAMMA corrupt and DELTA lost");
  auto options = std::make_shared<ParamsOptions>();
  command->add_option("N", options->n, "members of the cohort")->required();
  command->add_option("GAMMA", options->gamma, std::string("corrupt members: ") + kFractionHelp)
      ->required();
  command->add_option("DELTA", options->delta, "members lost during the round: likewise")
      ->required();
  command->add_option("--sigma", options->sigma, "bits of secrecy")->capture_default_str();
  command->add_option("--eta", options->eta, "bits of liveness")->capture_default_str();
  command->add_option("--min-survivors", options->min_survivors, "least survivors; 0: the quorum")
      ->capture_default_str();
  command->add_flag("--json", options->json, R"(print {"feasible":true,"c":…} or why not)");
  command->footer(footer("blindsum params 1000 5% 10% --json"));
  command->callback([options, &code] { code = params(*options); });
}

}  // namespace blindsum::cli
