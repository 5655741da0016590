#include "server/admin/health.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace blindsum {
namespace {

namespace json = boost::json;

AdminResponse ready_page(const Readiness& readiness) {
  json::array reasons;
  for (const auto& reason : readiness.reasons) reasons.emplace_back(reason);
  const json::object content{{"ready", readiness.ready}, {"reasons", std::move(reasons)}};
  AdminResponse response;
  response.status = readiness.ready ? 200 : 503;
  response.body = json::serialize(content) + "\n";
  return response;
}

}  // namespace

void add_health_pages(AdminPages& pages, std::function<Readiness()> readiness) {
  pages.add(PageFor::all, "GET", "/healthz", [](const auto&, const auto&) {
    AdminResponse response;
    response.body = "{\"alive\":true}\n";
    return response;
  });
  pages.add(PageFor::all, "GET", "/readyz",
            [readiness = std::move(readiness)](const auto&, const auto&) {
              return ready_page(readiness());
            });
}

}  // namespace blindsum
