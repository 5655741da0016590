#include <array>
#include <limits>

#include "protocol/round/limits.h"
#include "protocol/vector/vector_limits.h"
#include "server/config_keys.h"

namespace blindsum {
namespace {

using enum KeyKind;

constexpr std::uint64_t kDay = 86'400'000;
constexpr auto kMostWhole = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

constexpr ConfigKey needed(std::string_view name, KeyKind kind, std::string_view example,
                           std::string_view about, std::uint64_t least = 0,
                           std::uint64_t most = 0) {
  return {"task", name, kind, true, "", least, most, example, about};
}

constexpr ConfigKey optional(std::string_view name, KeyKind kind, std::string_view example,
                             std::string_view about, std::uint64_t least = 0,
                             std::uint64_t most = 0) {
  return {"task", name, kind, false, "", least, most, example, about};
}

constexpr ConfigKey otherwise(std::string_view name, KeyKind kind, std::string_view value,
                              std::string_view about, std::uint64_t least = 0,
                              std::uint64_t most = 0) {
  return {"task", name, kind, false, value, least, most, "", about};
}

constexpr ConfigKey phase(std::string_view name, std::string_view example) {
  return {"task.time_limits",         name, duration, true, "", 1, kDay, example,
          "for that phase of a round"};
}

constexpr std::array kKeys{
    needed("name", text, "\"incidents\"", "names the results' folder too"),
    needed("tensors", tables, "[{ name = \"by_kind_and_day\", shape = [12, 31] }]",
           "what a participant's vector is made of, row-major"),
    needed("codec", table, "{ kind = \"count\", bound = 100000 }",
           "how values become elements of the ring"),
    needed("n_min", whole, "5", "a round starts when so many wait", kMinCohort, kMaxCohort),
    needed("n_max", whole, "100", "members of a round, at most", kMinCohort, kMaxCohort),
    otherwise("gather", duration, "2s", "once n_min wait, time for more to come", 0, kDay),
    otherwise("max_corrupt", whole, "1",
              "members that may help a malicious aggregator; or `gamma` instead", 0, kMaxCohort),
    optional("gamma", fraction, "\"5%\"",
             "the same as a fraction of the cohort, which only participants with "
             "trust_cohort_selection accept; left out: max_corrupt counts"),
    needed("delta", fraction, "\"10%\"", "members that may vanish during a round"),
    otherwise("min_survivors", whole, "0", "of a sum, beyond what agreement needs", 0, kMaxCohort),
    otherwise("sigma", whole, "64",
              "a bad graph has probability 2^-sigma; participants insist on 64", 1, kMaxSigma),
    otherwise("eta", whole, "30", "too few shares: 2^-eta", 1, kMaxEta),
    needed("time_limits", table,
           "{ advertise = \"10s\", share = \"10s\", mask = \"60s\", attest = \"10s\", unmask = "
           "\"10s\" }",
           "of the phases of a round"),
    otherwise("rounds", whole, "0", "completed ones, then the task is finished; 0: without end", 0,
              kMostWhole),
    otherwise("interval", duration, "0s", "least time between the starts of two rounds", 0,
              366 * kDay),
    otherwise("retry_pause", duration, "2s", "after a round that aborted", 0, kDay),
    otherwise("share_sum", boolean, "false", "participants get the sum with the record"),
    optional("ring_bits", whole, "25", "left out: the least that holds the sum of n_max vectors", 2,
             64),
    optional("payload", path, "\"model-0.bin\"", "sent out with the first round"),
    otherwise("most_payload", size, "1GiB", "size of a payload", 1, std::uint64_t{1} << 33),
    optional("on_result", texts, "[\"./next_model.py\"]",
             "run after each round: $BLINDSUM_RESULT and $BLINDSUM_RECORD tell where the result "
             "is, what it writes to $BLINDSUM_PAYLOAD_OUT goes out with the next round"),
    otherwise("on_result_time", duration, "60s", "for on_result", 1, kDay),

    ConfigKey{"task.tensors", "name", text, true, "", 0, 0, "\"by_kind_and_day\"",
              "names its file of the result"},
    ConfigKey{"task.tensors", "shape", wholes, true, "", 1, kMaxVectorLength, "[12, 31]",
              "[] is a single number"},

    ConfigKey{"task.codec", "kind", text, true, "", 0, 0, "\"count\"",
              "count: 0 to bound, summed; integer: -bound to bound, summed; fixed_point: the "
              "weighted mean of real numbers, clipped to [-clip, clip]"},
    ConfigKey{"task.codec", "bound", whole, true, "", 1, (std::uint64_t{1} << 62) - 1, "100000",
              "count and integer: the largest value"},
    ConfigKey{"task.codec", "clip", number, true, "", 0, 0, "8.0",
              "fixed_point: values beyond it are cut"},
    ConfigKey{"task.codec", "scale", number, true, "", 0, 0, "65536.0",
              "fixed_point: steps between 0 and 1"},
    ConfigKey{"task.codec", "weight_bound", whole, true, "", 1, std::uint64_t{1} << 32, "1000",
              "fixed_point: the largest weight of a participant"},

    phase("advertise", "\"10s\""),
    phase("share", "\"10s\""),
    phase("mask", "\"60s\""),
    phase("attest", "\"10s\""),
    phase("unmask", "\"10s\""),
};

}  // namespace

std::span<const ConfigKey> task_keys() {
  return kKeys;
}

}  // namespace blindsum
