// One question to a running blindsumd's operator port, for health checks of containers: they have
// no HTTP client, and need none. Over TLS if the port has it; of a client_ca nothing is needed,
// since health is for all. Used by main.cc for --health and --ready.
#pragma once

#include <string>
#include <string_view>

#include "server/config.h"

namespace blindsum {

struct Probe {
  bool good = false;
  std::string text;  // what it said, or why it could not
};

// GET `path` of [admin], over TLS if it has that; good if the answer is 200 within three seconds.
[[nodiscard]] Probe probe(const AdminConfig& config, std::string_view path);

}  // namespace blindsum
