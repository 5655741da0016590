#include "server/admin/operator.h"

#include <string>

#include "server/admin/api.h"
#include "server/admin/gauges.h"
#include "server/admin/health.h"
#include "server/admin/page.h"

namespace blindsum {

Operator::Operator(const ServerConfig& config, const AdminMaterials& materials, const Clock& clock,
                   ProcessLog& log)
    : config_(config),
      materials_(materials),
      clock_(clock),
      log_(log),
      metrics_(clock),
      events_(clock.wall_now()),
      pages_(AdminAccess(config.admin, materials)) {
  std::string problem;
  board_ =
      std::make_unique<LiveBoard>(clock, config.aggregator.state / "reliability.json", problem);
  if (!problem.empty()) log.warning("admin: {}", problem);
  if (!config.admin.port) return;
  watchers_.add(metrics_);
  watchers_.add(*board_);
  watchers_.add(events_);
}

void Operator::add_pages(Server& server) {
  add_health_pages(pages_, [&server] { return server.readiness(); });
  add_metrics_page(pages_, metrics_, config_.admin.open_metrics,
                   [this, &server] { return gauge_values(config_, server, *board_); });
  add_page(pages_, page_assets());
  add_api(pages_, {config_, server, *board_, events_, log_, clock_});
  pages_.on_call([this](const AdminRequest& request, const AdminResponse& response, CallBy by) {
    metrics_.count_request(response.status);
    if (audit_) audit_->called(request, response, by);
  });
}

bool Operator::open_audit(const Roster& roster) {
  auto sink = open_audit_sink(config_.audit);
  if (!sink) {
    log_.error("audit: {}: {}", config_.audit.file.string(), sink.error().message());
    return false;
  }
  if (!*sink) return true;
  audit_ = std::make_unique<Audit>(*std::move(sink), roster, clock_, log_,
                                   [this](std::string_view what) { metrics_.count_audit(what); });
  watchers_.add(*audit_);
  audit_->process("process-started", "success");
  return true;
}

void Operator::reload(Server& server) {
  const bool served = server.reload_certificate();
  const bool operated = reload_port();
  if (audit_) audit_->process("certificates-read", served && operated ? "success" : "failure");
}

bool Operator::reload_port() {
  if (!port_) return true;
  std::vector<ConfigProblem> problems;
  const auto materials = load_admin(config_.admin, problems);
  for (const auto& problem : problems) {
    log_.error("admin: token and certificate stay as they were: {}", problem.line());
  }
  if (!materials) return false;
  port_->use(materials->tls,
             [this, access = AdminAccess(config_.admin, *materials)] { pages_.use(access); });
  log_.info("admin: token and certificate were read again");
  return true;
}

void Operator::close() {
  port_.reset();
  if (audit_) audit_->process("process-ended", "success");
}

bool Operator::open(Server& server) {
  if (!config_.admin.port) return true;
  add_pages(server);
  auto listening = AdminServer::start(config_.admin, materials_.tls, pages_);
  if (!listening) {
    log_.error("admin: cannot listen on {} port {}: {}", config_.admin.address, *config_.admin.port,
               listening.error().message());
    return false;
  }
  port_ = *std::move(listening);
  log_.info("admin: listens on {} port {}", config_.admin.address, port_->port());
  return true;
}

}  // namespace blindsum
