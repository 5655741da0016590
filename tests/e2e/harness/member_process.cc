#include "tests/e2e/harness/member_process.h"

#include <fmt/core.h>

namespace blindsum::e2e {

MemberProcess::MemberProcess(const Scene& scene, std::uint32_t index, std::int64_t first,
                             std::size_t length, std::int64_t per_round)
    : scene_(scene),
      name_(member_name(index)),
      first_(first),
      length_(length),
      per_round_(per_round),
      output_(scene.path("process-" + name_ + ".log")) {}

void MemberProcess::start(std::uint16_t port) {
  const std::uint16_t to = port == 0 ? scene_.port() : port;
  child_.reset();
  child_.emplace(
      std::vector<std::string>{member_program(), Keys::instance().folder(), scene_.folder(),
                               std::to_string(to), name_, std::to_string(first_),
                               std::to_string(length_), std::to_string(per_round_)},
      scene_.folder(), output_);
}

bool MemberProcess::reaches(const std::string& phase, std::uint64_t round) {
  return child_->says(fmt::format("phase {} {};", round, phase));
}

std::string MemberProcess::result(std::uint64_t round) {
  const auto wanted = fmt::format("result {} ", round);
  if (!child_->says(wanted)) return {};
  const auto text = child_->output();
  const auto place = text.rfind(wanted) + wanted.size();
  return text.substr(place, text.find(';', place) - place);
}

}  // namespace blindsum::e2e
