#include "tests/bench/macro/members.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>

#include "tests/bench/macro/process_meter.h"

namespace blindsum::bench {
namespace {

namespace asio = boost::asio;

// Handshakes under way: more would only wait for each other, and the SDK waits ten seconds.
constexpr std::size_t kMostConnecting = 64;
constexpr std::chrono::milliseconds kLook{100};
constexpr std::array kPhases{"advertised", "shared", "masking", "uploaded", "attested", "unmasked"};

std::size_t worker_count(const Plan& plan) {
  if (plan.options.threads != 0) return plan.options.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

struct Members::Member {
  std::uint32_t index = 0;
  bool connected = false;
  std::atomic<bool> may_decline = false;
  std::optional<Participant> participant = {};
};

Members::Members(const Plan& plan, const World& world, std::uint16_t port)
    : plan_(plan),
      workers_(std::make_shared<WorkerPool>(worker_count(plan))),
      work_(asio::make_work_guard(io_)) {
  if (!plan.dropouts.empty()) {
    dropouts_ = std::make_shared<WorkerPool>(plan.dropouts.size() + worker_count(plan));
  }
  for (std::uint32_t i = 0; i < plan.n(); ++i) {
    Member& member = *members_.emplace_back(std::make_unique<Member>());
    member.index = i;
    ParticipantOptions options = world.participant(i, port);
    options.workers = plan.drops_out(i) ? dropouts_ : workers_;
    options.on_round = [this, &member](const RoundOffer&, ByteView) { return input(member); };
    options.on_progress = [this, &member](const Progress& progress) { told(member, progress); };
    options.on_result = [this, &member](const RoundResult& result) { told(member, result); };
    auto participant = Participant::create(std::move(options));
    if (!participant) {
      throw std::runtime_error(fmt::format("participant {}: {}", i, participant.error().message()));
    }
    member.participant.emplace(*std::move(participant));
  }
  thread_ = std::thread([this] { io_.run(); });
}

Members::~Members() {
  if (thread_.joinable()) leave();
}

std::optional<Update> Members::input(Member& member) {
  if (plan_.drops_out(member.index)) {
    member.may_decline.wait(false);
    return std::nullopt;
  }
  const double before = own_thread_cpu_s();
  std::vector<std::int64_t> values(plan_.options.length);
  for (std::uint64_t j = 0; j < values.size(); ++j) values[j] = input_value(plan_, member.index, j);
  input_ns_ += static_cast<std::uint64_t>((own_thread_cpu_s() - before) * 1e9);
  return Update{std::move(values)};
}

void Members::told(Member& member, const Progress& progress) {
  const bool drops_out = plan_.drops_out(member.index);
  if (progress.kind == ProgressKind::phase && progress.text == "masking" && drops_out &&
      !plan_.options.silent) {
    member.may_decline = true;
    member.may_decline.notify_all();
  }
  const std::lock_guard lock(mutex_);
  if (progress.kind == ProgressKind::connected && !std::exchange(member.connected, true)) {
    ++connected_;
  } else if (progress.kind == ProgressKind::phase) {
    ++phases_[progress.text];
  } else if (progress.kind == ProgressKind::disconnected && !leaving_) {
    failure_ = fmt::format("participant {} lost its connection: {}", member.index, progress.text);
  }
  changed_.notify_all();
}

void Members::told(const Member& member, const RoundResult& result) {
  if (plan_.drops_out(member.index)) return;
  const std::lock_guard lock(mutex_);
  if (leaving_) return;
  if (!result.completed) {
    failure_ = fmt::format("participant {}: the round ended with {}", member.index, result.reason);
  } else if (!result.record_file.empty()) {
    ++results_;
    record_file_ = result.record_file;
  }
  changed_.notify_all();
}

void Members::ended(const Member& member, const Result<RunSummary>& summary) {
  const std::lock_guard lock(mutex_);
  ++ended_;
  if (!summary) {
    failure_ = fmt::format("participant {}: {}", member.index, summary.error().message());
  }
  changed_.notify_all();
}

void Members::launch(Member& member) {
  {
    const std::lock_guard lock(mutex_);
    ++launched_;
  }
  asio::co_spawn(io_, member.participant->async_run(),
                 [this, &member](const std::exception_ptr& thrown, Result<RunSummary> summary) {
                   if (thrown) std::terminate();  // no memory
                   ended(member, summary);
                 });
}

template <class Done>
void Members::wait(const Waiting& waiting, const Done& done) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kLook, [&] { return done() || !failure_.empty(); })) {
    const std::string now = standing();
    lock.unlock();
    waiting(now);
    lock.lock();
  }
  if (!failure_.empty()) throw std::runtime_error(failure_);
}

std::string Members::standing() const {
  std::string text = fmt::format("{} connected", connected_);
  for (const char* const phase : kPhases) {
    const auto found = phases_.find(phase);
    if (found != phases_.end()) text = fmt::format("{} {}", found->second, phase);
  }
  return fmt::format("{} of {}", text, plan_.n());
}

void Members::connect_all_but_one(const Waiting& waiting) {
  const std::size_t first = members_.size() - 1;
  for (std::size_t i = 0; i < first; ++i) {
    wait(waiting, [&] { return launched_ - connected_ < kMostConnecting; });
    launch(*members_[i]);
  }
  wait(waiting, [&] { return connected_ == first; });
}

void Members::run_round(const Waiting& waiting) {
  launch(*members_.back());
  const std::size_t staying = members_.size() - plan_.dropouts.size();
  wait(waiting, [&] { return results_ == staying; });
}

void Members::leave() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  for (const auto& member : members_) {
    member->may_decline = true;
    member->may_decline.notify_all();
    member->participant->stop();
  }
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ == launched_; });
  }
  work_.reset();
  thread_.join();
}

}  // namespace blindsum::bench
