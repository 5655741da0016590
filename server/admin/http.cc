#include "server/admin/http.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <charconv>

namespace blindsum {
namespace {

std::optional<std::string> unescape(std::string_view text, bool plus_is_space) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '+' && plus_is_space) byte = ' ';
    if (text[i] == '%') {
      const auto digits = text.substr(i + 1, 2);
      const auto* const end = digits.data() + digits.size();
      const auto read = std::from_chars(digits.data(), end, byte, 16);
      if (digits.size() != 2 || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
      i += 2;
    }
    if (std::iscntrl(byte) != 0) return std::nullopt;
    plain.push_back(static_cast<char>(byte));
  }
  return plain;
}

}  // namespace

AdminResponse error_response(unsigned status, std::string_view name, std::string_view detail) {
  boost::json::object content{{"error", boost::json::string(name)}};
  if (!detail.empty()) content["detail"] = boost::json::string(detail);
  AdminResponse response;
  response.status = status;
  response.error = name;
  response.body = boost::json::serialize(content) + "\n";
  return response;
}

void tell_cut(AdminHandler& handler, std::string peer, const Error& why) {
  AdminRequest head;
  head.peer = std::move(peer);
  AdminResponse nothing;
  nothing.status = 0;
  nothing.error = why.message();
  handler.turned_away(head, nothing);
}

bool parse_target(std::string_view target, AdminRequest& request) {
  const auto mark = target.find('?');
  const auto path = unescape(target.substr(0, mark), false);
  if (!path || !path->starts_with('/')) return false;
  request.path = *path;
  auto rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto key = unescape(pair.substr(0, equals), true);
    const auto value =
        equals == std::string_view::npos ? std::string() : unescape(pair.substr(equals + 1), true);
    if (!key || !value) return false;
    request.query[*key] = *value;
  }
  return true;
}

}  // namespace blindsum
