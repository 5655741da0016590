// Who may use the operator's port: whoever has the bearer token of a file, or a certificate of the
// operator's own authority, or, if both are configured, both. A token of its own opens /metrics and
// nothing else, for whoever collects them. /healthz and /readyz are for all who reach the port, so
// a certificate is asked for, and not insisted on before the request is known.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "server/config.h"
#include "server/tls.h"

namespace blindsum {

// What the files named in [admin] hold.
struct AdminMaterials {
  std::optional<Hash> token;          // SHA-256 of it: the token itself is not kept
  std::optional<Hash> metrics_token;  // likewise
  std::optional<TlsContext> tls;      // null = plain
};

// Every problem is reported. Nothing then.
[[nodiscard]] std::optional<AdminMaterials> load_admin(const AdminConfig& config,
                                                       std::vector<ConfigProblem>& problems);

class AdminAccess {
 public:
  AdminAccess(const AdminConfig& config, const AdminMaterials& materials)
      : token_(materials.token),
        metrics_token_(materials.metrics_token),
        by_certificate_(!config.client_ca.empty()) {}

  // Whether there is any way in. If not, only what is for all is served.
  bool exists() const { return token_ || metrics_token_ || by_certificate_; }
  // Whether a request without a verified certificate is refused whatever else it has.
  bool needs_certificate() const { return by_certificate_; }
  // `authorization` is the header's value; `certified`: TLS has verified a certificate. The time it
  // takes does not depend on how much of a wrong token is right.
  bool allows(std::string_view authorization, bool certified) const;
  // Likewise, to /metrics.
  bool allows_metrics(std::string_view authorization, bool certified) const;

 private:
  std::optional<Hash> token_;
  std::optional<Hash> metrics_token_;
  bool by_certificate_;
};

}  // namespace blindsum
