#include "server/session_registry.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "faults/faults.h"

namespace blindsum {

void SessionRegistry::add(const std::shared_ptr<MemberLink>& session) {
  const std::lock_guard lock(mutex_);
  sessions_[session->session_number()] = session;
  if (ended_) session->fail(ended_->first, ended_->second);
}

void SessionRegistry::remove(const MemberLink& session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(session.session_number());
  // Entries of other members that have gone are few, and go when those come back.
  const auto newest = newest_.find(session.roster_index());
  if (newest == newest_.end()) return;
  const auto holder = newest->second.lock();
  if (!holder || holder.get() == &session) newest_.erase(newest);
}

void SessionRegistry::enter(std::uint32_t roster_index,
                            const std::shared_ptr<MemberLink>& session) {
  std::shared_ptr<MemberLink> older;
  {
    const std::lock_guard lock(mutex_);
    older = std::exchange(newest_[roster_index], session).lock();
  }
  if (older && older != session && !fault(Fault::takeover_missing)) {
    older->fail(Reason::superseded, "a newer session took over");
  }
}

void SessionRegistry::end_all(Reason reason, const std::string& detail) {
  std::vector<std::shared_ptr<MemberLink>> all;
  {
    const std::lock_guard lock(mutex_);
    ended_.emplace(reason, detail);
    for (const auto& [number, session] : sessions_) {
      if (auto live = session.lock()) all.push_back(std::move(live));
    }
  }
  for (const auto& session : all) session->fail(reason, detail);
}

std::vector<std::string> SessionRegistry::describe() const {
  std::vector<std::string> lines;
  const std::lock_guard lock(mutex_);
  std::map<std::uint64_t, std::uint32_t> welcomed;
  for (const auto& [index, session] : newest_) {
    if (const auto live = session.lock()) welcomed[live->session_number()] = index;
  }
  for (const auto& [number, session] : sessions_) {
    const auto whose = welcomed.find(number);
    lines.push_back(whose == welcomed.end()
                        ? fmt::format("session {}: nobody's yet", number)
                        : fmt::format("session {}: member {}", number, whose->second));
  }
  return lines;
}

std::size_t SessionRegistry::size() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace blindsum
