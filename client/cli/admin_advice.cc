#include "client/cli/admin_advice.h"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/json.hpp>
#include <utility>

#include "client/cli/admin_table.h"

namespace blindsum::cli {
namespace {

namespace json = boost::json;

// Names of the API (server/admin/openapi.json) that an operator can do something about.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kRefusals{{
    {"unauthorized", "no token, or not this server's; --token FILE is the file of [admin] token"},
    {"certificate_required", "give yours: --certificate FILE --key FILE"},
    {"no_access_configured", "give [admin] a token or client_ca, and start it again"},
    {"task_not_found", "`blindsum admin tasks` lists those there are"},
    {"round_not_found", "`blindsum admin rounds TASK` lists those there are"},
    {"array_not_found", "`blindsum admin arrays TASK ROUND` lists those there are"},
    {"not_found", "is --url that of [admin], and this server of the same version?"},
    {"too_many_listeners", "so many watch the events already; end one of them"},
}};

}  // namespace

std::string explain_refusal(const json::value& answer) {
  const auto* const object = answer.if_object();
  const auto* const name = object == nullptr ? nullptr : object->if_contains("error");
  const bool short_one = name != nullptr && name->is_string() &&
                         std::all_of(object->begin(), object->end(),
                                     [](const auto& member) { return member.value().is_string(); });
  if (!short_one) return as_table(answer);
  std::string text(name->as_string());
  if (const auto* const detail = object->if_contains("detail")) text += ": " + as_cell(*detail);
  for (const auto& [refusal, advice] : kRefusals) {
    if (refusal == name->as_string()) text += ": " + std::string(advice);
  }
  return text;
}

std::string_view connection_advice(const boost::system::error_code& error, bool tls) {
  namespace asio = boost::asio;
  if (error == asio::error::host_not_found || error == asio::error::host_not_found_try_again) {
    return "is the name in --url right?";
  }
  if (error == asio::error::connection_refused || error == asio::error::network_unreachable ||
      error == asio::error::host_unreachable) {
    return "has [admin] a port, is it that of --url, and does blindsumd run?";
  }
  if (error == boost::beast::http::error::end_of_stream || error == asio::error::eof ||
      error.category() == boost::beast::http::make_error_code({}).category()) {
    return "no HTTP there; is it the port of [admin], and does it want https://?";
  }
  if (tls && error.category() == asio::error::get_ssl_category()) {
    return "has [admin] a certificate, for that name, and --ca the file it chains to? With "
           "client_ca, --certificate and --key are due";
  }
  return {};
}

}  // namespace blindsum::cli
