// How the server is, and how much it logs.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "crypto/mask_kernel.h"
#include "server/admin/api.h"

namespace blindsum {
namespace {

namespace json = boost::json;

AdminResponse status_page(const ApiContext& context, UnixSeconds started) {
  const auto readiness = context.server.readiness();
  json::array reasons;
  for (const auto& reason : readiness.reasons) reasons.emplace_back(reason);
  const auto queues = context.server.queues();
  return json_response({{"version", BLINDSUM_VERSION},
                        {"kernel", json::string(active_mask_kernel().name)},
                        {"started", time_text(started)},
                        {"ready", readiness.ready},
                        {"reasons", std::move(reasons)},
                        {"aggregator_key", to_hex(context.server.aggregator_key().view())},
                        {"certificate_seconds_left", context.server.certificate_seconds_left()},
                        {"queues",
                         {{"sessions", queues.sessions},
                          {"compute_jobs", queues.compute_jobs},
                          {"unhandled_bytes", queues.unhandled_bytes}}}});
}

AdminResponse level_page(const ApiContext& context) {
  return json_response({{"level", json::string(name_of(context.log.level()))}});
}

AdminResponse set_level(const ApiContext& context, const std::string& body) {
  boost::system::error_code error;
  const auto parsed = json::parse(body, error);
  const auto* const object = error ? nullptr : parsed.if_object();
  const auto* const given = object == nullptr ? nullptr : object->if_contains("level");
  const auto* const name = given == nullptr ? nullptr : given->if_string();
  const auto level = name == nullptr ? std::nullopt : parse_log_level(std::string_view(*name));
  if (!level || object->size() != 1) {
    return error_response(400, "bad_body", "{\"level\": \"debug\", info, warning or error}");
  }
  context.log.set_level(*level);
  return level_page(context);
}

}  // namespace

void add_status_pages(AdminPages& pages, const ApiContext& context) {
  pages.add(PageFor::operators, "GET", "/v1/status",
            [context, started = context.clock.wall_now()](const auto&, const auto&) {
              return status_page(context, started);
            });
  pages.add(PageFor::operators, "GET", "/v1/log-level",
            [context](const auto&, const auto&) { return level_page(context); });
  pages.add(PageFor::operators, "PUT", "/v1/log-level",
            [context](const AdminRequest& request, const auto&) {
              return set_level(context, request.body);
            });
}

}  // namespace blindsum
