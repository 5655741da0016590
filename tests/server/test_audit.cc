// What the audit says of calls of the operator's port and of sessions, how much others than
// operators may make it say, and what a disk that is full does to it.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <boost/json/parse.hpp>
#include <csignal>
#include <fstream>

#include "server/admin/audit.h"
#include "server/connection_error.h"
#include "support/files.h"
#include "tests/server/memory_log.h"
#include "tests/server/temporary_folder.h"
#include "tests/server/world.h"

namespace blindsum {
namespace {

namespace json = boost::json;

class MemorySink final : public AuditSink {
 public:
  MemorySink(std::vector<json::object>& lines, const bool& full) : lines_(lines), full_(full) {}
  Result<void> put(const std::string& line) override {
    if (full_) return make_error_code(boost::system::errc::no_space_on_device);
    lines_.push_back(json::parse(line).as_object());
    return {};
  }

 private:
  std::vector<json::object>& lines_;
  const bool& full_;
};

// A clock that stands still: one second has so many lines.
class Frozen final : public Clock {
 public:
  Instant now() const override { return at; }
  UnixSeconds wall_now() const override { return 0; }
  Instant at{0};
};

struct Scene {
  const World world{1};
  std::vector<json::object> lines;
  bool full = false;
  Frozen clock;
  MemoryLog log;
  Audit audit{std::make_unique<MemorySink>(lines, full), world.roster(), clock, log,
              [](std::string_view) {}};

  // "action outcome reason" of the line that this call leaves, or nothing.
  std::string call(CallBy by, const char* method, const char* path, unsigned status) {
    AdminRequest request;
    request.method = method;
    request.path = path;
    request.peer = "127.0.0.1:1";
    AdminResponse response = status < 400 ? AdminResponse() : error_response(status, "why");
    response.status = status;
    const auto before = lines.size();
    audit.called(request, response, by);
    return lines.size() == before ? "" : last();
  }
  std::string last() const {
    const auto& line = lines.back();
    const auto* const reason = line.if_contains("event.reason");
    return std::string(line.at("event.action").as_string()) + " " +
           std::string(line.at("event.outcome").as_string()) +
           (reason == nullptr ? "" : " " + std::string(reason->as_string()));
  }
  std::string close(bool welcomed, std::string_view why, bool expected) {
    const auto before = lines.size();
    audit.see(SessionClosed{1, welcomed, 5, "127.0.0.1:1", why, expected});
    return lines.size() == before ? "" : last();
  }
};

TEST_CASE("audit: what an operator does, and whether it was done") {
  Scene scene;
  CHECK(scene.call(CallBy::operators, "GET", "/v1/tasks", 200) == "admin-call success");
  CHECK(scene.call(CallBy::operators, "GET", "/healthz", 200) == "admin-call success");
  CHECK(scene.call(CallBy::operators, "GET", "/readyz", 503) == "admin-call success why");
  CHECK(scene.call(CallBy::operators, "GET", "/v1/events", 503) == "admin-call failure why");
  CHECK(scene.call(CallBy::operators, "POST", "/v1/tasks", 201) == "admin-change success");
  CHECK(scene.call(CallBy::operators, "POST", "/v1/tasks", 503) == "admin-change failure why");
  CHECK(scene.call(CallBy::operators, "POST", "/v1/tasks", 413) == "admin-change failure why");
  CHECK(scene.call(CallBy::operators, "DELETE", "/v1/tasks/t", 403) == "admin-refused failure why");
  CHECK(scene.call(CallBy::collectors, "GET", "/metrics", 200) == "admin-call success");
}

TEST_CASE("audit: others change nothing, whatever they call it, and what all may have is no line") {
  Scene scene;
  for (const auto* path : {"/", "/healthz", "/readyz", "/metrics"}) {
    CHECK(scene.call(CallBy::strangers, "GET", path, 200).empty());
  }
  CHECK(scene.call(CallBy::strangers, "GET", "/readyz", 503).empty());
  CHECK(scene.call(CallBy::strangers, "POST", "/readyz", 503) == "admin-refused failure why");
  CHECK(scene.call(CallBy::strangers, "POST", "/healthz", 405) == "admin-refused failure why");
  CHECK(scene.call(CallBy::collectors, "POST", "/healthz", 405) == "admin-refused failure why");
  CHECK(scene.call(CallBy::strangers, "GET", "/v1/tasks", 401) == "admin-refused failure why");
  CHECK(scene.call(CallBy::strangers, "", "", 0) == "admin-refused failure");
  for (const auto& line : scene.lines) CHECK(line.at("event.action") != "admin-change");
}

TEST_CASE("audit: what others than operators cause is limited, and what was left out is said") {
  Scene scene;
  for (int i = 0; i < 500; ++i) scene.call(CallBy::strangers, "POST", "/healthz", 405);
  for (int i = 0; i < 500; ++i) scene.call(CallBy::collectors, "POST", "/healthz", 405);
  CHECK(scene.lines.size() == 100);
  for (int i = 0; i < 200; ++i) scene.call(CallBy::operators, "GET", "/v1/tasks", 200);
  CHECK(scene.lines.size() == 300);
  CHECK(scene.lines[100].at("blindsum.left_out") == 900);
  CHECK_FALSE(scene.lines[101].contains("blindsum.left_out"));
}

TEST_CASE("audit: what was left out is said after a failure, too") {
  Scene scene;
  for (int i = 0; i < 150; ++i) scene.call(CallBy::strangers, "GET", "/v1/tasks", 401);
  scene.full = true;
  scene.call(CallBy::operators, "GET", "/v1/tasks", 200);
  CHECK(scene.log.count("audit: cannot be written") == 1);
  scene.full = false;
  scene.call(CallBy::operators, "GET", "/v1/tasks", 200);
  CHECK(scene.lines.back().at("blindsum.left_out") == 50);
}

TEST_CASE("audit: a session that was cut is not one that went") {
  Scene scene;
  CHECK(scene.close(true, "ok", true) == "session-closed success ok");
  CHECK(scene.close(true, "slow_reader", false) == "session-closed failure slow_reader");
  CHECK(scene.close(false, "ok", true).empty());
  CHECK(scene.close(false, "too_much_before_hello", false) ==
        "session-refused failure too_much_before_hello");
}

// What this process writes to files beyond so many bytes fails, as on a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t most) {
    std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{most, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

std::string content_of(const std::filesystem::path& file) {
  return read_text_file(file, 1 << 20).value();
}

TEST_CASE("audit: a line that the disk had no room for spoils no other") {
  const TemporaryFolder folder;
  const AuditConfig config{AuditTarget::file, folder / "audit.log"};
  const auto sink = *open_audit_sink(config);
  CHECK(sink->put("first"));
  bool second = true;
  bool third = true;
  {
    const FullDisk disk(6 + 3);
    second = sink->put("second").has_value();
    third = sink->put("third").has_value();
  }
  CHECK_FALSE(second);
  CHECK_FALSE(third);
  CHECK(sink->put("fourth"));
  CHECK(sink->put("fifth"));
  CHECK(content_of(config.file) == "first\nsec\nfourth\nfifth\n");
}

TEST_CASE("audit: what a former process has left of a line is a line of its own") {
  const TemporaryFolder folder;
  const AuditConfig config{AuditTarget::file, folder / "audit.log"};
  std::ofstream(config.file) << "whole\nhal";
  CHECK((*open_audit_sink(config))->put("next"));
  CHECK((*open_audit_sink(config))->put("last"));
  CHECK(content_of(config.file) == "whole\nhal\nnext\nlast\n");
}

}  // namespace
}  // namespace blindsum
