#include "client/sqlite_store.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "client/error.h"
#include "faults/faults.h"
#include "protocol/round/reason.h"
#include "support/error.h"

namespace blindsum {
namespace {

// Times are compared in SQL, as signed numbers.
std::uint64_t clamped(UnixSeconds seconds) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return std::min<std::uint64_t>(seconds, most);
}

template <class Value>
Result<Value> fixed(const Bytes& bytes) {
  auto value = Value::from(bytes);
  if (!value) return ClientError::bad_store;
  return *value;
}

constexpr std::size_t kMemberBytes = 4 + VerifyKey::size_bytes;

Bytes member_bytes(const std::vector<KeptMember>& members) {
  Bytes bytes;
  bytes.reserve(members.size() * kMemberBytes);
  for (const KeptMember& member : members) {
    put_u32(bytes, member.roster_index);
    put_bytes(bytes, member.key.view());
  }
  return bytes;
}

Result<std::vector<KeptMember>> parse_members(const Bytes& bytes) {
  if (bytes.size() % kMemberBytes != 0) return ClientError::bad_store;
  std::vector<KeptMember> members;
  for (std::size_t at = 0; at < bytes.size(); at += kMemberBytes) {
    const ByteView entry = ByteView(bytes).subspan(at, kMemberBytes);
    BLINDSUM_TRY(key, VerifyKey::from(entry.subspan(4)));
    members.push_back({.roster_index = get_u32(entry.subspan<0, 4>()), .key = key});
  }
  return members;
}

Result<KeptCohort> read_cohort(const SqlStatement& row, int first) {
  BLINDSUM_TRY(th1, fixed<Hash>(row.blob(first + 1)));
  BLINDSUM_TRY(members, parse_members(row.blob(first + 4)));
  return KeptCohort{.parameter_bytes = row.blob(first),
                    .th1 = th1,
                    .quorum = static_cast<std::uint32_t>(row.number(first + 2)),
                    .survivors = static_cast<std::uint32_t>(row.number(first + 3)),
                    .members = std::move(members)};
}

Result<SpentInput> read_spent(const SqlStatement& row, int first) {
  BLINDSUM_TRY(input, fixed<InputId>(row.blob(first)));
  BLINDSUM_TRY(th2, fixed<Hash>(row.blob(first + 1)));
  return SpentInput{.input = input, .th2 = th2, .u2 = row.blob(first + 2)};
}

}  // namespace

Result<std::optional<SeenRoster>> SqliteStore::newest_roster() {
  BLINDSUM_TRY(query, database_.prepare("SELECT epoch, hash FROM roster"));
  BLINDSUM_TRY(found, query.step());
  if (found == SqlStep::done) return std::optional<SeenRoster>();
  BLINDSUM_TRY(hash, fixed<Hash>(query.blob(1)));
  return std::optional(SeenRoster{.epoch = query.number(0), .hash = hash});
}

Result<void> SqliteStore::keep_roster(const SeenRoster& roster) {
  BLINDSUM_TRY(change, database_.prepare("INSERT INTO roster (one, epoch, hash) VALUES (1, ?, ?) "
                                         "ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, "
                                         "hash = excluded.hash"));
  BLINDSUM_CHECK(change.bind(1, roster.epoch).bind(2, roster.hash.view()).step());
  return {};
}

Result<std::uint64_t> SqliteStore::last_round(const std::string& task) {
  BLINDSUM_TRY(query, database_.prepare("SELECT last_round FROM task WHERE name = ?"));
  BLINDSUM_TRY(found, query.bind(1, task).step());
  return found == SqlStep::row ? query.number(0) : std::uint64_t{0};
}

Result<std::uint32_t> SqliteStore::rounds_since(UnixSeconds since) {
  BLINDSUM_TRY(query, database_.prepare("SELECT count(*) FROM round WHERE begun >= ?"));
  BLINDSUM_CHECK(query.bind(1, clamped(since)).step());
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(query.number(0), std::numeric_limits<std::uint32_t>::max()));
}

