// All participants of a macro benchmark, in this process: real SDK objects, on one I/O thread and
// one pool of workers. Those that are to drop out give no input once they have their shares of
// everybody, the worst place: all masks with them have to be taken off.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/participant.h"
#include "client/worker_pool.h"
#include "tests/bench/macro/plan.h"
#include "tests/bench/macro/world.h"

namespace blindsum::bench {

class Members {
 public:
  // Throws std::runtime_error if one cannot be made.
  Members(const Plan& plan, const World& world, std::uint16_t port);
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;
  // As leave().
  ~Members();

  // Told now and then, with what it waits for; may throw to give up.
  using Waiting = std::function<void(const std::string&)>;

  // All but one: as soon as the last one is there the round begins.
  void connect_all_but_one(const Waiting& waiting);
  // The last one, and until all that stay have the record. Throws with the reason if a round ends
  // otherwise.
  void run_round(const Waiting& waiting);
  // Stops all and waits for them.
  void leave();

  // Of the round: the record's file.
  const Bytes& record_file() const { return record_file_; }
  // Processor time of making the inputs, which is the program's and not the SDK's.
  double input_cpu_s() const { return static_cast<double>(input_ns_) * 1e-9; }

 private:
  struct Member;
  void launch(Member& member);
  std::optional<Update> input(Member& member);
  void told(Member& member, const Progress& progress);
  void told(const Member& member, const RoundResult& result);
  void ended(const Member& member, const Result<RunSummary>& summary);
  void fail(const std::string& why);
  template <class Done>
  void wait(const Waiting& waiting, const Done& done);
  std::string standing() const;

  const Plan& plan_;
  std::shared_ptr<WorkerPool> workers_;
  std::shared_ptr<WorkerPool> dropouts_;  // their callbacks block
  std::vector<std::unique_ptr<Member>> members_;
  std::atomic<std::uint64_t> input_ns_ = 0;

  std::mutex mutex_;  // of what is below
  std::condition_variable changed_;
  std::map<std::string, std::uint32_t> phases_;  // how many have told each
  std::size_t launched_ = 0;
  std::size_t connected_ = 0;
  std::size_t results_ = 0;
  std::size_t ended_ = 0;
  bool leaving_ = false;
  std::string failure_;
  Bytes record_file_;

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace blindsum::bench
