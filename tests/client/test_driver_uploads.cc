// The upload as the round driver hands it to its host: grants that come again, and sessions that
// break.
#include <doctest/doctest.h>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

// Three chunks, of which two are on their way at a time.
constexpr std::uint64_t kElements = 1'000'000;

// Until member 0 has handed out two chunks.
void run_to_upload(RoundTable& table) {
  const auto uploading = [&] {
    const auto& outbox = table.host(0).outbox;
    return outbox.size() == 2 && outbox.back().frame.front() == 1;
  };
  table.start();
  table.run(uploading);
  REQUIRE(uploading());
}

TEST_CASE("[UPLOAD-2] an upload that was stopped goes on with the next grant, from its offset") {
  RoundTable table({.elements = kElements});
  run_to_upload(table);
  FakeHost& host = table.host(0);
  const Bytes first = host.outbox[0].frame;
  const Bytes second = host.outbox[1].frame;
  table.say(0, Rejection{Reason::upload_stalled, ""});
  host.take();
  host.take();  // what was being written then; nothing follows
  CHECK(host.outbox.empty());
  table.say(0, UploadGrant{0});
  REQUIRE(host.outbox.size() == 2);
  CHECK(host.outbox[0].frame == first);  // [ONCE-5] the same bytes
  CHECK(host.outbox[1].frame == second);
  host.take();
  REQUIRE(host.outbox.size() == 2);  // the third is made while the second is being written
  CHECK(host.progress.back().kind == ProgressKind::uploading);
  CHECK(host.progress.back().done == kChunkBytes);
}

TEST_CASE("[UPLOAD-4, LIMIT-2] however many grants come, two chunks are on their way at most") {
  RoundTable table({.elements = kElements});
  run_to_upload(table);
  FakeHost& host = table.host(0);
  const Bytes first = host.outbox[0].frame;
  const Bytes second = host.outbox[1].frame;
  for (int i = 0; i < 1'000; ++i) table.say(0, UploadGrant{0});
  REQUIRE(host.outbox.size() == 2);
  // And again from the start, as they said, in the places of those that are written.
  host.take();
  REQUIRE(host.outbox.size() == 2);
  CHECK(host.outbox[1].frame == first);
  host.take();
  REQUIRE(host.outbox.size() == 2);
  CHECK(host.outbox[1].frame == second);
  CHECK(host.progress.back().kind != ProgressKind::uploading);  // not of those before
  table.run();
  CHECK(table.record()->outcome == Reason::ok);
  CHECK(table.driver(0).summary().completed == 1);
}

TEST_CASE("[JOIN-2] chunks that went with their session hold up none of the next one") {
  RoundTable table({.elements = kElements, .uploads_in_flight = 5});
  run_to_upload(table);
  const auto taken = table.host(0).outbox[0].taken;
  table.cut(0);
  taken();  // as late as that
  CHECK(table.host(0).outbox.empty());
  table.connect(0);
  CHECK(table.host(0).outbox.size() == 2);
  table.run();
  CHECK(table.driver(0).summary().completed == 1);
}

TEST_CASE("[UPLOAD-1] a grant does not outlive its session: the next one is waited for") {
  RoundTable table;
  table.start();
  FakeHost& host = table.host(0);
  std::vector<ProgramJob> jobs;  // whose update is not ready yet
  bool granted = false;
  table.spoil = [&](std::uint32_t i, ToParticipant& message) {
    granted = granted || (i == 0 && std::holds_alternative<UploadGrant>(message));
    return true;
  };
  table.run([&] {
    for (; !host.jobs.empty(); host.jobs.pop_back()) jobs.push_back(host.jobs.back());
    return granted;
  });
  REQUIRE(granted);
  REQUIRE(jobs.size() == 1);
  table.driver(0).disconnected();
  host.outbox.clear();
  table.driver(0).connected({});
  table.driver(0).input(table.id(), table.program(0, *jobs[0].parameters));
  CHECK(host.outbox.empty());
  table.say(0, UploadGrant{0});
  REQUIRE(host.outbox.size() == 1);
  CHECK(host.outbox[0].frame.front() == 1);
}

}  // namespace
}  // namespace blindsum
