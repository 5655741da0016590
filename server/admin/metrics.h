// What happened, counted, for Prometheus (GET /metrics, text format 0.0.4). Counters are counted as
// things happen; gauges are asked for when somebody scrapes. docs/metrics.md has them all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/admin/pages.h"
#include "server/clock.h"
#include "server/watcher.h"

namespace blindsum {

// One value of a gauge, as it is at a scrape.
struct GaugeValue {
  std::string_view name;  // of metric_table.h
  std::vector<std::string> labels;
  double value = 0;
};

class Metrics final : public Watcher {
 public:
  explicit Metrics(const Clock& clock);
  ~Metrics() override;

  // From any thread.
  void see(const ServerEvent& event) override;
  void count_request(unsigned status);
  void count_audit(std::string_view what);
  // Values of gauges that are not among them any more are dropped. One caller at a time.
  std::string text(const std::vector<GaugeValue>& gauges);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// GET /metrics, for all if `open`, else for collectors. `gauges` is called on the admin server's
// thread.
void add_metrics_page(AdminPages& pages, Metrics& metrics, bool open,
                      std::function<std::vector<GaugeValue>()> gauges);

}  // namespace blindsum
