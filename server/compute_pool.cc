#include "server/compute_pool.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>

namespace blindsum {
namespace {

// Whose thread this is.
thread_local const ComputePool* own_pool = nullptr;

}  // namespace

ComputePool::ComputePool(std::uint32_t threads, const Clock& clock, Log& log)
    : clock_(clock), log_(log) {
  for (std::uint32_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] {
      // Seen by `top -H` and by the benchmark; a thread without its name works just as well.
      static_cast<void>(
          pthread_setname_np(pthread_self(), ("compute-" + std::to_string(i)).c_str()));
      work();
    });
  }
}

ComputePool::~ComputePool() {
  stop();
}

std::condition_variable* ComputePool::sleeper() {
  // It cannot miss what is in the queues by now, and whoever leaves its sleep takes this back.
  if (on_its_way_) return nullptr;
  on_its_way_ = sleeping_ > 0 || watched_;
  if (sleeping_ > 0) return &wake_;
  return watched_ ? &watch_ : nullptr;
}

void ComputePool::post(Job job) {
  std::condition_variable* woken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    jobs_.push_back(std::move(job));
    woken = sleeper();
  }
  if (woken != nullptr) woken->notify_one();
}

void ComputePool::post_last(Job job) {
  if (own_pool != this) return post(std::move(job));
  const std::lock_guard lock(mutex_);
  if (!stopped_) jobs_.push_back(std::move(job));
}

void ComputePool::post_at(Instant when, Job job) {
  std::condition_variable* woken = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    const bool first = timed_.empty() || when < timed_.top().when;
    timed_.push({when, order_++, std::make_shared<Job>(std::move(job))});
    // Who watches sleeps for too long now, even if somebody else is on its way.
    if (first) woken = watched_ ? &watch_ : sleeper();
  }
  if (woken != nullptr) woken->notify_one();
}

std::size_t ComputePool::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void ComputePool::stop() {
  // Destroyed outside of the lock: what a job holds may call back in.
  std::deque<Job> dropped;
  std::priority_queue<Timed> dropped_timed;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(jobs_);
    dropped_timed.swap(timed_);
  }
  wake_.notify_all();
  watch_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ComputePool::release_due() {
  const Instant now = clock_.now();
  while (!timed_.empty() && timed_.top().when <= now) {
    jobs_.push_back(std::move(*timed_.top().job));
    timed_.pop();
  }
}

void ComputePool::sleep(std::unique_lock<std::mutex>& lock) {
  if (watched_) {
    ++sleeping_;
    wake_.wait(lock);
    --sleeping_;
  } else {
    watched_ = true;
    if (timed_.empty()) {
      watch_.wait(lock);
    } else {
      // By duration: the injected clock need not be the condition variable's.
      watch_.wait_for(lock, timed_.top().when - clock_.now());
    }
    watched_ = false;
  }
  on_its_way_ = false;
}

void ComputePool::work() {
  own_pool = this;
  std::unique_lock lock(mutex_);
  while (true) {
    release_due();
    if (stopped_) return;
    if (jobs_.empty()) {
      sleep(lock);
      continue;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    const bool more = !jobs_.empty() || (!watched_ && !timed_.empty());
    std::condition_variable* const woken = more ? sleeper() : nullptr;
    lock.unlock();
    if (woken != nullptr) woken->notify_one();
    run(std::move(job));
    lock.lock();
  }
}

void ComputePool::run(Job job) {
  try {
    job();
  } catch (const std::exception& exception) {
    // Our own bug or no memory; what the job was part of ends by its time limit.
    log_.error("internal_error: a job ended with {}", exception.what());
  }
}

namespace {

struct Loop {
  std::atomic<std::size_t> next = 0;
  std::size_t count = 0;
  const std::function<void(std::size_t)>* task = nullptr;
  std::mutex mutex;
  std::condition_variable all_done;
  std::size_t done = 0;
  std::exception_ptr failure;

  // False once there is nothing left to begin.
  bool step() {
    const std::size_t index = next.fetch_add(1);
    if (index >= count) return false;
    std::exception_ptr thrown;
    try {
      (*task)(index);
    } catch (...) {  // no memory, or our own bug: for the caller of for_each()
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    if (thrown) failure = thrown;
    if (++done == count) all_done.notify_all();
    return true;
  }
};

// One task, then back into the queue: other jobs are not kept waiting for the whole loop. A helper
// that comes late finds nothing to begin and never touches `task`, which has gone by then.
void help(ComputePool& pool, const std::shared_ptr<Loop>& loop) {
  if (loop->step()) pool.post_last([&pool, loop] { help(pool, loop); });
}

}  // namespace

void ComputePool::for_each(std::size_t count, const std::function<void(std::size_t)>& task) {
  const auto loop = std::make_shared<Loop>();
  loop->count = count;
  loop->task = &task;
  const std::size_t helpers = std::min(threads_.size(), count) - (count == 0 ? 0 : 1);
  for (std::size_t i = 0; i < helpers; ++i) {
    post([this, loop] { help(*this, loop); });
  }
  while (loop->step()) {
  }
  std::unique_lock lock(loop->mutex);
  loop->all_done.wait(lock, [&] { return loop->done == loop->count; });
  if (loop->failure) std::rethrow_exception(loop->failure);
}

struct Strand::State {
  explicit State(ComputePool& owner) : pool(owner) {}
  ComputePool& pool;
  std::mutex mutex;
  std::deque<Job> jobs;
  bool scheduled = false;
  bool dropped = false;

  // The pool has stopped: jobs may hold whoever holds this strand, so they have to go.
  void drop() {
    std::deque<Job> gone;
    const std::lock_guard lock(mutex);
    dropped = true;
    gone.swap(jobs);
  }
};

// The strand's place in the pool's queue.
struct Strand::Turn {
  std::shared_ptr<State> state;

  explicit Turn(std::shared_ptr<State> given) : state(std::move(given)) {}
  Turn(Turn&&) noexcept = default;
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (state) state->drop();
  }
  void operator()() { run(std::exchange(state, nullptr)); }
};

Strand::Strand(ComputePool& pool) : state_(std::make_shared<State>(pool)) {}

bool Strand::add(Job job) const {
  const std::lock_guard lock(state_->mutex);
  if (state_->dropped) return false;
  state_->jobs.push_back(std::move(job));
  return !std::exchange(state_->scheduled, true);
}

void Strand::post(Job job) const {
  if (add(std::move(job))) state_->pool.post(Turn(state_));
}

void Strand::post_last(Job job) const {
  if (add(std::move(job))) state_->pool.post_last(Turn(state_));
}

void Strand::post_at(Instant when, Job job) const {
  state_->pool.post_at(
      when, [strand = *this, job = std::move(job)]() mutable { strand.post(std::move(job)); });
}

void Strand::run(const std::shared_ptr<State>& state) {
  Job job;
  {
    const std::lock_guard lock(state->mutex);
    job = std::move(state->jobs.front());
    state->jobs.pop_front();
  }
  // Whatever happens in the job, the strand goes on.
  struct Next {
    const std::shared_ptr<State>& state;
    ~Next() {
      {
        const std::lock_guard lock(state->mutex);
        state->scheduled = !state->jobs.empty();
        if (!state->scheduled) return;
      }
      state->pool.post_last(Turn(state));
    }
  } next{state};
  job();
  job = Job();  // what it held goes while the strand is still its own
}

}  // namespace blindsum
