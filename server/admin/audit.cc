#include "server/admin/audit.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <utility>

#include "protocol/round/text.h"
#include "server/admin/api.h"
#include "server/record_json.h"
#include "server/spdlog_log.h"

namespace blindsum {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kPeerLines = 100;  // a second
constexpr std::size_t kMostText = 256;

json::string text(std::string_view view) {
  return json::string(printable(view, kMostText));
}

// [category], [type] and action as the schema means them.
json::object line_of(std::string_view category, std::string_view type, std::string_view action,
                     bool good) {
  return {{"@timestamp", utc_timestamp()},
          {"ecs.version", "8.11.0"},
          {"service.name", "blindsumd"},
          {"event.kind", "event"},
          {"event.category", json::array{text(category)}},
          {"event.type", json::array{text(type)}},
          {"event.action", text(action)},
          {"event.outcome", good ? "success" : "failure"}};
}

void add_source(json::object& line, std::string_view peer) {
  const auto colon = peer.rfind(':');
  if (colon == std::string_view::npos) return;
  line["source.address"] = text(peer);
  line["source.ip"] = text(peer.substr(0, colon));
  if (const auto port = parse_whole(peer.substr(colon + 1))) line["source.port"] = *port;
}

void add_round(json::object& line, const RoundKey& round) {
  line["blindsum.task"] = text(round.task);
  line["blindsum.round"] = round.round;
  line["blindsum.session_id"] = text(to_hex(round.session_id.view()));
}

bool is_change(const AdminRequest& request) {
  return request.method != "GET" && request.method != "HEAD";
}

// 503 is how /readyz says no.
bool is_good(const AdminRequest& request, const AdminResponse& response) {
  if (response.status == 503) return !is_change(request) && request.path == "/readyz";
  return response.status > 0 && response.status < 400;
}

json::object line_of(const AdminRequest& request, const AdminResponse& response, bool refused) {
  const bool good = is_good(request, response);
  if (!refused && is_change(request)) {
    return line_of("configuration", "change", "admin-change", good);
  }
  if (!refused) return line_of("web", "access", "admin-call", good);
  const bool of_access = response.status == 401 || response.status == 403;
  return of_access ? line_of("authentication", "start", "admin-refused", false)
                   : line_of("web", "error", "admin-refused", false);
}

}  // namespace

Audit::Audit(std::unique_ptr<AuditSink> sink, Roster roster, const Clock& clock, Log& log,
             Count count)
    : sink_(std::move(sink)),
      roster_(std::move(roster)),
      clock_(clock),
      log_(log),
      count_(std::move(count)) {}

void Audit::see(const ServerEvent& event) {
  std::visit([this](const auto& one) { take(one); }, event);
}

void Audit::add_member(json::object& line, std::uint32_t roster_index) const {
  const auto* const member = roster_.find(roster_index);
  line["user.id"] = std::to_string(roster_index);
  if (member != nullptr) line["user.name"] = text(member->name);
}

void Audit::take(const SessionOpened& event) {
  auto line = line_of("authentication", "start", "session-opened", true);
  add_member(line, event.roster_index);
  add_source(line, event.peer);
  line["blindsum.session"] = event.session;
  put(std::move(line), true);
}

void Audit::take(const MemberJoined& event) {
  auto line = line_of("session", "start", "task-joined", true);
  add_member(line, event.roster_index);
  add_source(line, event.peer);
  line["blindsum.session"] = event.session;
  line["blindsum.task"] = text(event.task);
  put(std::move(line), true);
}

// Before a member is welcomed a failure is one of its authentication.
void Audit::take(const SessionClosed& event) {
  if (event.expected && !event.welcomed) return;
  auto line = event.welcomed ? line_of("session", "end", "session-closed", event.expected)
                             : line_of("authentication", "start", "session-refused", false);
  if (event.welcomed) add_member(line, event.roster_index);
  add_source(line, event.peer);
  line["event.reason"] = text(event.why);
  line["blindsum.session"] = event.session;
  put(std::move(line), true);
}

void Audit::take(const ConnectionRefused& event) {
  auto line = line_of("network", "denied", "connection-refused", false);
  add_source(line, event.peer);
  line["event.reason"] = text(event.why);
  put(std::move(line), true);
}

void Audit::take(const AnswerRejected& event) {
  auto line = line_of("session", "denied", "answer-rejected", false);
  add_round(line, event.round);
  add_member(line, event.roster_index);
  line["event.reason"] = text(name_of(event.reason));
  put(std::move(line), true);
}

void Audit::take(const RoundEnded& event) {
  for (const auto& blame : event.report.record.blame) {
    auto line = line_of("intrusion_detection", "info", "member-blamed", true);
    add_round(line, event.round);
    add_member(line, event.report.proof.adverts.at(blame.accused).advert.roster_index);
    line["event.reason"] = text(name_of(blame.kind));
    put(std::move(line), false);
  }
}

// Only an operator changes anything, and leaves as many lines as there are calls.
void Audit::called(const AdminRequest& request, const AdminResponse& response, CallBy by) {
  const bool good = is_good(request, response);
  if (good && by == CallBy::strangers) return;
  const bool refused =
      response.status == 401 || response.status == 403 || (by != CallBy::operators && !good);
  auto line = line_of(request, response, refused);
  add_source(line, request.peer);
  if (!request.subject.empty()) line["user.name"] = text(request.subject);
  if (!response.error.empty()) line["event.reason"] = text(response.error);
  if (!request.method.empty()) line["http.request.method"] = text(request.method);
  if (!request.path.empty()) line["url.path"] = text(request.path);
  if (response.status > 0) line["http.response.status_code"] = response.status;
  put(std::move(line), refused);
}

void Audit::process(std::string_view action, std::string_view outcome) {
  put(line_of("process", "info", action, outcome == "success"), false);
}

bool Audit::may_write() {
  const std::lock_guard lock(mutex_);
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
  if (second != second_) written_ = 0;
  second_ = second;
  if (written_ < kPeerLines) return ++written_ > 0;
  ++left_out_;
  return false;
}

void Audit::put(json::object line, bool by_peer) {
  if (by_peer && !may_write()) return count_("left_out");
  std::uint64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    left_out = std::exchange(left_out_, 0);
  }
  if (left_out > 0) line["blindsum.left_out"] = left_out;
  const auto done = sink_->put(json::serialize(line));
  if (!done) return failed(done.error(), left_out);
  count_("written");
  failing_ = false;
}

// What was left out before is said by the next line that is written.
void Audit::failed(const Error& why, std::uint64_t left_out) {
  {
    const std::lock_guard lock(mutex_);
    left_out_ += left_out;
  }
  count_("failed");
  if (!failing_.exchange(true)) log_.error("audit: cannot be written: {}", why.message());
}

}  // namespace blindsum
