// blindsum: the command line of participants, of the roster authority and of operators.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <exception>
#include <memory>
#include <string>

#include "client/cli/commands.h"
#include "client/cli/report.h"
#include "crypto/init.h"
#include "faults/startup.h"
#include "support/command_docs.h"

namespace {

using namespace blindsum::cli;

// CLI11 names what is missing first, though that is often what was misspelt: `join --sever …`.
bool is_misspelt(const CLI::App& app, const CLI::ParseError& error) {
  const auto left = app.remaining(true);
  if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr || left.empty()) return false;
  complain("'" + left.front() + "' is no option or subcommand here");
  return true;
}

int run(int argc, char** argv) {
  CLI::App app{"blindsum: sums of private vectors that nobody sees"};
  app.set_version_flag("--version", "blindsum " BLINDSUM_VERSION);
  blindsum::add_document_options(app, "blindsum " BLINDSUM_VERSION, 1);
  app.require_subcommand(1);
  app.footer(footer("blindsum keygen --help"));
  app.set_config("--config", "", "TOML file with options, in a section for each command: [join]");
  app.config_formatter(std::make_shared<CLI::ConfigTOML>());
  app.allow_config_extras(CLI::config_extras_mode::error);
  ExitCode code = kOk;
  add_keygen(app, code);
  add_roster(app, code);
  add_join(app, code);
  add_record(app, code);
  add_evidence(app, code);
  add_params(app, code);
  add_admin(app, code);
  add_bench(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (is_misspelt(app, error)) return kUsage;
    // CLI11 numbers its errors; to scripts all of them are wrong usage, and --help is none.
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef BLINDSUM_FAULTS
  if (const auto ended = blindsum::begin_faulty(argc, argv)) return *ended;
#endif
  try {
    const auto started = blindsum::init_crypto();
    if (!started) {
      complain(blindsum::explain_init(started.error()));
      return kEnvironment;
    }
    return run(argc, argv);
  } catch (const std::exception& error) {
    complain(error.what());
    return kEnvironment;
  }
}
