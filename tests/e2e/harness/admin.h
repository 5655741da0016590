// Asking the operator's port of a server, which [admin] has to have.
#pragma once

#include <string>

#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/scene.h"

namespace blindsum::e2e {

// Lines for the end of [limits].
inline constexpr const char* kAdminOn = "\n[admin]\nport = 0\n";

// 0 if the server does not say.
inline std::uint16_t admin_port(const Scene& scene) {
  const std::string before = "admin: listens on 127.0.0.1 port ";
  if (!scene.logs(before)) return 0;
  const auto log = scene.log();
  return static_cast<std::uint16_t>(std::stoul(log.substr(log.rfind(before) + before.size())));
}

// The whole answer. `request` is "GET /healthz".
inline std::string ask_admin(const Scene& scene, const std::string& request) {
  RawClient client(admin_port(scene));
  client.send_text(request + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return client.read_to_end();
}

}  // namespace blindsum::e2e
