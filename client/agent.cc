#include "client/agent.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "client/error.h"
#include "client/final_error.h"
#include "client/program.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kThreads = 3;  // one for each strand of ours, if we make them
// A session that held for so long was a good one: begin with short pauses again.
constexpr std::chrono::seconds kHeld{5};

const auto kTuple = asio::as_tuple(asio::use_awaitable);

ParticipantContext context_of(const ParticipantOptions& options, LocalState& local,
                              Entropy& entropy) {
  return {.roster = *local.roster,
          .roster_index = local.roster_index,
          .identity = local.identity,
          .policy = options.policy,
          .store = *local.store,
          .entropy = entropy};
}

}  // namespace

Agent::Agent(asio::any_io_executor io, const ParticipantOptions& options, LocalState& local)
    : io_(std::move(io)),
      options_(options),
      local_(local),
      backoff_(entropy_),
      wake_(io_),
      pool_(options.workers ? options.workers : std::make_shared<WorkerPool>(kThreads)),
      machine_(pool_->executor()),
      program_(pool_->executor()),
      notices_(Strand(pool_->executor()), options),
      driver_(context_of(options, local, entropy_), options.rounds, *this),
      tick_(machine_) {}

Agent::~Agent() {
  // On the program's pool nothing of ours is left after run(), which the program has waited for.
  if (!options_.workers) pool_->stop();
}

// Asio's own way to cancel would end the coroutine somewhere in the middle, with work of ours still
// on its way to it: to be cancelled is to be stopped.
struct Agent::StopInstead {
  std::weak_ptr<Agent> agent;

  asio::cancellation_type operator()(asio::cancellation_type /*asked*/) const {
    if (const auto self = agent.lock()) self->stop();
    return asio::cancellation_type::none;
  }
};

asio::awaitable<Result<RunSummary>> Agent::run() {
  const StopInstead stop_instead{weak_from_this()};
  co_await asio::this_coro::reset_cancellation_state(stop_instead);
  Error ended;
  bool going = !leaving_;
  while (going) {
    const Error why = co_await connect_and_serve();
    ended = why;
    going = !leaving_ && !is_final(ended);
    if (!going) continue;
    tell(Progress{.kind = ProgressKind::disconnected,
                  .round = 0,
                  .text = ended.message(),
                  .done = 0,
                  .of = 0});
    const Error paused = co_await pause();
    if (paused) ended = paused;
    going = !paused && !leaving_;
  }
  co_await wind_up();
  RunSummary summary = driver_.summary();
  if (leaving_) co_return summary;
  if (ended == Reason::task_finished) {
    summary.last_reason = ended.message();
    co_return summary;
  }
  co_return ended;
}

asio::awaitable<Error> Agent::connect_and_serve() {
  session_error_ = Error();
  const SessionIdentity identity{.endpoint = options_.endpoint,
                                 .tls = local_.tls,
                                 .key = local_.identity,
                                 .roster_index = local_.roster_index,
                                 .roster = *local_.roster,
                                 .aggregator = options_.policy.aggregator_key,
                                 .task = options_.task};
  session_ = std::make_shared<ClientSession>(io_, identity);
  const Result<Joined> joined = co_await session_->establish();
  if (!joined) {
    session_->cut();
    co_return joined.error();
  }
  if (leaving_) {
    session_->cut();
    co_return Error();
  }
  const Error ended = co_await serve(*joined);
  co_return ended;
}

asio::awaitable<Error> Agent::serve(Joined joined) {
  const auto began = std::chrono::steady_clock::now();
  const std::uint64_t number = ++session_number_;
  joined_ = true;
  on_machine([this, number, joined] {
    driven_session_ = number;
    driver_.connected(joined);
  });
  const std::function<void(Bytes)> received = [this, session = session_](Bytes frame) {
    on_machine([this, session, frame = std::move(frame)] { handle(session, frame); });
  };
  const Error closed = co_await session_->receive(received);
  joined_ = false;
  on_machine([this] {
    driven_session_ = 0;
    driver_.disconnected();
  });
  // What came last, a reason perhaps, is handled when we have passed.
  co_await pass(machine_);
  if (std::chrono::steady_clock::now() - began >= kHeld) backoff_.reset();
  co_return session_error_ ? session_error_ : closed;
}

// On the machine's strand. The session reads on when this is done, and when the program was told
// what came of it, if it is slow to listen.
void Agent::handle(const std::shared_ptr<ClientSession>& session, const Bytes& frame) {
  if (!stopping_) driver_.frame(frame);
  const std::function<void()> handled = [this, session, size = frame.size()] {
    asio::post(io_, [session, size] { session->handled(size); });
  };
  if (notices_.is_crowded()) {
    notices_.after(handled);
  } else {
    handled();
  }
}

// Errors only where entropy fails: better to end than to knock in a loop.
asio::awaitable<Error> Agent::pause() {
  const auto wait = backoff_.next();
  if (!wait) co_return wait.error();
  wake_.expires_after(*wait);
  auto waited = co_await wake_.async_wait(kTuple);
  static_cast<void>(waited);  // cancelled by stop()
  co_return Error();
}

// Goes through the strand: whatever was posted there before is done on return.
asio::awaitable<void> Agent::pass(Strand strand) {
  co_await asio::post(strand, asio::use_awaitable);
}

// Nothing of ours runs any more on return, and no callback is called.
asio::awaitable<void> Agent::wind_up() {
  on_machine([this] { driver_.stop(); });
  co_await pass(machine_);
  co_await pass(program_);
  asio::post(machine_, [this] { tick_.cancel(); });
  co_await pass(machine_);
  // Once more, for the handler of the timer.
  co_await pass(machine_);
  co_await pass(notices_.strand());
  session_.reset();
}

void Agent::stop() {
  asio::post(io_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->begin_stop();
  });
}

void Agent::begin_stop() {
  if (leaving_) return;
  leaving_ = true;
  stopping_ = true;
  wake_.cancel();
  if (!joined_) {
    if (session_) session_->cut();
    return;
  }
  // The refusal of a round that is under way goes out before the farewell.
  on_machine([this] {
    driver_.stop();
    asio::post(io_, [this] { finish_session(); });
  });
}

void Agent::finish_session() {
  if (session_) session_->finish();
}

void Agent::on_machine(std::function<void()> work) {
  asio::post(machine_, [this, work = std::move(work)] {
    work();
    arm_tick();
  });
}

void Agent::arm_tick() {
  const auto deadline = driver_.next_deadline();
  tick_.cancel();
  if (!deadline) return;
  tick_.expires_after(std::max(*deadline - now(), Instant(0)));
  tick_.async_wait([this](const Error& cancelled) {
    if (cancelled) return;
    driver_.tick();
    arm_tick();
  });
}

}  // namespace blindsum
