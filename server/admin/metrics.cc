#include "server/admin/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "protocol/round/bitmap.h"
#include "protocol/round/parameters.h"
#include "server/admin/metric_table.h"
#include "server/record_json.h"

namespace blindsum {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using Labels = prometheus::Labels;

// Rounds take from a tenth of a second to hours.
const Histogram::BucketBoundaries kSeconds{0.1, 0.25, 0.5, 1,   2.5, 5,    10,
                                           30,  60,   150, 300, 900, 3600, 14400};

const MetricInfo& info_of(std::string_view name) {
  for (const auto& info : kMetrics) {
    if (info.name == name) return info;
  }
  throw std::logic_error("no metric " + std::string(name));
}

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    names.emplace_back(list.substr(0, list.find(',')));
    list.remove_prefix(std::min(list.size(), names.back().size() + 2));
  }
  return names;
}

// Members of the cohort that are not there at the end, against what the round was made to survive.
// One that was dropped twice was dropped once.
bool over_budget(const RoundReport& report) {
  if (report.proof.n() == 0) return false;  // it came to no cohort
  std::set<std::uint32_t> lost;
  for (const auto& dropped : report.dropped) {
    if (dropped.phase != name_of(AggregatorPhase::advertise)) lost.insert(dropped.roster_index);
  }
  return lost.size() > finder_input(report.record.offer.parameters, report.proof.n()).d;
}

double seconds(std::chrono::duration<double> took) {
  return took.count();
}

template <class T>
using Family = prometheus::Family<T>;

}  // namespace

struct Metrics::Impl {
  Impl() {
    for (const auto& info : kMetrics) add_family(info);
  }

  void add_family(const MetricInfo& info);
  Labels labels(std::string_view name, const std::vector<std::string>& values) const;
  void add(std::string_view name, double value, const std::vector<std::string>& values = {});
  void observe(std::string_view name, double value, const std::vector<std::string>& values);

  void count(const RoundEnded& event);
  void count(const MemberWasDropped& event) {
    const auto& dropped = event.dropped;
    add("blindsum_dropouts_total", 1,
        {event.round.task, dropped.phase, std::string(blindsum::name_of(dropped.reason))});
  }
  // So that the first round of a task is seen as a change, and not as a series that was not there.
  void count(const TaskChanged& event) {
    add("blindsum_rounds_total", 0, {event.task, "completed"});
    add("blindsum_rounds_over_budget_total", 0, {event.task});
  }
  void count(const AnswerRejected& event) {
    add("blindsum_rejections_total", 1,
        {event.round.task, std::string(blindsum::name_of(event.reason))});
  }
  void count(const UploadAdded& event) {
    add("blindsum_accumulated_bytes_total", static_cast<double>(event.bytes));
    add("blindsum_accumulate_seconds_total", seconds(event.took));
  }
  void count(const SumUnmasked& event) {
    add("blindsum_unmasked_elements_total", static_cast<double>(event.elements));
    add("blindsum_unmasked_streams_total", static_cast<double>(event.mask_streams));
    add("blindsum_unmask_seconds_total", seconds(event.took));
  }
  void count(const SessionOpened&) { add("blindsum_sessions_opened_total", 1); }
  void count(const SessionClosed& event) {
    add("blindsum_sessions_closed_total", 1, {std::string(event.why)});
  }
  void count(const HandshakeEnded& event) {
    add("blindsum_tls_handshakes_total", 1, {event.good ? "ok" : "failed"});
  }
  void count(const ConnectionRefused& event) {
    add("blindsum_connections_refused_total", 1, {std::string(event.why)});
  }
  void count(const Received& event) { received->Increment(static_cast<double>(event.bytes)); }
  void count(const Sent& event) { sent->Increment(static_cast<double>(event.bytes)); }
  template <class Other>
  void count(const Other&) {}  // told by gauges, or not at all

  prometheus::Registry registry;
  std::map<std::string_view, Family<Counter>*> counters;
  std::map<std::string_view, Family<Gauge>*> gauges;
  std::map<std::string_view, Family<Histogram>*> histograms;
  // Of every frame: not looked up each time.
  Counter* received = nullptr;
  Counter* sent = nullptr;
  std::map<std::string_view, std::vector<Gauge*>> shown;
};

