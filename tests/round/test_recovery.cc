// Secrets are rebuilt from the right shares, and the masks taken off the whole vector.
#include <doctest/doctest.h>

#include <map>
#include <utility>
#include <vector>

#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;

TEST_CASE("[REBUILD-2] a bad share beyond the t lowest is not looked at when these are good") {
  for (const std::uint8_t value : {std::uint8_t{3}, std::uint8_t{0}}) {
    AggregatorWorld world;
    world.begin_and_run_to(Phase::unmask);
    Unmask answer = world.member(4).unmask();
    answer.entries[0].share = some_scalar(value);  // point 4 of member 0
    world.member(4).sign(answer);
    world.say(4, answer);
    world.unmask({0, 1, 2, 3});
    REQUIRE(world.phase() == Phase::over);
    CHECK(world.record()->outcome == Reason::ok);
    CHECK(world.blame().empty());
  }
}

TEST_CASE("[REBUILD-3] a miss has all shares looked at, those beyond the t lowest, too") {
  for (const std::uint8_t value : {std::uint8_t{3}, std::uint8_t{0}}) {
    WorldOptions options;
    options.members = options.invited = options.n_min = options.n_max = 7;
    options.delta_ppm = 280'000;  // k = 6, t = 4
    AggregatorWorld world(options);
    world.begin_and_run_to(Phase::unmask);
    for (const std::uint32_t holder : {1U, 6U}) {  // points 1 and 6 of member 0
      Unmask answer = world.member(holder).unmask();
      answer.entries[0].share = some_scalar(value);
      world.member(holder).sign(answer);
      world.say(holder, answer);
    }
    world.unmask({0, 2, 3, 4, 5});
    REQUIRE(world.phase() == Phase::over);
    CHECK(world.record()->outcome == Reason::ok);
    CHECK(world.sum() == world.inputs_of(world.all()));
    REQUIRE(world.blame().size() == 2);
    CHECK(world.blame()[0].accused == 1);
    CHECK(world.blame()[1].accused == 6);
  }
}

TEST_CASE("[REBUILD-3] where too few shares came, that is the name, whatever else is wrong") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.member(3).deal_false_secrets();
  world.run_to(Phase::unmask);
  world.unmask({0, 1, 2});
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::too_few_shares);
  REQUIRE(world.blame().size() == 1);
  CHECK(world.blame()[0].kind == BlameKind::bad_dealing);
}

// Shares of zero, whose sum no scalar type can hold.
TEST_CASE("[REBUILD-3] shares that combine to zero are a miss like any other") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.before_recovery = [](RecoveryJob& job) {
    // f(x) = x, on points 1 to 3
    for (std::uint32_t i = 0; i < 3; ++i) {
      job.targets[4].shares[i].share = RevealedShare{};
      job.targets[4].shares[i].share.bytes[0] = static_cast<std::uint8_t>(i + 1);
    }
  };
  world.unmask(world.all());
  CHECK(world.record()->outcome == Reason::secret_not_rebuilt);
  CHECK(world.blame().size() == 3);
}

TEST_CASE("[REBUILD-3] a point that the dealer has no item for is off its tag") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.before_recovery = [](RecoveryJob& job) {
    job.targets[0].shares[0].point = 9;
    job.targets[0].tags.resize(3);
  };
  world.unmask(world.all());
  CHECK(world.record()->outcome == Reason::secret_not_rebuilt);
  CHECK(world.blame().size() == 2);
}

// The aggregator never asked whether a tag is a point [SHARE-8]: the holder's good share is off one
// that is not, and the dealer's other shares rebuild.
TEST_CASE("[REBUILD-3, U2-9] no share is on a tag that is not the encoding of its point") {
  const auto spoil = [](int how, TagBytes& tag) {
    if (how == 0) tag.fill(0);
    if (how == 1) tag.fill(0xff);
    if (how == 2) tag[31] |= 0x80;  // libsodium would read the same point [KEY-2]
  };
  for (const int how : {0, 1, 2, 3}) {
    CAPTURE(how);
    AggregatorWorld world;
    world.begin_and_run_to(Phase::unmask);
    world.before_recovery = [&](RecoveryJob& job) {
      spoil(how, job.targets[4].tags[1]);
      job.targets[4].shares[0].share = some_scalar(3);  // a miss, so that tags are looked at
    };
    world.unmask(world.all());
    const bool is_spoilt = how < 3;
    CHECK(world.record()->outcome == (is_spoilt ? Reason::secret_not_rebuilt : Reason::ok));
    CHECK(world.blame().size() == (is_spoilt ? 2 : 1));
  }
}

TEST_CASE("[REBUILD-4] all tiles of a long vector are unmasked") {
  WorldOptions options;
  options.vector_length = 3 * 65'536 + 5;
  options.chunk_bytes = 1U << 20;
  AggregatorWorld world(options);
  world.begin_and_run_to(Phase::mask);
  const auto rest = world.all_but({1});
  world.mask(rest);
  world.to_deadline();
  world.attest(rest);
  world.unmask(rest);
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of(rest));
}

