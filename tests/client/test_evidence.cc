// An aggregator that says two things: the driver keeps both, as they came, and says so.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

// The last message of this kind that member 0 was sent.
template <class Message>
class Overheard {
 public:
  explicit Overheard(RoundTable& table) {
    table.spoil = [this](std::uint32_t i, ToParticipant& message) {
      const auto* one = std::get_if<Message>(&message);
      if (i == 0 && one != nullptr) message_ = *one;
      return true;
    };
  }
  const Message& operator*() const { return message_.value(); }

 private:
  std::optional<Message> message_;
};

void run_until(RoundTable& table, const std::string& phase) {
  table.start();
  table.run([&] {
    const auto phases = table.host(0).phases();
    return !phases.empty() && phases.back() == phase;
  });
  REQUIRE(table.host(0).phases().back() == phase);
}

std::size_t times_told(RoundTable& table, const std::string& message, std::uint64_t done) {
  const auto& all = table.host(0).progress;
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Progress& one) {
    return one.kind == ProgressKind::evidence && one.text == message && one.done == done &&
           one.round == table.parameters().round;
  }));
}

// Both are kept before the refusal leaves, and the round is over.
void check_kept(RoundTable& table, const std::string& name, const Bytes& first,
                const Bytes& second) {
  REQUIRE(table.host(0).evidence.size() == 1);
  const Evidence& found = table.host(0).evidence[0];
  CHECK(found.message == name);
  CHECK(found.task == table.parameters().task);
  CHECK(found.round == table.parameters().round);
  CHECK(found.session_id == table.id());
  CHECK(found.found == table.host(0).wall_now());
  CHECK(found.first == first);
  CHECK(found.second == second);
  CHECK(times_told(table, name, 1) == 1);
  CHECK(table.host(0).results.at(0).reason == "conflicting_answer");
  REQUIRE(table.host(0).outbox.size() == table.host(0).outbox_at_evidence + 1);
  const auto last = decode_to_aggregator(table.host(0).outbox.back().frame).value();
  CHECK(std::get<Refusal>(std::get<InRound<ToAggregator>>(last).message).reason ==
        Reason::conflicting_answer);
}

template <class Message>
void check_second(const std::string& phase, const std::string& name,
                  const std::function<void(Message&)>& change) {
  CAPTURE(name);
  RoundTable table;
  const Overheard<Message> overheard(table);
  run_until(table, phase);
  const Bytes first = encode_in_round(table.id(), ToParticipant(*overheard));
  table.driver(0).frame(first);  // the same again is no evidence
  CHECK(table.host(0).evidence.empty());
  Message other = *overheard;
  change(other);
  table.say(0, ToParticipant(other));
  check_kept(table, name, first, encode_in_round(table.id(), ToParticipant(other)));
  table.say(0, ToParticipant(other));  // the round is over: nothing more is kept of it
  CHECK(table.host(0).evidence.size() == 1);
}

TEST_CASE("[ONCE-2, DISK-6] a second, different message: both frames are kept") {
  check_second<Offer>("advertised", "Offer", [](Offer& offer) { offer.signature.bytes[0] ^= 1; });
  check_second<Cohort>("shared", "Cohort", [](Cohort& cohort) { cohort.adverts.pop_back(); });
  check_second<Delivery>("masking", "Delivery", [](Delivery& one) { one.items.pop_back(); });
  check_second<Survivors>("attested", "AttestRequest",
                          [](Survivors& survivors) { survivors.receipts.pop_back(); });
  check_second<Certificate>("unmasked", "UnmaskRequest", [](Certificate& certificate) {
    certificate.attestations.signatures.at(0).bytes[0] ^= 1;
  });
}

TEST_CASE("[DISK-6, ENC-4] byte for byte, also where Protobuf has several ways to say it") {
  RoundTable table;
  const Overheard<Cohort> overheard(table);
  run_until(table, "shared");
  Cohort other = *overheard;
  other.adverts.pop_back();
  // Behind the frame's type, the message's tag and its length are the fields; the session id, which
  // we write first, goes to the end.
  Bytes frame = encode_in_round(table.id(), ToParticipant(other));
  auto fields = std::find_if(frame.begin() + 2, frame.end(),
                             [](std::uint8_t byte) { return (byte & 0x80U) == 0; }) +
                1;
  std::rotate(fields, fields + 2 + SessionId::size_bytes, frame.end());
  REQUIRE(frame != encode_in_round(table.id(), ToParticipant(other)));
  table.driver(0).frame(frame);
  check_kept(table, "Cohort", encode_in_round(table.id(), ToParticipant(*overheard)), frame);
}

TEST_CASE("[OFFER-1, DISK-6] an offer whose payload came in pieces is kept whole, too") {
  RoundTable table({.payload = Bytes(2'000, 7)});
  const Overheard<Offer> overheard(table);
  run_until(table, "advertised");
  Offer other = *overheard;
  other.signature.bytes[0] ^= 1;
  table.say(0, ToParticipant(other));
  check_kept(table, "Offer", encode_in_round(table.id(), ToParticipant(*overheard)),
             encode_in_round(table.id(), ToParticipant(other)));
}

TEST_CASE("[DISK-6, ONCE-2] a disk that fails changes nothing of the refusal, and is told") {
  RoundTable table;
  const Overheard<Cohort> overheard(table);
  run_until(table, "shared");
  table.host(0).kept = Reason::store_failed;
  Cohort other = *overheard;
  other.adverts.pop_back();
  table.say(0, ToParticipant(other));
  CHECK(times_told(table, "Cohort", 0) == 1);
  CHECK(table.host(0).results.at(0).reason == "conflicting_answer");
}

// The record of the table's round with another text in it, signed by `key`. Two stories are two
// signatures: no proof of either is asked for.
RoundRecord another_record(RoundTable& table, const SigningKey& key, std::uint32_t later_ms = 1) {
  RecordContent other = *table.record();
  other.timings.advertise_ms += later_ms;
  const auto record = sign_record(other, {}, key).value();
  return {.record_bytes = record.record_bytes, .signature = record.signature, .sum_size = 0};
}

TEST_CASE("[RECORD-2, DISK-6] two signed records of one round are kept; the first one counts") {
  RoundTable table;
  table.start();
  table.run();
  REQUIRE(table.record().has_value());
  table.say(0, table.record_message());
  table.say(0, another_record(table, table.seat(1).key));  // not signed by the aggregator
  CHECK(table.host(0).evidence.empty());
  const RoundRecord second = another_record(table, table.aggregator_key());
  table.say(0, second);
  REQUIRE(table.host(0).evidence.size() == 1);
  const Evidence& found = table.host(0).evidence[0];
  CHECK(found.message == "RoundResult");
  CHECK(found.first == encode_in_round(table.id(), ToParticipant(table.bare_record())));
  CHECK(found.second == encode_in_round(table.id(), ToParticipant(second)));
  CHECK(times_told(table, "RoundResult", 1) == 1);
  CHECK(table.host(0).results.size() == 1);
  // A third story adds nothing, and must not push older evidence out.
  table.say(0, another_record(table, table.aggregator_key(), 2));
  CHECK(table.host(0).evidence.size() == 1);
}

}  // namespace
}  // namespace blindsum
