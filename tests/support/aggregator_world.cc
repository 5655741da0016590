#include "tests/support/aggregator_world.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "protocol/round/round_transcript.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

RoundParameters parameters_of(const WorldOptions& options, const Roster& roster,
                              const VerifyKey& aggregator_key) {
  RoundParameters parameters;
  parameters.version = kProtocolVersion;
  parameters.suite = kSuite;
  parameters.session_id.bytes.fill(7);
  parameters.task = "test";
  parameters.round = 3;
  parameters.roster_epoch = roster.epoch();
  parameters.roster_hash = roster.hash();
  parameters.n_min = options.n_min;
  parameters.n_max = options.n_max;
  parameters.max_corrupt = options.max_corrupt;
  parameters.delta_ppm = options.delta_ppm;
  parameters.sigma = 64;
  parameters.eta = 30;
  parameters.schema.tensors = {{"values", {options.vector_length}}};
  parameters.vector_length = options.vector_length;
  parameters.ring_bits = 20;
  parameters.codec = {.kind = CodecKind::integer, .bound = 1'000};
  parameters.previous_record.bytes.fill(9);
  parameters.limits = {10'000, 20'000, 60'000, 15'000, 25'000};
  parameters.aggregator_key = aggregator_key;
  return parameters;
}

}  // namespace

AggregatorWorld::AggregatorWorld(const WorldOptions& options)
    : options_(options), aggregator_(seeded_key(1'000'000)) {
  RosterContent content{.epoch = 4, .members = {}, .not_after = 0, .authority = "authority"};
  for (std::uint32_t i = 0; i < options.members; ++i) {
    const std::uint32_t roster_index = 10 * (i + 1);
    members_.emplace_back(roster_index, seeded_key(i), 5'000 + i);
    content.members.push_back(
        {roster_index, "member " + std::to_string(i), members_.back().identity().verify_key()});
    std::vector<std::int64_t> input;
    for (std::uint64_t j = 0; j < options.vector_length; ++j) {
      input.push_back(static_cast<std::int64_t>((i * 37 + j * 11) % 2'001) - 1'000);
    }
    members_.back().set_input(std::move(input));
  }
  const SigningKey authority = seeded_key(2'000'000);
  const Bytes bytes{1, 2, 3};  // wire/ would make others; here they only have to be the same
  const Signature signature = authority.sign(roster_statement(bytes)).value();
  roster_ = std::make_unique<Roster>(
      Roster::verify(bytes, content, signature, authority.verify_key()).value());
  parameters_ = parameters_of(options, *roster_, aggregator_.verify_key());
}

Offer AggregatorWorld::offer() const {
  const Bytes bytes{42, static_cast<std::uint8_t>(parameters_.round)};
  return {bytes, parameters_, aggregator_.sign(offer_statement(bytes)).value()};
}

Result<void> AggregatorWorld::start() {
  Numbers invited;
  for (std::uint32_t i = 0; i < options_.invited; ++i) invited.push_back(index(i));
  const Ring ring = Ring::of_bits(parameters_.ring_bits).value();
  accumulator_.emplace(ring, parameters_.vector_length);
  checkpoint_ = accumulator_->packed().value();
  std::vector<AggregatorEffect> effects;
  BLINDSUM_TRY(round, AggregatorRound::start({*roster_, store_, options_.limits}, offer(), invited,
                                             now_, effects));
  round_.emplace(std::move(round));
  carry_out(std::move(effects));
  return {};
}

Result<void> AggregatorWorld::restart() {
  BLINDSUM_TRY(facts, store_.facts(parameters_.session_id));
  return restart(std::move(facts));
}

Result<void> AggregatorWorld::restart(std::vector<RoundFact> facts) {
  round_.reset();
  pending_.clear();
  waiting.clear();
  const Ring ring = Ring::of_bits(parameters_.ring_bits).value();
  accumulator_.emplace(
      Accumulator::from_packed(ring, parameters_.vector_length, checkpoint_).value());
  std::vector<AggregatorEffect> effects;
  BLINDSUM_TRY(round, AggregatorRound::restore({*roster_, store_, options_.limits},
                                               std::move(facts), now_, effects));
  round_.emplace(std::move(round));
  carry_out(std::move(effects));
  return {};
}

void AggregatorWorld::event(AggregatorEvent event) {
  pending_.push_back(std::move(event));
  if (handling_) return;
  handling_ = true;
  while (!pending_.empty()) {
    AggregatorEvent next = std::move(pending_.front());
    pending_.pop_front();
    carry_out(round_->handle(std::move(next), now_));
    if (crash_after > 0 && --crash_after == 0) {
      REQUIRE(restart().has_value());
      for (const std::uint32_t i : all()) pending_.push_back(MemberConnected{index(i)});
    }
  }
  handling_ = false;
}

void AggregatorWorld::say(std::uint32_t i, ToAggregator message) {
  event(MemberMessage{index(i), std::move(message)});
}

void AggregatorWorld::wait(std::uint32_t ms) {
  now_ += Instant(ms);
  event(AggregatorTick{});
}

void AggregatorWorld::to_deadline() {
  const auto deadline = round_->next_deadline();
  REQUIRE(deadline.has_value());
  now_ = std::max(now_, *deadline);
  event(AggregatorTick{});
}

void AggregatorWorld::carry_out(std::vector<AggregatorEffect> effects) {
  for (AggregatorEffect& effect : effects) carry_out(std::move(effect));
}

void AggregatorWorld::carry_out(AggregatorEffect effect) {
  if (auto* const send = std::get_if<SendToMembers>(&effect)) {
    CHECK(!send->roster_indices.empty());
    for (const std::uint32_t to : send->roster_indices) sent_.emplace_back(to, send->message);
  } else if (auto* const accumulate = std::get_if<Accumulate>(&effect)) {
    waiting.push_back(std::move(*accumulate));
    if (accumulates) accumulate_next();
  } else if (auto* const recover = std::get_if<Recover>(&effect)) {
    job_ = recover->job;
    if (recovers) recover_sum();
  } else if (auto* const rejected = std::get_if<MemberRejected>(&effect)) {
    rejected_.push_back(*rejected);
  } else if (auto* const dropped = std::get_if<MemberDropped>(&effect)) {
    dropped_.push_back(*dropped);
  } else if (auto* const closed = std::get_if<PhaseClosed>(&effect)) {
    closed_.push_back(*closed);
  } else if (auto* const over = std::get_if<AggregatorRoundOver>(&effect)) {
    record_ = over->record;
    proof_ = over->proof;
    ++records_;
  }
}

void AggregatorWorld::accumulate_next(Error error) {
  REQUIRE(!waiting.empty());
  Accumulate effect = std::move(waiting.front());
  waiting.pop_front();
  if (!error.failed()) {
    const Result<void> added = accumulator_->add_packed(effect.packed);
    if (added.has_error()) error = added.error();
  }
  if (!error.failed()) {
    checkpoint_ = accumulator_->packed().value();
    CHECK(store_.keep(parameters_.session_id, effect.fact).has_value());
  }
  event(Accumulated{effect.roster_index, error});
}

void AggregatorWorld::recover_sum() {
  RecoveryJob job = *job_;
  if (before_recovery) before_recovery(job);
  SilentMonitor silent;
  RecoveryOutcome outcome = recover(job, *accumulator_, parallel_, silent);
  if (outcome.reason == Reason::ok) recovered_ = accumulated();  // durable before it is told
  event(Recovered{std::move(outcome)});
}

template <class M>
const M& AggregatorWorld::needed(std::uint32_t i) const {
  const M* const message = newest<M>(i, 0);
  REQUIRE(message != nullptr);
  return *message;
}

AggregatorWorld::Numbers AggregatorWorld::all() const {
  return all_but({});
}

AggregatorWorld::Numbers AggregatorWorld::all_but(std::set<std::uint32_t> left_out) const {
  Numbers numbers;
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    if (!left_out.contains(i)) numbers.push_back(i);
  }
  return numbers;
}

void AggregatorWorld::advertise(const Numbers& who) {
  for (const std::uint32_t i : who) say(i, member(i).advert(offer()));
}

void AggregatorWorld::share(const Numbers& who) {
  for (const std::uint32_t i : who) {
    member(i).join(needed<Cohort>(i));
    say(i, member(i).shares());
  }
}

void AggregatorWorld::send_chunks(std::uint32_t i) {
  const Bytes packed = member(i).upload();
  std::size_t offset = needed<UploadGrant>(i).offset;
  while (offset < packed.size()) {
    const std::size_t end = std::min<std::size_t>(offset + options_.chunk_bytes, packed.size());
    say(i, UploadChunk{offset, Bytes(packed.begin() + static_cast<std::ptrdiff_t>(offset),
                                     packed.begin() + static_cast<std::ptrdiff_t>(end))});
    offset = end;
  }
}

void AggregatorWorld::mask(const Numbers& who) {
  for (const std::uint32_t i : who) member(i).receive(needed<Delivery>(i));
  std::map<std::uint32_t, const UploadGrant*> served;
  for (bool progress = true; std::exchange(progress, false);) {
    std::uint32_t in_flight = 0;
    for (const std::uint32_t i : all()) in_flight += round_->expects_chunk_from(index(i)) ? 1 : 0;
    most_in_flight_ = std::max(most_in_flight_, in_flight);
    for (const std::uint32_t i : who) {
      const UploadGrant* const grant = newest<UploadGrant>(i, 0);
      if (grant == served[i] || phase() != AggregatorPhase::mask) continue;
      served[i] = grant;
      send_chunks(i);
      say(i, member(i).receipt());
      progress = true;
    }
  }
}

void AggregatorWorld::attest(const Numbers& who) {
  for (const std::uint32_t i : who) say(i, member(i).attest(needed<Survivors>(i)));
}

void AggregatorWorld::unmask(const Numbers& who) {
  for (const std::uint32_t i : who) say(i, member(i).unmask());
}

void AggregatorWorld::vote_void(const Numbers& who) {
  for (const std::uint32_t i : who) say(i, member(i).void_vote());
}

void AggregatorWorld::run_to(AggregatorPhase wanted) {
  if (phase() < wanted && phase() == AggregatorPhase::advertise) advertise(all());
  if (phase() < wanted && phase() == AggregatorPhase::share) share(all());
  if (phase() < wanted && phase() == AggregatorPhase::mask) mask(all());
  if (phase() < wanted && phase() == AggregatorPhase::attest) attest(all());
  if (phase() < wanted && phase() == AggregatorPhase::unmask) unmask(all());
  REQUIRE(phase() == wanted);
}

void AggregatorWorld::begin_and_run_to(AggregatorPhase wanted) {
  REQUIRE(start().has_value());
  run_to(wanted);
}

void AggregatorWorld::clear_log() {
  seen_ = sent_.size();
  rejected_.clear();
  dropped_.clear();
  closed_.clear();
}

// Whatever is rejected in the log was told to the member by the same name.
std::vector<Reason> AggregatorWorld::rejections(std::uint32_t i) const {
  std::vector<Reason> logged;
  for (const MemberRejected& rejected : rejected_) {
    if (rejected.roster_index == index(i)) logged.push_back(rejected.reason);
  }
  std::vector<Reason> told;
  for (std::size_t at = seen_; at < sent_.size(); ++at) {
    const auto* const rejection = std::get_if<Rejection>(sent_[at].second.get());
    if (sent_[at].first == index(i) && rejection != nullptr) told.push_back(rejection->reason);
  }
  CHECK(logged == told);
  return logged;
}

AggregatorWorld::Numbers AggregatorWorld::rejected() const {
  std::set<std::uint32_t> numbers;
  for (const std::uint32_t i : all()) {
    if (!rejections(i).empty()) numbers.insert(i);
  }
  return {numbers.begin(), numbers.end()};
}

std::optional<Reason> AggregatorWorld::dropped(std::uint32_t i) const {
  for (const MemberDropped& dropped : dropped_) {
    if (dropped.roster_index == index(i)) return dropped.reason;
  }
  return std::nullopt;
}

std::vector<std::int64_t> AggregatorWorld::sum() const {
  return recovered_ ? *recovered_ : accumulated();
}

std::vector<std::int64_t> AggregatorWorld::accumulated() const {
  std::vector<std::int64_t> values;
  const RingVector& sum = accumulator_->sum();
  for (std::uint64_t j = 0; j < sum.size(); ++j) values.push_back(sum.ring().centred(sum.get(j)));
  return values;
}

std::vector<std::int64_t> AggregatorWorld::inputs_of(const Numbers& who) const {
  std::vector<std::int64_t> values(parameters_.vector_length);
  for (const std::uint32_t i : who) {
    for (std::size_t j = 0; j < values.size(); ++j) values[j] += members_[i].input()[j];
  }
  return values;
}

}  // namespace blindsum
