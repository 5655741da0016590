// The operator's API: JSON under /v1, as server/admin/openapi.json describes it. All pages run on
// the admin server's thread, and wait for no round's thread: they read the board and the disk.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/admin/board.h"
#include "server/admin/event_stream.h"
#include "server/admin/pages.h"
#include "server/server.h"
#include "server/spdlog_log.h"

namespace blindsum {

// What the pages are about; outlives them.
struct ApiContext {
  const ServerConfig& config;
  Server& server;
  LiveBoard& board;
  EventStream& events;
  ProcessLog& log;
  const Clock& clock;
};

void add_api(AdminPages& pages, const ApiContext& context);

// The parts of it, a file each.
void add_status_pages(AdminPages& pages, const ApiContext& context);
void add_task_pages(AdminPages& pages, const ApiContext& context);
void add_round_pages(AdminPages& pages, const ApiContext& context);
void add_result_pages(AdminPages& pages, const ApiContext& context);
void add_roster_pages(AdminPages& pages, const ApiContext& context);

// What the parts share.
[[nodiscard]] AdminResponse json_response(const boost::json::object& content,
                                          unsigned status = 200);
// A whole number of the query. Nothing, with `problem` filled in, if it is not one of least..most.
[[nodiscard]] std::optional<std::uint64_t> number_in(const AdminRequest& request,
                                                     std::string_view key, std::uint64_t otherwise,
                                                     std::uint64_t least, std::uint64_t most,
                                                     AdminResponse& problem);
// Decimal digits only, below 2^63.
[[nodiscard]] std::optional<std::uint64_t> parse_whole(std::string_view text);
// Seconds since 1970 as "2025-11-26T14:05:09Z".
[[nodiscard]] std::string time_text(UnixSeconds time);

}  // namespace blindsum
