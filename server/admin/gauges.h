// The metrics that are asked for at a scrape instead of being counted.
#pragma once

#include <vector>

#include "server/admin/board.h"
#include "server/admin/metrics.h"
#include "server/server.h"

namespace blindsum {

[[nodiscard]] std::vector<GaugeValue> gauge_values(const ServerConfig& config, Server& server,
                                                   const LiveBoard& board);

}  // namespace blindsum
