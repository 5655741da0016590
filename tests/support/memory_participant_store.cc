#include "tests/support/memory_participant_store.h"

#include <algorithm>

#include "protocol/round/reason.h"

namespace blindsum {
namespace {

// What a disk says; the machine calls it store_failed.
Error disk_error() {
  return boost::system::errc::make_error_code(boost::system::errc::io_error);
}

}  // namespace

template <class Change>
Result<void> MemoryParticipantStore::write(Change&& change) {
  const bool fails = fail_after_ && writes_ >= *fail_after_;
  ++writes_;
  if (fails && fault_ == Fault::lost) return disk_error();
  const Result<void> changed = std::forward<Change>(change)();
  if (fails && changed.has_value()) return disk_error();
  return changed;
}

void MemoryParticipantStore::fail_writes_after(std::uint32_t more, Fault fault) {
  fail_after_ = writes_ + more;
  fault_ = fault;
}

MemoryParticipantStore MemoryParticipantStore::restarted() const {
  MemoryParticipantStore next;
  next.disk_ = disk_;
  return next;
}

KeptRound* MemoryParticipantStore::round_of(const SessionId& id) {
  const auto found = disk_.rounds.find(id);
  return found == disk_.rounds.end() ? nullptr : &found->second;
}

bool MemoryParticipantStore::spent_anywhere(const InputId& input) const {
  return std::any_of(disk_.rounds.begin(), disk_.rounds.end(), [&](const auto& entry) {
    return entry.second.spent && entry.second.spent->input == input;
  });
}

Result<std::optional<SeenRoster>> MemoryParticipantStore::newest_roster() {
  if (reads_fail_) return disk_error();
  return disk_.roster;
}

Result<void> MemoryParticipantStore::keep_roster(const SeenRoster& roster) {
  return write([&]() -> Result<void> {
    if (!disk_.roster || roster.epoch > disk_.roster->epoch) disk_.roster = roster;
    return {};
  });
}

Result<std::uint64_t> MemoryParticipantStore::last_round(const std::string& task) {
  if (reads_fail_) return disk_error();
  const auto found = disk_.last_rounds.find(task);
  return found == disk_.last_rounds.end() ? std::uint64_t{0} : found->second;
}

Result<std::uint32_t> MemoryParticipantStore::rounds_since(UnixSeconds since) {
  if (reads_fail_) return disk_error();
  return static_cast<std::uint32_t>(std::count_if(disk_.begun.begin(), disk_.begun.end(),
                                                  [&](UnixSeconds at) { return at >= since; }));
}

Result<std::optional<SeenRecord>> MemoryParticipantStore::last_record(const std::string& task) {
  if (reads_fail_) return disk_error();
  const auto found = disk_.records.find(task);
  if (found == disk_.records.end()) return std::optional<SeenRecord>();
  return std::optional<SeenRecord>(found->second);
}

Result<void> MemoryParticipantStore::keep_record(const std::string& task,
                                                 const SeenRecord& record) {
  return write([&]() -> Result<void> {
    SeenRecord& newest = disk_.records[task];
    if (record.round > newest.round) newest = record;
    return {};
  });
}

Result<void> MemoryParticipantStore::begin_round(const SessionId& id, const std::string& task,
                                                 std::uint64_t round, UnixSeconds now) {
  return write([&]() -> Result<void> {
    std::uint64_t& last = disk_.last_rounds[task];
    if (round <= last || round_of(id) != nullptr) return Reason::round_not_newer;
    last = round;
    disk_.begun.push_back(now);
    disk_.rounds[id] = {.session_id = id,
                        .task = task,
                        .round = round,
                        .cohort = std::nullopt,
                        .spent = std::nullopt,
                        .ending = Ending::open};
    return {};
  });
}

Result<void> MemoryParticipantStore::keep_cohort(const SessionId& id, const KeptCohort& cohort) {
  return write([&]() -> Result<void> {
    KeptRound* round = round_of(id);
    if (round == nullptr) return Reason::unknown_round;
    round->cohort = cohort;
    return {};
  });
}

Result<void> MemoryParticipantStore::spend_input(const SessionId& id, const SpentInput& spent) {
  return write([&]() -> Result<void> {
    KeptRound* round = round_of(id);
    if (round == nullptr) return Reason::unknown_round;
    if (spent_anywhere(spent.input)) return Reason::input_spent;
    round->spent = spent;
    return {};
  });
}

Result<bool> MemoryParticipantStore::is_spent(const InputId& input) {
  if (reads_fail_) return Result<bool>(boost::system::in_place_error, disk_error());
  return spent_anywhere(input);
}

Result<void> MemoryParticipantStore::keep_void(const SessionId& id) {
  return write([&]() -> Result<void> {
    KeptRound* round = round_of(id);
    if (round == nullptr) return Reason::unknown_round;
    if (round->ending == Ending::unmasked) return Reason::already_unmasked;
    round->ending = Ending::voided;
    return {};
  });
}

Result<void> MemoryParticipantStore::keep_unmask(const SessionId& id) {
  return write([&]() -> Result<void> {
    KeptRound* round = round_of(id);
    if (round == nullptr) return Reason::unknown_round;
    if (round->ending == Ending::voided) return Reason::already_void;
    round->ending = Ending::unmasked;
    return {};
  });
}

Result<void> MemoryParticipantStore::release_input(const SessionId& id) {
  return write([&]() -> Result<void> {
    KeptRound* round = round_of(id);
    if (round != nullptr) round->spent.reset();
    return {};
  });
}

Result<std::optional<KeptRound>> MemoryParticipantStore::find_round(const SessionId& id) {
  if (reads_fail_) return disk_error();
  const KeptRound* round = round_of(id);
  if (round == nullptr) return std::optional<KeptRound>();
  return std::optional<KeptRound>(*round);
}

}  // namespace blindsum
