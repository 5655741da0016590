#include "tests/sim/workers.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/world.h"

namespace blindsum::sim {
namespace {

constexpr std::uint32_t kMostJobs = 64;
constexpr useconds_t kPollUs = 100'000;

// What parent and children see of each other while they run.
struct Board {
  std::atomic<bool> stop{false};
  std::array<std::atomic<std::uint64_t>, kMostJobs> seed{};
  std::array<std::atomic<std::uint64_t>, kMostJobs> done{};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

struct Worker {
  pid_t pid = -1;
  int report = -1;
  std::string text;
  bool is_open = true;
};

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// A child: every jobs-th seed; at the end its counts, and "failed SEED what" if there is one.
[[noreturn]] void work(Board& board, std::uint32_t job, std::uint32_t jobs, std::uint64_t first,
                       std::uint64_t count, int report) {
  Statistics statistics;
  std::string failure;
  for (std::uint64_t i = job; i < count && !board.stop; i += jobs) {
    board.seed[job] = first + i;
    const Outcome outcome = run(draw_plan(first + i), false);
    statistics.add(outcome.statistics);
    ++board.done[job];
    if (!outcome.failure) continue;
    failure = "failed " + std::to_string(first + i) + " " + *outcome.failure + "\n";
    board.stop = true;
  }
  write_all(report, statistics.lines() + failure);
  close(report);
  _exit(0);
}

Worker start(Board& board, std::uint32_t job, std::uint32_t jobs, std::uint64_t first,
             std::uint64_t count) {
  Worker worker;
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return worker;
  const pid_t parent = getpid();
  worker.pid = fork();
  if (worker.pid == 0) {
    // Nobody would read the report of a child that outlives us, nor stop it.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    close(ends[0]);
    work(board, job, jobs, first, count, ends[1]);
  }
  close(ends[1]);
  worker.report = ends[0];
  return worker;
}

// Everything that the worker reports; returns when it is done.
void read_report(Worker& worker) {
  std::array<char, 65'536> buffer{};
  for (;;) {
    const ssize_t got = read(worker.report, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    worker.text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(worker.report);
}

void take_report(Tally& tally, const std::string& text) {
  constexpr std::string_view kFailed = "failed ";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(kFailed)) {
      tally.statistics.add_line(line);
      continue;
    }
    std::size_t used = 0;
    const std::string rest(line.substr(kFailed.size()));
    const std::uint64_t seed = std::stoull(rest, &used);
    if (tally.failed_seed && *tally.failed_seed < seed) continue;
    tally.failed_seed = seed;
    tally.how = rest.substr(used + 1);
  }
}

std::uint64_t sum_of(const Board& board) {
  std::uint64_t sum = 0;
  for (const auto& done : board.done) sum += done;
  return sum;
}

// Waits for all, telling how far they are.
void wait_for(std::vector<Worker>& workers, Board& board, Tally& tally,
              const std::function<void(std::uint64_t)>& on_progress) {
  for (std::size_t left = workers.size(); left > 0;) {
    for (std::size_t job = 0; job < workers.size(); ++job) {
      Worker& worker = workers[job];
      int status = 0;
      if (!worker.is_open || waitpid(worker.pid, &status, WNOHANG) <= 0) continue;
      worker.is_open = false;
      --left;
      read_report(worker);
      take_report(tally, worker.text);
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
      board.stop = true;
      tally.failed_seed = board.seed[job].load();
      tally.how = WIFSIGNALED(status) ? std::string("killed: ") + strsignal(WTERMSIG(status))
                                      : "exit status " + std::to_string(WEXITSTATUS(status));
    }
    on_progress(sum_of(board));
    if (left > 0) usleep(kPollUs);
  }
}

}  // namespace

Tally run_seeds(std::uint64_t first, std::uint64_t count, std::uint32_t jobs,
                const std::function<void(std::uint64_t)>& on_progress) {
  Tally tally;
  void* const shared =
      mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    tally.is_lost = true;
    return tally;
  }
  Board& board = *new (shared) Board();
  if (jobs > kMostJobs) jobs = kMostJobs;
  if (jobs > count) jobs = static_cast<std::uint32_t>(count);
  std::vector<Worker> workers;
  for (std::uint32_t job = 0; job < jobs; ++job) {
    Worker worker = start(board, job, jobs, first, count);
    if (worker.pid < 0) {
      tally.is_lost = board.stop = true;
      break;
    }
    workers.push_back(std::move(worker));
  }
  wait_for(workers, board, tally, on_progress);
  tally.done = sum_of(board);
  munmap(shared, sizeof(Board));
  return tally;
}

}  // namespace blindsum::sim
