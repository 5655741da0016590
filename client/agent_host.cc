// What the agent does for the round driver: called on the machine's strand.
#include <boost/asio/post.hpp>
#include <utility>

#include "client/agent.h"
#include "client/program.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;

bool is_of_peer(const Error& error) {
  return error == Reason::bad_frame || error == Reason::message_too_large ||
         error == Reason::wrong_phase;
}

}  // namespace

void Agent::send(WipedFrame frame, std::function<void()> sent) {
  if (driven_session_ == 0) return;
  std::function<void()> back;
  if (sent) {
    back = [this, sent = std::move(sent)] { on_machine(sent); };
  }
  asio::post(io_, [this, number = driven_session_, frame = std::move(frame),
                   back = std::move(back)]() mutable {
    // The session of then may have given way to another one.
    if (joined_ && number == session_number_) session_->send(std::move(frame), std::move(back));
  });
}

void Agent::ask_program(ProgramJob job) {
  asio::post(program_, [this, job = std::move(job)] { run_program(job); });
}

void Agent::run_program(const ProgramJob& job) {
  if (!*job.wanted) return;
  auto input = std::make_shared<Result<InputReady>>(
      make_input(options_, *job.parameters, *job.payload, entropy_));
  on_machine(
      [this, id = job.parameters->session_id, input] { driver_.input(id, std::move(*input)); });
}

void Agent::tell(Progress progress) {
  notices_.tell(std::move(progress));
}

void Agent::tell(RoundResult result) {
  notices_.tell(std::move(result));
}

Result<void> Agent::keep(const Evidence& evidence) {
  return local_.store->keep_evidence(evidence);
}

void Agent::end_session(Error why) {
  asio::post(io_, [this, number = driven_session_, why] {
    if (number != session_number_) return;
    // Also when the connection has ended meanwhile: this is why, and serve() waits for us.
    if (!session_error_) session_error_ = why;
    if (!joined_) return;
    // After a reason of its own the aggregator closes; for what it did wrong it is told.
    if (is_of_peer(why)) {
      session_->end(why);
    } else {
      session_->cut();
    }
  });
}

Instant Agent::now() const {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<Instant>(since);
}

void Agent::finished() {
  asio::post(io_, [this] {
    leaving_ = true;
    wake_.cancel();
    if (joined_) {
      finish_session();
    } else if (session_) {
      session_->cut();
    }
  });
}

}  // namespace blindsum
