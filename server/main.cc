// blindsumd: the aggregator.
#include <malloc.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "crypto/error.h"
#include "crypto/init.h"
#include "crypto/mask_kernel.h"
#include "faults/startup.h"
#include "server/admin/operator.h"
#include "server/backup.h"
#include "server/config_document.h"
#include "server/probe.h"
#include "server/process.h"
#include "server/server.h"
#include "server/signals.h"
#include "server/spdlog_log.h"
#include "support/command_docs.h"
#include "support/files.h"

namespace {

std::string number_of_tasks(const blindsum::ServerConfig& config) {
  const auto count = config.tasks.size();
  return std::to_string(count) + (count == 1 ? " task" : " tasks");
}

constexpr const char* kFooter = R"(example, blindsumd.toml (paths are relative to it):

  [listen]
  certificate = "server.crt"          # PEM, the chain
  key = "server.key"

  [aggregator]
  key = "aggregator.key"              # made by: blindsum keygen
  roster = "roster.bsr"               # signed by the authority
  authority = "64 hexadecimal digits" # its public key
  results = "results"

  [[task]]
  name = "spam-filter"
  tensors = [{ name = "weights", shape = [57] }, { name = "bias", shape = [1] }]
  codec = { kind = "fixed_point", clip = 8.0, scale = 65536.0, weight_bound = 1000 }
  n_min = 10
  n_max = 100
  delta = "20%"                       # losses that a round survives
  time_limits = { advertise = "10s", share = "10s", mask = "60s", attest = "10s", unmask = "10s" }
  on_result = ["./next_model.py"]     # makes the next payload: $BLINDSUM_RESULT, $BLINDSUM_PAYLOAD_OUT

  blindsumd --print-default-config                    every key, with its default
  blindsumd --config blindsumd.toml --check-config    says what is wrong, starts nothing
  blindsumd --config blindsumd.toml

environment: every key has a variable, which goes before the file: BLINDSUM_LISTEN_PORT=8443,
BLINDSUM_TASK_0_N_MIN=8; with _FILE at its end it names a file that has the value. BLINDSUM_CONFIG
stands in for --config.
BLINDSUM_KERNEL forces a mask kernel (vaes512, vaes256, aesni, armv8, openssl); unset,
the fastest of this processor's.
signals: SIGTERM or SIGINT drains (rounds finish, then exit 0; what has not after `drain` of
[limits] is left, and goes on after a restart); a second one ends at once (exit 1).
SIGHUP reads certificates, keys and [admin]'s token again; sessions go on. SIGUSR1 logs what is
going on.
exit codes: 0 drained, or what was asked is fine; 1 it could not listen, or was ended at once, or
is not healthy; 2 wrong usage or configuration.)";

struct Arguments {
  std::string config;
  std::string port_file;
  bool check_only = false;
  bool print_config = false;
  bool print_reference = false;
  std::string backup;
  bool with_keys = false;
  std::string restore;
  bool health = false;
  bool ready = false;
  bool verbose = false;
};

int tell(const std::vector<blindsum::ConfigProblem>& problems) {
  for (const auto& problem : problems) std::fprintf(stderr, "%s\n", problem.line().c_str());
  std::fprintf(stderr, "blindsumd: %zu problem%s in the configuration\n", problems.size(),
               problems.size() == 1 ? "" : "s");
  return 2;
}

// A descriptor for each connection, and some for files.
void allow_descriptors(std::uint32_t connections, blindsum::Log& log) {
  constexpr ::rlim_t spare = 64;
  ::rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < connections + spare) {
    log.warning("max_connections is {}, but this process may open {} files only", connections,
                limit.rlim_cur);
  }
}

