#include "tests/bench/daemon.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "support/files.h"

namespace blindsum::bench {
namespace {

std::vector<std::string> command(const std::string& program, const World& world,
                                 const std::string& configuration) {
  const auto written = write_file_atomically(world.path("blindsumd.toml"), configuration);
  if (!written) throw std::runtime_error("no configuration");
  return {std::filesystem::absolute(program), "--config", "blindsumd.toml", "--port-file", "port"};
}

}  // namespace

Daemon::Daemon(const std::string& program, const World& world, const std::string& configuration)
    : child_(command(program, world, configuration), world.path(""), world.path("log")) {
  const auto there = [&] {
    std::ifstream file(world.path("port"));
    return static_cast<bool>(file >> port_) || !child_.runs();
  };
  if (!e2e::wait_until(there) || port_ == 0) throw std::runtime_error(child_.output());
}

ThreadTimes Daemon::cpu() const {
  ThreadTimes times;
  const std::string id = std::to_string(child_.id());
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + id + "/task")) {
    double nanoseconds = 0;
    std::ifstream(task.path() / "schedstat") >> nanoseconds;
    (task.path().filename() == id ? times.io_s : times.pool_s) += nanoseconds * 1e-9;
  }
  return times;
}

std::uint64_t Daemon::resident_bytes() const {
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/" + std::to_string(child_.id()) + "/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace blindsum::bench
