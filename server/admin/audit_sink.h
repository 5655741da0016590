// Where lines of the audit go: a file, syslog, or standard output. May be used from several threads
// at once; a line is written whole or, where the system fails, not, and what there is of it then is
// a line of its own: it spoils no other.#pragma once

#include <memory>
#include <string>

#include "crypto/result.h"
#include "server/config.h"

namespace blindsum {

class AuditSink {
 public:
  virtual ~AuditSink() = default;
  // Without a line's end. Errors: the operating system's.
  [[nodiscard]] virtual Result<void> put(const std::string& line) = 0;
};

// Null if it is off. A file is made if it is not there (0600), and is only added to. Errors: the
// operating system's.
[[nodiscard]] Result<std::unique_ptr<AuditSink>> open_audit_sink(const AuditConfig& config);

}  // namespace blindsum
