#include "server/server.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "server/limited_log.h"
#include "server/session.h"
#include "server/store/guarded_store.h"
#include "server/store/sqlite_round_store.h"
#include "server/store/store_files.h"
#include "server/task_control.h"
#include "support/error.h"
#include "support/files.h"

namespace blindsum {
namespace {

// Lines a second about what peers do.
constexpr std::uint32_t kPeerLines = 100;

std::uint32_t threads_for(const LimitsConfig& limits) {
  if (limits.compute_threads > 0) return limits.compute_threads;
  // Two at least: one may be busy with a sum while the other answers members.
  return std::max(2U, std::thread::hardware_concurrency());
}

WebSocketOptions socket_options(const ServerConfig& config) {
  auto options = config.limits.sockets;
  options.first_frame_bytes = kMaxFirstFrameBytes;  // [WIRE-4]
  return options;
}

// The folder is ours then, or `failure` says why not.
std::optional<FolderLock> take_folder(const std::filesystem::path& folder, std::string& failure) {
  const auto made = make_folder(folder);
  if (!made) {
    failure = folder.string() + ": " + made.error().message();
    return std::nullopt;
  }
  auto lock = FolderLock::take(folder);
  if (lock) return *std::move(lock);
  failure = folder.string() + ": " + lock.error().message();
  if (lock.error() == SupportError::folder_locked) failure += ", is another blindsumd running?";
  return std::nullopt;
}

}  // namespace

struct Server::Impl {
  Impl(const ServerConfig& given, Materials loaded, const Clock& the_clock, Entropy& the_entropy,
       Log& the_log, Watcher& the_watcher)
      : config(given),
        materials(std::move(loaded)),
        clock(the_clock),
        log(the_log),
        watcher(the_watcher),
        peer_log(the_log, the_clock, kPeerLines),
        pool(threads_for(given.limits), the_clock, the_log),
        entropy(the_entropy),
        joins{RateLimit(given.limits.joins_per_member), RateLimit(given.limits.joins_per_address)},
        session_context{materials.roster,
                        materials.aggregator.verify_key(),
                        tasks,
                        registry,
                        joins,
                        pool,
                        clock,
                        the_entropy,
                        peer_log,
                        the_watcher,
                        config.limits.hello_limit} {}

  ~Impl() { pool.stop(); }

  bool open(std::string& failure);
  bool open_store(std::string& failure);
  bool open_tasks(std::string& failure);
  void task_is_idle();

