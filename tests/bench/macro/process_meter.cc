#include "tests/bench/macro/process_meter.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace blindsum::bench {
namespace {

constexpr double kNano = 1e-9;

double clock_s(clockid_t clock) {
  ::timespec time{};
  if (::clock_gettime(clock, &time) != 0) throw std::runtime_error("no clock of processor time");
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * kNano;
}

std::filesystem::path folder_of(pid_t process) {
  return std::filesystem::path("/proc") / std::to_string(process);
}

}  // namespace

ThreadTimes operator-(const ThreadTimes& later, const ThreadTimes& earlier) {
  return {later.first_s - earlier.first_s, later.compute_s - earlier.compute_s,
          later.other_s - earlier.other_s};
}

ThreadTimes thread_times(pid_t process) {
  ThreadTimes times;
  std::size_t threads = 0;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(process) / "task", gone)) {
    std::ifstream comm(entry.path() / "comm");
    std::ifstream schedstat(entry.path() / "schedstat");
    std::string name;
    double nanoseconds = 0;
    if (!std::getline(comm, name) || !(schedstat >> nanoseconds)) continue;  // ended meanwhile
    ++threads;
    const bool first = entry.path().filename() == std::to_string(process);
    double& kind = first                          ? times.first_s
                   : name.starts_with("compute-") ? times.compute_s
                                                  : times.other_s;
    kind += nanoseconds * kNano;
  }
  if (threads == 0) throw std::runtime_error("blindsumd has ended");
  return times;
}

double own_cpu_s() {
  return clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

double own_thread_cpu_s() {
  return clock_s(CLOCK_THREAD_CPUTIME_ID);
}

std::uint64_t peak_memory_bytes(pid_t process) {
  constexpr std::uint64_t kibi = 1024;
  std::ifstream status(folder_of(process) / "status");
  std::string word;
  while (status >> word) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib * kibi;
  }
  throw std::runtime_error("the peak memory of a process cannot be read");
}

void forget_own_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";  // where that is not allowed the old peak stays
}

std::vector<Traffic> own_tcp_traffic() {
  std::vector<Traffic> all;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const std::string name = entry.path().filename();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    ::tcp_info info{};
    ::socklen_t size = sizeof info;
    // Fails for what is no TCP socket; the listeners of ours are in another process.
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) continue;
    all.push_back({.sent_bytes = info.tcpi_bytes_sent - info.tcpi_bytes_retrans,
                   .received_bytes = info.tcpi_bytes_received});
  }
  return all;
}

std::uint64_t allow_all_descriptors() {
  ::rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    throw std::runtime_error("no limit on files is told");
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) throw std::runtime_error("the limit on files stays");
  return limit.rlim_cur;
}

}  // namespace blindsum::bench
