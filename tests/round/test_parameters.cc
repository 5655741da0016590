#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "protocol/round/limits.h"
#include "protocol/round/reason.h"
#include "tests/support/scripted_round.h"

namespace blindsum {
namespace {

using Change = std::function<void(RoundParameters&)>;

std::string checked(const Change& change) {
  RoundParameters parameters = ScriptedRound().parameters;
  change(parameters);
  const Result<void> result = check_parameters(parameters);
  return result.has_value() ? "ok" : result.error().message();
}

TEST_CASE("[PARAM-2] version and suite") {
  CHECK(checked([](auto& p) { p.version = 0; }) == "unsupported_version");
  CHECK(checked([](auto& p) { p.version = 2; }) == "unsupported_version");
  CHECK(checked([](auto& p) { p.suite = 2; }) == "unsupported_suite");
}

TEST_CASE("[PARAM-4, PARAM-6, LIMIT-1] both ends of every range") {
  struct Case {
    const char* what;
    Change change;
    bool good;
  };
  const std::string long_name(64, 'x');
  const Case cases[] = {
      {"nothing", [](auto&) {}, true},
      {"n_min 2", [](auto& p) { p.n_min = 2; }, false},
      {"n_min above n_max", [](auto& p) { p.n_min = p.n_max + 1; }, false},
      {"n_min = n_max", [](auto& p) { p.n_min = p.n_max; }, true},
      {"n_max 4097", [](auto& p) { p.n_max = kMaxCohort + 1; }, false},
      {"sigma 0", [](auto& p) { p.sigma = 0; }, false},
      {"sigma 128", [](auto& p) { p.sigma = 128; }, true},
      {"sigma 129", [](auto& p) { p.sigma = 129; }, false},
      {"eta 0", [](auto& p) { p.eta = 0; }, false},
      {"eta 64", [](auto& p) { p.eta = 64; }, true},
      {"eta 65", [](auto& p) { p.eta = 65; }, false},
      {"delta 1", [](auto& p) { p.delta_ppm = 1'000'000; }, false},
      {"delta almost 1", [](auto& p) { p.delta_ppm = 999'999; }, true},
      {"gamma 1",
       [](auto& p) {
         p.max_corrupt = 0;
         p.gamma_ppm = 1'000'000;
       },
       false},
      {"gamma alone",
       [](auto& p) {
         p.max_corrupt = 0;
         p.gamma_ppm = 10'000;
       },
       true},
      {"gamma and max_corrupt", [](auto& p) { p.gamma_ppm = 10'000; }, false},
      {"min_survivors = n_max", [](auto& p) { p.min_survivors = p.n_max; }, true},
      {"min_survivors above n_max", [](auto& p) { p.min_survivors = p.n_max + 1; }, false},
      {"round 0", [](auto& p) { p.round = 0; }, false},
      {"task empty", [](auto& p) { p.task.clear(); }, false},
      {"task 64", [&](auto& p) { p.task = long_name; }, true},
      {"task 65", [&](auto& p) { p.task = long_name + "x"; }, false},
      {"task with its whole alphabet", [](auto& p) { p.task = "Az09._-"; }, true},
      {"task with a slash", [](auto& p) { p.task = "a/b"; }, false},
      {"task with a zero byte", [](auto& p) { p.task = std::string("a\0b", 3); }, false},
      {"no limit", [](auto& p) { p.limits.attest_ms = 0; }, false},
      {"a day", [](auto& p) { p.limits.mask_ms = 86'400'000; }, true},
      {"more than a day", [](auto& p) { p.limits.unmask_ms = 86'400'001; }, false},
      {"payload 2^33", [](auto& p) { p.payload_size = std::uint64_t{1} << 33; }, true},
      {"payload above", [](auto& p) { p.payload_size = (std::uint64_t{1} << 33) + 1; }, false},
      {"ring 1", [](auto& p) { p.ring_bits = 1; }, false},
      {"ring 64", [](auto& p) { p.ring_bits = 64; }, true},
      {"ring 65", [](auto& p) { p.ring_bits = 65; }, false},
      {"vector 0", [](auto& p) { p.vector_length = 0; }, false},
      {"vector 2^30 + 1", [](auto& p) { p.vector_length = kMaxVectorLength + 1; }, false},
      {"no tensor", [](auto& p) { p.schema.tensors.clear(); }, false},
      {"tensor without a name", [](auto& p) { p.schema.tensors[0].name.clear(); }, false},
      {"tensor with a long name", [&](auto& p) { p.schema.tensors[0].name = long_name + "x"; },
       false},
      {"a dimension 0", [](auto& p) { p.schema.tensors[0].shape = {6, 0}; }, false},
      {"rank 8", [](auto& p) { p.schema.tensors[0].shape = {6, 1, 1, 1, 1, 1, 1, 1}; }, true},
      {"rank 9", [](auto& p) { p.schema.tensors[0].shape = {6, 1, 1, 1, 1, 1, 1, 1, 1}; }, false},
      {"257 tensors", [](auto& p) { p.schema.tensors.resize(257, p.schema.tensors[0]); }, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    CHECK(checked(one.change) == (one.good ? "ok" : "bad_parameters"));
  }
}

TEST_CASE("[PARAM-8, PARAM-9, CODEC-1] codec, ring and shape") {
  CHECK(checked([](auto& p) { p.codec.bound = 0; }) == "bad_parameters");
  CHECK(checked([](auto& p) { p.codec.clip = 1; }) == "bad_parameters");
  CHECK(checked([](auto& p) { p.ring_bits -= 1; }) == "ring_too_narrow");
  CHECK(checked([](auto& p) { p.n_max = 4096; }) == "ring_too_narrow");
  CHECK(checked([](auto& p) { p.vector_length += 1; }) == "wrong_shape");
  CHECK(checked([](auto& p) { p.schema.tensors[0].shape = {7}; }) == "wrong_shape");
}

TEST_CASE("[PARAM-5, PARAM-6] c and d of an actual cohort, in whole members rounded up") {
  RoundParameters parameters;
  parameters.max_corrupt = 3;
  parameters.delta_ppm = 70'000;
  CHECK(corruption_bound(parameters, 10) == 3);
  CHECK(corruption_bound(parameters, 1000) == 3);
  CHECK(finder_input(parameters, 100).d == 7);  // .07 · 100 is above 7 in doubles
  CHECK(finder_input(parameters, 101).d == 8);
  parameters.max_corrupt = 0;
  parameters.gamma_ppm = 70'000;
  CHECK(corruption_bound(parameters, 100) == 7);
  CHECK(corruption_bound(parameters, 101) == 8);
  parameters.sigma = 5;
  parameters.eta = 6;
  parameters.min_survivors = 4;
  const FinderInput input = finder_input(parameters, 101);
  CHECK(input.n == 101);
  CHECK(input.c == 8);
  CHECK(input.sigma == 5);
  CHECK(input.eta == 6);
  CHECK(input.min_survivors == 4);
}

TEST_CASE("[PARAM-1] an offer: well formed, and signed over the bytes that came") {
  const ScriptedRound round;
  Offer offer = round.offer().offer;
  CHECK(verify_offer(offer).has_value());
  SUBCASE("signature") {
    offer.signature.bytes[0] ^= 1;
    CHECK(verify_offer(offer).error() == Reason::bad_signature);
  }
  SUBCASE("bytes") {
    offer.parameter_bytes[0] ^= 1;
    CHECK(verify_offer(offer).error() == Reason::bad_signature);
  }
  SUBCASE("key") {
    offer.parameters.aggregator_key = round.identity(0).verify_key();
    CHECK(verify_offer(offer).error() == Reason::bad_signature);
  }
  SUBCASE("parameters") {
    offer.parameters.round = 0;
    CHECK(verify_offer(offer).error() == Reason::bad_parameters);
  }
}

}  // namespace
}  // namespace blindsum
