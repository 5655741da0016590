// The parts of `blindsum roster`, in two files by who uses them: the authority edits, everybody
// looks.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "client/cli/exit_code.h"
#include "crypto/result.h"
#include "protocol/wire/documents.h"

namespace blindsum::cli {

void add_roster_init(CLI::App& roster, ExitCode& code);
void add_roster_add(CLI::App& roster, ExitCode& code);
void add_roster_remove(CLI::App& roster, ExitCode& code);
void add_roster_sign(CLI::App& roster, ExitCode& code);
void add_roster_show(CLI::App& roster, ExitCode& code);
void add_roster_verify(CLI::App& roster, ExitCode& code);

inline constexpr std::uint64_t kMostRosterBytes = std::uint64_t{16} << 20;

[[nodiscard]] Result<UnverifiedRoster> read_draft(const std::string& file);

}  // namespace blindsum::cli
