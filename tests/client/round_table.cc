#include "tests/client/round_table.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "tests/support/serial_parallel.h"

namespace blindsum {
namespace {

constexpr std::uint32_t kBound = 1'000'000;

}  // namespace

RoundTable::Seat::Seat(SigningKey identity, std::uint32_t index)
    : key(std::move(identity)),
      roster_index(index),
      store(std::make_unique<MemoryParticipantStore>()),
      entropy(std::make_unique<SeededEntropy>(1'000 + index)),
      host(std::make_unique<FakeHost>()) {}

RoundTable::RoundTable(TableOptions options)
    : options_(std::move(options)),
      entropy_(7),
      authority_(seeded_key(8)),
      aggregator_identity_(seeded_key(9)) {
  RosterContent content{.epoch = 4, .members = {}, .not_after = 0, .authority = "table"};
  for (std::uint32_t i = 0; i < options_.members; ++i) {
    seats_.push_back(std::make_unique<Seat>(seeded_key(100 + i), 20 + 5 * i));
    const Seat& seat = *seats_.back();
    content.members.push_back(
        {seat.roster_index, "member " + std::to_string(i), seat.key.verify_key()});
  }
  const auto file = sign_roster(content, authority_).value();
  roster_.emplace(read_roster(file, authority_.verify_key()).value());
  policy_.aggregator_key = aggregator_identity_.verify_key();
  policy_.tasks = {"counts"};
  policy_.most_payload_bytes = std::uint64_t{4} << 20;
  program = [](std::uint32_t i, const RoundParameters& parameters) -> Result<InputReady> {
    RingVector vector(Ring::of_bits(parameters.ring_bits).value(), parameters.vector_length);
    for (std::uint64_t e = 0; e < parameters.vector_length; ++e) vector.set(e, i);
    vector.set(0, 100 * i + parameters.round);
    InputReady input{.vector = std::move(vector), .id = {}};
    input.id.bytes.fill(static_cast<std::uint8_t>(16 * i + parameters.round));
    return input;
  };
  for (std::uint32_t i = 0; i < options_.members; ++i) {
    make_driver(*seats_[i]);
    connect(i);
  }
}

void RoundTable::make_driver(Seat& seat) {
  seat.driver = std::make_unique<RoundDriver>(ParticipantContext{.roster = *roster_,
                                                                 .roster_index = seat.roster_index,
                                                                 .identity = seat.key,
                                                                 .policy = policy_,
                                                                 .store = *seat.store,
                                                                 .entropy = *seat.entropy},
                                              options_.rounds, *seat.host);
}

RoundParameters RoundTable::next_parameters() {
  RoundParameters parameters;
  parameters.version = kProtocolVersion;
  parameters.suite = kSuite;
  REQUIRE(entropy_.fill(parameters.session_id.bytes).has_value());
  parameters.task = "counts";
  parameters.round = ++round_;
  parameters.roster_epoch = roster_->epoch();
  parameters.roster_hash = roster_->hash();
  parameters.n_min = 3;
  parameters.n_max = options_.members;
  parameters.max_corrupt = 1;
  parameters.delta_ppm = 200'000;
  parameters.sigma = 64;
  parameters.eta = 30;
  parameters.schema = {.tensors = {{.name = "histogram", .shape = {options_.elements}}}};
  parameters.codec = {
      .kind = CodecKind::count, .clip = 0, .scale = 0, .weight_bound = 0, .bound = kBound};
  parameters.vector_length = options_.elements;
  parameters.ring_bits = least_ring(parameters.codec, parameters.n_max).value().bits();
  parameters.payload_hash = sha256(options_.payload).value();
  parameters.payload_size = options_.payload.size();
  parameters.previous_record = previous_record_;
  parameters.limits = {.advertise_ms = 5'000,
                       .share_ms = 5'000,
                       .mask_ms = 5'000,
                       .attest_ms = 5'000,
                       .unmask_ms = 5'000};
  parameters.share_sum = options_.share_sum;
  parameters.aggregator_key = aggregator_identity_.verify_key();
  return parameters;
}

void RoundTable::start() {
  offer_ = sign_offer(next_parameters(), aggregator_identity_).value();
  const auto& parameters = offer_.parameters;
  sum_.emplace(Ring::of_bits(parameters.ring_bits).value(), parameters.vector_length);
  record_.reset();
  store_ = std::make_unique<MemoryAggregatorStore>();
  std::vector<std::uint32_t> invited;
  for (const auto& seat : seats_) {
    if (seat->connected) invited.push_back(seat->roster_index);
  }
  std::vector<AggregatorEffect> effects;
  auto round = AggregatorRound::start(
      {.roster = *roster_,
       .store = *store_,
       .limits = {.uploads_in_flight = options_.uploads_in_flight, .upload_stall_ms = 10'000}},
      offer_, std::move(invited), now_, effects);
  REQUIRE(round.has_value());
  aggregator_ = std::make_unique<AggregatorRound>(std::move(*round));
  for (auto& effect : effects) perform(std::move(effect));
}

void RoundTable::run(const std::function<bool()>& stop) {
  while (!stop() && step()) {
  }
}

// One frame, one update or one event; false if there was nothing to do.
bool RoundTable::step() {
  if (!events_.empty()) {
    AggregatorEvent next = std::move(events_.front());
    events_.pop_front();
    event(std::move(next));
    return true;
  }
  for (std::uint32_t i = 0; i < seats_.size(); ++i) {
    if (!host(i).jobs.empty()) {
      answer_program(i);
      return true;
    }
    if (seat(i).connected && !host(i).outbox.empty()) {
      take_from(i);
      return true;
    }
  }
  return false;
}

void RoundTable::wait(std::uint32_t ms) {
  now_ += Instant(ms);
  for (const auto& seat : seats_) {
    seat->host->clock = now_;
    const auto deadline = seat->driver->next_deadline();
    if (deadline && *deadline <= now_) seat->driver->tick();
  }
  event(AggregatorTick{});
  run();
}

void RoundTable::connect(std::uint32_t i) {
  seat(i).connected = true;
  driver(i).connected(Joined{.task = "counts", .waiting = 1, .needed = 3});
  if (aggregator_) event(MemberConnected{seat(i).roster_index});
  if (record_) say(i, record_message());  // [JOIN-2]
}

void RoundTable::cut(std::uint32_t i) {
  seat(i).connected = false;
  host(i).outbox.clear();
  driver(i).disconnected();
  if (aggregator_) event(MemberDisconnected{seat(i).roster_index});
}

void RoundTable::restart(std::uint32_t i) {
  cut(i);
  Seat& one = seat(i);
  one.driver.reset();
  one.store = std::make_unique<MemoryParticipantStore>(one.store->restarted());
  one.host->jobs.clear();
  make_driver(one);
}

void RoundTable::say(std::uint32_t i, const ToParticipant& message) {
  driver(i).frame(encode_in_round(id(), message));
}

void RoundTable::say(std::uint32_t i, const FrameToParticipant& frame) {
  driver(i).frame(encode_frame(frame));
}

RoundRecord RoundTable::record_message() const {
  RoundRecord message = bare_record();
  message.proof_bytes = encode_record_proof(proof_);
  return message;
}

RoundRecord RoundTable::bare_record() const {
  const auto record = sign_record(*record_, proof_, aggregator_identity_).value();
  const std::uint64_t sum_size =
      options_.share_sum && record_->outcome == Reason::ok ? sum_->packed().value().size() : 0;
  return {.record_bytes = record.record_bytes, .signature = record.signature, .sum_size = sum_size};
}

}  // namespace blindsum
