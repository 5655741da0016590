// A driver's host without sockets, threads or clocks: keeps what it was asked to do, for the test
// to carry out or to look at.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "client/driver_host.h"
#include "protocol/wire/frames.h"

namespace blindsum {

class FakeHost final : public DriverHost {
 public:
  struct Sent {
    Bytes frame;
    std::function<void()> taken;
  };

  void send(WipedFrame frame, std::function<void()> sent) override {
    outbox.push_back({frame.bytes(), std::move(sent)});
  }
  void ask_program(ProgramJob job) override { jobs.push_back(std::move(job)); }
  void tell(Progress one) override { progress.push_back(std::move(one)); }
  void tell(RoundResult result) override { results.push_back(std::move(result)); }
  Result<void> keep(const Evidence& one) override {
    evidence.push_back(one);
    outbox_at_evidence = outbox.size();
    return kept;
  }
  void end_session(Error why) override { ends.push_back(why); }
  Instant now() const override { return clock; }
  UnixSeconds wall_now() const override { return 1'700'000'000; }
  void finished() override { ++finishes; }

  // Takes the oldest frame off, as the connection does when it has written it.
  FrameToAggregator take() {
    Sent sent = std::move(outbox.front());
    outbox.pop_front();
    auto frame = decode_to_aggregator(sent.frame).value();
    if (sent.taken) sent.taken();
    return frame;
  }
  // Phases told so far, in order.
  std::vector<std::string> phases() const {
    std::vector<std::string> names;
    for (const auto& one : progress) {
      if (one.kind == ProgressKind::phase) names.push_back(one.text);
    }
    return names;
  }

  std::deque<Sent> outbox;
  std::vector<ProgramJob> jobs;
  std::vector<Progress> progress;
  std::vector<RoundResult> results;
  std::vector<Evidence> evidence;
  Result<void> kept;                   // what keep() answers
  std::size_t outbox_at_evidence = 0;  // frames that were on their way then
  std::vector<Error> ends;
  Instant clock{1'000};
  int finishes = 0;
};

}  // namespace blindsum
