#include "server/sum_keeper.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "crypto/secret.h"

namespace blindsum {
namespace {

// A sum of one is that member's vector, and none is kept alone [DISK-7].
constexpr std::size_t kLeastMembers = 2;

}  // namespace

SumKeeper::SumKeeper(Context context, Ring ring, std::uint64_t length, Tell tell)
    : context_(std::move(context)),
      ring_(ring),
      length_(length),
      tell_(std::move(tell)),
      log_(context_.log, {context_.name, to_hex(context_.session_id.view())}),
      adding_(context_.pool) {}

void SumKeeper::restore(Accumulator sum, std::uint32_t members) {
  sum_ = std::make_shared<Accumulator>(std::move(sum));
  durable_ = members;
}

void SumKeeper::add(Accumulate upload) {
  adding_.post_last(
      [self = shared_from_this(), upload = std::move(upload)]() mutable { self->take(upload); });
}

void SumKeeper::may_come(bool more) {
  adding_.post([self = shared_from_this(), more] {
    self->more_may_come_ = more;
    self->consider();
  });
}

void SumKeeper::drop() {
  adding_.post([self = shared_from_this()] {
    self->dropped_ = true;
    self->waiting_ = {};
    self->sum_.reset();
  });
}

void SumKeeper::take(Accumulate& upload) {
  Error error = Reason::internal_error;
  try {
    error = add_up(upload);
  } catch (const std::exception& exception) {
    log_.error("{}: internal_error: {}", context_.name, exception.what());
  }
  upload.packed.wipe();  // [REBUILD-5]
  if (!error) {
    waiting_.roster_indices.push_back(upload.roster_index);
    waiting_.facts.push_back(upload.fact);
  }
  tell_(UploadTaken{upload.roster_index, error});
  consider();
}

Error SumKeeper::add_up(Accumulate& upload) {
  if (dropped_) return Reason::internal_error;  // nobody listens any more
  if (failed_) return failed_;
  if (!sum_) sum_ = std::make_shared<Accumulator>(ring_, length_);
  const auto bytes = upload.packed.size();
  const auto began = std::chrono::steady_clock::now();
  const auto added = sum_->add_packed(upload.packed);
  if (added) tell_added(bytes, std::chrono::steady_clock::now() - began);
  return added ? Error() : added.error();
}

void SumKeeper::tell_added(std::uint64_t bytes, std::chrono::nanoseconds took) const {
  context_.watcher->see(UploadAdded{bytes, took});
}

void SumKeeper::consider() {
  if (writing_ || dropped_ || waiting_.facts.empty()) return;
  if (durable_ + waiting_.facts.size() < kLeastMembers) return;
  const bool is_due = !more_may_come_ || waiting_.facts.size() >= context_.limits.uploads ||
                      context_.clock.now() >= may_write_at_;
  if (is_due) return write();
  wake_at(may_write_at_);
}

void SumKeeper::wake_at(Instant when) {
  if (waking_at_ && *waking_at_ <= when) return;
  waking_at_ = when;
  adding_.post_at(when, [weak = weak_from_this(), when] {
    const auto self = weak.lock();
    if (!self) return;
    if (self->waking_at_ == when) self->waking_at_.reset();
    self->consider();
  });
}

// Whatever fails, those of the group are told: they are in the sum, and would be awaited for ever.
void SumKeeper::write() {
  in_writing_ = std::exchange(waiting_, {});
  writing_ = true;
  const Instant began = context_.clock.now();
  Result<void> begun = Reason::internal_error;
  try {
    begun = begin_writing(began);
  } catch (const std::exception& exception) {
    log_.error("{}: internal_error: {}", context_.name, exception.what());
  }
  if (!begun) written(Reason::internal_error, began);
}

Result<void> SumKeeper::begin_writing(Instant began) {
  BLINDSUM_TRY(packed, context_.pack(*sum_));
  context_.pool.post([self = shared_from_this(), packed = std::move(packed), began]() mutable {
    const Error error = self->checkpoint(packed, self->in_writing_.facts);
    wipe(ByteSpan(packed));
    self->adding_.post_last([self, error, began] { self->written(error, began); });
  });
  return {};
}

Error SumKeeper::checkpoint(ByteView packed, const std::vector<AddedFact>& facts) {
  try {
    const auto kept = context_.store.checkpoint(context_.session_id, packed, facts);
    return kept ? Error() : Error(Reason::store_failed);
  } catch (const std::exception& exception) {
    log_.error("{}: internal_error: {}", context_.name, exception.what());
    return Reason::internal_error;
  }
}

void SumKeeper::written(const Error& error, Instant began) {
  writing_ = false;
  const Group group = std::exchange(in_writing_, {});
  const Instant now = context_.clock.now();
  may_write_at_ = std::max<Instant>(began + context_.limits.interval, now + (now - began));
  if (!error) {
    durable_ += static_cast<std::uint32_t>(group.facts.size());
    log_.debug("{}: {} uploads are durable, the checkpoint took {} ms", context_.name, durable_,
               (now - began).count());
    answer(group, error);
    return consider();
  }
  // What waits would be in the next checkpoint, and there is none: the round ends here.
  failed_ = error;
  answer(group, error);
  answer(std::exchange(waiting_, {}), error);
}

void SumKeeper::answer(const Group& group, const Error& error) {
  for (const std::uint32_t roster_index : group.roster_indices) {
    tell_(Accumulated{roster_index, error});
  }
}

}  // namespace blindsum
