#include "protocol/round/recovery.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "faults/faults.h"
#include "protocol/round/recovery/masks.h"
#include "protocol/round/recovery/rebuild.h"
#include "protocol/round/recovery/stage.h"

namespace blindsum {
namespace {

using detail::Rebuilt;

void add_blame(const RecoveryJob& job, const RebuildTarget& target, const Rebuilt& rebuilt,
               RecoveryOutcome& outcome) {
  if (fault(Fault::no_blame)) return;
  const auto accuse = [&](BlameKind kind, std::uint32_t accused,
                          std::optional<std::uint32_t> witness) {
    outcome.blame.push_back({kind, accused, witness, {}});
  };
  for (const std::uint32_t holder : rebuilt.bad_holders) {  // [BLAME-1]
    accuse(BlameKind::bad_share, holder, target.dealer);
  }
  if (!rebuilt.counted.empty()) {  // [BLAME-2]
    accuse(BlameKind::bad_dealing, target.dealer, std::nullopt);
    outcome.counted.push_back({target.dealer, rebuilt.counted});
  }
  for (const std::uint32_t holder : target.reported_by) {  // [BLAME-3]
    accuse(BlameKind::unopened_pair, target.dealer, holder);
  }
  if (target.reported_by.size() > job.corruption_bound) {
    accuse(BlameKind::unopened_dealer, target.dealer, std::nullopt);
  }
}

// Which of two targets' failures names the round's.
int weight_of(Reason reason) {
  return reason == Reason::ok ? 0 : reason == Reason::secret_not_rebuilt ? 1 : 2;
}

bool by_kind_and_names(const Blame& a, const Blame& b) {
  return std::tuple(a.kind, a.accused, a.witness) < std::tuple(b.kind, b.accused, b.witness);
}

// All blame is collected before anything is given up.
void judge(const RecoveryJob& job, const std::vector<Rebuilt>& secrets, RecoveryOutcome& outcome) {
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const Reason reason = secrets[i].reason;
    if (weight_of(reason) > weight_of(outcome.reason)) outcome.reason = reason;
    add_blame(job, job.targets[i], secrets[i], outcome);
  }
  std::sort(outcome.blame.begin(), outcome.blame.end(), by_kind_and_names);
}

Result<void> try_recover(const RecoveryJob& job, Accumulator& accumulator,
                         const detail::RecoveryThreads& threads, RecoveryOutcome& outcome) {
  BLINDSUM_TRY(secrets, detail::rebuild_secrets(job, threads));
  judge(job, secrets, outcome);
  if (outcome.reason != Reason::ok) return {};
  BLINDSUM_TRY(work, detail::take_masks_off(job, secrets, accumulator, threads));
  outcome.work = work;
  BLINDSUM_TRY(digest, accumulator.packed_digest());  // [RECORD-4]
  outcome.sum_digest = digest;
  if (fault(Fault::wrong_sum_hash)) outcome.sum_digest.bytes.front() ^= 1;
  return {};
}

}  // namespace

RecoveryOutcome recover(const RecoveryJob& job, Accumulator& accumulator, Parallel& parallel,
                        RecoveryMonitor& monitor) {
  RecoveryOutcome outcome;
  const Result<void> done = try_recover(job, accumulator, {parallel, monitor}, outcome);
  if (done.has_error()) outcome.reason = Reason::internal_error;
  return outcome;
}

}  // namespace blindsum
