#include "client/participant.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <mutex>
#include <utility>

#include "client/agent.h"
#include "client/error.h"
#include "client/local_state.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;

}  // namespace

struct Participant::Impl {
  Impl(ParticipantOptions options_given, LocalState local_given)
      : options(std::move(options_given)), local(std::move(local_given)) {}

  // Errors: participant_stopped once stop() was called; already_running.
  Result<std::shared_ptr<Agent>> begin(const asio::any_io_executor& io) {
    const std::lock_guard lock(mutex);
    if (stopped) return Reason::participant_stopped;
    // Two would write to one store from two threads.
    if (!agent.expired()) return ClientError::already_running;
    auto fresh = std::make_shared<Agent>(io, options, local);
    agent = fresh;
    running_on = io;
    return fresh;
  }
  void over() {
    const std::lock_guard lock(mutex);
    running_on = {};
  }
  // While a run goes on, and no longer: then its executor may go.
  struct Run {
    Impl& impl;
    ~Run() { impl.over(); }
  };

  const ParticipantOptions options;
  LocalState local;
  std::mutex mutex;  // of what is below
  std::weak_ptr<Agent> agent;
  asio::any_io_executor running_on;  // empty when nothing runs
  bool stopped = false;
};

Participant::Participant(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Participant::Participant(Participant&&) noexcept = default;
Participant& Participant::operator=(Participant&&) noexcept = default;
Participant::~Participant() = default;

Result<Participant> Participant::create(ParticipantOptions options) {
  BLINDSUM_TRY(local, load_local_state(options));
  return Participant(std::make_unique<Impl>(std::move(options), std::move(local)));
}

asio::awaitable<Result<RunSummary>> Participant::async_run() {
  const auto executor = co_await asio::this_coro::executor;
  const asio::any_io_executor strand = asio::make_strand(executor);
  const auto begun = impl_->begin(strand);
  if (!begun) {
    if (begun.error() != Reason::participant_stopped) co_return begun.error();
    co_return RunSummary{0, 0, begun.error().message()};
  }
  const Impl::Run run{*impl_};
  const std::shared_ptr<Agent> agent = *begun;
  auto running = agent->run();
  auto summary = co_await asio::co_spawn(strand, std::move(running), asio::use_awaitable);
  co_return summary;
}

Result<RunSummary> Participant::run() {
  asio::io_context io(1);
  Result<RunSummary> outcome = Reason::internal_error;
  std::exception_ptr failure;
  asio::co_spawn(io, async_run(), [&](std::exception_ptr thrown, Result<RunSummary> summary) {
    failure = std::move(thrown);
    outcome = std::move(summary);
  });
  io.run();
  // Only memory can have run out: nothing else of ours throws.
  if (failure) std::rethrow_exception(failure);
  return outcome;
}

void Participant::stop() {
  const std::lock_guard lock(impl_->mutex);
  impl_->stopped = true;
  if (!impl_->running_on) return;
  // Looked up over there: if the run ends meanwhile, the agent must not go with us, after its
  // executor.
  asio::post(impl_->running_on, [weak = impl_->agent] {
    if (const auto agent = weak.lock()) agent->stop();
  });
}

}  // namespace blindsum
