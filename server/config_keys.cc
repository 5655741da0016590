#include "server/config_keys.h"

#include <array>

#include "protocol/round/limits.h"
#include "protocol/wire/frames.h"

namespace blindsum {
namespace {

using enum KeyKind;

constexpr std::uint64_t kKiB = std::uint64_t{1} << 10;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr std::uint64_t kHour = 3'600'000;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::uint64_t kMostPort = 65'535;
constexpr std::uint64_t kMostCount = 1'000'000;

constexpr ConfigKey section(std::string_view name, KeyKind kind, bool required,
                            std::string_view about) {
  return {.section = "", .name = name, .kind = kind, .required = required, .text = about};
}

constexpr ConfigKey count(std::string_view name, std::string_view otherwise, std::string_view about,
                          std::uint64_t least = 1, std::uint64_t most = kMostCount) {
  return {"limits", name, whole, false, otherwise, least, most, "", about};
}

constexpr ConfigKey time(std::string_view name, std::string_view otherwise, std::string_view about,
                         std::uint64_t least = 100, std::uint64_t most = kHour) {
  return {"limits", name, duration, false, otherwise, least, most, "", about};
}

constexpr ConfigKey bytes(std::string_view name, std::string_view otherwise, std::uint64_t least,
                          std::uint64_t most, std::string_view about) {
  return {"limits", name, size, false, otherwise, least, most, "", about};
}

constexpr ConfigKey needed(std::string_view section, std::string_view name, KeyKind kind,
                           std::string_view example, std::string_view about) {
  return {section, name, kind, true, "", 0, 0, example, about};
}

constexpr std::array kKeys{
    section("listen", table, true, "where participants connect"),
    section("aggregator", table, true, "who it is, whom it serves, and where sums go"),
    section("limits", table, false, "what others may cost; docs/limits.md says what happens then"),
    section("process", table, false, "whom it becomes"),
    section("admin", table, false, "the operator's port: docs/admin.md"),
    section("log", table, false, "what standard error says"),
    section("audit", table, false, "who did what, in the field names of ECS"),
    section("task", tables, true, "what is added up; a table for each task"),

    ConfigKey{"listen", "address", text, false, "0.0.0.0", 0, 0, "",
              "an IP address; 0.0.0.0 and :: are all of this machine's"},
    ConfigKey{"listen", "port", whole, false, "8443", 0, kMostPort, "",
              "0: any free one; --port-file FILE says which"},
    needed("listen", "certificate", path, "\"server.crt\"", "PEM, the whole chain"),
    needed("listen", "key", path, "\"server.key\"",
           "PEM, readable by its owner only. Both are read again on SIGHUP"),

    needed("aggregator", "key", path, "\"aggregator.key\"",
           "from `blindsum keygen`, readable by its owner only"),
    needed("aggregator", "roster", path, "\"roster.bsr\"", "signed by the authority"),
    needed("aggregator", "authority", text,
           "\"0000000000000000000000000000000000000000000000000000000000000000\"",
           "the authority's public key"),
    needed("aggregator", "results", path, "\"results\"", "records and sums go here"),
    ConfigKey{"aggregator", "state", path, false, "", 0, 0, "\"results/.state\"",
              "rounds under way, which a restart goes on with: on a disk that keeps what it is "
              "told to, never put back from a backup; left out: .state in `results`"},

    count("uploads_in_flight", "4",
          "masked vectors in memory at a time; the others wait for their turn", 1, kMaxCohort),
    time("upload_stall", "10s", "an upload that stands still for so long gives way to the next"),
    time("checkpoint_interval", "250ms",
         "least time between two writes of a sum; an upload is acknowledged once a sum that has it "
         "is on disk",
         0),
    count("checkpoint_uploads", "32",
          "when so many wait to be acknowledged, the sum is written at once", 1, kMaxCohort),
    count("max_connections", "10000", "in all"),
    count("max_connections_per_address", "1000", "of IPv6: of a /64"),
    count("new_connections_per_address", "1000", "a minute, and so many at once"),
    count("joins_per_member", "60", "a minute, and so many at once"),
    count("joins_per_address", "6000", "likewise, all members from there together"),
    bytes("before_hello", "8KiB", 6 * kKiB, kMiB,
          "from a peer that has not said who it is, TLS and upgrade included"),
    time("handshake_time", "5s", "TLS and the upgrade to WebSocket; never more than hello_time"),
    time("hello_time", "5s", "from the connection to the signed answer"),
    time("idle_time", "60s", "nothing heard; a ping is sent half-way", 1000, kDay),
    time("write_time", "30s", "for one message"),
    time("close_time", "5s", "for the goodbye"),
    bytes("queued_per_session", "32MiB", 8 * kMiB, 1024 * kGiB, "a slower reader is dropped"),
    bytes("unhandled_per_session", "4MiB", kMaxFrameBytes, kGiB,
          "received and not dealt with yet: above it the session is not read"),
    bytes("unhandled_in_all", "256MiB", kMaxFrameBytes, 1024 * kGiB,
          "likewise, of all sessions together"),
    count("frames_per_second", "500", "pings, fragments and small messages of a session"),
    time("drain", "60s", "after SIGTERM, for rounds that run; then they are left to the next start",
         0, kDay),
    count("compute_threads", "0", "0: as many as there are processors", 0, 1024),

    ConfigKey{"process", "user", text, false, "", 0, 0, "\"blindsum\"",
              "whom it becomes if root starts it; keys and results have to be this user's; left "
              "out: it stays who it is"},
    ConfigKey{"process", "group", text, false, "", 0, 0, "\"blindsum\"", "left out: the user's"},
    ConfigKey{"process", "allow_root", boolean, false, "false", 0, 0, "",
              "true: it may stay root, without capabilities"},

    ConfigKey{"admin", "address", text, false, "127.0.0.1", 0, 0, "",
              "another one than of this machine takes certificate, and a token or client_ca"},
    ConfigKey{"admin", "port", whole, false, "", 0, kMostPort, "9443", "left out: off"},
    ConfigKey{"admin", "token", path, false, "", 0, 0, "\"admin.token\"",
              "32 to 512 characters, readable by its owner only; `openssl rand -hex 32` makes one"},
    ConfigKey{"admin", "metrics_token", path, false, "", 0, 0, "\"metrics.token\"",
              "likewise; opens /metrics and nothing else, as `token` does, too"},
    ConfigKey{"admin", "certificate", path, false, "", 0, 0, "\"admin.crt\"",
              "PEM, the whole chain; left out: plain HTTP"},
    ConfigKey{"admin", "key", path, false, "", 0, 0, "\"admin.key\"", "of the certificate"},
    ConfigKey{"admin", "client_ca", path, false, "", 0, 0, "\"operators.crt\"",
              "clients need a certificate that this authority has signed"},
    ConfigKey{"admin", "open_metrics", boolean, false, "false", 0, 0, "",
              "true: /metrics without token"},
    ConfigKey{"admin", "allow_exposed", boolean, false, "false", 0, 0, "",
              "true: an address that others reach, without TLS or without token"},

    ConfigKey{"log", "format", text, false, "human", 0, 0, "", "human or json, a line an event"},
    ConfigKey{"log", "level", text, false, "info", 0, 0, "", "debug, info, warning or error"},

    ConfigKey{"audit", "to", text, false, "off", 0, 0, "", "off, file, syslog or stdout"},
    ConfigKey{"audit", "file", path, false, "", 0, 0, "\"audit.json\"", "with to = \"file\""},
};

}  // namespace

std::span<const ConfigKey> server_keys() {
  return kKeys;
}

}  // namespace blindsum
