#include "server/admin/board.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <charconv>
#include <exception>
#include <utility>

#include "support/files.h"

namespace blindsum {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostFileBytes = std::uint64_t{256} << 20;

json::object to_json(const Reliability& member) {
  return {{"answered", member.answered},
          {"dropped", member.dropped},
          {"last_reason", json::string(member.last_reason)}};
}

Reliability from_json(const json::object& object) {
  return {json::value_to<std::uint64_t>(object.at("answered")),
          json::value_to<std::uint64_t>(object.at("dropped")),
          std::string(object.at("last_reason").as_string())};
}

}  // namespace

LiveBoard::LiveBoard(const Clock& clock, std::filesystem::path file, std::string& problem)
    : clock_(clock), file_(std::move(file)) {
  load(problem);
}

void LiveBoard::load(std::string& problem) {
  const auto text = read_text_file(file_, kMostFileBytes);
  if (!text) {
    if (text.error() != boost::system::errc::no_such_file_or_directory) {
      problem = file_.string() + ": " + text.error().message();
    }
    return;
  }
  try {
    const auto kept = json::parse(*text);  // it has to outlive the loop
    for (const auto& [index, member] : kept.as_object()) {
      std::uint32_t number = 0;
      const auto read = std::from_chars(index.data(), index.data() + index.size(), number);
      if (read.ec == std::errc{}) reliability_[number] = from_json(member.as_object());
    }
  } catch (const std::exception& exception) {
    problem = file_.string() + ": " + exception.what() + "; it is begun anew";
    reliability_.clear();
  }
}

// What is lost with it is a statistic: a failure changes nothing but that.
void LiveBoard::keep() {
  const std::lock_guard one_at_a_time(keeping_);
  json::object members;
  for (const auto& [index, member] : reliability())
    members[std::to_string(index)] = to_json(member);
  static_cast<void>(write_file_atomically(file_, json::serialize(members) + "\n"));
}

void LiveBoard::see(const ServerEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    std::visit([this](const auto& one) { take(one); }, event);
  }
  if (std::holds_alternative<RoundEnded>(event)) keep();  // whoever asks does not wait for a disk
}

LiveRound* LiveBoard::round_of(const RoundKey& key) {
  auto& round = tasks_[key.task].round;
  return round && round->round == key.round ? &*round : nullptr;
}

void LiveBoard::take(const RoundStarted& event) {
  LiveRound round;
  round.round = event.round.round;
  round.session_id = to_hex(event.round.session_id.view());
  round.resumed = event.resumed;
  round.started = round.phase_began = clock_.wall_now();
  for (const auto index : event.offered_to) round.members[index];
  tasks_[event.round.task].round = std::move(round);
}

void LiveBoard::take(const PhaseBegan& event) {
  auto* const round = round_of(event.round);
  if (round == nullptr) return;
  // It is over, and only collects VOID.
  if (event.phase >= AggregatorPhase::voiding) return tasks_[event.round.task].round.reset();
  round->phase = event.phase;
  round->phase_began = clock_.wall_now();
}

void LiveBoard::take(const MemberAnswered& event) {
  auto* const round = round_of(event.round);
  if (round == nullptr) return;
  auto& answered = round->members[event.roster_index].answered;
  if (!answered || *answered < event.phase) answered = event.phase;
}

void LiveBoard::take(const MemberWasDropped& event) {
  auto* const round = round_of(event.round);
  if (round == nullptr) return;
  auto& member = round->members[event.dropped.roster_index];
  member.dropped_in = event.dropped.phase;
  member.reason = event.dropped.reason;
}

// A member that was dropped twice was dropped once.
void LiveBoard::take(const RoundEnded& event) {
  auto& task = tasks_[event.round.task];
  if (task.round && task.round->round == event.round.round) task.round.reset();
  if (event.report.record.outcome == Reason::ok) task.last_completed = clock_.wall_now();
  std::map<std::uint32_t, Reason> dropped;
  for (const auto& member : event.report.dropped) dropped[member.roster_index] = member.reason;
  for (const auto& one : event.report.proof.adverts) {
    const auto index = one.advert.roster_index;
    if (!dropped.contains(index)) ++reliability_[index].answered;
  }
  for (const auto& [index, reason] : dropped) {
    auto& member = reliability_[index];
    ++member.dropped;
    member.last_reason = blindsum::name_of(reason);
  }
}

void LiveBoard::take(const TaskChanged& event) {
  auto& task = tasks_[event.task];
  task.state = event.state;
  task.why = event.why;
  task.waiting = event.waiting;
  task.completed = event.completed;
}

void LiveBoard::take(const SessionOpened& event) {
  ++sessions_[event.roster_index];
}

void LiveBoard::take(const SessionClosed& event) {
  const auto open = event.welcomed ? sessions_.find(event.roster_index) : sessions_.end();
  if (open != sessions_.end() && --open->second == 0) sessions_.erase(open);
}

std::map<std::string, LiveTask> LiveBoard::tasks() const {
  const std::lock_guard lock(mutex_);
  return tasks_;
}

std::map<std::string, LiveTask> LiveBoard::tasks_of(const TaskControl& control) const {
  auto all = tasks();
  std::erase_if(all, [&](const auto& entry) {
    return !entry.second.round && control.config_of(entry.first) == nullptr;
  });
  return all;
}

std::map<std::uint32_t, Reliability> LiveBoard::reliability() const {
  const std::lock_guard lock(mutex_);
  return reliability_;
}

std::map<std::uint32_t, std::uint32_t> LiveBoard::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

}  // namespace blindsum
