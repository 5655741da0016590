// `blindsum join --exec`: a program that is run once a round and writes the update to a file.
//
// It finds in its environment BLINDSUM_TASK, BLINDSUM_ROUND, BLINDSUM_PAYLOAD (a file with what the
// aggregator sent out), BLINDSUM_UPDATE (the .npy file to write) and BLINDSUM_WEIGHT (a file to
// write a whole number to; without it the weight is 1). If it ends with another code than 0, or
// writes no update, the participant leaves this round.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/participant.h"

namespace blindsum::cli {

class ExecProgram {
 public:
  // The files are in a folder of each round below `folder`, which is private and is emptied.
  ExecProgram(std::vector<std::string> command, std::filesystem::path folder);

  // Waits for the program. Complains where there is no update.
  std::optional<Update> run(const RoundOffer& offer, ByteView payload);
  // Ends the program that runs, and starts none any more. From any thread.
  void stop() { stopped_ = true; }

 private:
  std::optional<Update> run_in(const std::filesystem::path& folder, const RoundOffer& offer,
                               ByteView payload);
  bool run_child(const std::vector<std::string>& environment);

  std::vector<std::string> command_;
  std::filesystem::path folder_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace blindsum::cli