TEST_CASE("[RECORD-4] the digest is that of the packed sum") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::over);
  const Ring ring = Ring::of_bits(20).value();
  Accumulator sum(ring, 33);
  Bytes packed(ring.packed_size(33));
  const auto values = world.inputs_of(world.all());
  for (std::size_t j = 0; j < values.size(); ++j) {
    for (std::size_t bit = 0; bit < 20; ++bit) {
      const auto set = static_cast<std::uint64_t>(values[j]) >> bit & 1;
      packed[(j * 20 + bit) / 8] |= static_cast<std::uint8_t>(set << ((j * 20 + bit) % 8));
    }
  }
  CHECK(world.record()->sum_digest == sha256(packed).value());
}

// Everything that a recovery says of itself; gives it up after so many pieces.
class NotingMonitor final : public RecoveryMonitor {
 public:
  explicit NotingMonitor(std::size_t pieces_wanted) : pieces_wanted_(pieces_wanted) {}
  bool is_wanted() const override { return all.size() < pieces_wanted_; }
  void advanced(const RecoveryProgress& progress) override { all.push_back(progress); }

  std::vector<RecoveryProgress> all;

 private:
  std::size_t pieces_wanted_;
};

struct LongRecovery {
  AggregatorWorld world;
  RecoveryJob job;
  Accumulator sum;

  explicit LongRecovery(const WorldOptions& options)
      : world(options), sum(Ring::of_bits(20).value(), options.vector_length) {
    world.begin_and_run_to(Phase::mask);
    const auto rest = world.all_but({1});
    world.mask(rest);
    world.to_deadline();
    world.attest(rest);
    world.before_recovery = [this](RecoveryJob& made) { job = made; };
    world.unmask(rest);
  }
  RecoveryOutcome run(RecoveryMonitor& monitor) {
    SerialParallel serial;
    return recover(job, sum, serial, monitor);
  }
};

TEST_CASE("a recovery tells what is done of what is to be done, stage after stage") {
  WorldOptions options;
  options.vector_length = 2 * (std::uint64_t{1} << 20) + 5;
  options.chunk_bytes = 1U << 20;
  LongRecovery recovery(options);
  NotingMonitor monitor(SIZE_MAX);
  const RecoveryOutcome outcome = recovery.run(monitor);
  REQUIRE(outcome.reason == Reason::ok);
  const auto survivors = static_cast<std::uint32_t>(recovery.world.all().size() - 1);
  CHECK(outcome.work.rebuilt_secrets == survivors + 1);
  CHECK(outcome.work.key_agreements == survivors);  // everybody is the lost one's neighbour
  CHECK(outcome.work.mask_streams == 2 * survivors);
  std::map<RecoveryStage, std::pair<std::uint64_t, std::uint64_t>> last;
  for (const auto& [stage, done, of] : monitor.all) {
    const auto before = last.contains(stage) ? last.at(stage).first : 0;
    CHECK(done > before);
    CHECK(done <= of);
    last[stage] = {done, of};
  }
  CHECK(last.size() == 4);
  for (const auto& [stage, counted] : last) CHECK(counted.first == counted.second);
  CHECK(last.at(RecoveryStage::secrets).second == survivors + 1);
  CHECK(last.at(RecoveryStage::keys).second == 2 * survivors);
  CHECK(last.at(RecoveryStage::masks).second == options.vector_length);
}

TEST_CASE("a recovery that is not wanted any more stops before its next piece") {
  WorldOptions options;
  options.vector_length = 2 * (std::uint64_t{1} << 20) + 5;
  options.chunk_bytes = 1U << 20;
  LongRecovery recovery(options);
  NotingMonitor whole(SIZE_MAX);
  REQUIRE(recovery.run(whole).reason == Reason::ok);
  REQUIRE(whole.all.size() >= 6);
  for (std::size_t pieces = 0; pieces < whole.all.size(); ++pieces) {
    CAPTURE(pieces);
    NotingMonitor monitor(pieces);
    const RecoveryOutcome outcome = recovery.run(monitor);
    CHECK(outcome.reason == Reason::internal_error);
    CHECK(monitor.all.size() == pieces);
  }
}

// Two dealers whose responders are different sets, and many whose are the same.
TEST_CASE("[REBUILD-2] each dealer's secret is rebuilt at the points of its own responders") {
  WorldOptions options;
  options.members = options.invited = options.n_min = options.n_max = 9;
  options.delta_ppm = 280'000;
  AggregatorWorld world(options);
  world.begin_and_run_to(Phase::unmask);
  const auto responders = world.all_but({0, 4});
  for (const std::uint32_t holder : responders) world.say(holder, world.member(holder).unmask());
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::ok);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

TEST_CASE("a job that contradicts itself is an own fault") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  const auto rest = world.all_but({1});
  world.mask(rest);
  world.to_deadline();
  world.attest(rest);
  world.before_recovery = [](RecoveryJob& job) { job.mask_points.clear(); };
  world.unmask(rest);
  CHECK(world.record()->outcome == Reason::internal_error);
}

}  // namespace
}  // namespace blindsum
