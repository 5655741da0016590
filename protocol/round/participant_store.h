// What a participant keeps on disk (SPEC.md, DISK). Each call returns only when the fact is
// durable; an error means that it may not be, and the machine then sends nothing that depends on
// it. client/ keeps it in SQLite under an exclusive lock; the simulator and tests in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/clock.h"
#include "protocol/round/parameters.h"

namespace blindsum {

using InputId = Hash;

// A member of a cohort as a restarted participant needs it to check a VOID certificate.
struct KeptMember {
  std::uint32_t roster_index = 0;
  VerifyKey key;
  friend bool operator==(const KeptMember&, const KeptMember&) = default;
};
struct KeptCohort {
  Bytes parameter_bytes;
  Hash th1;
  std::uint32_t quorum = 0;
  std::uint32_t survivors = 0;      // that a sum needs
  std::vector<KeptMember> members;  // by cohort index
  friend bool operator==(const KeptCohort&, const KeptCohort&) = default;
};
// With what a certificate that leaves the participant out is checked against (INPUT-3).
struct SpentInput {
  InputId input;
  Hash th2;
  Bytes u2;  // bitmap
  friend bool operator==(const SpentInput&, const SpentInput&) = default;
};
enum class Ending : std::uint8_t { open = 0, voided = 1, unmasked = 2 };
struct KeptRound {
  SessionId session_id;
  std::string task;
  std::uint64_t round = 0;
  std::optional<KeptCohort> cohort;
  std::optional<SpentInput> spent;  // until it is released
  Ending ending = Ending::open;
};
struct SeenRoster {
  std::uint64_t epoch = 0;
  Hash hash;
};
struct SeenRecord {
  std::uint64_t round = 0;
  Hash hash;
};

class ParticipantStore {
 public:
  virtual ~ParticipantStore() = default;

  virtual Result<std::optional<SeenRoster>> newest_roster() = 0;
  virtual Result<void> keep_roster(const SeenRoster& roster) = 0;
  // Newest round number begun for the task; 0 when none.
  virtual Result<std::uint64_t> last_round(const std::string& task) = 0;
  // Rounds begun at `since` or later, those of the future included.
  virtual Result<std::uint32_t> rounds_since(UnixSeconds since) = 0;
  // The newest record that was verified, of the task; the SDK keeps it, the next offer must point
  // to it (PARAM-11).
  virtual Result<std::optional<SeenRecord>> last_record(const std::string& task) = 0;
  virtual Result<void> keep_record(const std::string& task, const SeenRecord& record) = 0;
  // Before the advert leaves. round_not_newer unless round > last_round(task) and the id is new.
  virtual Result<void> begin_round(const SessionId& id, const std::string& task,
                                   std::uint64_t round, UnixSeconds now) = 0;
  virtual Result<void> keep_cohort(const SessionId& id, const KeptCohort& cohort) = 0;
  // Before the receipt leaves. input_spent when the id is spent already, in whichever round.
  virtual Result<void> spend_input(const SessionId& id, const SpentInput& spent) = 0;
  virtual Result<bool> is_spent(const InputId& input) = 0;
  // VOID and unmask exclude each other: keep_void fails with already_unmasked after an unmask,
  // keep_unmask with already_void after a VOID; the same again succeeds.
  virtual Result<void> keep_void(const SessionId& id) = 0;
  virtual Result<void> keep_unmask(const SessionId& id) = 0;
  // After a valid VOID certificate, or a certificate whose U3 leaves this participant out.
  virtual Result<void> release_input(const SessionId& id) = 0;
  virtual Result<std::optional<KeptRound>> find_round(const SessionId& id) = 0;
};

}  // namespace blindsum
