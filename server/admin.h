// Plain HTTP for the operator's machine only, off unless [admin] has a port: whether the process
// lives, and whether it does what it is there for.
//
//   GET /healthz   200 {"alive":true}
//   GET /readyz    200 {"ready":true,"reasons":[]}, or 503 with the reasons
//
// Everything else is 404, 405, or cut. On a thread of its own, so that it answers however busy the
// others are; few connections at a time, each for one request and a few seconds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "crypto/result.h"
#include "server/config.h"
#include "server/readiness.h"

namespace blindsum {

class AdminServer {
 public:
  // Serves when it returns. `readiness` is called on its thread. Errors: the operating system's.
  [[nodiscard]] static Result<std::unique_ptr<AdminServer>> start(
      const AdminConfig& config, std::function<Readiness()> readiness);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blindsum
