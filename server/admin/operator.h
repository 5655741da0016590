// All that serves the operator: watches the server from before it starts, and answers on the
// operator's port once there is a server to ask.
#pragma once

#include <memory>

#include "server/admin/access.h"
#include "server/admin/admin_server.h"
#include "server/admin/audit.h"
#include "server/admin/board.h"
#include "server/admin/event_stream.h"
#include "server/admin/metrics.h"
#include "server/admin/pages.h"
#include "server/clock.h"
#include "server/config.h"
#include "server/server.h"
#include "server/spdlog_log.h"

namespace blindsum {

class Operator {
 public:
  // All outlive it.
  Operator(const ServerConfig& config, const AdminMaterials& materials, const Clock& clock,
           ProcessLog& log);

  // Opens the audit, before the server starts. False, with the log line said, if it cannot.
  [[nodiscard]] bool open_audit(const Roster& roster);
  // Given to the server that starts.
  Watcher& watcher() { return watchers_; }
  // Listens, if [admin] has a port. The server outlives close(). False, with the log line said, if
  // it cannot.
  [[nodiscard]] bool open(Server& server);
  // Certificates, keys and token are read again; whichever is wrong stays as it was, which the log
  // and the audit say. Between open() and close(), from any one thread.
  void reload(Server& server);
  void close();

 private:
  void add_pages(Server& server);
  bool reload_port();

  const ServerConfig& config_;
  const AdminMaterials& materials_;
  const Clock& clock_;
  ProcessLog& log_;
  Watchers watchers_;
  Metrics metrics_;
  std::unique_ptr<LiveBoard> board_;
  EventStream events_;
  std::unique_ptr<Audit> audit_;
  AdminPages pages_;
  std::unique_ptr<AdminServer> port_;
};

}  // namespace blindsum
