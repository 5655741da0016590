// `blindsum record verify`: what anybody can check with the roster and two public keys.
#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <deque>

#include "protocol/wire/documents.h"
#include "support/files.h"
#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("records");

struct Verify {
  std::filesystem::path roster = Keys::instance().roster_file();
  std::string authority = "authority.pub";
  std::string aggregator = "aggregator.pub";
  bool json = false;

  Finished operator()(const std::vector<std::filesystem::path>& files) const {
    std::vector<std::string> arguments{"record", "verify"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    for (const std::string& more :
         {std::string("--roster"), roster.string(), std::string("--authority"), authority,
          std::string("--aggregator"), aggregator}) {
      arguments.push_back(more);
    }
    if (json) arguments.push_back("--json");
    return Keys::instance().blindsum(arguments);
  }
};

constexpr int kNotVerified = 1;

void is_refused(const Finished& done, const std::string& name) {
  INFO(done.output);
  CHECK(done.status == kNotVerified);
  CHECK(count_lines(done.output, name) == 1);
}

// Three rounds, the second of them aborted.
struct Published {
  Scene scene{task()};
  std::vector<std::filesystem::path> files;

  static TaskSpec task() {
    TaskSpec task;
    task.rounds = 2;
    task.more = "share_sum = true";
    return task;
  }

  Published() {
    scene.start();
    std::deque<SdkMember> members;
    for (std::uint32_t i = 0; i < 5; ++i) {
      auto options = scene.options(member_name(i));
      options.on_round = [i](const RoundOffer& offer, ByteView) -> std::optional<Update> {
        if (offer.round == 2 && i < 2) return std::nullopt;
        return Update{count_up(static_cast<std::int64_t>(10 * offer.round + i), 4)};
      };
      members.emplace_back(std::move(options));
    }
    for (std::uint64_t round = 1; round <= 3; ++round) {
      files.push_back(Outcome(scene, round).record_file());
    }
    for (auto& member : members) {
      const auto result = member.result(3);
      REQUIRE(result);
      REQUIRE(write_file_atomically(scene.path("of-" + member.name()), result->record_file));
    }
    CHECK(scene.stop() == 0);
  }
};

TEST_CASE("records of rounds, alone and as a chain [RECORD-3, PARAM-11]") {
  Published published;
  const auto& files = published.files;
  for (const auto& file : files) CHECK(Verify{}({file}).status == 0);
  const auto chain = Verify{}(files);
  CHECK(chain.status == 0);
  CHECK(count_lines(chain.output, "t round 1, 5 of 5 members in the sum: m0 m1 m2 m3 m4") == 1);
  CHECK(count_lines(chain.output, "t round 2, aborted: too_few_") == 1);

  is_refused(Verify{}({files[0], files[2]}), "wrong_previous_record");
  is_refused(Verify{}({files[1], files[0]}), "wrong_previous_record");

  const auto json = boost::json::parse(Verify{.json = true}(files).output);
  CHECK(json.at("verified").as_bool());
  CHECK(json.at("records").as_array().size() == 3);
  CHECK(json.at("records").as_array()[2].at("survivors").as_array().size() == 5);

  // What each participant was given is the very same [RECORD-2].
  for (std::uint32_t i = 0; i < 5; ++i) {
    CHECK(read_text(published.scene.path("of-" + member_name(i))) == read_text(files[2]));
  }
}

TEST_CASE("a record with one bit changed, wherever that is, is none [RECORD-3]") {
  Published published;
  const auto record = read_text(published.files[2]);
  for (const double where : {0.01, 0.2, 0.5, 0.8, 0.99}) {
    CAPTURE(where);
    auto changed = record;
    auto& byte = changed[static_cast<std::size_t>(where * static_cast<double>(changed.size()))];
    byte = static_cast<char>(byte ^ 4);
    published.scene.write("changed.record", Bytes(changed.begin(), changed.end()));
    const auto done = Verify{}({published.scene.path("changed.record")});
    INFO(done.output);
    CHECK(done.status == kNotVerified);
  }
  published.scene.write("cut.record", Bytes(record.begin(), record.end() - 7));
  CHECK(Verify{}({published.scene.path("cut.record")}).status == kNotVerified);
}

TEST_CASE("a record file without the proof, or with that of another round [RECORD-7, RECORD-8]") {
  Published published;
  const auto read = [&](std::size_t i) {
    return read_record_file(read_file(published.files[i], kMaxRecordFileBytes).value()).value();
  };
  const auto verdict = [&](const SignedRecord& record) {
    published.scene.write("other.record", encode_record_file(record));
    return Verify{}({published.scene.path("other.record")});
  };
  auto record = read(2);
  CHECK(verdict(record).status == 0);
  record.proof = {};
  is_refused(verdict(record), "missing_proof");
  record.proof = read(0).proof;
  is_refused(verdict(record), "bad_signature");
  record = read(2);
  record.proof.attestations = {};
  is_refused(verdict(record), "missing_proof");
}

TEST_CASE("another authority, aggregator or roster [ROSTER-2, RECORD-3]") {
  Published published;
  const auto& files = published.files;
  is_refused(Verify{.authority = "stranger.pub"}(files), "bad_signature");
  is_refused(Verify{.aggregator = Keys::instance().hex("stranger")}({files[0]}), "bad_signature");
  const auto other =
      Keys::instance().make_roster("other-epoch.bsr", {"m0", "m1", "m2", "m3", "m4"}, 2);
  is_refused(Verify{.roster = other}({files[0]}), "roster_mismatch");
  CHECK(Verify{}({published.scene.path("none.record")}).status == 3);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
