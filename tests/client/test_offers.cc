// Offers to a participant over real TLS sockets: its program throws, and an aggregator that makes
// two offers of one round.
#include <doctest/doctest.h>

#include <future>
#include <stdexcept>

#include "client/evidence.h"
#include "protocol/round/reason.h"
#include "protocol/wire/documents.h"
#include "tests/client/fake_aggregator.h"
#include "tests/client/running_participant.h"

namespace blindsum {
namespace {

RoundParameters acceptable(const ParticipantWorld& world) {
  RoundParameters parameters;
  parameters.version = kProtocolVersion;
  parameters.suite = kSuite;
  parameters.session_id.bytes.fill(6);
  parameters.task = "t";
  parameters.round = 1;
  parameters.roster_epoch = world.roster().epoch();
  parameters.roster_hash = world.roster().hash();
  parameters.n_min = 3;
  parameters.n_max = 3;
  parameters.max_corrupt = 1;
  parameters.sigma = 64;
  parameters.eta = 30;
  parameters.schema = {.tensors = {{.name = "counts", .shape = {2}}}};
  parameters.codec = {
      .kind = CodecKind::count, .clip = 0, .scale = 0, .weight_bound = 0, .bound = 9};
  parameters.vector_length = 2;
  parameters.ring_bits = least_ring(parameters.codec, parameters.n_max).value().bits();
  parameters.payload_hash = sha256({}).value();
  parameters.limits = {.advertise_ms = 30'000,
                       .share_ms = 30'000,
                       .mask_ms = 30'000,
                       .attest_ms = 30'000,
                       .unmask_ms = 30'000};
  parameters.aggregator_key = world.aggregator().verify_key();
  return parameters;
}

Bytes offer_frame(const ParticipantWorld& world, const RoundParameters& parameters) {
  const Offer offer = sign_offer(parameters, world.aggregator()).value();
  return encode_in_round(parameters.session_id, ToParticipant(offer));
}

// What member 0 answers to these frames, until a refusal; within 20 seconds.
std::optional<Reason> refusal_of(const ParticipantWorld& world, ParticipantOptions options,
                                 const std::vector<Bytes>& frames) {
  std::promise<Reason> refused;
  const FakeAggregator aggregator(door_of(world), {[&](FakeConnection& connection) {
                                    connection.join(world, 0);
                                    for (const auto& frame : frames) connection.send(frame);
                                    const Refusal* refusal = nullptr;
                                    FrameToAggregator heard;
                                    while (refusal == nullptr) {
                                      heard = connection.hear();
                                      auto& message = std::get<InRound<ToAggregator>>(heard);
                                      refusal = std::get_if<Refusal>(&message.message);
                                    }
                                    refused.set_value(refusal->reason);
                                    connection.wait_for_end();
                                  }});
  options.endpoint.port = aggregator.port();
  RunningParticipant participant(std::move(options));
  auto reason = refused.get_future();
  if (reason.wait_for(std::chrono::seconds(20)) != std::future_status::ready) return std::nullopt;
  participant.stop();
  const auto ended = participant.ended();
  CHECK((ended && ended->has_value()));
  return reason.get();
}

TEST_CASE("[INPUT-4] a program that throws in a round leaves that round, and nothing else") {
  ParticipantWorld world;
  auto options = world.options(0);
  options.on_round = [](const RoundOffer&, ByteView) -> std::optional<Update> {
    throw std::runtime_error("this program is broken");
  };
  options.on_result = [](const RoundResult&) { throw 7; };
  CHECK(refusal_of(world, options, {offer_frame(world, acceptable(world))}) ==
        Reason::input_declined);
}

TEST_CASE("[ONCE-2, DISK-6] two offers of one round are in the state folder afterwards") {
  ParticipantWorld world;
  auto parameters = acceptable(world);
  const Bytes first = offer_frame(world, parameters);
  parameters.limits.mask_ms += 1;
  const Bytes second = offer_frame(world, parameters);
  auto options = world.options(0);
  std::promise<void> enough;
  options.on_round = [&](const RoundOffer&, ByteView) -> std::optional<Update> {
    // Not before the second offer was refused: what the program says would end the round, too.
    enough.get_future().wait_for(std::chrono::seconds(20));
    return std::nullopt;
  };
  options.on_result = [&](const RoundResult&) { enough.set_value(); };
  CHECK(refusal_of(world, options, {first, second}) == Reason::conflicting_answer);
  const auto found = read_evidence(options.state_folder).value();
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == "Offer");
  CHECK(found[0].round == 1);
  CHECK(found[0].session_id == parameters.session_id);
  CHECK(found[0].first == first);
  CHECK(found[0].second == second);
}

}  // namespace
}  // namespace blindsum
