// `blindsum join`: the command line as a participant, with a file and with a program.
#include <doctest/doctest.h>
#include <signal.h>

#include <boost/json/parse.hpp>
#include <deque>

#include "support/npy.h"
#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("commands");

constexpr int kFailed = 1;
constexpr int kEnvironment = 3;

struct Joiner {
  const Scene& scene;
  std::uint32_t index;

  std::string name() const { return member_name(index); }
  std::filesystem::path output() const { return scene.path("join-" + name() + ".log"); }
  std::vector<std::string> command(const std::vector<std::string>& more) const {
    const auto& keys = Keys::instance();
    std::vector<std::string> all{blindsum_program(),
                                 "join",
                                 "--server",
                                 "127.0.0.1:" + std::to_string(scene.port()),
                                 "--ca",
                                 keys.path("ca.crt"),
                                 "--identity",
                                 keys.secret_file(name()),
                                 "--roster",
                                 keys.roster_file(),
                                 "--authority",
                                 keys.path("authority.pub"),
                                 "--aggregator",
                                 keys.hex("aggregator"),
                                 "--task",
                                 kTask,
                                 "--state",
                                 scene.path("state-" + name())};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  void start(std::deque<Child>& children, const std::vector<std::string>& more) const {
    children.emplace_back(command(more), scene.folder(), output());
  }
};

template <class Value>
std::string write_input(const Scene& scene, const std::string& name,
                        const std::vector<Value>& values) {
  const auto file = scene.path(name + ".npy");
  REQUIRE(write_npy(file, {values.size()}, std::span<const Value>(values)));
  return file;
}

TEST_CASE("five files of counts, one round; the same again is refused by name [INPUT-3]") {
  auto task = five_or_four();
  task.rounds = 2;
  task.more = "share_sum = true";
  Scene scene(task);
  scene.start();
  std::vector<std::vector<std::string>> inputs;
  std::vector<std::int64_t> sum(4, 0);
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto values = count_up(100 * i, 4);
    for (std::size_t j = 0; j < 4; ++j) sum[j] += values[j];
    inputs.push_back({"--input", write_input(scene, member_name(i), values), "--results",
                      scene.path("results-" + member_name(i))});
  }
  {
    std::deque<Child> children;
    for (std::uint32_t i = 0; i < 5; ++i) Joiner{scene, i}.start(children, inputs[i]);
    for (auto& child : children) {
      INFO(child.output());
      CHECK(child.wait() == 0);
      CHECK(child.count("1 round completed") == 1);
    }
  }
  const Outcome outcome(scene, 1);
  CHECK(outcome.survivors().size() == 5);
  CHECK(outcome.integers() == sum);
  const auto shared = read_npy(scene.path("results-m3") / "round-000001.npy");
  REQUIRE(shared.has_value());
  CHECK(std::get<std::vector<std::int64_t>>(shared->values) == sum);
  CHECK(read_text(scene.path("results-m3") / "round-000001.record") ==
        read_text(outcome.record_file()));

