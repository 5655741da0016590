#include "server/task_host.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace blindsum {

TaskHost::TaskHost(const TaskContext& context, const TaskConfig& config, TaskResults results)
    : context_(context),
      config_(config),
      log_(context.log),
      strand_(context.pool),
      results_(std::move(results)),
      environment_{context.roster,
                   context.store,
                   context.config.limits.round,
                   context.config.limits.checkpoints,
                   context.pool,
                   strand_,
                   context.clock,
                   context.log,
                   context.peer_log,
                   members_,
                   context.watcher} {}

TaskHost::~TaskHost() = default;

void TaskHost::start() {
  strand_.post([this] { resume(); });
}

void TaskHost::join(std::shared_ptr<MemberLink> member, Consumed consumed) {
  strand_.post(
      [this, member = std::move(member), consumed = std::move(consumed)] { take_join(member); });
}

void TaskHost::leave(std::shared_ptr<MemberLink> member, Consumed consumed) {
  strand_.post([this, member = std::move(member), consumed = std::move(consumed)] {
    if (!is_current(*member)) return;
    members_[member->roster_index()].waits = false;
    tell_counts_soon();
    consider();
  });
}

void TaskHost::gone(std::shared_ptr<MemberLink> member) {
  strand_.post([this, member = std::move(member)] { take_gone(*member); });
}

void TaskHost::message(std::shared_ptr<MemberLink> member, InRound<ToAggregator> message,
                       Consumed consumed) {
  strand_.post_last([this, member = std::move(member), message = std::move(message),
                     consumed = std::move(consumed)]() mutable {
    tell_round(*member, message.session_id,
               MemberMessage{member->roster_index(), std::move(message.message)});
  });
}

void TaskHost::malformed(std::shared_ptr<MemberLink> member, BrokenInRound message,
                         Consumed consumed) {
  strand_.post_last([this, member = std::move(member), message, consumed = std::move(consumed)] {
    tell_round(*member, message.session_id, MemberMalformed{member->roster_index(), message.error});
  });
}

void TaskHost::drain(std::function<void()> idle) {
  strand_.post([this, idle = std::move(idle)]() mutable {
    draining_ = true;
    on_idle_ = std::move(idle);
    if (!current_) fail_waiting(Reason::server_draining, "the server goes down");
    report_idle();
    tell_state();
  });
}

void TaskHost::hold(bool held) {
  strand_.post([this, held] {
    if (!held) try_again();
    if (std::exchange(held_, held) == held) return;
    log_.warning("{}: {} by the operator", config_.name, held ? "paused" : "goes on");
    tell_state();
    consider();
  });
}

void TaskHost::retire() {
  strand_.post([this] {
    log_.warning("{}: taken away by the operator", config_.name);
    finished_ = true;
    retired_ = true;
    if (!current_) fail_waiting(Reason::task_finished, config_.name);
    tell_state();
    consider();
  });
}

void TaskHost::leave() {
  strand_.post([this] {
    left_ = true;
    hook_.request_stop();
    if (current_) {
      current_->leave();
      log_.warning("{}: left as it is; it goes on after a restart", current_->name());
      current_ = nullptr;
    }
    if (unpublished_) {
      const auto round = std::exchange(unpublished_, std::nullopt)->record.offer.parameters.round;
      log_.warning("{}/{}: left without its record; it is published after a restart", config_.name,
                   round);
      publishing_ = false;
    }
    report_idle();
    tell_state();
  });
}

Reason TaskHost::closed_for() const {
  if (draining_) return Reason::server_draining;
  return finished_ ? Reason::task_finished : Reason::ok;
}

// [JOIN-1] Whoever has given a vector may come back for the round until it is forgotten, also when
// no further one is offered.
void TaskHost::take_join(const std::shared_ptr<MemberLink>& member) {
  const auto index = member->roster_index();
  const auto closed = closed_for();
  const auto mine = [&](const auto& round) { return round->has_advert_of(index); };
  auto held = rounds();
  if (closed != Reason::ok) std::erase_if(held, std::not_fn(mine));
  if (closed != Reason::ok && held.empty()) return member->fail(closed, config_.name);
  const auto older = members_.find(index);
  // Its own end may come only after this.
  if (older != members_.end() && older->second.link != member) take_gone(*older->second.link);
  members_[index] = {member, closed == Reason::ok};
  member->send(std::make_shared<const Bytes>(counts_frame()));
  for (const auto& round : held) round->connected(index);
  if (closed == Reason::ok) {
    tell_counts_soon();
    consider();
  } else if (!current_ || !mine(current_)) {
    member->fail(closed, config_.name);
  }
}

void TaskHost::take_gone(const MemberLink& member) {
  if (!is_current(member)) return;
  const auto index = member.roster_index();
  members_.erase(index);
  for (const auto& round : rounds()) round->handle(MemberDisconnected{index});
  tell_counts_soon();
  consider();
}

bool TaskHost::is_current(const MemberLink& member) const {
  const auto found = members_.find(member.roster_index());
  return found != members_.end() && found->second.link.get() == &member;
}

// Newest last, so that a member that comes back hears of them in their order.
std::vector<std::shared_ptr<RoundHost>> TaskHost::rounds() const {
  std::vector<std::shared_ptr<RoundHost>> all(past_.begin(), past_.end());
  if (current_) all.push_back(current_);
  return all;
}

RoundHost* TaskHost::round_of(const SessionId& session_id) {
  if (current_ && current_->session_id() == session_id) return current_.get();
  const auto found = std::find_if(past_.begin(), past_.end(), [&](const auto& round) {
    return round->session_id() == session_id;
  });
  return found == past_.end() ? nullptr : found->get();
}

void TaskHost::tell_round(const MemberLink& member, const SessionId& session_id,
                          AggregatorEvent event) {
  if (left_) return;  // it is said again to the process after this one
  const auto found = members_.find(member.roster_index());
  // What an older session of the member still sent is void, the newer one says it again.
  if (found == members_.end() || found->second.link.get() != &member) return;
  if (auto* round = round_of(session_id)) return round->handle(std::move(event));
  // [WIRE-5]
  const Rejection rejection{Reason::wrong_round, "the round is not held any more"};
  // Once a session: whoever is late says many things.
  if (!std::exchange(found->second.was_elsewhere, true)) {
    const auto* who = context_.roster.find(member.roster_index());
    context_.peer_log.info("{}: {} ({}): rejected, {} ({})", config_.name,
                           who == nullptr ? "" : who->name, member.roster_index(),
                           name_of(rejection.reason), rejection.detail);
  }
  found->second.link->send(std::make_shared<const Bytes>(encode_in_round(session_id, rejection)));
}

}  // namespace blindsum
