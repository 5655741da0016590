// Threads that several participants of one process compute on: masks, signatures, callbacks. A
// participant without one makes three threads of its own, which is too many for a program that
// hosts hundreds of them.
//
//   options.workers = std::make_shared<blindsum::WorkerPool>(std::thread::hardware_concurrency());
//
// A callback (on_round) that blocks holds one of these threads for as long. On a shared pool no
// participant may be destroyed, nor its executor, before its run is over: with threads of its own
// the participant would wait for them, which here it cannot.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>

namespace blindsum {

class WorkerPool {
 public:
  // At least one thread.
  explicit WorkerPool(std::size_t threads);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // As stop().
  ~WorkerPool();

  boost::asio::thread_pool::executor_type executor() { return pool_.get_executor(); }
  // What runs is waited for, what waits is dropped. Not from one of its threads.
  void stop();

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace blindsum
