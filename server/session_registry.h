// All live sessions, and which of them is an identity's newest [SESSION-5]. May be used from
// several threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/member_link.h"

namespace blindsum {

class SessionRegistry {
 public:
  // Every session, from its start to its end, by its number. After end_all() it is failed at once.
  void add(const std::shared_ptr<MemberLink>& session);
  void remove(const MemberLink& session);

  // The session has proven to be that member: an older one of the same member is told superseded.
  void enter(std::uint32_t roster_index, const std::shared_ptr<MemberLink>& session);

  // All sessions that there are, and will be.
  void end_all(Reason reason, const std::string& detail);
  std::size_t size() const;
  // A line for each session: its number, and whose it is.
  std::vector<std::string> describe() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::weak_ptr<MemberLink>> sessions_;
  std::map<std::uint32_t, std::weak_ptr<MemberLink>> newest_;
  std::optional<std::pair<Reason, std::string>> ended_;
};

}  // namespace blindsum
