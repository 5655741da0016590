#include "tests/e2e/harness/mixed_round.h"

#include <stdexcept>

namespace blindsum::e2e {

MixedRound::MixedRound(const TaskSpec& task, const std::string& limits, std::size_t length)
    : scene_(task, limits) {
  scene_.start();
  for (std::uint32_t i = 0; i < 5; ++i) inputs_[i] = count_up(10 * (i + 1), length);
  for (std::uint32_t i = 1; i < 5; ++i) {
    auto options = scene_.options(member_name(i));
    options.on_round = always(inputs_[i]);
    members_.emplace_back(std::move(options));
  }
  hand_.emplace(scene_, 0, inputs_[0]);
  hand_->connect();
}

bool MixedRound::completes(const std::vector<std::uint32_t>& survivors) {
  hand_->release();
  if (!hand_->finish()) return false;
  const Outcome found = outcome();
  if (!found.completed() || found.survivors() != survivors) return false;
  return found.integers() == sum_over(survivors, inputs_);
}

PausedRound::PausedRound(const std::string& limits) : MixedRound(TaskSpec{}, limits) {
  bool ready = hand().hold<Receipt>();
  for (std::uint32_t i = 1; i < 5; ++i) {
    ready = ready && member(i).saw(ProgressKind::phase, "uploaded", 1);
  }
  if (!ready) {
    throw std::runtime_error("the round does not get to its uploads:\n" + scene().log());
  }
}

}  // namespace blindsum::e2e