Result<std::optional<SeenRecord>> SqliteStore::last_record(const std::string& task) {
  BLINDSUM_TRY(query,
               database_.prepare("SELECT record_round, record_hash FROM task WHERE name = ?"));
  BLINDSUM_TRY(found, query.bind(1, task).step());
  if (found == SqlStep::done || query.is_null(1)) return std::optional<SeenRecord>();
  BLINDSUM_TRY(hash, fixed<Hash>(query.blob(1)));
  return std::optional(SeenRecord{.round = query.number(0), .hash = hash});
}

Result<void> SqliteStore::keep_record(const std::string& task, const SeenRecord& record) {
  BLINDSUM_TRY(change,
               database_.prepare(
                   "INSERT INTO task (name, last_round, record_round, record_hash) "
                   "VALUES (?1, 0, ?2, ?3) ON CONFLICT (name) DO UPDATE SET "
                   "record_round = excluded.record_round, record_hash = excluded.record_hash"));
  BLINDSUM_CHECK(change.bind(1, task).bind(2, record.round).bind(3, record.hash.view()).step());
  return {};
}

Result<void> SqliteStore::begin_round(const SessionId& id, const std::string& task,
                                      std::uint64_t round, UnixSeconds now) {
  return database_.transaction([&]() -> Result<void> {
    BLINDSUM_TRY(last, last_round(task));
    BLINDSUM_TRY(same_id, find_round(id));
    const bool is_newer = round > last || fault(Fault::round_repeated);
    if (!is_newer || same_id) return Reason::round_not_newer;  // [POLICY-6, PARAM-3]
    BLINDSUM_TRY(number, database_.prepare(
                             "INSERT INTO task (name, last_round) VALUES (?, ?) ON CONFLICT (name) "
                             "DO UPDATE SET last_round = excluded.last_round"));
    BLINDSUM_CHECK(number.bind(1, task).bind(2, round).step());
    BLINDSUM_TRY(entry, database_.prepare("INSERT INTO round (session_id, task, number, begun) "
                                          "VALUES (?, ?, ?, ?)"));
    BLINDSUM_CHECK(
        entry.bind(1, id.view()).bind(2, task).bind(3, round).bind(4, clamped(now)).step());
    return forget_rounds(now);
  });
}

// [DISK-4] Whole entries: a mark of unmask or VOID never goes before its th1. What the round spent
// stays spent, and can no longer be released.
Result<void> SqliteStore::forget_rounds(UnixSeconds now) {
  if (now < kKeptFor) return {};
  BLINDSUM_TRY(forget, database_.prepare("DELETE FROM round WHERE begun < ? AND "
                                         "rowid <= (SELECT max(rowid) FROM round) - ?"));
  BLINDSUM_CHECK(forget.bind(1, clamped(now - kKeptFor)).bind(2, kAlwaysKept).step());
  return {};
}

Result<void> SqliteStore::update_round(SqlStatement& statement) {
  BLINDSUM_CHECK(statement.step());
  // A round that was never begun: a bug of ours, and nothing is kept.
  if (database_.changes() != 1) return Reason::store_failed;
  return {};
}

Result<void> SqliteStore::keep_cohort(const SessionId& id, const KeptCohort& cohort) {
  BLINDSUM_TRY(change, database_.prepare("UPDATE round SET parameter_bytes = ?1, th1 = ?2, "
                                         "quorum = ?3, survivors = ?4, members = ?5 "
                                         "WHERE session_id = ?6"));
  change.bind(1, cohort.parameter_bytes)
      .bind(2, cohort.th1.view())
      .bind(3, std::uint64_t{cohort.quorum})
      .bind(4, std::uint64_t{cohort.survivors})
      .bind(5, member_bytes(cohort.members))
      .bind(6, id.view());
  return update_round(change);
}

