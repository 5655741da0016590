// Whether the server does what it is there for, and if not, why: for whoever asks from outside (a
// load balancer, an orchestrator). It serves on either way; what it says here is for operators.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace blindsum {

struct Readiness {
  bool ready = true;                 // no reasons
  std::vector<std::string> reasons;  // "spam-filter: store_failed: No space left on device"
};

void add_reason(Readiness& readiness, std::string why);
// "results: 12 MiB are free", "results: read-only", "results: Input/output error".
void add_disk_reasons(Readiness& readiness, const std::filesystem::path& folder);

// What is amiss at present, by who says it. May be used from several threads at once.
class ReadinessBoard {
 public:
  // Replaces what this source said before.
  void amiss(const std::string& source, std::string why);
  void well(const std::string& source);
  Readiness read() const;  // reasons in order of their sources

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> amiss_;
};

}  // namespace blindsum
