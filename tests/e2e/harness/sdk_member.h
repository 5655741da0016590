// A participant in this process: the SDK as a program uses it, on a thread of its own, with
// everything that it was told kept for the test to read.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/participant.h"
#include "tests/e2e/harness/wait.h"

namespace blindsum::e2e {

// Elements of an encoded vector, as ring elements.
using Elements = std::vector<std::uint64_t>;

// An update callback that gives the same values in every round.
UpdateCallback always(std::vector<std::int64_t> values);
UpdateCallback always(std::vector<double> values, std::uint64_t weight);

class SdkMember {
 public:
  // Runs at once. Throws if the options are refused; tests of that use Participant::create().
  explicit SdkMember(ParticipantOptions options);
  SdkMember(const SdkMember&) = delete;
  SdkMember& operator=(const SdkMember&) = delete;
  // Stops, and waits for run() to return.
  ~SdkMember();

  void stop() { participant_->stop(); }

  // Each waits until it is there; nothing, or false, when that takes too long.
  std::optional<RoundResult> result(std::uint64_t round);
  [[nodiscard]] bool saw(ProgressKind kind, const std::string& text, std::uint64_t round = 0);
  // What run() returned.
  std::optional<Result<RunSummary>> ended();
  // Its error's name; "no end" if it goes on, "no error" if it ended well.
  std::string error();

  std::vector<Progress> progress() const;
  std::size_t count(ProgressKind kind) const;
  Bytes payload(std::uint64_t round) const;     // that came with the offer
  Elements encoded(std::uint64_t round) const;  // empty if there was none
  const std::string& name() const { return name_; }

 private:
  template <class Done>
  bool wait(Done&& done);
  void keep(std::function<void()> change);

  std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Progress> progress_;
  std::map<std::uint64_t, RoundResult> results_;
  std::map<std::uint64_t, Bytes> payloads_;
  std::map<std::uint64_t, Elements> encoded_;
  std::optional<Result<RunSummary>> ended_;
  std::optional<Participant> participant_;
  std::thread thread_;
};

}  // namespace blindsum::e2e
