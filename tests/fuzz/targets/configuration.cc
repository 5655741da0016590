// The operator's TOML: every text is a configuration or has problems that name their place, and
// what passes is a task that rounds can have.
#include <string_view>

#include "protocol/round/parameters.h"
#include "protocol/round/text.h"
#include "server/config.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

bool run(ByteView input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const auto result = parse_config(text, "etc/blindsumd.toml");
  for (const ConfigProblem& problem : result.problems) {
    FUZZ_EXPECT(problem.where.starts_with("etc/blindsumd.toml"));
    FUZZ_EXPECT(!problem.text.empty());
  }
  if (!result.problems.empty()) return false;
  FUZZ_EXPECT(!result.config.tasks.empty());
  for (const TaskConfig& task : result.config.tasks) {
    FUZZ_EXPECT(is_task_name(task.name));
    RoundParameters parameters = task_parameters(task);
    parameters.round = 1;
    parameters.roster_epoch = 1;
    FUZZ_EXPECT(check_parameters(parameters).has_value());
  }
  return true;
}

const Registered registered("configuration", run);

}  // namespace
}  // namespace blindsum::fuzz
