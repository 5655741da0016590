#include "tests/e2e/harness/restarts.h"

#include <fmt/core.h>

#include <map>
#include <utility>

namespace blindsum::e2e {

namespace {

TaskSpec two_rounds(std::size_t length) {
  TaskSpec task;
  task.tensors = fmt::format(R"([{{ name = "v", shape = [{}] }}])", length);
  task.rounds = 2;
  return task;
}

}  // namespace

Restarts::Restarts(std::size_t given, const std::string& limits,
                   const std::vector<std::string>& before)
    : length(given), scene(two_rounds(given), limits) {
  scene.start(before);
  scene.keep_port();
  for (std::uint32_t i = 1; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = [this, i](const RoundOffer& offer, ByteView) {
      return std::optional(Update{input(i, offer.round)});
    };
    members.emplace_back(std::move(options));
  }
  hand.emplace(scene, 0, input(0, 1));
  hand->connect();
}

std::vector<std::int64_t> Restarts::input(std::uint32_t index, std::uint64_t round) const {
  return count_up(static_cast<std::int64_t>(1'000 * index + 10'000 * round), length);
}

void Restarts::kill() {
  scene.server().kill();
  hand->drop();
  hand->disconnect();
}

void Restarts::restart() {
  scene.start();
  hand->connect();
}

bool Restarts::is_exact(std::uint64_t round) {
  const Outcome outcome(scene, round);
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  for (const auto index : kAllFive) inputs[index] = input(index, round);
  return outcome.reason() == "ok" && outcome.survivors() == kAllFive &&
         outcome.integers() == sum_over(kAllFive, inputs);
}

bool Restarts::next_is_exact() {
  hand->set_values(input(0, 2));
  return hand->finish(2) && is_exact(2) &&
         Outcome(scene, 2).record().content.previous_record ==
             record_hash(Outcome(scene, 1).record().record_bytes).value();
}

std::vector<std::filesystem::path> Restarts::sums() const {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(scene.state())) {
    const auto extension = entry.path().extension();
    if (extension == ".0" || extension == ".1") found.push_back(entry.path());
  }
  return found;
}

}  // namespace blindsum::e2e
