#include "tests/sim/world.h"

#include <algorithm>

#include "tests/sim/arithmetic.h"

namespace blindsum::sim {
namespace {

// Far above what any plan takes; a run that comes here would not end.
constexpr std::uint64_t kMostSteps = 2'000'000;
constexpr Instant kMostTime{24 * 3'600'000};

class World {
 public:
  World(const Plan& plan, bool is_traced)
      : plan_(plan),
        random_(plan.seed ^ 0x5eed),
        trace_(queue_, is_traced),
        network_(queue_, trace_, statistics_, random_.fork(), plan.members),
        watch_(plan, Cast::of(plan.members), trace_, statistics_),
        stage_{.plan = plan,
               .cast = Cast::of(plan.members),
               .queue = queue_,
               .network = network_,
               .trace = trace_,
               .statistics = statistics_,
               .watch = watch_} {
    for (std::uint32_t member = 0; member < plan.members; ++member) {
      members_.push_back(std::make_unique<MemberHost>(stage_, member, random_.fork()));
      network_.attach(member, *members_.back());
    }
    if (plan.theme == Theme::storyteller) {
      storyteller_ = std::make_unique<Storyteller>(stage_, random_.fork());
      network_.attach(*storyteller_);
    } else {
      aggregator_ = std::make_unique<AggregatorHost>(stage_, random_.fork());
      network_.attach(*aggregator_);
    }
  }

  Outcome run() {
    statistics_.count(Group::theme, kThemeNames[static_cast<std::size_t>(plan_.theme)]);
    for (const auto& member : members_) member->start();
    while (!trace_.failure() && queue_.steps() < kMostSteps && queue_.now() < kMostTime) {
      for (; next_ < plan_.operations.size() && plan_.operations[next_].step <= queue_.steps() + 1;
           ++next_) {
        carry_out(plan_.operations[next_]);
      }
      if (!queue_.step()) break;
    }
    if (!trace_.failure()) look_at_end();
    return {.failure = trace_.failure(),
            .trace = {trace_.lines().begin(), trace_.lines().end()},
            .statistics = std::move(statistics_)};
  }

 private:
  // Everything ends, in a sum or in a named abort: nothing is left to happen, and nobody waits.
  void look_at_end() {
    if (queue_.steps() >= kMostSteps || queue_.now() >= kMostTime) {
      return trace_.fail("the run does not end");
    }
    if (aggregator_ && !aggregator_->is_over()) trace_.fail("the aggregator waits for ever");
    for (std::uint32_t member = 0; member < plan_.members; ++member) {
      if (!members_[member]->is_over()) {
        trace_.fail("member " + std::to_string(member) + " waits for ever");
      }
    }
  }

  void carry_out(const Operation& operation);
  void carry_out_at_member(const Operation& operation, MemberHost& member, Instant length);

  const Plan& plan_;
  Random random_;
  Queue queue_;
  Trace trace_;
  Statistics statistics_;
  Network network_;
  Watch watch_;
  Stage stage_;
  std::vector<std::unique_ptr<MemberHost>> members_;
  std::unique_ptr<AggregatorHost> aggregator_;
  std::unique_ptr<Storyteller> storyteller_;
  std::size_t next_ = 0;
};

void World::carry_out_at_member(const Operation& operation, MemberHost& member, Instant length) {
  switch (operation.fault) {
    case Fault::member_crash:
      return member.crash(operation.detail, length);
    case Fault::member_leaves:
      return member.leave_round();
    case Fault::input_declined:
      return member.decline_input();
    case Fault::input_late:
      return member.delay_input(length);
    case Fault::member_disk:
      statistics_.count(Group::fault, sim::name_of(operation.fault));
      return member.break_disk(operation.detail, operation.length_ms % 3 == 0, length);
    case Fault::disconnect:
      if (network_.cut(operation.member, length)) member.count_loss(operation.fault);
      return;
    case Fault::reorder:
      network_.cut(operation.member, Instant{0}, Spill::to_aggregator);
      return;
    case Fault::overtaken:
      return network_.delay_next(operation.member, length);
    case Fault::duplicate:
      return network_.duplicate_next(operation.member);
    case Fault::late:
      if (network_.is_up(operation.member)) member.count_loss(operation.fault);
      return network_.stall(operation.member, length);
    case Fault::truncate:
      return network_.damage_next(operation.member, Damage::truncate);
    case Fault::cut_field:
      return network_.damage_next(operation.member, Damage::cut_field);
    default:
      return;
  }
}

// A fault counts when it finds something to break.
void World::carry_out(const Operation& operation) {
  const Instant length{operation.length_ms};
  trace_.say([&] {
    return "FAULT " + std::string(sim::name_of(operation.fault)) + ", member " +
           std::to_string(operation.member) + ", " + std::to_string(operation.length_ms) + " ms";
  });
  switch (operation.fault) {
    case Fault::aggregator_crash:
      if (aggregator_) aggregator_->crash(operation.detail, length);
      return;
    case Fault::aggregator_disk:
      if (!aggregator_) return;
      statistics_.count(Group::fault, sim::name_of(operation.fault));
      aggregator_->break_disk(operation.detail, length);
      return;
    case Fault::power_cut:
      if (aggregator_) aggregator_->cut_power(operation.detail, length);
      return;
    case Fault::checkpoint_spoilt:
      if (aggregator_) aggregator_->spoil_checkpoint(length);
      return;
    case Fault::drain:
      if (aggregator_) aggregator_->drain();
      return;
    default:
      return carry_out_at_member(operation, *members_[operation.member], length);
  }
}

}  // namespace

Outcome run(const Plan& plan, bool is_traced) {
  forget_arithmetic();
  return World(plan, is_traced).run();
}

}  // namespace blindsum::sim
