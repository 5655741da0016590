// The files that the configuration names, read and checked: what a server is made of besides it.
#pragma once

#include <optional>
#include <vector>

#include "crypto/sign.h"
#include "protocol/round/roster.h"
#include "server/config.h"
#include "server/tls.h"

namespace blindsum {

struct Materials {
  SigningKey aggregator;
  Roster roster;
  TlsContext tls;
};

// The certificate and its key; nothing if there is a problem, which is reported.
[[nodiscard]] std::optional<TlsContext> load_tls(const ListenConfig& config,
                                                 std::vector<ConfigProblem>& problems);

// Nothing if there is a problem; every problem is reported.
[[nodiscard]] std::optional<Materials> load_materials(const ServerConfig& config,
                                                      std::vector<ConfigProblem>& problems);

}  // namespace blindsum
