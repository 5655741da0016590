#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "protocol/round/limits.h"
#include "protocol/round/text.h"
#include "server/config_sections.h"

namespace blindsum {
namespace {

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
    tensor.read("name", read.name);
    check_name(tensor, read.name);
    if (!names.insert(read.name).second) {
      tensor.report(ConfigError::duplicate_name, "name",
                    fmt::format("'{}' is the name of another file of the result", read.name));
    }
    tensor.read("shape", read.shape);
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
  std::string kind;
  table.read("kind", kind);
  if (kind == "fixed_point") {
    codec.kind = CodecKind::fixed_point;
    table.read("clip", codec.clip);
    table.read("scale", codec.scale);
    table.read("weight_bound", codec.weight_bound);
  } else if (kind == "integer" || kind == "count") {
    codec.kind = kind == "integer" ? CodecKind::integer : CodecKind::count;
    table.read("bound", codec.bound);
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
  PhaseLimits limits{};
  table.read("advertise", limits.advertise_ms);
  table.read("share", limits.share_ms);
  table.read("mask", limits.mask_ms);
  table.read("attest", limits.attest_ms);
  table.read("unmask", limits.unmask_ms);
  table.refuse_unknown();
  return limits;
}

void read_sizes(ConfigTable& table, TaskConfig& task) {
  const auto before = table.problems();
  table.read("n_min", task.n_min);
  table.read("n_max", task.n_max);
  if (table.has("max_corrupt") && table.has("gamma")) {
    table.report(ConfigError::conflicting_keys, "gamma",
                 "max_corrupt is a number of members, gamma a fraction of them: give one");
  }
  table.read("gamma", task.gamma_ppm);
  // An operator that is a member itself counts as corrupt: 0 has to be said.
  if (task.gamma_ppm == 0) table.read("max_corrupt", task.max_corrupt);
  table.read("delta", task.delta_ppm);
  table.read("min_survivors", task.min_survivors);
  table.read("sigma", task.sigma);
  table.read("eta", task.eta);
  if (table.problems() == before && task.n_min > task.n_max) {
    table.report(ConfigError::out_of_range, "n_max",
                 fmt::format("n_max {} is below n_min {}", task.n_max, task.n_min));
  }
}

void read_schedule(ConfigTable& table, TaskConfig& task) {
  table.read("rounds", task.rounds);
  table.read("gather", task.gather);
  table.read("interval", task.interval);
  table.read("retry_pause", task.retry_pause);
  table.read("payload", task.payload);
  table.read("most_payload", task.most_payload_bytes);
  const auto before = table.problems();
  table.read("on_result", task.on_result);
  const bool no_program = task.on_result.empty() || task.on_result.front().empty();
  if (table.problems() == before && table.has("on_result") && no_program) {
    table.report(ConfigError::bad_value, "on_result",
                 "'on_result' is an empty command; leave it out if there is none");
  }
  table.read("on_result_time", task.on_result_limit);
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
  task.ring_bits = least->bits();
  table.read("ring_bits", task.ring_bits);
  if (task.ring_bits < least->bits()) {
    table.report(
        ConfigError::ring_too_narrow, "ring_bits",
        fmt::format("the sum of {} vectors needs {} bits (leave ring_bits out to get them)",
                    task.n_max, least->bits()));
  }
  const auto length = encoded_length(task.codec, task.schema);
  if (length) task.vector_length = *length;
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

TaskConfig read_task(ConfigTable& table) {
  const auto before = table.problems();
  TaskConfig task;
  table.read("name", task.name);
  check_name(table, task.name);
  task.schema = read_schema(table);
  task.codec = read_codec(table.table("codec"));
  read_sizes(table, task);
  task.limits = read_time_limits(table.table("time_limits"));
  table.read("share_sum", task.share_sum);
  read_schedule(table, task);
  // What the numbers mean together is only looked at when they are fine one by one.
  if (table.problems() == before) choose_ring(table, task);
  table.has("ring_bits");
  table.refuse_unknown();
  return task;
}

}  // namespace blindsum
