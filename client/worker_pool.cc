#include "client/worker_pool.h"

#include <algorithm>

namespace blindsum {

WorkerPool::WorkerPool(std::size_t threads) : pool_(std::max<std::size_t>(1, threads)) {}

WorkerPool::~WorkerPool() {
  stop();
}

void WorkerPool::stop() {
  pool_.stop();
  pool_.join();
}

}  // namespace blindsum
