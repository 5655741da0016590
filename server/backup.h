// A copy of what a server must not lose, made while it runs, and put back into empty folders. Used
// by main.cc for --backup and --restore.
//
//   copied-at                    when copying began (copied_at.h)
//   results/<task>/              rounds that have a record, their results; and `copied-at` again
//   state/                       tasks.json, reliability.json
//   configuration/               the files that the configuration names, and it, by their keys:
//                                aggregator.roster, listen.certificate; secret ones if asked for
//
// Not in it, and never to be put back: rounds under way. What a round has decided since would be
// decided again (SPEC.md, ONCE-6); so a server that was put back knows nothing of them, and of
// their offers neither, which it might else sign a second record for (RECORD-2).
//
// Files of a round do not change once its record is there, so they are copied without a lock, and a
// backup in the same folder copies what is new.
#pragma once

#include <cstdint>
#include <filesystem>

#include "crypto/result.h"
#include "protocol/round/clock.h"
#include "server/config.h"

namespace blindsum {

struct BackupReport {
  std::filesystem::path where;  // what could not be read or written, of a failure
  std::size_t tasks = 0;
  std::size_t rounds = 0;  // in the copy
  std::size_t copied = 0;  // of them, now
};

// Whole or, after an error, as good as it was before and partly newer. Errors: the operating
// system's.
[[nodiscard]] Result<void> make_backup(const ServerConfig& config,
                                       const std::filesystem::path& folder, bool with_keys,
                                       UnixSeconds now, BackupReport& report);
// Results and state only: the configuration's files are put back by hand, since it takes them to
// call this. No server may run. Errors: no_backup, not_empty; folder_locked; the operating
// system's.
[[nodiscard]] Result<void> restore_backup(const ServerConfig& config,
                                          const std::filesystem::path& folder,
                                          BackupReport& report);

}  // namespace blindsum
