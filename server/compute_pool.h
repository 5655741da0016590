// The threads that compute: decoding, signatures, rebuilding, unmasking, files. Nothing of that
// runs on the I/O thread. Jobs run in the order they were posted, as threads get free; a Strand
// runs its own one at a time.
//
// A job must not wait for another job, except through for_each(), whose caller does the work itself
// when no other thread is free: so that no number of threads can deadlock.
//
// Waking a thread costs as much as looking at a message, so no more are woken than are needed: one
// at a time, who wakes the next one if there is more to do than it takes itself. Of the threads
// that sleep one watches the time, the others are woken before it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <tuple>
#include <vector>

#include "protocol/round/clock.h"
#include "protocol/round/recovery.h"
#include "server/clock.h"
#include "server/job.h"
#include "server/log.h"

namespace blindsum {

class ComputePool final : public Parallel {
 public:
  ComputePool(std::uint32_t threads, const Clock& clock, Log& log);
  // As stop().
  ~ComputePool() override;
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;

  // From any thread. After stop() jobs are dropped.
  void post(Job job);
  // The same as the last act of a job: the thread that calls takes it next, so nobody is woken for
  // it.
  void post_last(Job job);
  // Once `when` has come, by the clock that the pool was given. There is no taking back: the job
  // looks for itself whether it is still wanted.
  void post_at(Instant when, Job job);

  // Other jobs get their turn between two tasks, except on the caller's own thread. Throws what a
  // task threw, once all are done.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& task) override;

  // Jobs under way are finished, waiting ones dropped, threads joined. Not from a job.
  void stop();
  // Jobs that are due and that no thread has taken. From any thread.
  std::size_t waiting() const;
  // From any thread; a long job looks for itself.
  bool is_stopped() const { return stopped_; }

 private:
  struct Timed {
    Instant when;
    std::uint64_t order;
    std::shared_ptr<Job> job;
    bool operator<(const Timed& other) const {
      return std::tie(other.when, other.order) < std::tie(when, order);
    }
  };
  void work();
  void run(Job job);
  // Under mutex_.
  void release_due();
  void sleep(std::unique_lock<std::mutex>& lock);
  // Who has to be woken, once mutex_ is free, so that somebody looks at the queues; null if nobody.
  std::condition_variable* sleeper();

  const Clock& clock_;
  Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;   // of those that sleep until they are woken
  std::condition_variable watch_;  // of the one that sleeps until the first timed job is due
  std::size_t sleeping_ = 0;       // without that one
  bool watched_ = false;
  bool on_its_way_ = false;  // one was woken, and has not looked yet
  std::deque<Job> jobs_;
  std::priority_queue<Timed> timed_;
  std::uint64_t order_ = 0;
  std::atomic<bool> stopped_ = false;  // set under mutex_
  std::vector<std::thread> threads_;
};

// Jobs one at a time, in order, on whichever thread of the pool. Copies are the same strand. What a
// job holds has gone before the next one runs, or once the pool has stopped.
class Strand {
 public:
  explicit Strand(ComputePool& pool);
  void post(Job job) const;
  // As ComputePool::post_last().
  void post_last(Job job) const;
  // The job is posted here once `when` has come.
  void post_at(Instant when, Job job) const;

 private:
  struct State;
  struct Turn;
  // Whether the strand has to be given a turn.
  bool add(Job job) const;
  static void run(const std::shared_ptr<State>& state);
  std::shared_ptr<State> state_;
};

}  // namespace blindsum