// Frames and uploads come and go, each as large as the one before: memory that was had once is
// kept, instead of being given back and cleared page by page for the next; larger uploads still go
// back. One heap for all threads: only that one is kept, and what is large moves between threads
// anyway.
void keep_memory() {
#ifdef __GLIBC__
  constexpr int largest_kept = 32 << 20;  // the most that glibc takes
  constexpr int kept = 128 << 20;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, largest_kept);
  ::mallopt(M_TRIM_THRESHOLD, kept);
#endif
}

int serve(const blindsum::ServerConfig& config, blindsum::Materials materials,
          const blindsum::AdminMaterials& admin_materials, const Arguments& arguments) {
  const auto signals = blindsum::block_signals();
  keep_memory();
  const blindsum::SystemClock clock;
  blindsum::SystemEntropy entropy;
  auto log_config = config.log;
  if (arguments.verbose) log_config.level = blindsum::LogLevel::debug;
  const auto log = blindsum::make_stderr_log(log_config);
  allow_descriptors(config.limits.sockets.max_connections, *log);
  blindsum::log_process(*log);
  blindsum::Operator the_operator(config, admin_materials, clock, *log);
  if (!the_operator.open_audit(materials.roster)) return 1;
  std::string failure;
  auto server = blindsum::Server::start(config, std::move(materials), clock, entropy, *log, failure,
                                        the_operator.watcher());
  if (!server) {
    log->error("{}", failure);
    return 1;
  }
  log->info("blindsumd {} listens on {} port {}, {}", BLINDSUM_VERSION, config.listen.address,
            server->port(), number_of_tasks(config));
  log->info("masks are taken off by the kernel {}", blindsum::active_mask_kernel().name);
  if (!arguments.port_file.empty()) {
    const auto written =
        blindsum::write_file_atomically(arguments.port_file, std::to_string(server->port()) + "\n");
    if (!written) {
      log->error("{}: {}", arguments.port_file, written.error().message());
      return 1;
    }
  }
  if (!the_operator.open(*server)) return 1;
  blindsum::SignalWaiter waiter(signals, *server, *log, [&the_operator](blindsum::Server& running) {
    the_operator.reload(running);
  });
  server->run();
  waiter.forget_server();
  the_operator.close();
  server.reset();  // jobs under way are finished
  const bool forced = waiter.stop();
  log->info("{}", forced ? "ended at once" : "ended");
  return forced ? 1 : 0;
}

int tell(const blindsum::Result<void>& done, const blindsum::BackupReport& report) {
  if (!done) {
    std::fprintf(stderr, "blindsumd: %s: %s\n", report.where.c_str(),
                 done.error().message().c_str());
    return 1;
  }
  std::printf("%zu tasks, %zu rounds, %zu of them copied now\n", report.tasks, report.rounds,
              report.copied);
  return 0;
}

int give_up(const blindsum::Error& error) {
  std::fprintf(stderr, "blindsumd: %s\n", error.message().c_str());
  return 1;
}

// As who will serve from there.
int restore(const blindsum::ServerConfig& config, const Arguments& arguments) {
  if (auto problem = blindsum::check_process(config)) return tell({*std::move(problem)});
  if (const auto dropped = blindsum::drop_privileges(config); !dropped) {
    std::fprintf(stderr, "blindsumd: privileges: %s\n", dropped.error().message().c_str());
    return 1;
  }
  blindsum::BackupReport report;
  const auto done = blindsum::restore_backup(config, arguments.restore, report);
  return tell(done, report);
}

