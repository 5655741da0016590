#include "server/store/guarded_store.h"

#include <string>
#include <utility>

#include "server/store/store_error.h"

namespace blindsum {
namespace {

constexpr const char* kSource = "store of rounds";

}  // namespace

Error GuardedStore::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

template <class Work>
Result<void> GuardedStore::write(std::string_view what, Work&& work) {
  if (const Error error = broken()) return error;
  // Each for itself: that a fact was kept does not show that there is room for a checkpoint.
  const std::string source = std::string(kSource) + ": " + std::string(what);
  const Result<void> done = std::forward<Work>(work)();
  const std::lock_guard lock(mutex_);
  // Of what was under way meanwhile nobody knows either.
  if (broken_) return broken_;
  if (done) {
    readiness_.well(source);
    return done;
  }
  const Error error = done.error();
  std::string says = error.message();
  if (is_for_good(error)) {
    broken_ = error;
    says += "; nothing is kept any more until a restart";
  }
  log_.error("{}: {}", source, says);
  readiness_.amiss(source, std::move(says));
  return error;
}

Result<void> GuardedStore::keep(const SessionId& round, const RoundFact& fact) {
  return write("a fact", [&] { return store_->keep(round, fact); });
}

Result<std::vector<RoundFact>> GuardedStore::facts(const SessionId& round) {
  return store_->facts(round);
}

Result<std::vector<std::string>> GuardedStore::tasks() {
  return store_->tasks();
}

Result<std::vector<SessionId>> GuardedStore::rounds(std::string_view task) {
  return store_->rounds(task);
}

Result<void> GuardedStore::checkpoint(const SessionId& round, ByteView packed_sum,
                                      std::span<const AddedFact> added) {
  return write("a checkpoint", [&] { return store_->checkpoint(round, packed_sum, added); });
}

Result<StoredSum> GuardedStore::load_checkpoint(const SessionId& round) {
  return store_->load_checkpoint(round);
}

Result<void> GuardedStore::keep_result(const SessionId& round, ByteView packed_sum) {
  return write("a sum", [&] { return store_->keep_result(round, packed_sum); });
}

Result<StoredSum> GuardedStore::load_result(const SessionId& round) {
  return store_->load_result(round);
}

Result<void> GuardedStore::forget(const SessionId& round) {
  return write("forgetting a round", [&] { return store_->forget(round); });
}

}  // namespace blindsum
