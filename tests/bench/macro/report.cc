#include "tests/bench/macro/report.h"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <string_view>

#include "tests/bench/machine.h"

namespace blindsum::bench {
namespace {

namespace json = boost::json;

json::object to_json(const Account& account) {
  json::object parts;
  for (const Part& part : account.parts) {
    parts[part.name] = json::object{{"cpu_s", part.cpu_s}, {"limit_s", part.limit_s}};
  }
  return {{"cpu_s", account.total_s},
          {"cpu_but_tls_s", account.but_tls_s},
          {"limit_s", account.limit_s},
          {"ratio", account.ratio()},
          {"parts", std::move(parts)}};
}

json::object parameters_json(const MacroResult& result) {
  const Plan& plan = result.plan;
  return {{"participants", plan.n()},
          {"length", plan.options.length},
          {"bits", plan.ring.bits()},
          {"dropout", static_cast<double>(plan.options.dropout_ppm) * 1e-6},
          {"dropped", plan.dropouts.size()},
          {"silent", plan.options.silent},
          {"gamma", static_cast<double>(plan.options.gamma_ppm) * 1e-6},
          {"delta", static_cast<double>(plan.delta_ppm) * 1e-6},
          {"c", plan.finder.c},
          {"d", plan.finder.d},
          {"k", plan.graph.k},
          {"t", plan.graph.t},
          {"quorum", plan.graph.quorum},
          {"complete_graph", plan.complete()}};
}

json::object traffic_json(const MeanTraffic& traffic, double raw) {
  return {{"sent", traffic.sent_bytes},
          {"received", traffic.received_bytes},
          {"sent_ratio", traffic.sent_bytes / raw},
          {"received_ratio", traffic.received_bytes / raw},
          {"ratio", traffic.both_bytes() / raw}};
}

json::object bytes_json(const MacroResult& result) {
  const auto raw = static_cast<double>(result.plan.raw_bytes());
  json::object bytes = traffic_json(result.standing.participant, raw);
  bytes["raw_input"] = raw;
  bytes["survivor"] = traffic_json(result.standing.survivor, raw);
  return bytes;
}

json::object unit_costs_json(const UnitCosts& costs) {
  constexpr double micro = 1e6;
  constexpr double giga = 1e-9;
  return {{"mask_gb_s", giga / costs.mask_byte_s},
          {"mask_limit_gb_s", giga / costs.mask_limit_byte_s},
          {"key_agreement_us", costs.agree_s * micro},
          {"base_multiplication_us", costs.base_s * micro},
          {"point_check_us", costs.point_s * micro},
          {"hkdf_us", costs.derive_s * micro},
          {"seal_us", costs.seal_s * micro},
          {"sign_us", costs.sign_s * micro},
          {"verify_us", costs.verify_s * micro},
          {"split_us", costs.split_s * micro},
          {"interpolate_us", costs.interpolate_s * micro},
          {"combine_us", costs.combine_s * micro},
          {"pack_g_elements_s", giga / costs.pack_element_s},
          {"unpack_add_g_elements_s", giga / costs.unpack_element_s},
          {"encode_g_elements_s", giga / costs.encode_element_s},
          {"sha256_gb_s", giga / costs.hash_byte_s},
          {"tls_s_per_gb", costs.tls_byte_s / giga}};
}

std::string account_table(std::string_view who, const Account& account) {
  std::string text = fmt::format("\n{:<24}{:>12}{:>12}\n", who, "CPU", "least");
  for (const Part& part : account.parts) {
    text += fmt::format("  {:<22}{:>10.4f} s", part.name, part.cpu_s);
    text += part.limit_s > 0 ? fmt::format("{:>10.4f} s\n", part.limit_s) : "\n";
  }
  text += fmt::format("  {:<22}{:>10.4f} s{:>10.4f} s   ratio {:.2f}\n", "all", account.total_s,
                      account.limit_s, account.ratio());
  return text + fmt::format("  {:<22}{:>10.4f} s\n", "all but TLS", account.but_tls_s);
}

double mib(double bytes) {
  return bytes / (1 << 20);
}

std::string traffic_line(std::string_view whose, const MeanTraffic& traffic, double raw) {
  return fmt::format(
      "{}: {:.3f} MiB sent ({:.3f} x its raw input), {:.3f} MiB received ({:.3f} x), together "
      "{:.3f} x\n",
      whose, mib(traffic.sent_bytes), traffic.sent_bytes / raw, mib(traffic.received_bytes),
      traffic.received_bytes / raw, traffic.both_bytes() / raw);
}

}  // namespace

json::object to_json(const MacroResult& result) {
  const PhaseTimings& phases = result.phases;
  json::object aggregator = to_json(result.aggregator);
  aggregator["io_s"] = result.aggregator_cpu.first_s;
  aggregator["compute_s"] = result.aggregator_cpu.compute_s;
  aggregator["login_s"] = result.aggregator_login_s;
  aggregator["peak_memory_bytes"] = result.aggregator_memory_bytes;
  aggregator["accumulator_bytes"] = result.plan.accumulator_bytes();
  json::object participant = to_json(result.participant);
  participant["login_s"] = result.participant_login_s;
  participant["peak_memory_bytes_all"] = result.participants_memory_bytes;
  return {{"machine", machine_json()},
          {"macro", parameters_json(result)},
          {"sum_exact", true},
          {"members", json::object{{"u2", result.standing.u2}, {"u3", result.standing.u3}}},
          {"wall_s", result.wall_s},
          {"phases_ms", json::object{{"advertise", phases.advertise_ms},
                                     {"share", phases.share_ms},
                                     {"mask", phases.mask_ms},
                                     {"attest", phases.attest_ms},
                                     {"unmask", phases.unmask_ms}}},
          {"aggregator", std::move(aggregator)},
          {"participant", std::move(participant)},
          {"recovery", json::object{{"rebuilt_secrets", result.work.rebuilt_secrets},
                                    {"key_agreements", result.work.key_agreements},
                                    {"mask_streams", result.work.mask_streams},
                                    {"counted", result.work.counted}}},
          {"bytes", bytes_json(result)},
          {"unit_costs", unit_costs_json(result.costs)}};
}

std::string table(const MacroResult& result) {
  const Plan& plan = result.plan;
  const Standing& standing = result.standing;
  const PhaseTimings& phases = result.phases;
  const auto raw = static_cast<double>(plan.raw_bytes());
  std::string text = fmt::format(
      "{} participants, {} elements of {} bits, {} dropped; k = {}, t = {}, c = {}, d = {}\n"
      "sum exact over {} members; {:.2f} s from the last one's coming to the record\n"
      "phases [ms]: advertise {}, share {}, mask {}, attest {}, unmask {}\n",
      plan.n(), plan.options.length, plan.ring.bits(), plan.dropouts.size(), plan.graph.k,
      plan.graph.t, plan.finder.c, plan.finder.d, standing.u3, result.wall_s, phases.advertise_ms,
      phases.share_ms, phases.mask_ms, phases.attest_ms, phases.unmask_ms);
  text += account_table("aggregator", result.aggregator);
  text += fmt::format("  {:<22}{:>10.4f} s on the I/O thread, {:.4f} s on the compute threads\n",
                      "of these", result.aggregator_cpu.first_s, result.aggregator_cpu.compute_s);
  text += account_table("one participant", result.participant);
  text += "\n" + traffic_line("traffic of a participant in the sum", standing.survivor, raw);
  text += traffic_line("in the mean, with those that dropped out", standing.participant, raw);
  const auto peak = static_cast<double>(result.aggregator_memory_bytes);
  text += fmt::format(
      "peak memory: aggregator {:.1f} MiB ({:.2f} x its accumulator of {:.1f} MiB), participants "
      "{:.1f} MiB together\n",
      mib(peak), peak / static_cast<double>(plan.accumulator_bytes()),
      mib(static_cast<double>(plan.accumulator_bytes())),
      mib(static_cast<double>(result.participants_memory_bytes)));
  if (!result.work.counted) text += "what was recovered is estimated from the graph\n";
  return text;
}

}  // namespace blindsum::bench
