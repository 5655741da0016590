// How `blindsum` ends, for scripts. The same for every command, and part of every --help.
#pragma once

namespace blindsum::cli {

enum ExitCode : int {
  kOk = 0,
  kFailed = 1,       // done as asked, and the answer is no: refused, not verified, infeasible
  kUsage = 2,        // the command line or a value on it makes no sense
  kEnvironment = 3,  // files, disk, network, another process
  // Ended by Ctrl-C or by SIGTERM, with everything put away: 128 and the signal, as shells have it.
  kInterrupted = 130,
  kTerminated = 143,
};

inline constexpr const char* kExitCodeHelp =
    "Exit codes: 0 done; 1 refused, not verified or infeasible; 2 wrong usage; "
    "3 file, disk or connection; 130 Ctrl-C; 143 SIGTERM.";

}  // namespace blindsum::cli
