#include "tests/support/scripted_round.h"

#include <algorithm>

#include "protocol/round/round_transcript.h"

namespace blindsum {
namespace {

constexpr std::uint64_t kElements = 6;

RoundParameters make_parameters(const ScriptSetup& setup, const Roster& roster,
                                const VerifyKey& aggregator) {
  RoundParameters parameters;
  parameters.version = kProtocolVersion;
  parameters.suite = kSuite;
  parameters.session_id.bytes.fill(0x5e);
  parameters.task = "counts";
  parameters.round = 3;
  parameters.roster_epoch = roster.epoch();
  parameters.roster_hash = roster.hash();
  parameters.n_min = 3;
  parameters.n_max = 200;
  parameters.max_corrupt = 1;
  parameters.delta_ppm = setup.delta_ppm;
  parameters.sigma = setup.sigma;
  parameters.eta = setup.eta;
  parameters.codec = {
      .kind = CodecKind::count, .clip = 0, .scale = 0, .weight_bound = 0, .bound = 9};
  parameters.schema = {.tensors = {{.name = "histogram", .shape = {kElements}}}};
  parameters.vector_length = kElements;
  parameters.ring_bits = least_ring(parameters.codec, parameters.n_max).value().bits();
  parameters.payload_hash = sha256({}).value();
  parameters.limits = {.advertise_ms = 1000,
                       .share_ms = 2000,
                       .mask_ms = 4000,
                       .attest_ms = 8000,
                       .unmask_ms = 16'000};
  parameters.aggregator_key = aggregator;
  return parameters;
}

Policy make_policy(const ScriptSetup& setup, const VerifyKey& aggregator) {
  Policy policy;
  policy.aggregator_key = aggregator;
  policy.tasks = {"counts"};
  policy.least_sigma = setup.sigma;
  return policy;
}

}  // namespace

ScriptSetup complete_graph() {
  return {};
}

ScriptSetup sparse_graph() {
  return {.n = 101, .subject = 40, .in_degree = 20, .sigma = 8, .eta = 8, .delta_ppm = 50'000};
}

std::vector<ScriptedRound::Puppet> ScriptedRound::make_puppets(std::uint32_t n, Entropy& entropy) {
  std::vector<Puppet> puppets;
  for (std::uint32_t v = 0; v < n; ++v) {
    puppets.push_back({.identity = SigningKey::generate(entropy).value(),
                       .mask = random_scalar<MaskKeyTag>(entropy).value(),
                       .channel = random_scalar<ChannelKeyTag>(entropy).value(),
                       .self = random_scalar<SelfMaskTag>(entropy).value()});
  }
  return puppets;
}

// One member more than the cohort: who stays at home.
Roster ScriptedRound::make_roster(const std::vector<Puppet>& puppets, const SigningKey& authority) {
  RosterContent content{.epoch = 7, .members = {}, .not_after = 0, .authority = {}};
  content.members.push_back({2, "at home", seeded_key(77).verify_key()});
  for (std::uint32_t v = 0; v < puppets.size(); ++v) {
    content.members.push_back(
        {10 + 3 * v, "member " + std::to_string(v), puppets[v].identity.verify_key()});
  }
  const Bytes bytes{1, 2, 3};  // stand for what wire/ makes of the content
  const Signature signature = authority.sign(roster_statement(bytes)).value();
  return Roster::verify(bytes, content, signature, authority.verify_key()).value();
}

ScriptedRound::ScriptedRound(ScriptSetup setup)
    : setup_(setup),
      script_entropy_(1),
      machine_entropy_(2),
      aggregator_(seeded_key(3)),
      authority_(seeded_key(4)),
      puppets_(make_puppets(setup.n, script_entropy_)),
      roster_(make_roster(puppets_, authority_)) {
  parameters = make_parameters(setup_, roster_, aggregator_.verify_key());
  policy = make_policy(setup_, aggregator_.verify_key());
  for (std::uint32_t v = 0; in_neighbours_.size() < setup_.in_degree; ++v) {
    if (v != setup_.subject) in_neighbours_.push_back(v);
  }
  graph_ = find_graph_parameters(finder_input(parameters, setup_.n)).value();
  machine_ = std::make_unique<ParticipantRound>(
      ParticipantContext{.roster = roster_,
                         .roster_index = roster_index(setup_.subject),
                         .identity = puppets_[setup_.subject].identity,
                         .policy = policy,
                         .store = store,
                         .entropy = machine_entropy_});
}

std::vector<std::uint32_t> ScriptedRound::picks() const {
  std::vector<std::uint32_t> picks;
  if (const auto* shares = sent<Shares>()) {
    for (const ShareItem& item : shares->items) picks.push_back(item.to);
  }
  return picks;
}

Bitmap ScriptedRound::everybody() const {
  return all_but({});
}

Bitmap ScriptedRound::all_but(std::initializer_list<std::uint32_t> left_out) const {
  Bitmap bitmap(n());
  for (std::uint32_t v = 0; v < n(); ++v) {
    if (std::find(left_out.begin(), left_out.end(), v) == left_out.end()) bitmap.add(v);
  }
  return bitmap;
}

Hash ScriptedRound::th0() const {
  return hash_th0(offer().offer.parameter_bytes).value();
}

Hash ScriptedRound::th1() const {
  if (th1_) return *th1_;
  const Hash th1 = hash_th1(th0(), cohort().adverts).value();
  if (cohort_) th1_ = th1;
  return th1;
}

Hash ScriptedRound::th2() const {
  return hash_th2(th1(), u2_.value_or(everybody())).value();
}

Hash ScriptedRound::th3(const Bitmap& u3) const {
  return hash_th3(th2(), u3).value();
}

std::vector<ParticipantEffect> ScriptedRound::give(ParticipantEvent event) {
  std::vector<ParticipantEffect> effects = machine_->handle(std::move(event), now);
  for (const ParticipantEffect& effect : effects) {
    if (const auto* send = std::get_if<SendToAggregator>(&effect)) sent_.push_back(send->message);
    if (const auto* begin = std::get_if<BeginUpload>(&effect)) upload = begin->vector;
  }
  return effects;
}

void ScriptedRound::advance(ParticipantPhase phase) {
  while (machine_->phase() < phase) {
    const ParticipantPhase before = machine_->phase();
    switch (before) {
      case ParticipantPhase::idle:
        give(offer());
        break;
      case ParticipantPhase::advertised:
        give(cohort());
        break;
      case ParticipantPhase::shared:
        give(input());
        give(delivery());
        give(UploadGrant{});
        break;
      case ParticipantPhase::masking:
        give(UploadSent{});
        break;
      case ParticipantPhase::uploaded:
        give(UploadAck{});
        give(survivors());
        break;
      case ParticipantPhase::attested:
        give(certificate());
        break;
      case ParticipantPhase::unmasked:
        give(RoundRecord{});
        break;
      case ParticipantPhase::over:
        break;
    }
    if (machine_->phase() == before) return;  // the test sees it in the phase
  }
}

std::vector<ParticipantEvent> ScriptedRound::everything() {
  std::vector<ParticipantEvent> events;
  events.emplace_back(offer());
  events.emplace_back(input(0x77));
  if (sent<SignedAdvert>() != nullptr) {
    events.emplace_back(cohort());
    events.emplace_back(delivery(u2_.value_or(everybody())));
    events.emplace_back(UploadGrant{});
    events.emplace_back(UploadSent{});
    events.emplace_back(UploadAck{});
    events.emplace_back(survivors());
    events.emplace_back(certificate());
  }
  events.emplace_back(ClockTick{});
  events.emplace_back(Malformed{Reason::wrong_length});
  events.emplace_back(ParticipantStop{});
  events.emplace_back(RoundRecord{});
  events.emplace_back(RoundAborted{});
  return events;
}

}  // namespace blindsum