  const ServerConfig& config;
  const Materials materials;
  const Clock& clock;
  Log& log;
  Watcher& watcher;
  LimitedLog peer_log;
  ReadinessBoard readiness;
  std::optional<FolderLock> results_lock;
  std::optional<FolderLock> state_lock;
  std::unique_ptr<RoundStore> store;
  ComputePool pool;
  Entropy& entropy;
  SessionRegistry registry;
  std::optional<TaskContext> task_context;  // once there is a store
  std::optional<TaskControl> control;       // likewise; its definitions outlive the tasks
  TaskTable tasks;
  JoinLimits joins;
  SessionContext session_context;
  std::optional<WebSocketServer> sockets;
  std::atomic<std::size_t> busy_tasks{0};
  std::atomic<bool> draining{false};
  std::atomic<std::int64_t> certificate_ends{0};
};

bool Server::Impl::open_store(std::string& failure) {
  const auto& folder = config.aggregator.state;
  state_lock = take_folder(folder, failure);
  if (!state_lock) return false;
  auto files = open_store_folder(folder);
  auto opened = files ? SqliteRoundStore::open(*std::move(files))
                      : Result<std::unique_ptr<SqliteRoundStore>>(files.error());
  if (!opened) {
    failure = folder.string() + ": " + opened.error().message();
    return false;
  }
  store = std::make_unique<GuardedStore>(*std::move(opened), log, readiness);
  return true;
}

bool Server::Impl::open_tasks(std::string& failure) {
  const auto& folder = config.aggregator.results;
  results_lock = take_folder(folder, failure);
  if (!results_lock || !open_store(failure)) return false;
  task_context.emplace(TaskContext{config, materials.roster, materials.aggregator, pool, clock,
                                   entropy, *store, log, peer_log, watcher, readiness});
  control.emplace(*task_context, tasks);
  return control->load(failure) && control->open_all(failure);
}

bool Server::Impl::open(std::string& failure) {
  if (!open_tasks(failure)) return false;
  auto listening = WebSocketServer::listen(
      socket_options(config), materials.tls,
      [this](const std::shared_ptr<Connection>& connection) {
        return Session::start(session_context, connection);
      },
      peer_log, watcher);
  if (!listening) {
    failure = fmt::format("cannot listen on {} port {}: {}", config.listen.address,
                          config.listen.port, listening.error().message());
    return false;
  }
  sockets.emplace(*std::move(listening));
  certificate_ends = materials.tls.certificate_ends();
  if (roster_expired(materials.roster, clock.wall_now())) {
    log.error("roster_expired: its not_after is past, so nobody is served until there is a newer");
  }
  for (auto* const task : tasks.all()) task->start();
  return true;
}

void Server::Impl::task_is_idle() {
  if (--busy_tasks > 0) return;
  registry.end_all(Reason::server_draining, "the server goes down");
  sockets->finish();
}

std::unique_ptr<Server> Server::start(const ServerConfig& config, Materials materials,
                                      const Clock& clock, Entropy& entropy, Log& log,
                                      std::string& failure, Watcher& watcher) {
  auto impl = std::make_unique<Impl>(config, std::move(materials), clock, entropy, log, watcher);
  if (!impl->open(failure)) return nullptr;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::uint16_t Server::port() const {
  return impl_->sockets->port();
}

Readiness Server::readiness() const {
  auto readiness = impl_->readiness.read();
  if (impl_->draining) add_reason(readiness, "server_draining");
  if (roster_expired(impl_->materials.roster, impl_->clock.wall_now())) {
    add_reason(readiness, "roster_expired");
  }
  add_disk_reasons(readiness, impl_->config.aggregator.results);
  return readiness;
}

QueueDepths Server::queues() const {
  return {impl_->registry.size(), impl_->pool.waiting(), impl_->sockets->unhandled_bytes()};
}

TaskControl& Server::tasks() {
  return *impl_->control;
}

const VerifyKey& Server::aggregator_key() const {
  return impl_->session_context.aggregator_key;
}

const Roster& Server::roster() const {
  return impl_->materials.roster;
}

std::int64_t Server::certificate_seconds_left() const {
  return impl_->certificate_ends - static_cast<std::int64_t>(impl_->clock.wall_now());
}

void Server::run() {
  impl_->sockets->run();
}

void Server::drain() {
  if (impl_->draining.exchange(true)) return;
  auto& server = *impl_;
  server.log.info("draining: no new rounds; {} ms for those that run, then they are left",
                  server.config.limits.drain_limit.count());
  const auto all = server.tasks.close();
  server.busy_tasks = all.size() + 1;  // one more, so that it is not idle before the last
  for (auto* const task : all) {
    task->drain([&server] { server.task_is_idle(); });
    server.pool.post_at(server.clock.now() + server.config.limits.drain_limit,
                        [task] { task->leave(); });
  }
  server.pool.post([&server] { server.task_is_idle(); });
}

bool Server::reload_certificate() {
  std::vector<ConfigProblem> problems;
  auto tls = load_tls(impl_->config.listen, problems);
  for (const auto& problem : problems) {
    impl_->log.error("the certificate stays as it was: {}", problem.line());
  }
  if (!tls) return false;
  impl_->log.info("the certificate was read again: {}", impl_->config.listen.certificate.string());
  impl_->certificate_ends = tls->certificate_ends();
  impl_->sockets->use(*std::move(tls));
  return true;
}

void Server::dump() {
  auto& server = *impl_;
  const auto depths = queues();
  server.log.info("dump: {} sessions, {} jobs wait, {} bytes unhandled", depths.sessions,
                  depths.compute_jobs, depths.unhandled_bytes);
  for (const auto& line : server.registry.describe()) server.log.info("dump: {}", line);
  for (auto* const task : server.tasks.all()) task->dump();
}

void Server::stop() {
  impl_->sockets->stop();
}

}  // namespace blindsum
