#include "tests/bench/macro/macro.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <stdexcept>
#include <variant>
#include <vector>

#include "protocol/round/bitmap.h"
#include "protocol/wire/documents.h"
#include "support/npy.h"
#include "tests/bench/macro/cleanup.h"
#include "tests/bench/macro/members.h"
#include "tests/bench/macro/server_process.h"
#include "tests/bench/macro/work_folder.h"
#include "tests/bench/macro/world.h"

namespace blindsum::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

SignedRecord read_record(const Members& members) {
  auto record = read_record_file(members.record_file());
  if (!record) throw std::runtime_error("the record: " + record.error().message());
  return *std::move(record);
}

Bitmap bitmap(const Bytes& bytes, const SignedRecord& record) {
  auto parsed = Bitmap::parse(bytes, record.proof.n());
  if (!parsed) throw std::runtime_error("the record's bitmap: " + parsed.error().message());
  return *std::move(parsed);
}

// Who dropped out is known beforehand, so the sum is too, to the last unit.
void check_sum(const Plan& plan, const World& world, const SignedRecord& record) {
  const Bitmap u3 = bitmap(record.content.u3, record);
  std::vector<std::uint32_t> members;
  for (const std::uint32_t u : u3.members()) {
    const std::uint32_t member = record.proof.adverts[u].advert.roster_index;
    if (plan.drops_out(member)) {
      throw std::runtime_error(fmt::format("member {} should have dropped out", member));
    }
    members.push_back(member);
  }
  if (members.size() + plan.dropouts.size() != plan.n()) {
    throw std::runtime_error(fmt::format("{} members are in the sum, {} should be", members.size(),
                                         plan.n() - plan.dropouts.size()));
  }
  const auto file = world.result_folder() / "v.npy";
  const auto published = read_npy(file, std::uint64_t{1} << 40);
  if (!published) throw std::runtime_error(file.string() + ": " + published.error().message());
  const auto& values = std::get<std::vector<std::int64_t>>(published->values);
  for (std::uint64_t j = 0; j < plan.options.length; ++j) {
    std::int64_t sum = 0;
    for (const std::uint32_t member : members) sum += input_value(plan, member, j);
    if (values.at(j) != sum) {
      throw std::runtime_error(
          fmt::format("element {} of the sum is {}, not {}", j, values.at(j), sum));
    }
  }
}

MeanTraffic mean_of(std::span<const Traffic> connections) {
  MeanTraffic mean;
  for (const Traffic& one : connections) {
    mean.sent_bytes += static_cast<double>(one.sent_bytes);
    mean.received_bytes += static_cast<double>(one.received_bytes);
  }
  const auto count = static_cast<double>(connections.size());
  return {.sent_bytes = mean.sent_bytes / count, .received_bytes = mean.received_bytes / count};
}

// Who stays sends all that the others send, and a vector and its answers besides.
void take_traffic(const Plan& plan, Standing& standing) {
  std::vector<Traffic> traffic = own_tcp_traffic();
  const std::size_t staying = plan.n() - plan.dropouts.size();
  if (traffic.size() < staying) throw std::runtime_error("connections ended too early");
  std::sort(traffic.begin(), traffic.end(),
            [](const Traffic& a, const Traffic& b) { return a.sent_bytes > b.sent_bytes; });
  standing.participant = mean_of(traffic);
  standing.survivor = mean_of(std::span(traffic).first(staying));
}

void conclude(MacroResult& result, double participants_s, double inputs_s) {
  const Plan& plan = result.plan;
  // All of them together; who dropped out did less, and is made up to the others.
  const double undone_s = undone_by_dropout_s(plan, result.standing, result.costs) *
                          static_cast<double>(plan.dropouts.size());
  result.participant_cpu_s = (participants_s - inputs_s + undone_s) / plan.n();
  result.aggregator =
      aggregator_account(plan, result.standing, result.work, result.costs,
                         result.aggregator_cpu.total_s(), result.aggregator_cpu.first_s);
  result.participant =
      participant_account(plan, result.standing, result.costs, result.participant_cpu_s);
}

}  // namespace

MacroResult run_macro(const Plan& plan, const Surroundings& surroundings) {
  const auto say = [&](const std::string& text) {
    if (surroundings.progress) surroundings.progress(text);
  };
  MacroResult result{.plan = plan};
  say("measuring what each kind of work costs here");
  result.costs = measure_unit_costs(plan);
  say(fmt::format("making {} identities", plan.n()));
  forget_own_peak();
  const WorkFolder folder(plan.options.keep);
  ServerProcess server(surroundings.blindsumd, folder.path());
  const Cleanup cleanup(server, folder);
  const World world(plan, folder.path());
  const double before_login_s = own_cpu_s();
  Members members(plan, world, server.start());
  const auto waiting = [&](const std::string& standing) {
    server.check();
    say(standing);
  };
  members.connect_all_but_one(waiting);

  const ThreadTimes server_before = server.cpu();
  const double own_before_s = own_cpu_s();
  const auto began = Clock::now();
  members.run_round(waiting);
  result.wall_s = seconds_since(began);
  const double own_after_s = own_cpu_s();
  result.aggregator_cpu = server.cpu() - server_before;
  result.aggregator_login_s = server_before.total_s();
  result.participant_login_s = (own_before_s - before_login_s) / plan.n();
  take_traffic(plan, result.standing);
  result.aggregator_memory_bytes = server.peak_memory();
  result.participants_memory_bytes = peak_memory_bytes(::getpid());

  say("the round is over; the sum is checked");
  const SignedRecord record = read_record(members);
  result.phases = record.content.timings;
  result.standing.u2 = bitmap(record.content.u2, record).count();
  result.standing.u3 = bitmap(record.content.u3, record).count();
  check_sum(plan, world, record);
  result.work = logged_recovery(server.log()).value_or(estimate_recovery(plan, result.standing));
  conclude(result, own_after_s - own_before_s, members.input_cpu_s());
  members.leave();
  server.stop();
  return result;
}

MacroResult run_repeatedly(const Plan& plan, const Surroundings& surroundings) {
  std::vector<MacroResult> results;
  for (std::uint32_t run = 0; run < plan.options.repeat; ++run) {
    Plan one = plan;
    // Each in a place of its own.
    if (!one.options.keep.empty() && plan.options.repeat > 1) {
      one.options.keep += fmt::format("/run-{}", run + 1);
    }
    results.push_back(run_macro(one, surroundings));
  }
  const auto middle = results.begin() + static_cast<std::ptrdiff_t>(results.size() / 2);
  std::nth_element(results.begin(), middle, results.end(),
                   [](const MacroResult& a, const MacroResult& b) {
                     return a.aggregator.total_s < b.aggregator.total_s;
                   });
  return *middle;
}

}  // namespace blindsum::bench
