#include "tests/sim/network.h"

#include <algorithm>
#include <utility>

#include "tests/sim/damage.h"
#include "tests/sim/fault.h"

namespace blindsum::sim {
namespace {

constexpr std::uint32_t kMostLatencyMs = 40;
constexpr std::uint32_t kJitterMs = 5;
constexpr std::uint32_t kHandshakeMs = 20;
// How long a server may believe in a connection that is broken.
constexpr std::uint32_t kHalfOpenMs = 300;

}  // namespace

Network::Network(Queue& queue, Trace& trace, Statistics& statistics, Random random,
                 std::uint32_t members)
    : queue_(queue), trace_(trace), statistics_(statistics), random_(random), lines_(members) {}

void Network::want(std::uint32_t member) {
  lines_[member].is_wanted = true;
  try_connect(member);
}

void Network::leave(std::uint32_t member) {
  lines_[member].is_wanted = false;
  cut(member, Instant{0}, half_of(Spill::to_aggregator));
  lines_[member].draining = 0;
}

void Network::try_connect(std::uint32_t member) {
  const Line& line = lines_[member];
  if (!line.is_wanted || line.is_up || !is_aggregator_up_) return;
  const Instant wait{1 + random_.below(kHandshakeMs)};
  queue_.at(std::max(queue_.now(), line.blocked_until) + wait, [this, member] { connect(member); });
}

void Network::connect(std::uint32_t member) {
  Line& line = lines_[member];
  if (!line.is_wanted || line.is_up || !is_aggregator_up_) return;
  if (queue_.now() < line.blocked_until) return try_connect(member);
  line.is_up = true;
  ++line.session;
  line.latency = Instant{1 + random_.below(kMostLatencyMs)};
  line.last_up = line.last_down = queue_.now();
  trace_.say([&] { return "member " + std::to_string(member) + " connects"; });
  aggregator_->on_connected(member);
  if (line.is_up) line.side->on_connected();
}

bool Network::cut(std::uint32_t member, Instant outage, Spill spill) {
  Line& line = lines_[member];
  line.blocked_until = std::max(line.blocked_until, queue_.now() + outage);
  if (!line.is_up) return false;
  trace_.say([&] { return "connection of member " + std::to_string(member) + " breaks"; });
  line.is_up = false;
  line.spilling = spill == Spill::to_aggregator ? line.session : 0;
  line.draining = spill == Spill::to_member ? line.session : 0;
  line.side->on_disconnected();
  // A server may learn of it late; a new session of the member tells it anyhow.
  queue_.after(Instant{random_.below(kHalfOpenMs)}, [this, member, session = line.session] {
    const Line& then = lines_[member];
    if (then.session == session && is_aggregator_up_) aggregator_->on_disconnected(member);
  });
  try_connect(member);
  return true;
}

void Network::aggregator_down() {
  is_aggregator_up_ = false;
  for (std::uint32_t member = 0; member < lines_.size(); ++member) {
    cut(member, Instant{0}, half_of(Spill::to_member));
  }
}

void Network::aggregator_up() {
  is_aggregator_up_ = true;
  for (std::uint32_t member = 0; member < lines_.size(); ++member) try_connect(member);
}

void Network::stall(std::uint32_t member, Instant length) {
  lines_[member].stalled_until = std::max(lines_[member].stalled_until, queue_.now() + length);
}

Instant Network::arrival(Line& line, Instant& last) {
  const Instant sent = std::max(queue_.now(), line.stalled_until);
  last = std::max(last, sent + line.latency + Instant{random_.below(kJitterMs)});
  if (!line.delay) return last;
  statistics_.count(Group::fault, sim::name_of(Fault::overtaken));
  return last + *std::exchange(line.delay, std::nullopt);
}

std::uint32_t Network::apply_faults(std::uint32_t member, Frame& frame) {
  Line& line = lines_[member];
  if (line.damage) {
    const Damage damage = *std::exchange(line.damage, std::nullopt);
    statistics_.count(Group::fault, sim::name_of(damage == Damage::truncate ? Fault::truncate
                                                                            : Fault::cut_field));
    const Bytes& bytes = *frame.bytes;
    frame = {.bytes = std::make_shared<const Bytes>(
                 damage == Damage::truncate ? truncated(bytes, random_) : with_cut_field(bytes))};
    return 1;
  }
  if (std::exchange(line.duplicate, false)) {
    statistics_.count(Group::fault, sim::name_of(Fault::duplicate));
    return 2;
  }
  return 1;
}

void Network::to_aggregator(std::uint32_t member, Frame frame) {
  Line& line = lines_[member];
  if (!line.is_up) return;
  for (std::uint32_t times = apply_faults(member, frame); times > 0; --times) {
    queue_.at(arrival(line, line.last_up), [this, member, session = line.session, frame] {
      const Line& then = lines_[member];
      if (!is_aggregator_up_) return;
      const bool is_late = session != then.session || !then.is_up;
      if (is_late && session != then.spilling) return;
      if (session != then.session && then.is_up) {
        statistics_.count(Group::fault, sim::name_of(Fault::reorder));
      }
      aggregator_->on_frame(member, frame);
    });
    frame.must_reject = std::nullopt;  // the same again is another matter
  }
}

void Network::to_member(std::uint32_t member, Frame frame) {
  Line& line = lines_[member];
  if (!line.is_up) return;
  for (std::uint32_t times = apply_faults(member, frame); times > 0; --times) {
    queue_.at(arrival(line, line.last_down), [this, member, session = line.session, frame] {
      const Line& then = lines_[member];
      if (session != then.session || (!then.is_up && session != then.draining)) return;
      then.side->on_frame(frame);
    });
    frame.must_refuse = std::nullopt;
  }
}

}  // namespace blindsum::sim
