// HTTP for the operator, off unless [admin] has a port; over TLS, if [admin] has a certificate. On
// a thread of its own, so that it answers however busy the others are; few connections at a time,
// each for one request. Who it is that answers is an AdminHandler (pages.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "crypto/result.h"
#include "server/admin/http.h"
#include "server/config.h"
#include "server/tls.h"

namespace blindsum {

class AdminServer {
 public:
  // Serves when it returns. The handler outlives it, and is called on its thread. Errors: the
  // operating system's.
  [[nodiscard]] static Result<std::unique_ptr<AdminServer>> start(
      const AdminConfig& config, const std::optional<TlsContext>& tls, AdminHandler& handler);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  std::uint16_t port() const;
  // For connections to come, and `with` is called on its thread, where the handler is. From any
  // thread. TLS or none: as at the start.
  void use(std::optional<TlsContext> tls, std::function<void()> with);

 private:
  struct Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blindsum
