#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <set>

#include "protocol/round/graph_parameters.h"
#include "protocol/round/infeasible.h"
#include "protocol/round/limits.h"
#include "protocol/round/text.h"
#include "server/config_sections.h"

namespace blindsum {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDay{86'400'000};
constexpr auto kMostWhole = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

// Names of tasks and tensors become file names, so a point may not be the first [PARAM-4].
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '.' &&
         name.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

void check_name(ConfigTable& table, const std::string& name) {
  if (is_name(name) || name.empty()) return;  // an empty one is reported as missing
  table.report(ConfigError::bad_value, "name",
               fmt::format("'{}' is no name: 1 to 64 of A-Z a-z 0-9 . _ -, no point first",
                           printable(name, 64)));
}

VectorSchema read_schema(ConfigTable& table) {
  VectorSchema schema;
  std::set<std::string> names{"flat", "sum"};  // files of their own in the result's folder
  for (auto& tensor : table.tables("tensors")) {
    TensorSchema read;
    read.name = tensor.required_text("name");
    check_name(tensor, read.name);
    if (!names.insert(read.name).second) {
      tensor.report(ConfigError::duplicate_name, "name",
                    fmt::format("'{}' is the name of another file of the result", read.name));
    }
    read.shape = tensor.wholes("shape", 1, kMaxVectorLength);
    tensor.refuse_unknown();
    schema.tensors.push_back(std::move(read));
  }
  if (!schema.values()) {
    table.report(ConfigError::out_of_range, "tensors",
                 fmt::format("the tensors have more than {} elements", kMaxVectorLength));
  }
  return schema;
}

CodecParameters read_codec(ConfigTable table) {
  CodecParameters codec;
  const auto kind = table.required_text("kind");
  if (kind == "fixed_point") {
    codec.kind = CodecKind::fixed_point;
    codec.clip = table.number("clip");
    codec.scale = table.number("scale");
    codec.weight_bound = table.whole("weight_bound", 1, std::uint64_t{1} << 32, std::nullopt);
  } else if (kind == "integer" || kind == "count") {
    codec.kind = kind == "integer" ? CodecKind::integer : CodecKind::count;
    codec.bound = table.whole("bound", 1, (std::uint64_t{1} << 62) - 1, std::nullopt);
  } else {
    if (!kind.empty()) {
      table.report(ConfigError::bad_value, "kind",
                   fmt::format("'{}' is no codec: fixed_point, integer or count", kind));
    }
    return codec;  // the kind decides which keys there are
  }
  table.refuse_unknown();
  return codec;
}

PhaseLimits read_time_limits(ConfigTable table) {
  const auto limit = [&](std::string_view phase) {
    const auto value = table.duration(phase, milliseconds{1}, kDay, std::nullopt);
    return static_cast<std::uint32_t>(value.count());
  };
  const PhaseLimits limits{limit("advertise"), limit("share"), limit("mask"), limit("attest"),
                           limit("unmask")};
  table.refuse_unknown();
  return limits;
}

void read_sizes(ConfigTable& table, TaskConfig& task) {
  const auto before = table.problems();
  const auto members = [&](std::string_view key, std::uint64_t least,
                           std::optional<std::uint64_t> otherwise) {
    return static_cast<std::uint32_t>(table.whole(key, least, kMaxCohort, otherwise));
  };
  task.n_min = members("n_min", kMinCohort, std::nullopt);
  task.n_max = members("n_max", kMinCohort, std::nullopt);
  if (table.has("max_corrupt") && table.has("gamma")) {
    table.report(ConfigError::conflicting_keys, "gamma",
                 "max_corrupt is a number of members, gamma a fraction of them: give one");
  }
  task.gamma_ppm = table.fraction_ppm("gamma", 0);
  // An operator that is a member itself counts as corrupt: 0 has to be said.
  task.max_corrupt = task.gamma_ppm > 0 ? 0 : members("max_corrupt", 0, 1);
  task.delta_ppm = table.fraction_ppm("delta", std::nullopt);
  task.min_survivors = members("min_survivors", 0, 0);
  task.sigma = static_cast<std::uint32_t>(table.whole("sigma", 1, kMaxSigma, task.sigma));
  task.eta = static_cast<std::uint32_t>(table.whole("eta", 1, kMaxEta, task.eta));
  if (table.problems() == before && task.n_min > task.n_max) {
    table.report(ConfigError::out_of_range, "n_max",
                 fmt::format("n_max {} is below n_min {}", task.n_max, task.n_min));
  }
}

void read_schedule(ConfigTable& table, const std::filesystem::path& folder, TaskConfig& task) {
  task.rounds = table.whole("rounds", 0, kMostWhole, task.rounds);
  task.gather = table.duration("gather", milliseconds{0}, kDay, task.gather);
  task.interval = table.duration("interval", milliseconds{0}, 366 * kDay, task.interval);
  task.retry_pause = table.duration("retry_pause", milliseconds{0}, kDay, task.retry_pause);
  if (const auto payload = table.text("payload")) task.payload = folder / *payload;
  task.most_payload_bytes =
      table.size_bytes("most_payload", 1, std::uint64_t{1} << 33, task.most_payload_bytes);
  const auto before = table.problems();
  task.on_result = table.texts("on_result");
  const bool no_program = task.on_result.empty() || task.on_result.front().empty();
  if (table.problems() == before && table.has("on_result") && no_program) {
    table.report(ConfigError::bad_value, "on_result",
                 "'on_result' is an empty command; leave it out if there is none");
  }
  task.on_result_limit =
      table.duration("on_result_time", milliseconds{1}, kDay, task.on_result_limit);
}

void choose_ring(ConfigTable& table, TaskConfig& task) {
  const auto least = least_ring(task.codec, task.n_max);
  if (!least) {
    const bool narrow = least.error() == VectorError::ring_too_narrow;
    table.report(narrow ? ConfigError::ring_too_narrow : ConfigError::bad_value, "codec",
                 narrow ? fmt::format("the sum of {} vectors does not fit 64 bits: lower the bound",
                                      task.n_max)
                        : "the codec's numbers make no sense: clip and scale have to be positive, "
                          "clip * scale * weight_bound at most 2^53");
    return;
  }
  task.ring_bits =
      static_cast<std::uint32_t>(table.whole("ring_bits", 2, 64, std::uint64_t{least->bits()}));
  if (task.ring_bits < least->bits()) {
    table.report(
        ConfigError::ring_too_narrow, "ring_bits",
        fmt::format("the sum of {} vectors needs {} bits (leave ring_bits out to get them)",
                    task.n_max, least->bits()));
  }
  const auto length = encoded_length(task.codec, task.schema);
  if (length) task.vector_length = *length;
}

std::string_view why_infeasible(const Error& error) {
  return error.category() == infeasible_category()
             ? describe(static_cast<Infeasible>(error.value()))
             : std::string_view("no graph is secret and live enough; lower delta or max_corrupt");
}

// The finder is not monotone in n: every size that a cohort may have is tried.
void check_feasible(ConfigTable& table, const TaskConfig& task) {
  const auto parameters = task_parameters(task);
  for (std::uint32_t n = task.n_min; n <= task.n_max; ++n) {
    const auto input = finder_input(parameters, n);
    const auto graph = find_graph_parameters(input);
    if (graph) continue;
    table.report(ConfigError::infeasible_parameters, "n_min",
                 fmt::format("a cohort of {} ({}): {}; delta makes max_dropped {} of it; try "
                             "`blindsum params`",
                             n, graph.error().message(), why_infeasible(graph.error()), input.d));
    return;
  }
}

}  // namespace

