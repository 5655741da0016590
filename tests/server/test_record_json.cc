#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

#include "protocol/round/bitmap.h"
#include "server/record_json.h"
#include "tests/server/world.h"

namespace blindsum {
namespace {

SignedAdvert advert_of(World& world, std::uint32_t position) {
  const auto point = [&] {
    return public_point(random_scalar<MaskKeyTag>(world.entropy()).value()).value();
  };
  return {Advert{world.index(position), point(), point(), point()}, Signature{}};
}

RoundReport report_of(World& world) {
  RoundReport report;
  auto& record = report.record;
  record.offer.parameters = task_parameters(world.config(world.configuration(5)).tasks.front());
  record.offer.parameters.round = 7;
  for (std::uint32_t i = 0; i < 5; ++i) report.proof.adverts.push_back(advert_of(world, i));
  Bitmap u2(5);
  for (const std::uint32_t u : {0U, 1U, 3U, 4U}) u2.add(u);
  record.u2.assign(u2.bytes().begin(), u2.bytes().end());
  record.outcome = Reason::secret_not_rebuilt;
  record.detail = "two \"liars\"";
  record.blame.push_back({BlameKind::bad_share, 4, 3, {1, 2}});
  record.blame.push_back({BlameKind::unopened_dealer, 0, std::nullopt, {}});
  record.timings.mask_ms = 12;
  record.th1.bytes.fill(0xAB);
  report.dropped.push_back({world.index(2), Reason::time_limit, "share"});
  return report;
}

TEST_CASE("record json: members, phases, blame and reasons by name") {
  World world(5);
  const auto report = report_of(world);
  const SignedRecord record{Bytes{1, 2, 3}, report.record, Signature{}, report.proof};
  const auto text = record_json(record, report, world.roster());
  CHECK(text.back() == '\n');
  const auto json = boost::json::parse(text);
  CHECK(json.at("round").as_int64() == 7);
  CHECK(json.at("outcome").as_string() == "aborted");
  CHECK(json.at("reason").as_string() == "secret_not_rebuilt");
  CHECK(json.at("detail").as_string() == "two \"liars\"");
  CHECK(json.at("cohort").as_array().size() == 5);
  CHECK(json.at("u2").as_array().size() == 4);
  CHECK(json.at("u2").at(2).at("name").as_string() == "member-3");
  CHECK(json.at("u3").as_array().empty());
  const auto& dropped = json.at("dropped").at(0);
  CHECK(dropped.at("name").as_string() == "member-2");
  CHECK(dropped.at("phase").as_string() == "share");
  CHECK(dropped.at("reason").as_string() == "time_limit");
  const auto& blame = json.at("blame").as_array();
  REQUIRE(blame.size() == 2);
  CHECK(blame[0].at("kind").as_string() == "bad_share");
  CHECK(blame[0].at("accused").at("name").as_string() == "member-4");
  CHECK(blame[0].at("witness").at("name").as_string() == "member-3");
  CHECK(blame[1].as_object().if_contains("witness") == nullptr);
  CHECK(json.at("timings_ms").at("mask").as_int64() == 12);
  CHECK(json.at("graph").at("n").as_int64() == 5);
  CHECK(json.at("graph").at("quorum").as_int64() == 4);
  CHECK(json.at("th1").as_string().starts_with("abab"));
  CHECK(json.at("th3").as_string().empty());
  CHECK(json.at("arrays").as_array().empty());
  CHECK(json.at("decode_error").is_null());
}

TEST_CASE("record json: a sum that does not decode says why") {
  World world(5);
  auto report = report_of(world);
  report.record.outcome = Reason::ok;
  report.decode_error = Reason::bad_sum;
  const SignedRecord record{Bytes{1, 2, 3}, report.record, Signature{}, report.proof};
  const auto json = boost::json::parse(record_json(record, report, world.roster()));
  CHECK(json.at("outcome").as_string() == "completed");
  CHECK(json.at("decode_error").as_string() == "bad_sum");
}

}  // namespace
}  // namespace blindsum
