// The running participant: connects and connects again, feeds the round driver and does what it
// asks for. It lives for one run, and nothing of it is left when that returns.
//
// Four threads of control, each a strand: I/O on the caller's executor; on the program's pool, or a
// small one of our own, the machine (signatures, masks, the store), the program's callback, and
// what the program is told. So neither a long computation nor a slow callback keeps the connection
// from answering pings.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "client/backoff.h"
#include "client/driver_host.h"
#include "client/local_state.h"
#include "client/notices.h"
#include "client/round_driver.h"
#include "client/session.h"
#include "client/worker_pool.h"
#include "crypto/entropy.h"

namespace blindsum {

class Agent final : public std::enable_shared_from_this<Agent>, private DriverHost {
 public:
  // Both outlive it. `io` is a strand, and run() is to be started on it.
  Agent(boost::asio::any_io_executor io, const ParticipantOptions& options, LocalState& local);
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  ~Agent() override;

  // Once. Errors: those that connecting again cannot mend. To cancel it is to stop it.
  boost::asio::awaitable<Result<RunSummary>> run();
  // From any thread.
  void stop();

 private:
  using Strand = Notices::Strand;
  struct StopInstead;

  boost::asio::awaitable<Error> connect_and_serve();
  boost::asio::awaitable<Error> serve(Joined joined);
  boost::asio::awaitable<Error> pause();
  boost::asio::awaitable<void> pass(Strand strand);
  boost::asio::awaitable<void> wind_up();
  void begin_stop();
  void finish_session();
  void on_machine(std::function<void()> work);
  void handle(const std::shared_ptr<ClientSession>& session, const Bytes& frame);
  void arm_tick();
  void run_program(const ProgramJob& job);

  // DriverHost, on the machine's strand
  void send(WipedFrame frame, std::function<void()> sent) override;
  void ask_program(ProgramJob job) override;
  void tell(Progress progress) override;
  void tell(RoundResult result) override;
  Result<void> keep(const Evidence& evidence) override;
  void end_session(Error why) override;
  Instant now() const override;
  UnixSeconds wall_now() const override { return wall_clock_now(); }
  void finished() override;

  boost::asio::any_io_executor io_;
  const ParticipantOptions& options_;
  LocalState& local_;
  SystemEntropy entropy_;

  // I/O strand
  std::shared_ptr<ClientSession> session_;
  std::uint64_t session_number_ = 0;  // of session_, once it is joined
  bool joined_ = false;
  bool leaving_ = false;
  std::atomic<bool> stopping_ = false;  // what is yet to be handled need not be; read anywhere
  Error session_error_;                 // what the aggregator said, or we made of it
  Backoff backoff_;
  boost::asio::steady_timer wake_;

  const std::shared_ptr<WorkerPool> pool_;
  Strand machine_;
  Strand program_;
  Notices notices_;

  // Machine strand
  RoundDriver driver_;
  std::uint64_t driven_session_ = 0;  // the one that the driver knows of; 0 = none
  boost::asio::steady_timer tick_;
};

}  // namespace blindsum
