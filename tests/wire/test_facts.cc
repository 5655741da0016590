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

std::vector<Bytes> documents_of(const RoundFact& fact, std::size_t share_bytes = kShareBytes) {
  std::vector<Bytes> documents;
  const auto take = [&](ByteView document) -> Result<void> {
    documents.emplace_back(document.begin(), document.end());
    return {};
  };
  REQUIRE(encode_fact(fact, take, share_bytes).has_value());
  return documents;
}

Bytes encoded(const RoundFact& fact) {
  const auto documents = documents_of(fact);
  REQUIRE(documents.size() == 1);
  return documents[0];
}

Result<std::vector<RoundFact>> read_all(const std::vector<Bytes>& documents) {
  FactReader reader;
  for (const Bytes& document : documents) BLINDSUM_CHECK(reader.add(document));
  return std::move(reader).finish();
}

Result<RoundFact> decoded(ByteView document) {
  BLINDSUM_TRY(facts, read_all({Bytes(document.begin(), document.end())}));
  REQUIRE(facts.size() == 1);
  return std::move(facts[0]);
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
    const Bytes bytes = encoded(fact);
    auto one = decoded(bytes);
    REQUIRE(one.has_value());
    CHECK(one->index() == fact.index());
    CHECK(encoded(*one) == bytes);
    kinds.insert(fact.index());
    back.push_back(*std::move(one));
  }
  CHECK(kinds.size() == std::variant_size_v<RoundFact>);
  REQUIRE(world.restart(back).has_value());
  CHECK(world.phase() == AggregatorPhase::over);
  CHECK(*world.record() == record);
}

TEST_CASE("facts: shares, receipts and certificate field by field") {
  for (const RoundFact& fact : all_facts()) {
    const RoundFact back = decoded(encoded(fact)).value();
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
    const Bytes good = encoded(fact);
    for (std::size_t size = 0; size < good.size(); size += 1 + good.size() / 50) {
      CHECK(decoded(ByteView(good).first(size)).has_error());
    }
    Bytes longer = good;
    longer.push_back(0);
    CHECK(decoded(longer).error() == Reason::bad_frame);
    Bytes newer = good;
    REQUIRE(newer[1] == kFactVersion);  // field 1 comes first
    newer[1] = kFactVersion + 1;
    CHECK(decoded(newer).error() == Reason::unsupported_version);
    Bytes twice = good;
    put_bytes(twice, ByteView(good).subspan(2));  // two bodies
    CHECK(decoded(twice).error() == Reason::bad_frame);
  }
  CHECK(decoded({}).has_error());
  const Bytes only_version{0x08, kFactVersion};
  CHECK(decoded(only_version).error() == Reason::bad_frame);
}

TEST_CASE("facts: shares that one document does not take are in several, one after the other") {
  auto facts = all_facts();
  for (RoundFact& fact : facts) {
    const auto* const shares = std::get_if<SharesFact>(&fact);
    if (shares == nullptr) continue;
    const std::size_t of_one = shares->shares[0].items.size() * 152;
    const auto members = shares->shares.size();
    CHECK(documents_of(fact, of_one - 1).size() == members);  // one at least
    CHECK(documents_of(fact, 2 * of_one).size() == (members + 1) / 2);
    CHECK(documents_of(fact, members * of_one).size() == 1);
    const auto documents = documents_of(fact, of_one);
    REQUIRE(documents.size() == members);
    const auto back = read_all(documents).value();
    REQUIRE(back.size() == 1);
    CHECK(std::get<SharesFact>(back[0]).u2 == shares->u2);
    CHECK(std::get<SharesFact>(back[0]).shares == shares->shares);
    // The whole of them, or nothing; nothing twice, in another order, or behind something else.
    for (std::size_t lost = 0; lost < members; ++lost) {
      CAPTURE(lost);
      auto some = documents;
      some.erase(some.begin() + static_cast<std::ptrdiff_t>(lost));
      CHECK(read_all(some).error() == Reason::wrong_length);
      auto twice = documents;
      twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(lost), documents[lost]);
      CHECK(read_all(twice).error() == Reason::wrong_length);
    }
    auto order = documents;
    std::swap(order[1], order[2]);
    CHECK(read_all(order).error() == Reason::wrong_length);
    auto between = documents;
    between.insert(between.begin() + 1, encoded(SurvivorsFact{shares->u2}));
    CHECK(read_all(between).error() == Reason::wrong_length);
    SharesFact other = *shares;
    const auto left_out = other.u2.members().back();
    other.u2 = Bitmap(other.u2.size());
    for (const auto member : shares->u2.members()) {
      if (member != left_out) other.u2.add(member);
    }
    other.shares.pop_back();
    auto mixed = documents;
    mixed[1] = documents_of(other, of_one)[1];  // of another U2
    CHECK(read_all(mixed).error() == Reason::wrong_length);
  }
}

TEST_CASE("facts: of changed bytes nothing comes back that does not encode to those very bytes") {
  std::mt19937 random(7);
  const auto facts = all_facts();
  for (int trial = 0; trial < 4000; ++trial) {
    const RoundFact& fact = facts[random() % facts.size()];
    Bytes bytes = encoded(fact);
    for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes) {
      bytes[random() % std::min<std::size_t>(bytes.size(), 400)] ^=
          static_cast<std::uint8_t>(1U << (random() % 8));
    }
    const auto one = decoded(bytes);
    // An over-long number is the one thing that Protobuf reads and does not write.
    if (one) CHECK(encoded(*one).size() <= bytes.size());
  }
}

}  // namespace
}  // namespace blindsum
