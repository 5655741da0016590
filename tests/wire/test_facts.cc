// The facts of a round as documents: of a round as it went, there and back; and bytes that a disk,
// or somebody, has changed.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "protocol/wire/documents.h"
#include "protocol/wire/fact_document.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

// A round that has come to its end: it has facts of each kind.
void run(AggregatorWorld& world) {
  world.encode_terms = encode_parameters;
  world.begin_and_run_to(AggregatorPhase::over);
  REQUIRE(world.record()->outcome == Reason::ok);
}

std::vector<RoundFact> all_facts() {
  AggregatorWorld world;
  run(world);
  return world.store().facts(world.parameters().session_id).value();
}

TEST_CASE("facts: every kind comes back as it was, and the round is restored from them") {
  AggregatorWorld world;
  run(world);
  const RecordContent record = *world.record();
  std::vector<RoundFact> back;
  std::set<std::size_t> kinds;
  for (const RoundFact& fact : world.store().facts(world.parameters().session_id).value()) {
    const Bytes bytes = encode_fact(fact).value();
    auto decoded = decode_fact(bytes);
    REQUIRE(decoded.has_value());
    CHECK(decoded->index() == fact.index());
    CHECK(encode_fact(*decoded).value() == bytes);
    kinds.insert(fact.index());
    back.push_back(*std::move(decoded));
  }
  CHECK(kinds.size() == std::variant_size_v<RoundFact>);
  REQUIRE(world.restart(back).has_value());
  CHECK(world.phase() == AggregatorPhase::over);
  CHECK(*world.record() == record);
}

TEST_CASE("facts: shares, receipts and certificate field by field") {
  for (const RoundFact& fact : all_facts()) {
    const RoundFact back = decode_fact(encode_fact(fact).value()).value();
    if (const auto* const offered = std::get_if<OfferedFact>(&fact)) {
      CHECK(std::get<OfferedFact>(back).offer == offered->offer);
      CHECK(std::get<OfferedFact>(back).roster_indices == offered->roster_indices);
    } else if (const auto* const cohort = std::get_if<CohortFact>(&fact)) {
      CHECK(std::get<CohortFact>(back).adverts == cohort->adverts);
    } else if (const auto* const shares = std::get_if<SharesFact>(&fact)) {
      CHECK(std::get<SharesFact>(back).u2 == shares->u2);
      CHECK(std::get<SharesFact>(back).shares == shares->shares);
    } else if (const auto* const added = std::get_if<AddedFact>(&fact)) {
      CHECK(std::get<AddedFact>(back).member == added->member);
      CHECK(std::get<AddedFact>(back).receipt == added->receipt);
    } else if (const auto* const survivors = std::get_if<SurvivorsFact>(&fact)) {
      CHECK(std::get<SurvivorsFact>(back).u3 == survivors->u3);
    } else if (const auto* const certificate = std::get_if<CertificateFact>(&fact)) {
      CHECK(std::get<CertificateFact>(back).certificate == certificate->certificate);
    }
  }
}

TEST_CASE("facts: what is cut off, left over or of a newer program is refused") {
  for (const RoundFact& fact : all_facts()) {
    const Bytes good = encode_fact(fact).value();
    for (std::size_t size = 0; size < good.size(); size += 1 + good.size() / 50) {
      CHECK(decode_fact(ByteView(good).first(size)).has_error());
    }
    Bytes longer = good;
    longer.push_back(0);
    CHECK(decode_fact(longer).error() == Reason::bad_frame);
    Bytes newer = good;
    REQUIRE(newer[1] == kFactVersion);  // field 1 comes first
    newer[1] = kFactVersion + 1;
    CHECK(decode_fact(newer).error() == Reason::unsupported_version);
    Bytes twice = good;
    put_bytes(twice, ByteView(good).subspan(2));  // two bodies
    CHECK(decode_fact(twice).error() == Reason::bad_frame);
  }
  CHECK(decode_fact({}).has_error());
  const Bytes only_version{0x08, kFactVersion};
  CHECK(decode_fact(only_version).error() == Reason::bad_frame);
}

TEST_CASE("facts: of changed bytes nothing comes back that does not encode to those very bytes") {
  std::mt19937 random(7);
  const auto facts = all_facts();
  for (int trial = 0; trial < 4000; ++trial) {
    const RoundFact& fact = facts[random() % facts.size()];
    Bytes bytes = encode_fact(fact).value();
    for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes) {
      bytes[random() % std::min<std::size_t>(bytes.size(), 400)] ^=
          static_cast<std::uint8_t>(1U << (random() % 8));
    }
    const auto decoded = decode_fact(bytes);
    // An over-long number is the one thing that Protobuf reads and does not write.
    if (decoded) CHECK(encode_fact(*decoded).value().size() <= bytes.size());
  }
}

}  // namespace
}  // namespace blindsum
