#include "server/admin/event_stream.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "server/admin/api.h"
#include "server/record_json.h"

namespace blindsum {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostKept = 8192;
constexpr unsigned kMostListeners = 16;
// No process says so many a second, and numbers stay below 2^53, which is all that JavaScript has.
constexpr std::uint64_t kNumbersPerSecond = 1'000'000;

struct Told {
  std::string_view event;
  json::object data;
};

json::string text(std::string_view view) {
  return json::string(view);
}

json::object about(const RoundKey& key) {
  return {{"task", text(key.task)}, {"round", key.round}};
}

struct Teller {
  std::optional<Told> operator()(const TaskChanged& event) const {
    return Told{"task",
                {{"task", text(event.task)},
                 {"state", text(name_of(event.state))},
                 {"waiting", event.waiting},
                 {"completed", event.completed},
                 {"why", text(event.why)}}};
  }
  std::optional<Told> operator()(const RoundStarted& event) const {
    auto data = about(event.round);
    data["session_id"] = text(to_hex(event.round.session_id.view()));
    data["resumed"] = event.resumed;
    data["members"] = json::array(event.offered_to.begin(), event.offered_to.end());
    return Told{"round", std::move(data)};
  }
  std::optional<Told> operator()(const PhaseBegan& event) const {
    auto data = about(event.round);
    data["phase"] = text(name_of(event.phase));
    return Told{"phase", std::move(data)};
  }
  std::optional<Told> operator()(const MemberAnswered& event) const {
    auto data = about(event.round);
    data["member"] = event.roster_index;
    data["phase"] = text(name_of(event.phase));
    return Told{"answer", std::move(data)};
  }
  std::optional<Told> operator()(const MemberWasDropped& event) const {
    auto data = about(event.round);
    data["member"] = event.dropped.roster_index;
    data["phase"] = text(event.dropped.phase);
    data["reason"] = text(name_of(event.dropped.reason));
    return Told{"drop", std::move(data)};
  }
  std::optional<Told> operator()(const RoundEnded& event) const {
    auto data = about(event.round);
    const auto& record = event.report.record;
    data["outcome"] = record.outcome == Reason::ok ? "completed" : "aborted";
    data["reason"] = text(name_of(record.outcome));
    data["members"] = event.report.proof.n();
    data["dropped"] = event.report.dropped.size();
    data["blamed"] = record.blame.size();
    data["took_ms"] = event.took.count();
    data["timings_ms"] = timings_json(record.timings);
    return Told{"end", std::move(data)};
  }
  template <class Other>
  std::optional<Told> operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

class EventStream::Feed final : public EventFeed {
 public:
  Feed(std::shared_ptr<State> state, std::uint64_t after)
      : state_(std::move(state)), after_(after) {}
  ~Feed() override {
    const std::lock_guard lock(state_->mutex);
    --state_->listeners;
  }

  std::optional<std::string> take() override {
    const std::lock_guard lock(state_->mutex);
    const auto& kept = state_->kept;
    std::string text;
    // A number that was never given out is of a process before this one, whose clock was ahead.
    const bool unknown = after_ > state_->last;
    const bool late = after_ < (kept.empty() ? state_->last : kept.front().number - 1);
    if (unknown || late) {
      text = fmt::format("id: {}\nevent: lost\ndata: {{}}\n\n", state_->last);
    } else {
      const auto news = std::upper_bound(
          kept.begin(), kept.end(), after_,
          [](std::uint64_t number, const Kept& one) { return number < one.number; });
      for (auto it = news; it != kept.end(); ++it) text += it->text;
    }
    after_ = state_->last;
    if (std::exchange(begun_, true)) return text;
    return ": blindsum\n\n" + text;  // so that a listener knows that it is heard
  }

 private:
  const std::shared_ptr<State> state_;
  std::uint64_t after_;
  bool begun_ = false;
};

EventStream::EventStream(UnixSeconds started) {
  state_->last = started * kNumbersPerSecond;
}

void EventStream::see(const ServerEvent& event) {
  const auto told = std::visit(Teller{}, event);
  if (told) put(told->event, json::serialize(told->data));
}

void EventStream::put(std::string_view event, const std::string& data) {
  const std::lock_guard lock(state_->mutex);
  const auto number = ++state_->last;
  state_->kept.push_back(
      {number, fmt::format("id: {}\nevent: {}\ndata: {}\n\n", number, event, data)});
  if (state_->kept.size() > kMostKept) state_->kept.pop_front();
}

AdminResponse EventStream::page(const AdminRequest& request) {
  const std::lock_guard lock(state_->mutex);
  if (state_->listeners >= kMostListeners) return error_response(503, "too_many_listeners");
  auto after = state_->last;
  if (!request.last_event_id.empty()) {
    const auto given = parse_whole(request.last_event_id);
    if (!given) return error_response(400, "bad_parameter", "Last-Event-ID is a whole number");
    after = *given;
  }
  ++state_->listeners;
  AdminResponse response;
  response.content_type = "text/event-stream";
  response.feed = std::make_shared<Feed>(state_, after);
  return response;
}

}  // namespace blindsum
