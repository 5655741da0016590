// What the program is told, when it is slow to listen.
#include <doctest/doctest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "client/notices.h"
#include "client/worker_pool.h"

namespace blindsum {
namespace {

// A program that is busy with what it was told first, until it is let go.
struct SlowProgram {
  SlowProgram() {
    options.on_progress = [this](const Progress& progress) {
      if (progress.kind == ProgressKind::connected) may_go.get_future().wait();
      told.push_back(progress);
      if (progress.kind == ProgressKind::evidence) throw std::runtime_error("no display");
    };
    options.on_result = [this](const RoundResult&) { ++results; };
    notices.tell(
        Progress{.kind = ProgressKind::connected, .round = 0, .text = {}, .done = 0, .of = 0});
  }
  void tell(ProgressKind kind, std::uint64_t round, std::uint64_t done) {
    notices.tell(Progress{.kind = kind, .round = round, .text = {}, .done = done, .of = 0});
  }
  void let_go_and_wait() {
    may_go.set_value();
    std::promise<void> all;
    notices.after([&all] { all.set_value(); });
    all.get_future().wait();
  }

  std::promise<void> may_go;
  std::vector<Progress> told;
  int results = 0;
  ParticipantOptions options;
  WorkerPool pool{1};
  Notices notices{Notices::Strand(pool.executor()), options};
};

TEST_CASE("[LIMIT-2] of counts that change only the newest waits to be told") {
  SlowProgram program;
  for (std::uint64_t i = 1; i <= 100'000; ++i) program.tell(ProgressKind::waiting, 0, i);
  for (std::uint64_t i = 1; i <= 100'000; ++i) program.tell(ProgressKind::uploading, 7, i);
  program.tell(ProgressKind::uploading, 8, 5);
  CHECK_FALSE(program.notices.is_crowded());
  program.let_go_and_wait();
  REQUIRE(program.told.size() >= 4);
  CHECK(program.told.size() <= 5);  // the pool may have taken the first count off already
  const auto last = program.told.end() - 1;
  CHECK(last->round == 8);
  CHECK((last - 1)->kind == ProgressKind::uploading);
  CHECK((last - 1)->done == 100'000);
  CHECK((last - 2)->kind == ProgressKind::waiting);
  CHECK((last - 2)->done == 100'000);
}

TEST_CASE("[LIMIT-2] what is told one by one makes a crowd, is all told, and the crowd is gone") {
  SlowProgram program;
  int given = 0;
  for (; given < 10'000 && !program.notices.is_crowded(); given += 2) {
    program.tell(ProgressKind::evidence, 1, 0);
    program.notices.tell(RoundResult{});
  }
  CHECK(given < 1'000);
  program.let_go_and_wait();
  CHECK_FALSE(program.notices.is_crowded());
  CHECK(program.told.size() == static_cast<std::size_t>(given) / 2 + 1);
  CHECK(program.results == given / 2);
}

TEST_CASE("who does not listen is told nothing") {
  ParticipantOptions options;
  WorkerPool pool{1};
  Notices notices{Notices::Strand(pool.executor()), options};
  for (int i = 0; i < 1'000; ++i) notices.tell(RoundResult{});
  notices.tell(Progress{});
  CHECK_FALSE(notices.is_crowded());
}

}  // namespace
}  // namespace blindsum
