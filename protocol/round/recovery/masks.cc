#include "protocol/round/recovery/masks.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "crypto/mask_stream.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::detail {
namespace {

// A key agreement is 50 µs.
constexpr std::uint64_t kKeysAtOnce = 16;
// Streams that are expanded at a time, 256 bytes each: a large complete cohort has a million.
constexpr std::size_t kMostStreams = std::size_t{1} << 16;
// Elements of a piece: a piece should last some milliseconds however few streams there are, and a
// short vector must still give pieces to all threads.
constexpr std::uint64_t kLeastElements = 4096;
constexpr std::uint64_t kMostElements = std::uint64_t{1} << 20;
constexpr std::uint64_t kElementsTimesStreams = std::uint64_t{1} << 22;

// One mask that is in the sum: a survivor's own, or the one between it and a dropped member.
struct MaskInSum {
  const Rebuilt* secret;
  std::uint32_t owner;                // of the secret
  std::optional<std::uint32_t> pair;  // the survivor that masked against the owner
};

Result<std::vector<MaskInSum>> masks_in_sum(const RecoveryJob& job,
                                            const std::vector<Rebuilt>& secrets) {
  std::vector<const Rebuilt*> mask_keys(job.mask_points.size(), nullptr);
  std::vector<MaskInSum> masks;
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const std::uint32_t dealer = job.targets[i].dealer;
    if (std::holds_alternative<SelfMask>(secrets[i].secret)) {
      masks.push_back({&secrets[i], dealer, std::nullopt});
    } else if (dealer < mask_keys.size()) {
      mask_keys[dealer] = &secrets[i];
    }
  }
  for (const auto& [survivor, dropped] : job.pairs) {
    if (std::max(survivor, dropped) >= mask_keys.size() || mask_keys[dropped] == nullptr) {
      return Reason::internal_error;
    }
    masks.push_back({mask_keys[dropped], dropped, survivor});
  }
  return masks;
}

Result<MaskStream> stream_of(const RecoveryJob& job, const MaskInSum& mask) {
  if (!mask.pair) {
    const auto* secret = std::get_if<SelfMask>(&mask.secret->secret);
    if (secret == nullptr) return Reason::internal_error;
    BLINDSUM_TRY(key, self_key(*secret, job.th2, mask.owner));
    return MaskStream::create(key, MaskSign::subtract);  // it was added
  }
  const auto* secret = std::get_if<MaskKey>(&mask.secret->secret);
  if (secret == nullptr) return Reason::internal_error;
  const std::uint32_t survivor = *mask.pair;
  BLINDSUM_TRY(shared, agree(*secret, job.mask_points[survivor]));
  BLINDSUM_TRY(key, pair_key(shared, job.th2, survivor, mask.owner));
  // The survivor added the mask of a member above it, and subtracted that of one below.
  return MaskStream::create(key, mask.owner > survivor ? MaskSign::subtract : MaskSign::add);
}

// Where in a stage that is run batch by batch.
class BatchMonitor final : public RecoveryMonitor {
 public:
  BatchMonitor(RecoveryMonitor& whole, std::uint64_t before, std::uint64_t of)
      : whole_(whole), before_(before), of_(of) {}
  bool is_wanted() const override { return whole_.is_wanted(); }
  void advanced(const RecoveryProgress& progress) override {
    whole_.advanced({progress.stage, before_ + progress.done, of_});
  }

 private:
  RecoveryMonitor& whole_;
  std::uint64_t before_;
  std::uint64_t of_;
};

Result<std::vector<MaskStream>> expand(const RecoveryJob& job, std::span<const MaskInSum> masks,
                                       const RecoveryThreads& threads) {
  std::vector<std::optional<MaskStream>> made(masks.size());
  const auto make_some = [&](Piece piece) -> Result<void> {
    for (std::uint64_t i = piece.first; i < piece.end; ++i) {
      BLINDSUM_TRY(stream, stream_of(job, masks[i]));
      made[i] = std::move(stream);
    }
    return {};
  };
  BLINDSUM_CHECK(run_stage(threads, RecoveryStage::keys, made.size(), kKeysAtOnce, make_some));
  std::vector<MaskStream> streams;
  streams.reserve(made.size());
  for (auto& stream : made) streams.push_back(*std::move(stream));
  return Result<std::vector<MaskStream>>(std::move(streams));
}

Result<void> apply_streams(std::span<const MaskStream> streams, Accumulator& accumulator,
                           const RecoveryThreads& threads) {
  const std::uint64_t piece = std::clamp(kElementsTimesStreams / streams.size() / kLeastElements,
                                         std::uint64_t{1}, kMostElements / kLeastElements) *
                              kLeastElements;
  return run_stage(threads, RecoveryStage::masks, accumulator.length(), piece, [&](Piece range) {
    return accumulator.apply(streams, range.first, range.end - range.first);
  });
}

}  // namespace

Result<RecoveryWork> take_masks_off(const RecoveryJob& job, const std::vector<Rebuilt>& secrets,
                                    Accumulator& accumulator, const RecoveryThreads& threads) {
  BLINDSUM_TRY(masks, masks_in_sum(job, secrets));
  const std::uint64_t length = accumulator.length();
  const std::uint64_t batches = (masks.size() + kMostStreams - 1) / kMostStreams;
  for (std::uint64_t i = 0; i < batches; ++i) {
    const std::uint64_t first = i * kMostStreams;
    const auto batch = std::span(masks).subspan(first).first(
        std::min<std::size_t>(kMostStreams, masks.size() - first));
    BatchMonitor keys(threads.monitor, first, masks.size());
    BLINDSUM_TRY(streams, expand(job, batch, {threads.parallel, keys}));
    BatchMonitor tiles(threads.monitor, i * length, batches * length);
    BLINDSUM_CHECK(apply_streams(streams, accumulator, {threads.parallel, tiles}));
  }
  RecoveryWork work;
  work.rebuilt_secrets = static_cast<std::uint32_t>(secrets.size());
  work.key_agreements = static_cast<std::uint32_t>(job.pairs.size());
  work.mask_streams = static_cast<std::uint32_t>(masks.size());
  return work;
}

}  // namespace blindsum::detail
