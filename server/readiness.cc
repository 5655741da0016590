#include "server/readiness.h"

#include <sys/statvfs.h>

#include <cstdint>
#include <utility>

#include "support/descriptor.h"

namespace blindsum {
namespace {

// Records are small, sums as large as their task's vector: less than this is no room for long.
constexpr std::uint64_t kLeastFreeBytes = std::uint64_t{64} << 20;

}  // namespace

void ReadinessBoard::amiss(const std::string& source, std::string why) {
  const std::lock_guard lock(mutex_);
  amiss_[source] = std::move(why);
}

void ReadinessBoard::well(const std::string& source) {
  const std::lock_guard lock(mutex_);
  amiss_.erase(source);
}

void add_reason(Readiness& readiness, std::string why) {
  readiness.ready = false;
  readiness.reasons.push_back(std::move(why));
}

void add_disk_reasons(Readiness& readiness, const std::filesystem::path& folder) {
  struct statvfs disk{};
  if (::statvfs(folder.c_str(), &disk) != 0) {
    return add_reason(readiness, "results: " + last_system_error().message());
  }
  if ((disk.f_flag & ST_RDONLY) != 0) add_reason(readiness, "results: read-only");
  const std::uint64_t free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (free_bytes < kLeastFreeBytes) {
    add_reason(readiness, "results: " + std::to_string(free_bytes >> 20) + " MiB are free");
  }
}

Readiness ReadinessBoard::read() const {
  const std::lock_guard lock(mutex_);
  Readiness readiness{amiss_.empty(), {}};
  for (const auto& [source, why] : amiss_) readiness.reasons.push_back(source + ": " + why);
  return readiness;
}

}  // namespace blindsum
