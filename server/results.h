// The results folder of one task: what was offered, every record, every result, on disk before
// anybody is told (SPEC.md, RECORD-1, RECORD-2, PARAM-11, PARAM-12).
//
//   round-000012.offer            signature ‖ parameter bytes, from before the offer leaves until
//                                 the record is there
//   round-000012.record           the signed record and its proof, for `blindsum record verify`
//   round-000012.json             the same for programs and people; the last to appear
//   round-000012/                 of a completed round only:
//     <tensor>.npy, flat.npy      what was decoded, tensor by tensor and all in one
//     sum.packed                  the sum as the record's digest sees it
//     next_payload                what the on_result hook made of it
//   copied-at                     only after a restore, until there is a newer record (copied_at.h)
//
// A round whose offer has no record was cut off by the end of the process. It goes on if the store
// of rounds has it; else end() writes its record, aborted, and removes what there is of a result,
// so that the chain has no gap and no number is offered twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "crypto/sign.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"
#include "server/round_report.h"

namespace blindsum {

class TaskResults {
 public:
  // Makes the folder if it is not there. Errors: the operating system's; those of an offer or a
  // record that cannot be read.
  [[nodiscard]] static Result<TaskResults> open(const std::filesystem::path& folder,
                                                const Roster& roster);

  // After open(), of a folder that was put back from a backup: leaves out the numbers that may have
  // been given since; how many. Errors: those of copied_at.h.
  [[nodiscard]] Result<std::uint64_t> leave_room(UnixSeconds now);

  // Offers that open() found without a record, and that have none yet, oldest first.
  const std::vector<Offer>& cut_off() const { return cut_off_; }
  // Such a round comes to nothing, for this reason; what was published. Errors: as publish().
  [[nodiscard]] Result<RoundReport> end(const Offer& offer, Reason reason, std::string detail,
                                        const SigningKey& aggregator);
  // By the clock of the file that keep_offer() wrote; nothing once that is gone.
  std::chrono::milliseconds since_offered(const Offer& offer) const;

  std::uint64_t next_round() const { return last_round_ + 1; }
  const Hash& previous_record() const { return previous_record_; }
  std::uint64_t completed() const { return completed_; }
  // The newest round that completed and decoded, whose result the next payload is made of.
  std::optional<std::uint64_t> newest_completed() const { return newest_completed_; }

  std::optional<std::uint64_t> completed_before_newest() const { return completed_before_; }

  std::filesystem::path round_folder(std::uint64_t round) const;
  std::filesystem::path json_file(std::uint64_t round) const;
  std::filesystem::path next_payload_file(std::uint64_t round) const;

  // Before the offer leaves. Errors: the operating system's.
  [[nodiscard]] Result<void> keep_offer(const Offer& offer);
  // It was never sent: its number may be used again.
  void withdraw_offer(const Offer& offer);
  // Signs and writes everything of a round that is over. After an error nothing of it counts as
  // published, and it may be tried again: what has its record by then is left as it is [RECORD-2].
  // Errors: the operating system's; library_failed; those of published().
  [[nodiscard]] Result<SignedRecord> publish(const RoundReport& report,
                                             const SigningKey& aggregator);

  // The record that this round already has, if it has one [RECORD-2]. Errors: those of reading it;
  // record_mismatch if it is of another session.
  [[nodiscard]] Result<std::optional<SignedRecord>> published(const Offer& offer) const;
  // Whether it says ok and its result is gone; put_back() writes that once more. Errors: the
  // operating system's.
  bool lacks_result(const SignedRecord& record) const;
  [[nodiscard]] Result<void> put_back(const RoundReport& report);
  std::filesystem::path packed_sum_file(std::uint64_t round) const;

 private:
  TaskResults(std::filesystem::path folder, const Roster& roster)
      : folder_(std::move(folder)), roster_(&roster) {}

  std::filesystem::path file(std::uint64_t round, std::string_view extension) const;
  [[nodiscard]] Result<void> scan();
  void count_completed(std::uint64_t round);
  [[nodiscard]] Result<void> read_last_record(std::uint64_t round);
  [[nodiscard]] Result<void> read_cut_off(const std::vector<std::uint64_t>& rounds);
  [[nodiscard]] Result<void> add_json(const SignedRecord& record) const;
  [[nodiscard]] Result<SignedRecord> write_record(const RoundReport& report,
                                                  std::optional<SignedRecord> before,
                                                  const SigningKey& aggregator);

  std::filesystem::path folder_;
  const Roster* roster_;
  std::uint64_t last_round_ = 0;
  Hash previous_record_;
  std::uint64_t completed_ = 0;
  std::optional<std::uint64_t> newest_completed_;
  std::optional<std::uint64_t> completed_before_;
  std::vector<Offer> cut_off_;
};

}  // namespace blindsum
