// The audit: who did what, for a SIEM, one JSON object a line with the field names of the Elastic
// Common Schema. Joins, refusals, blame, changes of the configuration, calls of the operator's
// port, failed authentications. docs/admin.md has the actions.
//
// What others than operators cause is limited to so many lines a second; how many were left out is
// said in the next line, so that nobody can fill the disk or hide. What everybody may have who
// reaches the operator's port (health, the page) leaves no line, unless an operator asks for it.
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "protocol/round/roster.h"
#include "server/admin/audit_sink.h"
#include "server/admin/pages.h"
#include "server/clock.h"
#include "server/log.h"
#include "server/watcher.h"

namespace blindsum {

class Audit final : public Watcher {
 public:
  // What became of a line: written, left_out, failed.
  using Count = std::function<void(std::string_view)>;

  // Clock and log outlive it. The sink is not null.
  Audit(std::unique_ptr<AuditSink> sink, Roster roster, const Clock& clock, Log& log, Count count);

  void see(const ServerEvent& event) override;
  // A request of the operator's port that was answered, refused or turned away.
  void called(const AdminRequest& request, const AdminResponse& response, CallBy by);
  // The process starts, ends, reads its certificate again.
  void process(std::string_view action, std::string_view outcome);

 private:
  void take(const MemberJoined& event);
  void take(const SessionOpened& event);
  void take(const SessionClosed& event);
  void take(const ConnectionRefused& event);
  void take(const AnswerRejected& event);
  void take(const RoundEnded& event);
  template <class Other>
  void take(const Other&) {}
  void add_member(boost::json::object& line, std::uint32_t roster_index) const;
  void put(boost::json::object line, bool by_peer);
  bool may_write();
  void failed(const Error& why, std::uint64_t left_out);

  const std::unique_ptr<AuditSink> sink_;
  const Roster roster_;  // its own: it is there before and after the server
  const Clock& clock_;
  Log& log_;
  const Count count_;
  std::mutex mutex_;
  Instant second_{-1};
  std::uint32_t written_ = 0;
  std::uint64_t left_out_ = 0;
  std::atomic<bool> failing_ = false;
};

}  // namespace blindsum
