#include "server/admin/api.h"

#include <fmt/chrono.h>

#include <boost/json/serialize.hpp>
#include <charconv>
#include <ctime>
#include <limits>

#include "server/admin/openapi.h"

namespace blindsum {

AdminResponse json_response(const boost::json::object& content, unsigned status) {
  AdminResponse response;
  response.status = status;
  response.body = boost::json::serialize(content) + "\n";
  return response;
}

std::optional<std::uint64_t> parse_whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  const bool whole = !text.empty() && read.ec == std::errc{} && read.ptr == end;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return whole && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> number_in(const AdminRequest& request, std::string_view key,
                                       std::uint64_t otherwise, std::uint64_t least,
                                       std::uint64_t most, AdminResponse& problem) {
  const auto given = request.query.find(key);
  if (given == request.query.end()) return otherwise;
  const auto value = parse_whole(given->second);
  if (value && *value >= least && *value <= most) return value;
  problem = error_response(400, "bad_parameter",
                           fmt::format("'{}' is a whole number from {} to {}", key, least, most));
  return std::nullopt;
}

std::string time_text(UnixSeconds time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(time)));
}

void add_api(AdminPages& pages, const ApiContext& context) {
  add_status_pages(pages, context);
  add_task_pages(pages, context);
  add_round_pages(pages, context);
  add_result_pages(pages, context);
  add_roster_pages(pages, context);
  pages.add(PageFor::operators, "GET", "/v1/events",
            [context](const auto& request, const auto&) { return context.events.page(request); });
  pages.add(PageFor::operators, "GET", "/v1/openapi.json", [](const auto&, const auto&) {
    AdminResponse response;
    response.body = openapi_document();
    return response;
  });
}

}  // namespace blindsum