RoundParameters task_parameters(const TaskConfig& task) {
  RoundParameters parameters;
  parameters.version = kProtocolVersion;
  parameters.suite = kSuite;
  parameters.task = task.name;
  parameters.n_min = task.n_min;
  parameters.n_max = task.n_max;
  parameters.max_corrupt = task.max_corrupt;
  parameters.gamma_ppm = task.gamma_ppm;
  parameters.delta_ppm = task.delta_ppm;
  parameters.min_survivors = task.min_survivors;
  parameters.sigma = task.sigma;
  parameters.eta = task.eta;
  parameters.schema = task.schema;
  parameters.vector_length = task.vector_length;
  parameters.ring_bits = task.ring_bits;
  parameters.codec = task.codec;
  parameters.limits = task.limits;
  parameters.share_sum = task.share_sum;
  return parameters;
}

TaskConfig read_task(ConfigTable& table, const std::filesystem::path& folder) {
  const auto before = table.problems();
  TaskConfig task;
  task.name = table.required_text("name");
  check_name(table, task.name);
  task.schema = read_schema(table);
  task.codec = read_codec(table.table("codec", true));
  read_sizes(table, task);
  task.limits = read_time_limits(table.table("time_limits", true));
  task.share_sum = table.boolean("share_sum", false);
  read_schedule(table, folder, task);
  // What the numbers mean together is only looked at when they are fine one by one.
  if (table.problems() == before) choose_ring(table, task);
  if (table.problems() == before) check_feasible(table, task);
  table.has("ring_bits");
  table.refuse_unknown();
  return task;
}

}  // namespace blindsum
