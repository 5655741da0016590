#include "tests/sim/storyteller/storyteller.h"

#include <algorithm>
#include <utility>

#include "crypto/transcript.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/sim/names.h"

namespace blindsum::sim {
namespace {

// Acts, after the offer. Longer apart than a message and its answer take, inputs included.
constexpr Instant kCohorts{300}, kDeliveries{600}, kGrants{800}, kSurvivors{2'400},
    kCertificates{2'700}, kCross{3'000}, kCrossAgain{3'200}, kVoid{3'400}, kVoidRest{3'700},
    kVoidTold{4'000}, kEnd{4'400};

}  // namespace

Storyteller::Storyteller(const Stage& stage, Random random) : stage_(stage), random_(random) {
  story_ = stories()[stage.plan.story];
  stage_.statistics.count(Group::aggregator_lie, story_.name);
  stage_.queue.after(Instant{200}, [this] { begin_round(1, story_); });
}

void Storyteller::tell(std::uint32_t member, const ToParticipant& message) {
  if (!connected_.contains(member)) return;
  stage_.trace.say([&] { return "-> member " + std::to_string(member) + ": " + name_of(message); });
  stage_.network.to_member(
      member, {.bytes = std::make_shared<const Bytes>(encode_in_round(session(), message))});
}

void Storyteller::on_frame(std::uint32_t member, Frame frame) {
  auto decoded = decode_to_aggregator(*frame.bytes);
  if (decoded.has_error()) return;
  auto* in_round = std::get_if<InRound<ToAggregator>>(&*decoded);
  if (in_round == nullptr || in_round->session_id != session()) return;
  Heard& heard = round_.heard;
  const ToAggregator& message = in_round->message;
  if (const auto* advert = std::get_if<SignedAdvert>(&message)) {
    heard.adverts.emplace(member, *advert);
  } else if (const auto* shares = std::get_if<Shares>(&message)) {
    heard.shares.emplace(member, *shares);
  } else if (const auto* receipt = std::get_if<Receipt>(&message)) {
    heard.receipts.emplace(member, *receipt);
  } else if (const auto* attestation = std::get_if<Attestation>(&message)) {
    heard.attestations.emplace(member, *attestation);
  } else if (const auto* vote = std::get_if<VoidVote>(&message)) {
    heard.votes.emplace(member, *vote);
  }
}

void Storyteller::begin_round(std::uint64_t number, const Story& story) {
  story_ = story;
  number_ = number;
  RoundParameters parameters = stage_.plan.terms;
  for (std::uint8_t& byte : parameters.session_id.bytes) {
    byte = static_cast<std::uint8_t>(random_.below(256));
  }
  parameters.round = number;
  round_ = Round{};
  round_.payload.resize(static_cast<std::size_t>(parameters.payload_size));
  parameters.payload_hash = sha256(round_.payload).value();
  round_.offer = sign_offer(parameters, stage_.cast.aggregator()).value();
  parameters.previous_record.bytes[0] ^= 1;
  round_.other = sign_offer(parameters, stage_.cast.aggregator()).value();
  spared_.clear();
  for (const std::uint32_t member : connected_) {
    const bool is_other = story_.fork == Fork::offer && random_.chance(500);
    if (is_other) round_.told_other.insert(member);
    tell(member, is_other ? round_.other : round_.offer);
    if (round_.payload.empty()) continue;
    Bytes chunk = chunk_header(ChunkType::payload, session(), 0);
    put_bytes(chunk, round_.payload);
    stage_.network.to_member(member, {.bytes = std::make_shared<const Bytes>(std::move(chunk))});
  }
  const auto act = [&](Instant when, void (Storyteller::*what)()) {
    stage_.queue.after(when, [this, what] { (this->*what)(); });
  };
  act(kCohorts, &Storyteller::tell_cohorts);
  act(kDeliveries, &Storyteller::tell_deliveries);
  act(kGrants, &Storyteller::grant);
  act(kSurvivors, &Storyteller::tell_survivors);
  if (story_.voids && random_.chance(300)) {
    stage_.queue.after(kSurvivors, [this] { ask_void(false); });
  }
  act(kCertificates, &Storyteller::tell_certificates);
  act(kCross, &Storyteller::cross);
  act(kCrossAgain, &Storyteller::cross);
  if (story_.voids || story_.tries_again) {
    stage_.queue.after(kVoid, [this] { ask_void(false); });
    stage_.queue.after(kVoidRest, [this] { ask_void(true); });
    act(kVoidTold, &Storyteller::tell_void);
    act(kVoidTold + Instant{100}, &Storyteller::cross);
  }
  act(kEnd, &Storyteller::finish);
}

Branch& Storyteller::fork() {
  Branch second = round_.branches.front();
  std::set<std::uint32_t> audience;
  for (const std::uint32_t member : second.audience()) {
    if (member != round_.without && random_.chance(500)) audience.insert(member);
  }
  // The one who is left out hears the story in which it is not.
  std::set<std::uint32_t> rest;
  std::set_difference(second.audience().begin(), second.audience().end(), audience.begin(),
                      audience.end(), std::inserter(rest, rest.begin()));
  round_.branches.front().set_audience(std::move(rest));
  second.set_audience(std::move(audience));
  round_.branches.push_back(std::move(second));
  return round_.branches.back();
}

void Storyteller::tell_cohorts() {
  std::set<std::uint32_t> everybody;
  std::vector<std::uint32_t> honest;
  for (const auto& [member, advert] : round_.heard.adverts) {
    everybody.insert(member);
    if (!stage_.plan.is_corrupt(member)) honest.push_back(member);
  }
  if (honest.empty()) return;
  round_.without = random_.one_of(honest);
  if (story_.fork == Fork::offer) return tell_cohorts_of_two(everybody);
  round_.branches.emplace_back(stage_, round_.offer, std::move(everybody), story_.forges);
  if (story_.fork == Fork::cohort) {
    Branch& second = fork();
    if (!second.fix_cohort(round_.heard, round_.without)) second.set_audience({});
  }
  if (!round_.branches.front().fix_cohort(round_.heard, std::nullopt)) round_.branches.clear();
  for (const Branch& branch : round_.branches) {
    for (const std::uint32_t member : branch.audience()) tell(member, branch.cohort());
  }
}

// One for those that were told either offer; the members' own are in both.
void Storyteller::tell_cohorts_of_two(const std::set<std::uint32_t>& everybody) {
  for (const Offer* offer : {&round_.offer, &round_.other}) {
    std::set<std::uint32_t> audience;
    for (const std::uint32_t member : everybody) {
      if (round_.told_other.contains(member) == (offer == &round_.other)) audience.insert(member);
    }
    Branch branch(stage_, *offer, std::move(audience), story_.forges);
    if (!branch.fix_cohort(round_.heard, std::nullopt)) continue;
    for (const std::uint32_t member : branch.audience()) tell(member, branch.cohort());
    round_.branches.push_back(std::move(branch));
  }
}

void Storyteller::tell_deliveries() {
  if (round_.branches.empty()) return;
  if (story_.fork == Fork::u2) {
    Branch& second = fork();
    if (!second.fix_u2(round_.heard, round_.without)) second.set_audience({});
  }
  const bool is_short = story_.fork == Fork::u2 && story_.short_first;
  for (Branch& branch : round_.branches) {
    const bool is_done = story_.fork == Fork::u2 && &branch == &round_.branches.back();
    if (!is_done && !branch.fix_u2(round_.heard, is_short ? round_.without : std::nullopt)) {
      branch.set_audience({});
    }
    for (const std::uint32_t member : branch.audience()) tell(member, branch.delivery(member));
  }
}

void Storyteller::grant() {
  for (const Branch& branch : round_.branches) {
    for (const std::uint32_t member : branch.audience()) tell(member, UploadGrant{.offset = 0});
  }
}

void Storyteller::tell_survivors() {
  if (round_.branches.empty()) return;
  const bool forks = story_.fork == Fork::u3 || story_.fork == Fork::certificate;
  for (Branch& branch : round_.branches) {
    const bool leaves_out = forks && story_.short_first;
    if (!branch.fix_u3(round_.heard, leaves_out ? round_.without : std::nullopt)) {
      branch.set_audience({});
    }
  }
  if (forks) {
    Branch& second = fork();
    if (!second.fix_u3(round_.heard, story_.short_first ? std::nullopt : round_.without)) {
      second.set_audience({});
    }
  }
  // Of one that forks only later everybody hears the first end.
  if (story_.fork == Fork::certificate) {
    std::set<std::uint32_t> all = round_.branches.front().audience();
    all.insert(round_.branches.back().audience().begin(), round_.branches.back().audience().end());
    round_.branches.front().set_audience(std::move(all));
    round_.branches.back().set_audience({});
  }
  for (const Branch& branch : round_.branches) {
    for (const std::uint32_t member : branch.audience()) {
      tell(member, branch.survivors(round_.heard, member));
    }
  }
}

void Storyteller::tell_certificates() {
  for (const Branch& branch : round_.branches) {
    for (const std::uint32_t member : branch.audience()) {
      if (story_.voids && random_.chance(400)) continue;
      tell(member, branch.certificate(round_.heard));
    }
  }
}

// To everybody what others were told; the first time in half of the cases with what leads up to it.
void Storyteller::cross() {
  if (!story_.crosses) return;
  const bool with_survivors = random_.chance(500);
  for (const Branch& branch : round_.branches) {
    if (branch.n() == 0) continue;
    for (const auto& [member, advert] : round_.heard.adverts) {
      if (with_survivors) tell(member, branch.survivors(round_.heard, member));
      tell(member, branch.certificate(round_.heard));
    }
  }
}

void Storyteller::ask_void(bool of_the_rest) {
  for (const auto& [member, advert] : round_.heard.adverts) {
    const bool is_spared =
        of_the_rest ? !spared_.contains(member) : story_.voids && random_.chance(400);
    if (is_spared) {
      if (!of_the_rest) spared_.insert(member);
      continue;
    }
    tell(member, VoidRequest{});
  }
}

void Storyteller::tell_void() {
  for (const Branch& branch : round_.branches) {
    if (branch.n() == 0) continue;
    for (const auto& [member, advert] : round_.heard.adverts) {
      tell(member, branch.void_certificate(round_.heard));
      tell(member, branch.certificate(round_.heard));
    }
  }
}

void Storyteller::finish() {
  if (story_.tries_again && number_ == 1) {
    Story plain = stories().front();
    plain.tries_again = false;
    return begin_round(2, plain);
  }
  is_over_ = true;
}

}  // namespace blindsum::sim
