// What the round driver makes of frames that an honest aggregator does not send, or not then.
#include <doctest/doctest.h>

#include <string>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

SessionId other_round() {
  SessionId id;
  id.bytes.fill(0x77);
  return id;
}

std::optional<Reason> refusal_in(FakeHost& host, SessionId* id = nullptr) {
  if (host.outbox.empty()) return std::nullopt;
  const auto frame = host.take();
  const auto* message = std::get_if<InRound<ToAggregator>>(&frame);
  if (message == nullptr) return std::nullopt;
  if (id != nullptr) *id = message->session_id;
  const auto* refusal = std::get_if<Refusal>(&message->message);
  return refusal == nullptr ? std::nullopt : std::optional(refusal->reason);
}

// An AttestRequest whose th2 has three bytes, by hand: type 0; field 15 of the Envelope; session
// id; th2.
Bytes broken_survivors(const SessionId& id) {
  Bytes inner{0x0a, 0x20};
  put_bytes(inner, id.view());
  put_bytes(inner, Bytes{0x12, 0x03, 1, 2, 3});
  Bytes frame{0x00, 0x7a, static_cast<std::uint8_t>(inner.size())};
  put_bytes(frame, inner);
  return frame;
}

TEST_CASE("[WIRE-2] bytes that are no frame end the session by name, and nothing else") {
  RoundTable table;
  table.start();
  for (const Bytes& frame : {Bytes{}, Bytes{0x09}, Bytes{0x00, 0xff, 0xff}, Bytes{0x00}}) {
    table.driver(0).frame(frame);
    REQUIRE(table.host(0).ends.size() == 1);
    CHECK(table.host(0).ends[0] == Reason::bad_frame);
    table.host(0).ends.clear();
  }
  table.run();
  CHECK(table.record()->outcome == Reason::ok);  // the round is not touched
}

TEST_CASE("[SESSION-6] the beginning of a session does not come twice") {
  RoundTable table;
  table.say(0, Challenge{});
  table.say(0, Welcome{});
  REQUIRE(table.host(0).ends.size() == 2);
  CHECK(table.host(0).ends[0] == Reason::wrong_phase);
  CHECK(table.host(0).ends[1] == Reason::wrong_phase);
}

TEST_CASE("a session error is handed on by its name, and Joined as how many wait") {
  RoundTable table;
  table.say(0, SessionError{Reason::task_finished, ""});
  REQUIRE(table.host(0).ends.size() == 1);
  CHECK(table.host(0).ends[0] == Reason::task_finished);
  table.say(0, Joined{"counts", 7, 9});
  CHECK(table.host(0).progress.back().kind == ProgressKind::waiting);
  CHECK(table.host(0).progress.back().done == 7);
  CHECK(table.host(0).progress.back().of == 9);
}

TEST_CASE("[WIRE-3] a malformed message of the round under way refuses the round") {
  RoundTable table;
  table.start();
  const auto advert = table.host(0).take();
  table.driver(0).frame(broken_survivors(table.id()));
  CHECK(refusal_in(table.host(0)) == Reason::wrong_length);
  CHECK(table.host(0).ends.empty());
  CHECK(table.host(0).results.at(0).reason == "wrong_length");
}

TEST_CASE("a malformed message of a round that is not held is refused, once a session") {
  RoundTable table;
  SessionId id;
  table.driver(0).frame(broken_survivors(other_round()));
  CHECK(refusal_in(table.host(0), &id) == Reason::wrong_length);
  CHECK(id == other_round());
  table.driver(0).frame(broken_survivors(other_round()));
  CHECK(table.host(0).outbox.empty());
  CHECK(table.host(0).results.empty());
}

TEST_CASE("[OFFER-1] a payload with a gap, too long, or of another hash: wrong_payload") {
  const Bytes payload(1'000, 5);
  const auto offered = [&](auto&& chunks) {
    RoundTable table({.payload = payload});
    table.spoil = [](std::uint32_t i, ToParticipant&) { return i != 0; };
    table.start();
    table.say(0, table.offer());
    chunks(table);
    return refusal_in(table.host(0));
  };
  CHECK(offered([](RoundTable& table) {
          table.say(0, PayloadChunk{table.id(), 1, Bytes(10, 5)});
        }) == Reason::wrong_payload);
  CHECK(offered([](RoundTable& table) {
          table.say(0, PayloadChunk{table.id(), 0, Bytes(1'001, 5)});
        }) == Reason::wrong_payload);
  CHECK(offered([](RoundTable& table) {
          table.say(0, PayloadChunk{table.id(), 0, Bytes(1'000, 6)});
        }) == Reason::wrong_payload);
  CHECK_FALSE(offered([](RoundTable& table) {  // of another round: dropped, it goes on waiting
                table.say(0, PayloadChunk{other_round(), 0, Bytes(1'000, 5)});
              })
                  .has_value());
}

TEST_CASE("[OFFER-1] an offer again, before its payload was whole, begins it anew") {
  const Bytes payload(1'000, 5);
  RoundTable table({.payload = payload});
  table.spoil = [](std::uint32_t i, ToParticipant&) { return i != 0; };
  table.start();
  table.say(0, table.offer());
  table.say(0, PayloadChunk{table.id(), 0, Bytes(600, 5)});
  table.driver(0).disconnected();
  table.driver(0).connected({});
  table.say(0, table.offer());
  table.say(0, PayloadChunk{table.id(), 0, payload});
  REQUIRE(table.host(0).jobs.size() == 1);
  CHECK(*table.host(0).jobs[0].payload == payload);
}

TEST_CASE("[OFFER-2] no memory is taken for the payload of an offer that is refused anyway") {
  const Bytes large((std::size_t{4} << 20) + 1);
  RoundTable table({.payload = large});
  table.spoil = [](std::uint32_t i, ToParticipant&) { return i != 0; };
  table.start();
  table.say(0, table.offer());
  CHECK(refusal_in(table.host(0)) == Reason::payload_too_large);

  RoundTable honest({.payload = Bytes(10)});
  honest.spoil = [](std::uint32_t i, ToParticipant&) { return i != 0; };
  honest.start();
  Offer forged = honest.offer();
  forged.signature.bytes[3] ^= 1;
  honest.say(0, forged);
  CHECK(refusal_in(honest.host(0)) == Reason::bad_signature);
}

TEST_CASE("an offer that the policy refuses does not disturb the round under way") {
  RoundTable table;
  table.start();
  RoundParameters weak = table.parameters();
  weak.session_id = other_round();
  weak.round += 1;
  weak.sigma = 8;
  table.say(0, sign_offer(weak, table.aggregator_key()).value());
  CHECK(table.host(0).results.at(0).reason == "sigma_too_low");
  table.run();
  CHECK(table.record()->outcome == Reason::ok);
  CHECK(table.driver(0).summary().completed == 1);
  CHECK(table.driver(0).summary().not_completed == 1);
}

TEST_CASE("[UPLOAD-4] a grant beyond the end refuses the round") {
  RoundTable table;
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    auto* grant = std::get_if<UploadGrant>(&message);
    if (i == 0 && grant != nullptr) grant->offset = 1'000'000;
    return true;
  };
  table.start();
  table.run();
  CHECK(table.host(0).results.at(0).reason == "bad_offset");
}

}  // namespace
}  // namespace blindsum
