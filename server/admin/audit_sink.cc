#include "server/admin/audit_sink.h"

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

#include "support/descriptor.h"

namespace blindsum {
namespace {

class DescriptorSink final : public AuditSink {
 public:
  // `torn`: what is there already does not end with a line's end.
  explicit DescriptorSink(Descriptor descriptor, bool torn = false)
      : torn_(torn), descriptor_(std::move(descriptor)) {}

  Result<void> put(const std::string& line) override {
    const std::lock_guard lock(mutex_);
    const auto text = (torn_ ? "\n" : "") + line + "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto written = ::write(descriptor_.value(), rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return last_system_error();
      const auto size = static_cast<std::size_t>(written);
      if (size > 0) torn_ = rest[size - 1] != '\n';
      rest.remove_prefix(size);
    }
    return {};
  }

 private:
  std::mutex mutex_;
  bool torn_;
  const Descriptor descriptor_;
};

// A former process may have died, or run out of disk, in the middle of a line. What cannot be read
// is taken to end well.
bool ends_in_a_line(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return true;
  std::ifstream content(file, std::ios::binary | std::ios::ate);
  if (!content || content.tellg() <= 0) return true;
  content.seekg(-1, std::ios::end);
  return content.get() == '\n' || !content;
}

class SyslogSink final : public AuditSink {
 public:
  SyslogSink() { ::openlog("blindsumd", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV); }
  ~SyslogSink() override { ::closelog(); }
  Result<void> put(const std::string& line) override {
    ::syslog(LOG_INFO, "%s", line.c_str());
    return {};
  }
};

}  // namespace

Result<std::unique_ptr<AuditSink>> open_audit_sink(const AuditConfig& config) {
  std::unique_ptr<AuditSink> sink;
  if (config.to == AuditTarget::syslog) sink = std::make_unique<SyslogSink>();
  if (config.to == AuditTarget::file) {
    BLINDSUM_TRY(file, Descriptor::open(config.file, O_WRONLY | O_CREAT | O_APPEND, 0600));
    sink = std::make_unique<DescriptorSink>(std::move(file), !ends_in_a_line(config.file));
  }
  if (config.to == AuditTarget::standard_output) {
    const int copy = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return last_system_error();
    sink = std::make_unique<DescriptorSink>(Descriptor(copy));
  }
  return sink;
}

}  // namespace blindsum
