// What must never be written down: secret keys, values of inputs, masked values. All that is
// written in a round with trouble in it, logs and files, is searched for them.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "support/files.h"
#include "support/npy.h"
#include "tests/e2e/harness/member_process.h"
#include "tests/e2e/harness/mixed_round.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("secrets");

std::string as_text(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string capitals(std::string text) {
  for (auto& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

// The ways in which bytes might be written.
std::vector<std::string> forms(ByteView bytes) {
  const auto hex = to_hex(bytes);
  std::string reversed = as_text(bytes);
  std::reverse(reversed.begin(), reversed.end());
  return {as_text(bytes), reversed, hex, capitals(hex)};
}

// Those of an integer value.
std::vector<std::string> forms(std::int64_t value) {
  Bytes bytes;
  put_u64(bytes, static_cast<std::uint64_t>(value));
  auto all = forms(ByteView(bytes).first(5));  // without the zeros that anything may have
  all.push_back(std::to_string(value));
  return all;
}

// Files of the folder, and of those in it, that hold one of these.
std::vector<std::string> holding(const std::filesystem::path& folder,
                                 const std::vector<std::string>& wanted) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto text = read_text(entry.path());
    for (const auto& one : wanted) {
      if (text.find(one) != std::string::npos) found.push_back(entry.path().string());
    }
  }
  return found;
}

// `blindsum join`, telling all it tells.
std::vector<std::string> join_command(const Scene& scene, std::uint32_t index,
                                      const std::filesystem::path& input) {
  const auto& keys = Keys::instance();
  const auto name = member_name(index);
  return {blindsum_program(),
          "join",
          "--json",
          "--server",
          "127.0.0.1:" + std::to_string(scene.port()),
          "--ca",
          keys.path("ca.crt"),
          "--identity",
          keys.secret_file(name),
          "--roster",
          keys.roster_file(),
          "--authority",
          keys.hex("authority"),
          "--aggregator",
          keys.hex("aggregator"),
          "--task",
          kTask,
          "--state",
          scene.path("state-" + name),
          "--input",
          input};
}

// The key of the server's certificate: a line of its PEM file, and the scalar.
std::vector<std::string> tls_key_forms() {
  const auto& keys = Keys::instance();
  const auto pem = read_text(keys.path("server.key"));
  const auto line = pem.substr(pem.find('\n') + 1, 64);
  const auto done = run_command({"sh", "-c",
                                 "openssl pkey -in server.key -noout -text | sed -n '3,5p' | "
                                 "tr -d ' :\n'"},
                                keys.folder());
  const auto scalar = from_hex(done.output);
  REQUIRE(scalar.has_value());
  REQUIRE(scalar->size() >= 32);
  auto all = forms(ByteView(*scalar).last(32));
  all.push_back(line);
  return all;
}

TEST_CASE("no secret, no input and no masked value in any log or file [DISK-3, SESSION-7]") {
  // Values that nothing else has by chance.
  constexpr std::int64_t kFirst = 711'933'270'411;
  TaskSpec task;
  task.codec = R"({ kind = "integer", bound = 1000000000000 })";
  Scene scene(task);
  scene.start();
  std::deque<SdkMember> members;
  for (std::uint32_t i = 1; i < 3; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(count_up(kFirst + 100 * i, 4));
    members.emplace_back(std::move(options));
  }
  const TemporaryFolder elsewhere;  // for what does hold values
  const auto input = elsewhere / "input.npy";
  const auto third = count_up(kFirst + 300, 4);
  REQUIRE(write_npy(input, {4}, std::span<const std::int64_t>(third)));
  Child command(join_command(scene, 3, input), scene.folder(), scene.path("join.out"));
  MemberProcess process(scene, 4, kFirst + 400, 4);
  process.start();
  HandMember hand(scene, 0, count_up(kFirst, 4));
  hand.connect();
  REQUIRE(hand.hold<UploadChunk>());
  const auto masked = hand.masked();
  REQUIRE(masked.size() >= 16);
  // Something to write about: what is cut short, forged and out of its turn.
  hand.hides_rejections = true;
  hand.send(hand.kept<Receipt>(1));
  CHECK(hand.rejected(Reason::wrong_phase));
  hand.send(UploadChunk{3, hand.kept<UploadChunk>().data});
  CHECK(hand.rejected(Reason::wrong_offset));
  hand.drop();
  REQUIRE(hand.finish());
  CHECK(Outcome(scene, 1).survivors().size() == 5);
  CHECK(process.result(1) == "ok");
  CHECK(command.wait() == 0);
  CHECK(command.count("round_over") > 0);
  process.child().kill();
  CHECK(scene.stop() == 0);
  REQUIRE(scene.log().size() > 500);

  const auto& keys = Keys::instance();
  std::vector<std::string> names{"authority", "aggregator", "stranger"};
  for (std::uint32_t i = 0; i < kMembers; ++i) names.push_back(member_name(i));
  for (const auto& name : names) {
    CAPTURE(name);
    const auto lines = read_text(keys.secret_file(name));
    const auto digits = lines.substr(lines.find('\n') + 1, 64);
    const auto seed = from_hex(digits);
    REQUIRE(seed.has_value());
    REQUIRE(seed->size() == 32);
    CHECK(holding(scene.folder(), forms(*seed)).empty());
  }
  for (const auto& one : tls_key_forms()) CHECK(holding(scene.folder(), {one}).empty());
  for (std::int64_t i = 0; i < 5; ++i) {
    for (std::int64_t j = 0; j < 4; ++j) {
      CHECK(holding(scene.folder(), forms(kFirst + 100 * i + j)).empty());
    }
  }
  for (std::size_t offset = 0; offset + 8 <= masked.size(); ++offset) {
    CHECK(holding(scene.folder(), forms(ByteView(masked).subspan(offset, 8))).empty());
  }
  // That the search finds what is there.
  const auto sum = Outcome(scene, 1).integers().front();
  CHECK_FALSE(holding(scene.results(), forms(sum)).empty());
  CHECK_FALSE(holding(scene.folder(), forms(keys.key("aggregator").view())).empty());
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