Result<void> SqliteStore::spend_input(const SessionId& id, const SpentInput& spent) {
  return database_.transaction([&]() -> Result<void> {
    BLINDSUM_TRY(taken, is_spent(spent.input));
    if (taken && !fault(Fault::input_reused)) return Reason::input_spent;  // [INPUT-5]
    BLINDSUM_TRY(change, database_.prepare("UPDATE round SET spent_th2 = ?, spent_u2 = ? "
                                           "WHERE session_id = ?"));
    change.bind(1, spent.th2.view()).bind(2, spent.u2).bind(3, id.view());
    BLINDSUM_CHECK(update_round(change));
    if (fault(Fault::input_reused) && taken) return {};
    // One input a round: a second one breaks a constraint.
    BLINDSUM_TRY(entry, database_.prepare("INSERT INTO spent (input, session_id) VALUES (?, ?)"));
    BLINDSUM_CHECK(entry.bind(1, spent.input.view()).bind(2, id.view()).step());
    return {};
  });
}

Result<bool> SqliteStore::is_spent(const InputId& input) {
  const auto found = [&]() -> Result<SqlStep> {
    BLINDSUM_TRY(query, database_.prepare("SELECT 1 FROM spent WHERE input = ?"));
    return query.bind(1, input.view()).step();
  }();
  if (!found) return Result<bool>(boost::system::in_place_error, found.error());
  return *found == SqlStep::row;
}

// [VOID-2] In one transaction: VOID and unmask exclude each other, whatever happens in between.
Result<void> SqliteStore::keep_ending(const SessionId& id, Ending ending, Ending excluded,
                                      Error otherwise) {
  return database_.transaction([&]() -> Result<void> {
    BLINDSUM_TRY(query, database_.prepare("SELECT ending FROM round WHERE session_id = ?"));
    BLINDSUM_TRY(found, query.bind(1, id.view()).step());
    if (found == SqlStep::done) return Reason::store_failed;
    if (query.number(0) == static_cast<std::uint64_t>(excluded)) return otherwise;
    BLINDSUM_TRY(change, database_.prepare("UPDATE round SET ending = ? WHERE session_id = ?"));
    change.bind(1, static_cast<std::uint64_t>(ending)).bind(2, id.view());
    return update_round(change);
  });
}

Result<void> SqliteStore::keep_void(const SessionId& id) {
  return keep_ending(id, Ending::voided, Ending::unmasked, Reason::already_unmasked);
}

Result<void> SqliteStore::keep_unmask(const SessionId& id) {
  return keep_ending(id, Ending::unmasked, Ending::voided, Reason::already_void);
}

Result<void> SqliteStore::release_input(const SessionId& id) {
  return database_.transaction([&]() -> Result<void> {
    BLINDSUM_TRY(change, database_.prepare("UPDATE round SET spent_th2 = NULL, spent_u2 = NULL "
                                           "WHERE session_id = ?"));
    change.bind(1, id.view());
    BLINDSUM_CHECK(update_round(change));
    BLINDSUM_TRY(entry, database_.prepare("DELETE FROM spent WHERE session_id = ?"));
    BLINDSUM_CHECK(entry.bind(1, id.view()).step());
    return {};
  });
}

Result<std::optional<KeptRound>> SqliteStore::find_round(const SessionId& id) {
  BLINDSUM_TRY(query, database_.prepare(
                          "SELECT task, number, ending, parameter_bytes, th1, quorum, survivors, "
                          "members, input, spent_th2, spent_u2 FROM round "
                          "LEFT JOIN spent USING (session_id) WHERE session_id = ?"));
  BLINDSUM_TRY(found, query.bind(1, id.view()).step());
  if (found == SqlStep::done) return std::optional<KeptRound>();
  KeptRound round{.session_id = id,
                  .task = query.text(0),
                  .round = query.number(1),
                  .cohort = std::nullopt,
                  .spent = std::nullopt,
                  .ending = static_cast<Ending>(query.number(2))};
  if (!query.is_null(4)) {
    BLINDSUM_TRY(cohort, read_cohort(query, 3));
    round.cohort = std::move(cohort);
  }
  if (!query.is_null(8)) {
    BLINDSUM_TRY(spent, read_spent(query, 8));
    round.spent = std::move(spent);
  }
  return std::optional(std::move(round));
}

}  // namespace blindsum