  // Four with something new, and the fifth with the same.
  std::deque<Child> children;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto file = write_input(scene, "new-" + member_name(i), count_up(7, 4));
    Joiner{scene, i}.start(children, {"--input", file});
  }
  Joiner{scene, 4}.start(children, inputs[4]);
  for (std::uint32_t i = 0; i < 5; ++i) {
    INFO(children[i].output());
    CHECK(children[i].wait() == (i == 4 ? kFailed : 0));
  }
  CHECK(children[4].count("input_spent") > 0);
  CHECK(Outcome(scene, 2).survivors() == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("a program makes the update of every round from its payload") {
  TaskSpec task;
  task.rounds = 2;
  task.more = "payload = \"model\"\non_result = [\"./hook.sh\"]";
  task.codec = R"({ kind = "fixed_point", clip = 64.0, scale = 1024.0, weight_bound = 100 })";
  Scene scene(task);
  const auto write = [&](const std::string& name, const std::string& text) {
    scene.write(name, Bytes(text.begin(), text.end()));
    std::filesystem::permissions(scene.path(name), std::filesystem::perms(0755));
  };
  // The payload is an .npy file, and the update the same again: their mean is the next payload. The
  // weight is another in every round, or it would be the same input.
  write("hook.sh", "#!/bin/sh\nexec cp \"$BLINDSUM_RESULT/flat.npy\" \"$BLINDSUM_PAYLOAD_OUT\"\n");
  write("train.sh",
        "#!/bin/sh\nset -e\n[ \"$BLINDSUM_TASK\" = t ]\ncp \"$BLINDSUM_PAYLOAD\" "
        "\"$BLINDSUM_UPDATE\"\necho $(($1 + BLINDSUM_ROUND)) > \"$BLINDSUM_WEIGHT\"\n"
        "ls -l /proc/self/fd > open-files-$1\n");
  const std::vector<double> model{1.5, -2.25, 0, 33};
  std::filesystem::rename(write_input(scene, "model", model), scene.path("model"));
  scene.start();
  std::deque<Child> children;
  for (std::uint32_t i = 0; i < 5; ++i) {
    Joiner{scene, i}.start(children, {"--rounds", "2", "--json", "--exec", scene.path("train.sh"),
                                      "--", std::to_string(10 + i)});
  }
  for (auto& child : children) {
    INFO(child.output());
    CHECK(child.wait() == 0);
  }
  for (int i = 10; i < 15; ++i) {  // none of the command's own files, and no connection
    const auto open_files = read_text(scene.path("open-files-" + std::to_string(i)));
    CHECK(open_files.find("open-files") != std::string::npos);
    CHECK(open_files.find("socket:") == std::string::npos);
    CHECK(open_files.find("participant.db") == std::string::npos);
  }
  for (std::uint64_t round = 1; round <= 2; ++round) {
    const Outcome outcome(scene, round);
    CHECK(outcome.reals() == model);
    CHECK(outcome.json().at("total_weight").to_number<std::uint64_t>() == 60 + 5 * round);
  }
}

TEST_CASE("a result that cannot be written: the round is completed, the exit code tells") {
  Scene scene(TaskSpec{});
  scene.start();
  std::deque<Child> children;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto file = write_input(scene, member_name(i), count_up(100 * i, 4));
    const auto results = scene.path("results-" + member_name(i));
    // Where the record has to go there is a folder that is not empty.
    if (i == 4) std::filesystem::create_directories(results / "round-000001.record" / "taken");
    Joiner{scene, i}.start(children, {"--input", file, "--results", results});
  }
  for (std::uint32_t i = 0; i < 5; ++i) {
    INFO(children[i].output());
    CHECK(children[i].wait() == (i == 4 ? kEnvironment : 0));
    CHECK(children[i].count("1 round completed") == 1);
  }
}

TEST_CASE("inputs that are wrong end the command by name; the others' round completes") {
  auto task = five_or_four();
  task.codec = R"({ kind = "fixed_point", clip = 4.0, scale = 1024.0, weight_bound = 100 })";
  std::vector<std::string> wrong;
  std::string reason;
  SUBCASE("weight") {
    wrong = {"101", "fine"};
    reason = "weight_out_of_range";
  }
  SUBCASE("shape") {
    wrong = {"1", "short"};
    reason = "wrong_shape";
  }
  SUBCASE("integers") {
    wrong = {"1", "integers"};
    reason = "wrong_shape";
  }
  Scene scene(task);
  scene.start();
  write_input(scene, "short", std::vector<double>{1, 2, 3});
  write_input(scene, "integers", std::vector<std::int64_t>{1, 2, 3, 4});
  const auto fine = write_input(scene, "fine", std::vector<double>{1, 2, 3, 4});
  std::deque<Child> children;
  for (std::uint32_t i = 0; i < 4; ++i) Joiner{scene, i}.start(children, {"--input", fine});
  Joiner{scene, 4}.start(children,
                         {"--input", scene.path(wrong[1] + ".npy"), "--weight", wrong[0]});
  for (std::uint32_t i = 0; i < 5; ++i) {
    INFO(children[i].output());
    CHECK(children[i].wait() == (i == 4 ? kFailed : 0));
  }
  CHECK(children[4].count(reason) > 0);
  CHECK(Outcome(scene, 1).survivors() == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("a server that is not trusted, or not there; Ctrl-C leaves cleanly") {
  Scene scene(TaskSpec{});
  scene.start();
  const auto fine = write_input(scene, "fine", count_up(0, 4));
  const auto& keys = Keys::instance();
  const auto with = [&](const std::string& from, const std::string& to) {
    auto command = Joiner{scene, 0}.command({"--input", fine});
    std::replace(command.begin(), command.end(), from, to);
    return run_command(command, scene.folder());
  };
  const auto other_ca = with(keys.path("ca.crt"), keys.path("other-ca.crt"));
  CHECK(other_ca.status == 3);
  CHECK(count_lines(other_ca.output, "certificate_refused") == 1);
  const auto other_key = with(keys.hex("aggregator"), keys.hex("stranger"));
  CHECK(other_key.status == kFailed);
  CHECK(count_lines(other_key.output, "wrong_aggregator") == 1);

  std::deque<Child> children;
  Joiner{scene, 0}.start(children, {"--input", fine});
  REQUIRE(scene.logs("m0 (0): connected"));
  children[0].signal(SIGINT);
  CHECK(children[0].wait() == 130);
  CHECK(children[0].count("0 rounds completed") == 1);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
