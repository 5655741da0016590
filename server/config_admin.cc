#include <fmt/core.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <utility>

#include "protocol/round/text.h"
#include "server/config_sections.h"

namespace blindsum {
namespace {

// An address that others reach takes both: a way to tell who asks, and TLS. Else it has to be said.
void check_exposure(ConfigTable& table, const AdminConfig& admin, bool exposed) {
  Error error;
  const auto address = boost::asio::ip::make_address(admin.address, error);
  if (error) {
    return table.report(ConfigError::bad_value, "address",
                        fmt::format("'{}' is no IP address", printable(admin.address, 64)));
  }
  const bool asks =
      !admin.token.empty() || !admin.metrics_token.empty() || !admin.client_ca.empty();
  const bool guarded = asks && !admin.certificate.empty();
  if (address.is_loopback() || guarded || exposed) return;
  table.report(ConfigError::not_loopback, "address",
               fmt::format("'{}' is not of this machine alone (127.0.0.1 and ::1 are): it takes "
                           "'certificate' and 'key', and a token or 'client_ca', or else "
                           "allow_exposed = true",
                           printable(admin.address, 64)));
}

// One of the names, or the first with the problem reported.
template <class Value, std::size_t N>
Value choice(ConfigTable& table, std::string_view key,
             const std::array<std::pair<std::string_view, Value>, N>& names) {
  std::string text;
  table.read(key, text);
  std::string known;
  for (const auto& [name, value] : names) {
    if (text == name) return value;
    known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", name);
  }
  table.report(ConfigError::bad_value, key,
               fmt::format("'{}' is none of {}", printable(text, 64), known));
  return names.front().second;
}

}  // namespace

LogConfig read_log(ConfigTable table) {
  LogConfig log;
  log.format = choice(table, "format",
                      std::array{std::pair{std::string_view("human"), LogFormat::human},
                                 std::pair{std::string_view("json"), LogFormat::json}});
  log.level = choice(table, "level",
                     std::array{std::pair{std::string_view("info"), LogLevel::info},
                                std::pair{std::string_view("debug"), LogLevel::debug},
                                std::pair{std::string_view("warning"), LogLevel::warning},
                                std::pair{std::string_view("error"), LogLevel::error}});
  table.refuse_unknown();
  return log;
}

AuditConfig read_audit(ConfigTable table) {
  AuditConfig audit;
  audit.to =
      choice(table, "to",
             std::array{std::pair{std::string_view("off"), AuditTarget::off},
                        std::pair{std::string_view("file"), AuditTarget::file},
                        std::pair{std::string_view("syslog"), AuditTarget::syslog},
                        std::pair{std::string_view("stdout"), AuditTarget::standard_output}});
  table.read("file", audit.file);
  if (audit.to == AuditTarget::file && audit.file.empty()) {
    table.report(ConfigError::missing_key, "file", "[audit] needs 'file'");
  }
  if (audit.to != AuditTarget::file && table.has("file")) {
    table.report(ConfigError::conflicting_keys, "file", "'file' needs to = \"file\"");
  }
  table.refuse_unknown();
  return audit;
}

AdminConfig read_admin(ConfigTable table) {
  AdminConfig admin;
  table.read("address", admin.address);
  table.read("port", admin.port);
  table.read("token", admin.token);
  table.read("metrics_token", admin.metrics_token);
  table.read("certificate", admin.certificate);
  table.read("key", admin.key);
  table.read("client_ca", admin.client_ca);
  table.read("open_metrics", admin.open_metrics);
  if (admin.certificate.empty() != admin.key.empty()) {
    table.report(ConfigError::missing_key, "certificate", "'certificate' and 'key' go together");
  }
  if (!admin.client_ca.empty() && admin.certificate.empty()) {
    table.report(ConfigError::missing_key, "client_ca",
                 "'client_ca' needs 'certificate' and 'key'");
  }
  if (!admin.client_ca.empty() && !admin.metrics_token.empty() && admin.token.empty()) {
    table.report(ConfigError::conflicting_keys, "metrics_token",
                 "with 'client_ca' alone whoever has a certificate is an operator, and no token "
                 "can make that less: add 'token', which operators then need as well, or leave "
                 "out 'metrics_token'");
  }
  bool exposed = false;
  table.read("allow_exposed", exposed);
  check_exposure(table, admin, exposed);
  table.refuse_unknown();
  return admin;
}

}  // namespace blindsum
