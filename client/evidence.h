// Two messages of the aggregator where there may be one: for one answered phase of a round
// [ONCE-2], or two signed records of one round [RECORD-2]. The SDK keeps both in the state folder,
// byte for byte as they came, and says so (ProgressKind::evidence); `blindsum evidence` shows them.
//
// What they prove to others is SPEC.md's to say (ONCE-2): two offers or two records are signed by
// the aggregator, the other messages only convince whoever received them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "protocol/round/clock.h"
#include "protocol/round/parameters.h"

namespace blindsum {

struct Evidence {
  std::uint64_t number = 0;  // within its state folder, counting up; set by the folder
  std::string task;
  std::uint64_t round = 0;
  SessionId session_id;
  std::string message;    // by its name in Appendix B: "Offer", "Cohort", …
  UnixSeconds found = 0;  // by this machine's clock
  Bytes first;            // whole frames [WIRE-1]
  Bytes second;
};

// [DISK-6] Of these the newest are kept: so that an aggregator cannot fill the disk.
inline constexpr std::uint64_t kMostEvidence = 64;
inline constexpr std::uint64_t kMostEvidenceBytes = std::uint64_t{64} << 20;

// All of a state folder that no process uses, oldest first. Errors: state_locked; bad_store;
// store_failed; the operating system's, no_such_file_or_directory if it is no state folder.
[[nodiscard]] Result<std::vector<Evidence>> read_evidence(const std::filesystem::path& folder);

}  // namespace blindsum
