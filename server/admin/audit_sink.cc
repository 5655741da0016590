#include "server/admin/audit_sink.h"

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <utility>

#include "support/descriptor.h"

namespace blindsum {
namespace {

class DescriptorSink final : public AuditSink {
 public:
  explicit DescriptorSink(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Result<void> put(const std::string& line) override {
    const auto text = line + "\n";
    std::string_view rest = text;
    const std::lock_guard lock(mutex_);
    while (!rest.empty()) {
      const auto written = ::write(descriptor_.value(), rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return last_system_error();
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

 private:
  std::mutex mutex_;
  const Descriptor descriptor_;
};

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
    sink = std::make_unique<DescriptorSink>(std::move(file));
  }
  if (config.to == AuditTarget::standard_output) {
    const int copy = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return last_system_error();
    sink = std::make_unique<DescriptorSink>(Descriptor(copy));
  }
  return sink;
}

}  // namespace blindsum
