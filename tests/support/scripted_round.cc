#include "tests/support/scripted_round.h"

#include <algorithm>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "protocol/round/round_transcript.h"

namespace blindsum {
namespace {

constexpr std::uint64_t kElements = 6;

SigningKey make_key(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return SigningKey::generate(entropy).value();
}

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

TagBytes bytes_of(const Point& point) {
  TagBytes bytes{};
  std::copy(point.view().begin(), point.view().end(), bytes.begin());
  return bytes;
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
  content.members.push_back({2, "at home", make_key(77).verify_key()});
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
      aggregator_(make_key(3)),
      authority_(make_key(4)),
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

OfferReceived ScriptedRound::offer() const {
  // Any bytes that differ when the parameters do: what wire/ makes of them is not the machine's.
  Bytes bytes(parameters.session_id.bytes.begin(), parameters.session_id.bytes.end());
  put_u64(bytes, parameters.round);
  return {.offer = {.parameter_bytes = bytes,
                    .parameters = parameters,
                    .signature = aggregator_.sign(offer_statement(bytes)).value()},
          .payload_hash = parameters.payload_hash,
          .payload_size = parameters.payload_size,
          .wall_now = wall_now};
}

InputReady ScriptedRound::input(std::uint8_t id) const {
  InputReady input{
      .vector = RingVector(Ring::of_bits(parameters.ring_bits).value(), parameters.vector_length),
      .id = {}};
  for (std::uint64_t i = 0; i < parameters.vector_length; ++i) input.vector.set(i, i);
  input.id.bytes.fill(id);
  return input;
}

SignedAdvert ScriptedRound::advert_of(std::uint32_t v) const {
  const auto* own = sent<SignedAdvert>();
  if (v == setup_.subject && own != nullptr) return *own;
  const Puppet& puppet = puppets_[v];
  const Advert advert{.roster_index = roster_index(v),
                      .mask_point = public_point(puppet.mask).value(),
                      .channel_point = public_point(puppet.channel).value(),
                      .self_point = public_point(puppet.self).value()};
  return {.advert = advert, .signature = sign_as(v, advert_statement(th0(), advert))};
}

Cohort ScriptedRound::cohort() const {
  if (cohort_) return *cohort_;
  Cohort cohort;
  for (std::uint32_t v = 0; v < n(); ++v) cohort.adverts.push_back(advert_of(v));
  if (sent<SignedAdvert>() != nullptr) cohort_ = cohort;
  return cohort;
}

SharedPoint ScriptedRound::agreed_with(std::uint32_t v) const {
  return agree(puppets_[v].channel, advert().advert.channel_point).value();
}

SealKey ScriptedRound::channel_from(std::uint32_t v) const {
  return channel_key(agreed_with(v), th1(), v, setup_.subject).value();
}

SealKey ScriptedRound::channel_to(std::uint32_t v) const {
  return channel_key(agreed_with(v), th1(), setup_.subject, v).value();
}

std::uint32_t ScriptedRound::point_from(std::uint32_t v) const {
  if (graph_.k == n() - 1) return setup_.subject < v ? setup_.subject + 1 : setup_.subject;
  return v % graph_.k + 1;
}

InboundItem ScriptedRound::item_from(std::uint32_t v) const {
  const std::uint32_t u = setup_.subject;
  // Off any polynomial: one holder cannot know.
  const Share mask = random_scalar<ShareTag>(script_entropy_).value();
  const Share self = random_scalar<ShareTag>(script_entropy_).value();
  const std::uint32_t point = point_from(v);
  const Encoded ad = share_associated_data(th1(), v, u, point);
  InboundItem inbound{.from = v,
                      .item = {.to = u,
                               .point = point,
                               .box = seal_shares(channel_from(v), mask, self, ad.view()).value(),
                               .mask_tag = bytes_of(share_tag(mask).value()),
                               .self_tag = bytes_of(share_tag(self).value()),
                               .signature = {}}};
  sign_item(inbound);
  return inbound;
}

void ScriptedRound::sign_item(InboundItem& inbound) const {
  const Hash hash = hash_box_and_tags(inbound.item).value();
  inbound.item.signature =
      sign_as(inbound.from, share_statement(th1(), inbound.from, inbound.item, hash));
}

SharesProof ScriptedRound::proof_of(std::uint32_t v) const {
  SharesProof proof{.member = v, .items_hash = {}, .signature = {}};
  proof.items_hash.bytes.fill(static_cast<std::uint8_t>(v));  // the reader cannot know the items
  proof.signature = sign_as(v, shares_statement(th1(), v, proof.items_hash));
  return proof;
}

Delivery ScriptedRound::delivery(const Bitmap& u2) {
  u2_ = u2;
  Delivery delivery{.u2 = Bytes(u2.bytes().begin(), u2.bytes().end()), .items = {}, .proofs = {}};
  if (!u2.has(setup_.subject)) return delivery;  // [U2-2]
  Bitmap neighbours(n());
  for (const std::uint32_t v : in_neighbours_) {
    if (!u2.has(v)) continue;
    delivery.items.push_back(item_from(v));
    neighbours.add(v);
  }
  for (const std::uint32_t v : picks()) {
    if (u2.has(v)) neighbours.add(v);
  }
  for (const std::uint32_t v : neighbours.members()) delivery.proofs.push_back(proof_of(v));
  return delivery;
}

Survivors ScriptedRound::survivors(const Bitmap& u3) const {
  Survivors survivors{
      .th2 = th2(), .u3 = Bytes(u3.bytes().begin(), u3.bytes().end()), .receipts = {}};
  for (const std::uint32_t v : in_neighbours_) {
    if (!u3.has(v)) continue;
    survivors.receipts.push_back(
        {.member = v, .signature = sign_as(v, receipt_statement(th2(), v))});
  }
  return survivors;
}

Certificate ScriptedRound::certificate(const Bitmap& u3, const Bitmap& signers) const {
  Certificate certificate{
      .th2 = th2(), .u3 = Bytes(u3.bytes().begin(), u3.bytes().end()), .attestations = {}};
  certificate.attestations.signers.assign(signers.bytes().begin(), signers.bytes().end());
  for (const std::uint32_t v : signers.members()) {
    certificate.attestations.signatures.push_back(sign_as(v, attest_statement(th3(u3), v)));
  }
  return certificate;
}

VoidCertificate ScriptedRound::void_certificate(const Bitmap& signers) const {
  VoidCertificate certificate;
  certificate.votes.signers.assign(signers.bytes().begin(), signers.bytes().end());
  for (const std::uint32_t v : signers.members()) {
    certificate.votes.signatures.push_back(sign_as(v, void_statement(th1(), v)));
  }
  return certificate;
}

Signature ScriptedRound::sign_as(std::uint32_t v, const Encoded& statement) const {
  return puppets_[v].identity.sign(statement).value();
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
  return hash_th1(th0(), cohort().adverts).value();
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