int run(const Arguments& arguments) {
  if (arguments.print_config || arguments.print_reference) {
    const auto text =
        arguments.print_config ? blindsum::default_config() : blindsum::config_reference();
    const bool written = std::fputs(text.c_str(), stdout) >= 0;
    return std::fflush(stdout) == 0 && written ? 0 : 1;
  }
  if (arguments.config.empty()) {
    std::fputs("blindsumd: --config is required\n", stderr);
    return 2;
  }
  if (const auto ready = blindsum::init_crypto(); !ready) {
    std::fprintf(stderr, "blindsumd: %s\n", blindsum::explain_init(ready.error()).c_str());
    return ready.error() == blindsum::CryptoError::library_failed ? 1 : 2;
  }
  if (const auto hardened = blindsum::harden_process(); !hardened) return give_up(hardened.error());
  auto read = blindsum::read_config(arguments.config, blindsum::process_environment());
  const bool asks = arguments.health || arguments.ready;
  // What was written since, for the next start, is no fault of the one that runs.
  const bool can_ask = asks && read.config.admin.port;
  if (!read.problems.empty() && !can_ask) return tell(read.problems);
  if (asks) {
    const auto answer =
        blindsum::probe(read.config.admin, arguments.health ? "/healthz" : "/readyz");
    std::printf("%s\n", answer.text.c_str());
    return answer.good ? 0 : 1;
  }
  const auto locked = blindsum::lock_tls_keys(read.config.limits.sockets.max_connections);
  if (!locked) return give_up(locked.error());
  if (!arguments.backup.empty()) {
    blindsum::BackupReport report;
    const auto done = blindsum::make_backup(read.config, arguments.backup, arguments.with_keys,
                                            blindsum::SystemClock().wall_now(), report);
    return tell(done, report);
  }
  if (!arguments.restore.empty()) return restore(read.config, arguments);
  auto materials = blindsum::load_materials(read.config, read.problems);
  const auto admin = blindsum::load_admin(read.config.admin, read.problems);
  if (!materials || !admin) return tell(read.problems);
  if (arguments.check_only) {
    std::printf("%s: fine, %s, %zu members in the roster\n", arguments.config.c_str(),
                number_of_tasks(read.config).c_str(), materials->roster.members().size());
    return 0;
  }
  if (auto problem = blindsum::check_process(read.config)) return tell({*std::move(problem)});
  if (const auto dropped = blindsum::drop_privileges(read.config); !dropped) {
    std::fprintf(stderr, "blindsumd: privileges: %s\n", dropped.error().message().c_str());
    return 1;
  }
  return serve(read.config, *std::move(materials), *admin, arguments);
}

}  // namespace

int main(int argc, char** argv) {
#ifdef BLINDSUM_FAULTS
  if (const auto ended = blindsum::begin_faulty(argc, argv)) return *ended;
#endif
  CLI::App app{"The blindsum aggregator: adds the vectors of many without seeing any of them."};
  Arguments arguments;
  app.add_option("--config", arguments.config, "configuration, a TOML file")
      ->envname("BLINDSUM_CONFIG");
  app.add_flag("--check-config", arguments.check_only,
               "say what is wrong with the configuration and the files it names, and end");
  app.add_flag("--print-default-config", arguments.print_config,
               "print a configuration with every key, and end");
  app.add_flag("--print-config-reference", arguments.print_reference,
               "print what every key means, as Markdown, and end");
  app.add_flag("--health", arguments.health,
               "ask the one that runs, over [admin], whether it is alive: 0 if so, else 1");
  app.add_flag("--ready", arguments.ready, "likewise, whether it is ready for participants");
  auto* backup = app.add_option("--backup", arguments.backup,
                                "copy records, results and what the operator made to this folder, "
                                "also while a server runs, and end");
  app.add_flag("--with-keys", arguments.with_keys, "and the secret keys that are configured")
      ->needs(backup);
  app.add_option("--restore", arguments.restore,
                 "put such a copy back into empty folders, and end; rounds that were under way are "
                 "given up")
      ->excludes(backup);
  app.add_option("--port-file", arguments.port_file, "write the port to this file (for port = 0)");
  app.add_flag("--verbose", arguments.verbose, "log more");
  app.set_version_flag("--version", std::string("blindsumd ") + BLINDSUM_VERSION);
  blindsum::add_document_options(app, std::string("blindsumd ") + BLINDSUM_VERSION, 8);
  app.footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // 0: --help, --version
  }
  return run(arguments);
}
