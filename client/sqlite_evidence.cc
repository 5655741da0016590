// The evidence in the state folder [DISK-6].
#include "client/error.h"
#include "client/evidence.h"
#include "client/sqlite_store.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

// Never the newest itself, however large.
constexpr const char* kForget =
    "DELETE FROM evidence WHERE number <= (SELECT max(number) FROM evidence) - ?1 OR number IN "
    "(SELECT number FROM (SELECT number, sum(length(first) + length(second)) "
    "OVER (ORDER BY number DESC) AS size, max(number) OVER () AS newest FROM evidence) "
    "WHERE size > ?2 AND number < newest)";

Result<Evidence> read_row(const SqlStatement& row) {
  auto id = SessionId::from(row.blob(2));
  if (!id) return ClientError::bad_store;
  return Evidence{.number = row.number(7),
                  .task = row.text(0),
                  .round = row.number(1),
                  .session_id = *id,
                  .message = row.text(3),
                  .found = row.number(4),
                  .first = row.blob(5),
                  .second = row.blob(6)};
}

}  // namespace

Result<void> SqliteStore::keep_evidence(const Evidence& evidence) {
  return database_.transaction([&]() -> Result<void> {
    BLINDSUM_TRY(entry,
                 database_.prepare("INSERT INTO evidence (task, round, session_id, message, found, "
                                   "first, second) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    entry.bind(1, evidence.task).bind(2, evidence.round).bind(3, evidence.session_id.view());
    entry.bind(4, evidence.message).bind(5, evidence.found);
    BLINDSUM_CHECK(entry.bind(6, evidence.first).bind(7, evidence.second).step());
    BLINDSUM_TRY(forget, database_.prepare(kForget));
    BLINDSUM_CHECK(forget.bind(1, kMostEvidence).bind(2, kMostEvidenceBytes).step());
    return {};
  });
}

Result<std::vector<Evidence>> SqliteStore::evidence() {
  BLINDSUM_TRY(query, database_.prepare("SELECT task, round, session_id, message, found, first, "
                                        "second, number FROM evidence ORDER BY number"));
  std::vector<Evidence> all;
  BLINDSUM_TRY(found, query.step());
  while (found == SqlStep::row) {
    BLINDSUM_TRY(one, read_row(query));
    all.push_back(std::move(one));
    BLINDSUM_TRY(more, query.step());
    found = more;
  }
  return all;
}

Result<std::vector<Evidence>> read_evidence(const std::filesystem::path& folder) {
  BLINDSUM_TRY(store, SqliteStore::open_existing(folder));
  return store->evidence();
}

}  // namespace blindsum