void Metrics::Impl::add_family(const MetricInfo& info) {
  const std::string name(info.name);
  const std::string help(info.help);
  if (info.type == MetricType::gauge) {
    gauges[info.name] = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  } else if (info.type == MetricType::histogram) {
    histograms[info.name] = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
  } else {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    counters[info.name] = &family;
    // A counter without labels is there from the start, as 0.
    if (info.labels.empty()) family.Add({});
  }
  if (name == "blindsum_received_bytes_total") received = &counters[info.name]->Add({});
  if (name == "blindsum_sent_bytes_total") sent = &counters[info.name]->Add({});
}

Labels Metrics::Impl::labels(std::string_view name, const std::vector<std::string>& values) const {
  const auto names = names_in(info_of(name).labels);
  Labels labels;
  for (std::size_t i = 0; i < names.size(); ++i) labels[names[i]] = values.at(i);
  return labels;
}

void Metrics::Impl::add(std::string_view name, double value,
                        const std::vector<std::string>& values) {
  counters.at(name)->Add(labels(name, values)).Increment(value);
}

void Metrics::Impl::observe(std::string_view name, double value,
                            const std::vector<std::string>& values) {
  histograms.at(name)->Add(labels(name, values), kSeconds).Observe(value);
}

void Metrics::Impl::count(const RoundEnded& event) {
  const auto& task = event.round.task;
  const auto& record = event.report.record;
  const bool completed = record.outcome == Reason::ok;
  add("blindsum_rounds_total", 1,
      {task, completed ? "completed" : std::string(blindsum::name_of(record.outcome))});
  add("blindsum_rounds_over_budget_total", over_budget(event.report) ? 1 : 0, {task});
  const auto& timings = record.timings;
  const std::pair<const char*, std::uint32_t> phases[] = {{"advertise", timings.advertise_ms},
                                                          {"share", timings.share_ms},
                                                          {"mask", timings.mask_ms},
                                                          {"attest", timings.attest_ms},
                                                          {"unmask", timings.unmask_ms}};
  for (const auto& [phase, ms] : phases) {
    if (ms > 0 || completed) observe("blindsum_phase_seconds", ms / 1000.0, {task, phase});
  }
  for (const auto& blame : record.blame) {
    add("blindsum_blame_total", 1, {task, std::string(blindsum::name_of(blame.kind))});
  }
  if (!completed) return;
  observe("blindsum_round_seconds", seconds(event.took), {task});
}

Metrics::Metrics(const Clock& clock) : impl_(std::make_unique<Impl>()) {
  impl_->gauges.at("blindsum_start_timestamp_seconds")
      ->Add({})
      .Set(static_cast<double>(clock.wall_now()));
}

Metrics::~Metrics() = default;

void Metrics::see(const ServerEvent& event) {
  std::visit([this](const auto& one) { impl_->count(one); }, event);
}

void Metrics::count_request(unsigned status) {
  impl_->add("blindsum_admin_requests_total", 1, {status == 0 ? "none" : std::to_string(status)});
}

void Metrics::count_audit(std::string_view what) {
  impl_->add("blindsum_audit_lines_total", 1, {std::string(what)});
}

std::string Metrics::text(const std::vector<GaugeValue>& gauges) {
  for (auto& [name, values] : impl_->shown) {
    for (auto* const value : values) impl_->gauges.at(name)->Remove(value);
    values.clear();
  }
  for (const auto& gauge : gauges) {
    auto& value = impl_->gauges.at(gauge.name)->Add(impl_->labels(gauge.name, gauge.labels));
    value.Set(gauge.value);
    impl_->shown[gauge.name].push_back(&value);
  }
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

void add_metrics_page(AdminPages& pages, Metrics& metrics, bool open,
                      std::function<std::vector<GaugeValue>()> gauges) {
  pages.add(open ? PageFor::all : PageFor::collectors, "GET", "/metrics",
            [&metrics, gauges = std::move(gauges)](const auto&, const auto&) {
              AdminResponse response;
              response.content_type = "text/plain; version=0.0.4; charset=utf-8";
              response.body = metrics.text(gauges());
              return response;
            });
}

}  // namespace blindsum
