// blindsum roster: who may take part.
#include "client/cli/commands.h"
#include "client/cli/roster_commands.h"
#include "support/files.h"

namespace blindsum::cli {

Result<UnverifiedRoster> read_draft(const std::string& file) {
  BLINDSUM_TRY(bytes, read_file(file, kMostRosterBytes));
  return read_unverified_roster(bytes);
}

void add_roster(CLI::App& app, ExitCode& code) {
  auto* roster = app.add_subcommand("roster", "Make, sign, show and verify the list of members");
  roster->require_subcommand(1);
  roster->footer(
      footer("blindsum roster init --epoch 1 roster.bsr\n"
             "  blindsum roster add roster.bsr --name hospital-3 --key hospital-3.pub\n"
             "  blindsum roster sign roster.bsr --authority-key authority.key"));
  add_roster_init(*roster, code);
  add_roster_add(*roster, code);
  add_roster_remove(*roster, code);
  add_roster_sign(*roster, code);
  add_roster_show(*roster, code);
  add_roster_verify(*roster, code);
}

}  // namespace blindsum::cli
