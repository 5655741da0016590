// The simulator's own parts: the same seed is the same run, and what breaks bytes breaks them as it
// says.
#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "crypto/group.h"
#include "crypto/sign.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/frames.h"
#include "tests/sim/arithmetic.h"
#include "tests/sim/coverage.h"
#include "tests/sim/damage.h"
#include "tests/sim/options.h"
#include "tests/sim/workers.h"
#include "tests/sim/world.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::sim {
namespace {

TEST_CASE("a seed is a plan, and a plan is a run") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 77U}) {
    CHECK(draw_plan(seed).describe() == draw_plan(seed).describe());
    const Outcome first = run(draw_plan(seed), true);
    const Outcome second = run(draw_plan(seed), true);
    CHECK(first.trace == second.trace);
    CHECK(first.statistics.lines() == second.statistics.lines());
    CHECK(!first.trace.empty());
  }
  CHECK(draw_plan(1).describe() != draw_plan(2).describe());
}

// Each of them from the library, when all is forgotten, and from what is remembered.
TEST_CASE("what is remembered of the library's arithmetic is what it computes") {
  SeededEntropy entropy(3);
  const auto a = random_scalar<MaskKeyTag>(entropy).value();
  const auto b = random_scalar<MaskKeyTag>(entropy).value();
  const auto bytes_of = [](const SharedPoint& point) {
    const ByteView view = point.reveal(Reveal::test);
    return Bytes(view.begin(), view.end());
  };
  forget_arithmetic();
  const Point point_a = public_point(a).value();
  const Point point_b = public_point(b).value();
  const Bytes first = bytes_of(agree(a, point_b).value());
  CHECK(bytes_of(agree(b, point_a).value()) == first);
  forget_arithmetic();
  CHECK(bytes_of(agree(b, point_a).value()) == first);
  forget_arithmetic();
  CHECK(bytes_of(agree(a, point_b).value()) == first);
  CHECK(public_point(a).value() == point_a);
  CHECK(Point::parse(point_a.view()).has_value());
  Bytes no_point(32, 0xff);
  CHECK(Point::parse(no_point).has_error());
  CHECK(Point::parse(no_point).has_error());

  const SigningKey key = SigningKey::generate(entropy).value();
  const Encoded text = void_statement(Hash{}, 7);
  const Encoded other = void_statement(Hash{}, 8);
  const Signature good = key.sign(text).value();
  Signature bad = good;
  bad.bytes[3] ^= 1;
  for (int i = 0; i < 2; ++i) {
    CHECK(verify(key.verify_key(), text, good).has_value());
    CHECK(verify(key.verify_key(), other, good).has_error());
    CHECK(verify(key.verify_key(), text, bad).has_error());
    CHECK(verify(Cast::of(3).aggregator().verify_key(), text, good).has_error());
  }
  forget_arithmetic();
  CHECK(verify(key.verify_key(), text, good).has_value());
}

TEST_CASE("chance is even, and samples are ascending and different") {
  Random random(5);
  std::array<std::uint32_t, 7> counts{};
  for (std::uint32_t i = 0; i < 70'000; ++i) ++counts[random.below(7)];
  for (const std::uint32_t count : counts) CHECK((count > 9'500 && count < 10'500));
  for (std::uint32_t i = 0; i < 100; ++i) {
    const auto sample = random.sample(5, 9);
    REQUIRE(sample.size() == 5);
    for (std::size_t j = 1; j < sample.size(); ++j) CHECK(sample[j - 1] < sample[j]);
    CHECK(sample.back() < 9);
  }
}

TEST_CASE("a cut field is a malformed message of its round, a truncated frame is none [WIRE-3]") {
  const SessionId session{.bytes = {1, 2, 3}};
  const Bytes frame = encode_in_round(session, ToAggregator(Attestation{}));
  const auto cut = decode_to_aggregator(with_cut_field(frame));
  REQUIRE(cut.has_value());
  const auto* broken = std::get_if<BrokenInRound>(&*cut);
  REQUIRE(broken != nullptr);
  CHECK(broken->session_id == session);
  CHECK(broken->error == Reason::wrong_length);
  Random random(1);
  for (int i = 0; i < 50; ++i) {
    const Bytes shorter = truncated(frame, random);
    CHECK(shorter.size() < frame.size());
    CHECK(decode_to_aggregator(shorter).has_error());
  }
}

TEST_CASE("bytes are overwritten where they are") {
  const Bytes frame{1, 2, 3, 4, 5};
  const Bytes what{3, 4};
  CHECK(with_overwritten(frame, what, 9) == Bytes{1, 2, 9, 9, 5});
  const Bytes nowhere{4, 3};
  CHECK(with_overwritten(frame, nowhere, 9) == frame);
}

TEST_CASE("counts survive the way from a worker, and what never came up is named") {
  Statistics statistics;
  statistics.count(Group::fault, "drain", 3);
  statistics.count(Group::blame, "not_opened, a pair");
  Statistics copy;
  std::string line;
  for (const char character : statistics.lines()) {
    if (character != '\n') {
      line += character;
      continue;
    }
    copy.add_line(line);
    line.clear();
  }
  CHECK(copy.lines() == statistics.lines());
  CHECK(copy.json() == R"({"fault":{"drain":3},"blame":{"not_opened, a pair":1}})");
  const auto never = copy.never({{Group::fault, "drain"}, {Group::fault, "late"}});
  CHECK(never == std::vector<std::string>{"fault late"});
  CHECK(copy.never(expected_names()).size() == expected_names().size() - 2);
}

// Asks for up to 20 seconds.
template <class There>
bool comes(There&& there) {
  for (int i = 0; i < 2'000; ++i) {
    if (there()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::vector<pid_t> children_of(pid_t process) {
  const auto name = std::to_string(process);
  std::ifstream file("/proc/" + name + "/task/" + name + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

TEST_CASE("whatever ends the simulator, its workers end with it") {
  // So that they are ours to wait for once it is gone.
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  const pid_t simulator = ::fork();
  if (simulator == 0) {
    run_seeds(1, 1'000'000'000, 2, [](std::uint64_t) {});
    ::_exit(0);
  }
  REQUIRE(simulator > 0);
  CHECK(comes([&] { return children_of(simulator).size() == 2; }));
  const auto workers = children_of(simulator);
  ::kill(simulator, SIGKILL);
  CHECK(::waitpid(simulator, nullptr, 0) == simulator);
  for (const pid_t worker : workers) {
    const bool ended = comes([&] { return ::waitpid(worker, nullptr, WNOHANG) == worker; });
    CHECK(ended);
    if (!ended) ::kill(worker, SIGKILL);
  }
}

TEST_CASE("arguments") {
  const auto parse = [](std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "blindsum-sim");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
  };
  const Options options =
      parse({"--seed", "7", "--seeds", "9", "--jobs", "3", "--json", "--trace"});
  CHECK(options.error == "");
  CHECK((options.seed == 7 && options.seeds == 9 && options.jobs == 3));
  CHECK((options.is_json && options.is_traced));
  CHECK(parse({"--help"}).wants_help);
  CHECK(parse({"--seed"}).error == "--seed wants a number");
  CHECK(parse({"--seed", "x"}).error == "--seed wants a number");
  CHECK(parse({"--seeds", "0"}).error == "--seeds wants at least 1");
  CHECK(parse({"--sed", "1"}).error == "unknown argument '--sed'; see --help");
}

}  // namespace
}  // namespace blindsum::sim
