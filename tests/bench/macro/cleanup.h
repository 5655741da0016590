// Ctrl-C and SIGTERM in the middle of a benchmark: the server is killed, the temporary folder is
// removed, and the process ends at once, whatever it computes.
#pragma once

#include "client/cli/stop_signals.h"
#include "tests/bench/macro/server_process.h"
#include "tests/bench/macro/work_folder.h"

namespace blindsum::bench {

class Cleanup {
 public:
  // Before any thread is started. Both outlive it.
  Cleanup(ServerProcess& server, const WorkFolder& folder);

 private:
  cli::StopSignals signals_;
};

}  // namespace blindsum::bench
