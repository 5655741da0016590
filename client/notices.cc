#include "client/notices.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace blindsum {
namespace {

// A count that a newer one takes the place of.
bool is_outdated_by(const Progress& before, const Progress& next) {
  const bool is_count = next.kind == ProgressKind::waiting || next.kind == ProgressKind::uploading;
  return is_count && before.kind == next.kind && before.round == next.round;
}

template <class Callback, class Told>
void call(const Callback& callback, const Told& told) {
  try {
    callback(told);
  } catch (...) {
    // A display that fails is no reason to leave a round; what was done is done.
  }
}

}  // namespace

Notices::Notices(Strand strand, const ParticipantOptions& options)
    : strand_(std::move(strand)), options_(options) {}

void Notices::tell(Progress progress) {
  if (!options_.on_progress) return;
  {
    const std::lock_guard lock(mutex_);
    auto* last = waiting_.empty() ? nullptr : std::get_if<Progress>(&waiting_.back());
    if (last != nullptr && is_outdated_by(*last, progress)) {
      *last = std::move(progress);
      return;
    }
  }
  push(std::move(progress));
}

void Notices::tell(RoundResult result) {
  if (options_.on_result) push(std::move(result));
}

bool Notices::is_crowded() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() >= kCrowd;
}

void Notices::after(std::function<void()> then) {
  boost::asio::post(strand_, std::move(then));
}

// One turn of the strand for each that waits.
void Notices::push(Notice notice) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(notice));
  }
  boost::asio::post(strand_, [this] { tell_next(); });
}

void Notices::tell_next() {
  std::unique_lock lock(mutex_);
  const Notice next = std::move(waiting_.front());
  waiting_.pop_front();
  lock.unlock();
  if (const auto* progress = std::get_if<Progress>(&next)) {
    call(options_.on_progress, *progress);
  } else {
    call(options_.on_result, std::get<RoundResult>(next));
  }
}

}  // namespace blindsum
